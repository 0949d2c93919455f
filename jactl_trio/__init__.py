"""Durable Jactl scripts for Trio: suspend anywhere, checkpoint anywhere, recover elsewhere.

    import jactl_trio as jactl

    context = jactl.Context()
    script = context.compile("x + 1", globals={"x": None})
    value = await script.run({"x": 2})

The names below are the public ones; everything else may change. Their modules are imported when a name is first
used, so that a command that needs few of them starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy_names

if TYPE_CHECKING:
    from .builtins.hosting import CallContext as HostCallContext
    from .checkpoint import Key, KeyRing, reseal
    from .errors import (
        CheckpointDecodeError,
        CheckpointEncodeError,
        CheckpointError,
        CheckpointSaveError,
        CompileError,
        DieError,
        EOFCompileError,
        HostFunctionError,
        InstanceCancelledError,
        InstanceHibernatedError,
        InstanceReleasedError,
        InternalError,
        JactlError,
        LimitError,
        Location,
        NullError,
        StaleInstanceError,
        StoreError,
        UnknownInstanceError,
        UnknownScriptError,
        UsageError,
    )
    from .errors import RuntimeError as JactlRuntimeError
    from .runtime.context import Context
    from .runtime.environment import Environment, Resumer
    from .runtime.eval import eval
    from .runtime.instance import Instance, Status
    from .runtime.opening import open_runtime
    from .runtime.resealing import Resealed, reseal_store
    from .runtime.runtime import Runtime
    from .runtime.script import Script
    from .runtime.store_environment import StoreEnvironment
    from .store import CheckpointStore, MemoryStore, SQLiteStore, open_store
    from .store.postgres import PostgresStore as PostgresStore  # not in __all__: it needs the extra
    from .store.transfer import export_instance, import_instance
    from .values.display import host_text as to_text
    from .values.suspension import resumable
    from .values.typenames import type_name

__version__ = "0.1.0"

__all__ = [
    "CheckpointDecodeError",
    "CheckpointEncodeError",
    "CheckpointError",
    "CheckpointSaveError",
    "CheckpointStore",
    "CompileError",
    "Context",
    "DieError",
    "EOFCompileError",
    "Environment",
    "HostCallContext",
    "HostFunctionError",
    "Instance",
    "InstanceCancelledError",
    "InstanceHibernatedError",
    "InstanceReleasedError",
    "InternalError",
    "JactlError",
    "JactlRuntimeError",
    "Key",
    "KeyRing",
    "LimitError",
    "Location",
    "MemoryStore",
    "NullError",
    "Resealed",
    "Resumer",
    "Runtime",
    "SQLiteStore",
    "Script",
    "StaleInstanceError",
    "Status",
    "StoreEnvironment",
    "StoreError",
    "UnknownInstanceError",
    "UnknownScriptError",
    "UsageError",
    "eval",
    "export_instance",
    "import_instance",
    "open_runtime",
    "open_store",
    "reseal",
    "reseal_store",
    "resumable",
    "to_text",
    "type_name",
]

_ERRORS = {name: ("errors", name) for name in __all__ if name.endswith("Error")}
_PLACES: dict[str, tuple[str, str]] = {
    **_ERRORS,
    "JactlRuntimeError": ("errors", "RuntimeError"),
    "Location": ("errors", "Location"),
    "HostCallContext": ("builtins.hosting", "CallContext"),
    "Context": ("runtime.context", "Context"),
    "Environment": ("runtime.environment", "Environment"),
    "Resumer": ("runtime.environment", "Resumer"),
    "eval": ("runtime.eval", "eval"),
    "Instance": ("runtime.instance", "Instance"),
    "Status": ("runtime.instance", "Status"),
    "Runtime": ("runtime.runtime", "Runtime"),
    "open_runtime": ("runtime.opening", "open_runtime"),
    "Script": ("runtime.script", "Script"),
    "StoreEnvironment": ("runtime.store_environment", "StoreEnvironment"),
    "CheckpointStore": ("store", "CheckpointStore"),
    "Key": ("checkpoint.keys", "Key"),
    "KeyRing": ("checkpoint.keys", "KeyRing"),
    "reseal": ("checkpoint.envelope", "reseal"),
    "reseal_store": ("runtime.resealing", "reseal_store"),
    "Resealed": ("runtime.resealing", "Resealed"),
    "MemoryStore": ("store", "MemoryStore"),
    "PostgresStore": ("store.postgres", "PostgresStore"),
    "SQLiteStore": ("store", "SQLiteStore"),
    "open_store": ("store", "open_store"),
    "export_instance": ("store.transfer", "export_instance"),
    "import_instance": ("store.transfer", "import_instance"),
    "to_text": ("values.display", "host_text"),
    "resumable": ("values.suspension", "resumable"),
    "type_name": ("values.typenames", "type_name"),
}


__getattr__ = lazy_names(__name__, _PLACES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
