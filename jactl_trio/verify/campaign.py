"""One script, many schedules: draw them, run each, and shrink the first that breaks a rule to its simplest form."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, strategies

from ..store.interface import CheckpointStore
from .history import History
from .properties import Violation
from .reference import Reference
from .schedule import Schedule, schedules
from .subjects import Subject
from .verdict import tried

SHRINK_SECONDS_MAX = 20.0  # for making a failure simpler
StoreMaker = Callable[[], CheckpointStore | None]


@dataclass(frozen=True)
class Failure:
    """A schedule after which a script broke a rule, as simple as it could be found."""

    schedule: Schedule
    violations: tuple[Violation, ...]
    history: History

    def report(self) -> list[str]:
        """Lines for people: what went wrong, and the whole story."""
        return [*map(str, self.violations), f"schedule: {self.schedule or '(nothing goes wrong)'}"] + [
            f"  {line}" for line in self.history.timeline()
        ]


class Failed(AssertionError):
    """Carries a Failure out of Hypothesis."""

    def __init__(self, failure: Failure) -> None:
        super().__init__("\n".join(failure.report()))
        self.failure = failure


def check_schedule(reference: Reference, schedule: Schedule, store: CheckpointStore | None = None) -> History:
    """Run one schedule; Failed if a rule is broken."""
    history, found = tried(reference, schedule, store)
    if found:
        raise Failed(Failure(schedule, tuple(found), history))
    return history


def replay(subject: Subject | Reference, schedule: Schedule, make_store: StoreMaker = lambda: None) -> Failure | None:
    """One schedule again, under the same order of tasks as when it was found."""
    reference = Reference(subject) if isinstance(subject, Subject) else subject
    return _run(reference, strategies.just(schedule), make_store, 1, 0, lambda: None)


def search(
    subject: Subject | Reference,
    make_store: StoreMaker = lambda: None,
    *,
    examples: int = 100,
    seed: int = 0,
    on_example: Callable[[], None] = lambda: None,
) -> Failure | None:
    """Draw schedules for a script until one breaks a rule.  make_store: a new store for each (None: an Environment)."""
    reference = Reference(subject) if isinstance(subject, Subject) else subject
    try:
        kinds = check_schedule(reference, Schedule(), make_store()).points
    except Failed as failed:
        return failed.failure
    found = _run(reference, schedules(len(kinds), kinds=kinds), make_store, examples, seed, on_example)
    return None if found is None else _with_fewer_steps(reference, found, make_store)


def _with_fewer_steps(reference: Reference, failure: Failure, make_store: StoreMaker) -> Failure:
    """Leave out each step that the failure does not need: Hypothesis, which draws the gaps between them, cannot leave
    the later ones where they are."""
    for step in failure.schedule.steps:
        fewer = Schedule(tuple(one for one in failure.schedule.steps if one != step))
        found = replay(reference, fewer, make_store)
        if found is not None and found.violations[0].rule == failure.violations[0].rule:
            failure = found
    return failure


def _run(
    reference: Reference, drawn: Any, make_store: StoreMaker, examples: int, number: int, on_example: Callable[[], None]
) -> Failure | None:
    known: dict[Schedule, Failed | None] = {}
    until = math.inf

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        print_blob=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def check(schedule: Schedule) -> None:
        nonlocal until
        if schedule not in known and time.monotonic() < until:
            on_example()
            try:
                check_schedule(reference, schedule, make_store())
            except Failed as failed:
                known[schedule] = failed
                until = min(until, time.monotonic() + SHRINK_SECONDS_MAX)
            else:
                known[schedule] = None
        failed_then = known.get(schedule)
        if failed_then is not None:
            raise failed_then

    try:
        check()
    except Failed as failed:
        return failed.failure
    return None
