"""Property tests of durable scripts: script, host functions and store under failing saves, crashes and recoveries.

    from jactl_trio.verify import Subject, check_script, check_store

    check_script(Subject(source, {"order": {}}, make_context), profile="quick")
    check_store(lambda: MyStore(new_folder()))

The names below are the public ones. They need the extra `verify` (hypothesis), and are imported when first used.
docs/verify.md says what is checked.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from .check import check_script
    from .drawn_scripts import host_context, scripts
    from .drawn_values import globals_of, scalars, values
    from .faulty import FaultyStore, StoreFault
    from .kit.model import StoreMachine
    from .kit.stores import check_store
    from .report import Finding, NotVerified, PhaseResult, Report
    from .schedule import Action, Point, Schedule, Step, schedules
    from .subjects import Recorder, Subject

__all__ = [
    "Action",
    "FaultyStore",
    "Finding",
    "NotVerified",
    "PhaseResult",
    "Point",
    "Recorder",
    "Report",
    "Schedule",
    "Step",
    "StoreFault",
    "StoreMachine",
    "Subject",
    "check_script",
    "check_store",
    "globals_of",
    "host_context",
    "scalars",
    "schedules",
    "scripts",
    "values",
]

_PLACES = {
    "check": ["check_script"],
    "faulty": ["FaultyStore", "StoreFault"],
    "kit.model": ["StoreMachine"],
    "kit.stores": ["check_store"],
    "report": ["Finding", "NotVerified", "PhaseResult", "Report"],
    "schedule": ["Action", "Point", "Schedule", "Step", "schedules"],
    "drawn_scripts": ["host_context", "scripts"],
    "subjects": ["Recorder", "Subject"],
    "drawn_values": ["globals_of", "scalars", "values"],
}
_WITHOUT = {"FaultyStore", "StoreFault"}  # need no hypothesis
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def need_hypothesis() -> None:
    """MissingHypothesis where the extra is not installed."""
    try:
        import hypothesis  # noqa: F401
    except ImportError:
        raise MissingHypothesis("verify needs hypothesis: pip install 'jactl-trio[verify]'") from None


class MissingHypothesis(UsageError, ImportError):
    """The extra `verify` is not installed."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in _WITHOUT:
        need_hypothesis()
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
