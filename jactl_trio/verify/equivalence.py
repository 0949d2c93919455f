"""A script gives the same answer however it is run.

    suspended    it suspends at every expression
    checkpointed at every expression all that is left of it are bytes, from which it goes on in fresh objects
    moved        the same, and each time in the other one of two compilations, as another process would
    recovered    its host crashes right after a checkpoint was saved: once at each of them
    fresh        each checkpoint goes on in a new process

"The same" is the value or error, the globals left, and between any two checkpoints the output and the host calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import LimitError, UsageError
from ..runtime.script import Script
from ..store.interface import CheckpointStore
from .fresh import fresh_runs
from .history import History
from .loading import path_of
from .properties import Violation
from .reference import NoEnd, Plain, PlainDriver, Reference, Segment, drive, new_run, run_on_mock_clock
from .schedule import Action, Point, Schedule, Step
from .subjects import Subject
from .verdict import tried

STRESSES = {"suspended": "suspend", "checkpointed": "checkpoint", "moved": "checkpoint"}
MODES = (*STRESSES, "recovered", "fresh")
STRESS_SECONDS_MAX = 15.0  # of a run that suspends at every expression; then it is cut off
SLOWER = 4000  # than the plain run such a run may be
RECOVERIES_MAX = 50  # of one script, at as many of its checkpoints


@dataclass(frozen=True)
class Difference:
    """Where a way of running gave another answer than the plain run."""

    mode: str
    expected: str
    seen: str
    schedule: Schedule | None = None  # that repeats it, for `recovered`
    timeline: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.mode}: expected {self.expected}; seen {self.seen}"


def differences(
    subject: Subject | Reference,
    modes: Sequence[str] = MODES,
    make_store: Callable[[], CheckpointStore | None] = lambda: None,
    on_mode: Callable[[], None] = lambda: None,
    recoveries: int = RECOVERIES_MAX,
) -> list[Difference]:
    """Run a script in each way, and compare. recoveries: at most so many checkpoints, the first ones."""
    reference = Reference(subject) if isinstance(subject, Subject) else subject
    found: list[Difference] = []
    for mode in modes:
        if mode not in MODES:
            raise UsageError(f"No mode {mode!r}: there are {', '.join(MODES)}")
        if mode == "recovered":
            found += _recovered(reference, make_store, recoveries)
        elif mode == "fresh":
            found += _fresh(reference, recoveries)
        else:
            found += _stressed(reference, mode)
        on_mode()
    return found


def _recovered(
    reference: Reference, make_store: Callable[[], CheckpointStore | None], most: int
) -> Iterator[Difference]:
    """Crash after each of the first saves."""
    history, broken = tried(reference, Schedule(), make_store())
    yield from _told(Schedule(), history, broken)
    saves = [number for number, point in enumerate(history.points, 1) if point is Point.SAVE]
    for number in saves[:most]:
        schedule = Schedule((Step(number, Action.CRASH_AFTER),))
        yield from _told(schedule, *tried(reference, schedule, make_store()))


def _told(schedule: Schedule, history: History, broken: list[Violation]) -> Iterator[Difference]:
    for first in broken[:1]:
        timeline = tuple(history.timeline())
        yield Difference("recovered", first.expected, f"{first.seen} ({first.rule})", schedule, timeline)


def _fresh(reference: Reference, most: int) -> Iterator[Difference]:
    if path_of(reference.subject.make_context) is None:
        return
    for path, seen in fresh_runs(reference, most):
        plain = reference.plain(path)
        before = len(path)
        expected = Plain([Segment() for _ in range(before)] + plain.segments[before:], plain.answer)
        for difference in _compared("fresh", expected, seen):
            yield replace(difference, expected=f"from checkpoint {before}: {difference.expected}")


def _stressed(reference: Reference, mode: str) -> list[Difference]:
    plain = reference.plain()
    is_slow = plain.seconds * SLOWER > STRESS_SECONDS_MAX
    try:
        seen = run_on_mock_clock(_run_stressed, reference.subject, mode)
    except NoEnd:
        return [] if is_slow else [Difference(mode, str(plain.answer), "no end")]
    return [] if seen.is_cut_off and is_slow else _compared(mode, plain, seen)  # else it cannot be judged


async def _run_stressed(subject: Subject, mode: str) -> Plain:
    scripts = [subject.script(subject.new_context(STRESSES[mode])) for _ in range(2 if mode == "moved" else 1)]
    driver = _MovingDriver(scripts[0].unit, new_run(scripts[0], subject))
    driver.scripts = scripts
    driver.until = time.monotonic() + STRESS_SECONDS_MAX
    seen = await drive(subject, driver)
    seen.is_cut_off = time.monotonic() > driver.until
    return seen


class _MovingDriver(PlainDriver):
    """Goes on in the next script whenever it is restored."""

    __slots__ = ("scripts", "until")

    scripts: list[Script]
    until: float  # by the monotonic clock

    def restore(self, checkpoint: bytes) -> Any:
        if time.monotonic() > self.until:
            raise LimitError(f"It was cut off after {STRESS_SECONDS_MAX:g} s")
        self.scripts.append(self.scripts.pop(0))
        self.unit, self.run_state.context = self.scripts[0].unit, self.scripts[0].context
        return super().restore(checkpoint)


def _compared(mode: str, plain: Plain, other: Plain) -> list[Difference]:
    if plain.answer != other.answer:
        wanted, seen = plain.answer, other.answer
        if (wanted.value, wanted.error) == (seen.value, seen.error):
            return [Difference(mode, f"globals {wanted.globals}", f"globals {seen.globals}")]
        return [Difference(mode, str(wanted), str(seen))]
    for number, (wanted_segment, seen_segment) in enumerate(zip(plain.segments, other.segments, strict=False)):
        if wanted_segment != seen_segment:
            return [Difference(mode, f"after checkpoint {number} {wanted_segment}", str(seen_segment))]
    if len(plain.segments) != len(other.segments):
        return [Difference(mode, f"{plain.checkpoints} checkpoints", str(other.checkpoints))]
    return []
