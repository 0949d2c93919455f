"""Errors of the system under SQLiteStore: no space, a device that fails, fsync that fails, once or from then on."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .controls import with_controls
from .events import FAILED, REFUSED, Event
from .figures import Row
from .forking import Forked
from .host import SOURCE, expected
from .processes import faults_found, in_parallel, run_host, some_of
from .syscalls import COUNT, HOW_TO_GET_IT, ROUNDS, Point, all_points, is_here, options_of, url_in

EACH_FOR_PLANTED = 18  # one in so many of the faults that stay
ERRORS = {
    "pwrite64": ("ENOSPC", "EIO"),
    "fdatasync": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "ftruncate": ("EIO",),
    "unlink": ("EIO",),
}
HOWS = ONCE, FOR_EVER = "once", "for-ever"
CHECKPOINT_LINE = SOURCE.splitlines().index("  checkpoint()") + 1
OURS = ("jactl_trio.errors.", "StoreError", "CheckpointSaveError", "CheckpointError", "InstanceReleasedError")


@dataclass(frozen=True)
class Fault:
    """One system call, from its k-th on or there alone, fails with an error."""

    point: Point
    error: str
    how: str

    def __str__(self) -> str:
        return f"{self.point}:{self.error}:{self.how}"

    @classmethod
    def parse(cls, text: str) -> Fault:
        syscall, count, error, how = text.split(":")
        return cls(Point(syscall, int(count)), error, how)

    @property
    def injected(self) -> str:
        when = f"{self.point.count}{'+' if self.how == FOR_EVER else ''}"
        return f"inject={self.point.syscall}:error={self.error}:when={when}"


@dataclass
class Outcome:
    """What came of it. refused: writes that were told to have failed.  has_ended: the host came to its own good end."""

    fault: Fault
    has_ended: bool = False
    refused: int = 0
    told: int = 0  # errors that clients were given
    found: list[str] = field(default_factory=list)


def all_faults() -> list[Fault]:
    """At each point of a host."""
    points = [point for point in all_points() if point.syscall in ERRORS]
    return [Fault(point, error, how) for how in HOWS for point in points for error in ERRORS[point.syscall]]


def fail_at(fault: Fault, planted: str | None = None) -> Outcome:
    """A host with the fault; then one without."""
    outcome = Outcome(fault)
    with tempfile.TemporaryDirectory() as folder:
        options = options_of(folder, planted)
        patient: list[object] = []
        if fault.how == ONCE:  # its clients ask again, and it recovers what it had to release
            patient = ["--recover-every", 0.05, "--ask-every", 0.05]
        with Forked([*options, *patient], [f"--trace={fault.point.syscall}", "-e", fault.injected]) as host:
            if not host.wait():
                outcome.found.append("the host does not end")
                return outcome
            code, words, events = host.code, host.words(), host.events()
        outcome.has_ended = code == 0
        outcome.refused = sum(event.kind == REFUSED for event in events)
        outcome.found = [*_of_the_end(code, words), *_of_the_told(events)]
        outcome.told = sum(event.kind == FAILED for event in events)
        has_ended, more = run_host(options)
        assert has_ended
        outcome.found += faults_found(url_in(folder), events + more, expected(COUNT, ROUNDS))
    return outcome


def _of_the_end(code: int, words: str) -> Iterable[str]:
    """A host may end with an error, which has to be one of ours, never by a signal."""
    last = words.strip().splitlines()[-1:] or [""]
    if code not in (0, 1):
        yield f"the host ended with {code}: {last[0]}"
    elif code == 1 and not any(name in words for name in OURS):
        yield f"the host ended with {last[0]}"


def _of_the_told(events: Iterable[Event]) -> Iterable[str]:
    for event in events:
        if event.kind == FAILED and event.text == "CheckpointSaveError" and event.number != CHECKPOINT_LINE:
            yield f"a save failed, and its error names line {event.number}"


def prove(given: argparse.Namespace) -> Row:
    """All of them."""
    what = "ENOSPC, EIO, failing fsync at every storage system call, once and from then on (SQLite)"
    if not is_here():
        return Row("errors", what, f"skipped: {HOW_TO_GET_IT}", ["nothing was run"])
    faults = all_faults()
    chosen = [Fault.parse(text) for text in given.at] if given.at else some_of(faults, given.count)
    outcomes = in_parallel(fail_at, chosen, given.workers)
    bad = [f"--at {one.fault}: {one.found}" for one in outcomes if one.found]
    counts = {how: [one for one in outcomes if one.fault.how == how] for how in HOWS}
    text = "; ".join(
        f"{len(some)} {how} ({sum(one.has_ended for one in some)} hosts came to their end, "
        f"{sum(one.refused for one in some)} writes refused, {sum(one.told for one in some)} errors told)"
        for how, some in counts.items()
    )
    return with_controls(Row("errors", what, text, bad), of_planted(faults, given.workers))


def of_planted(faults: Sequence[Fault], workers: int = 1) -> dict[str, list[str]]:
    """The negative control: a store that takes a transaction that failed for one that was done."""
    chosen = [fault for fault in faults if fault.how == FOR_EVER][::EACH_FOR_PLANTED]
    outcomes = in_parallel(lambda fault: fail_at(fault, "guessing"), chosen, workers)
    return {"guessing": [line for one in outcomes for line in one.found]}


OPENED_AT = 12  # by then, about, the file is a store
SAMPLE = [
    Fault(Point(syscall, count), error, how)
    for syscall, count, error, how in (
        ("pwrite64", 9, "EIO", ONCE),
        ("pwrite64", 40, "ENOSPC", FOR_EVER),
        ("fdatasync", 12, "EIO", ONCE),
        ("fdatasync", 12, "EIO", FOR_EVER),
    )
]
