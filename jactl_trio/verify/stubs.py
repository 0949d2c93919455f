"""Stubs -> answers of host functions, which are not called then; and the functions themselves, where there is no host.

    {"lookup": {"a": 1}, "price": [{"args": ["tea"], "value": 3}, {"error": "no such item"}]}

A value counts for every call. Of a list the first entry whose `args` fit counts; `args` may be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import HostFunctionError, InternalError, UsageError
from ..runtime.context import Context

_ENTRY = '{"args": [...], "value": ...} or {"args": [...], "error": "..."}, where args may be left out'
Answer = tuple[Any, Exception | None]


def check_stubs(stubs: Mapping[str, Any]) -> None:
    """UsageError where a list is no list of entries."""
    for name, stub in stubs.items():
        for entry in stub if isinstance(stub, list) else ():
            if not _is_entry(entry):
                raise UsageError(
                    f"The stub for {name} is a list, so each of its entries is {_ENTRY}: {entry!r} is none. "
                    f'A list to be given is a value: [{{"value": [...]}}]'
                )


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and entry.keys() <= {"args", "value", "error"}
        and ("value" in entry) != ("error" in entry)
        and isinstance(entry.get("args", []), list)
        and isinstance(entry.get("error", ""), str)
    )


def answer_of_stub(stub: Any, arguments: Collection[Any]) -> Answer | None:
    """The value or error for a call with these arguments; None: no entry fits."""
    if not isinstance(stub, list):
        return stub, None
    for entry in stub:
        if "args" not in entry or entry["args"] == list(arguments):
            error = entry.get("error")
            return entry.get("value"), None if error is None else HostFunctionError(error)
    return None


def check_names(stubs: Mapping[str, Any], functions: Collection[str]) -> None:
    """UsageError where a stub is for none of the host's functions: the one that was meant would be called."""
    for name in stubs:
        if name not in functions:
            known = ", ".join(sorted(functions)) or "none"
            raise UsageError(f"There is a stub for {name}, which is no function of the host that can have one: {known}")


def define(context: Context, names: Collection[str]) -> None:
    """Give a Context functions that exist as stubs only."""
    for name in names:

        async def stubbed(*arguments: Any) -> Any:
            raise InternalError("a stub was called")

        context.function(name=name)(stubbed)
