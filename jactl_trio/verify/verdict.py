"""One schedule of one script -> its history, and the rules that it breaks."""

from __future__ import annotations

import traceback

from ..errors import UsageError
from ..store.interface import CheckpointStore
from .history import History
from .properties import Violation, violations
from .reference import Reference
from .schedule import Schedule
from .trial import Trial


def tried(
    reference: Reference, schedule: Schedule, store: CheckpointStore | None = None
) -> tuple[History, list[Violation]]:
    """Run it. An exception that is nobody's but the runtime's own is a violation, too. UsageError."""
    trial = Trial(reference.subject, schedule, store, reference.plain().seconds)
    try:
        found = violations(trial.run(), reference)
    except UsageError:
        raise
    except Exception as error:
        found = [internal(error, trial.runs)]
    if reference.subject.recorder.problems:
        raise UsageError(reference.subject.recorder.problems[0])
    return trial.history, found


def internal(error: Exception, run: int = 0) -> Violation:
    """What is told of an exception that should not have been."""
    shown = "".join(traceback.format_exception(error)).strip().splitlines()
    lines = [line.strip(" |+-") for line in shown[-4:]]
    return Violation("internal", run, "no exception of the runtime's own", "; ".join(filter(None, lines)))
