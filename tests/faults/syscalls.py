"""SIGKILL at each storage system call of a host on SQLite, then recovery (killed again, for some), then the checks."""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .controls import with_controls
from .events import Event
from .figures import Row
from .forking import Forked
from .host import expected
from .processes import faults_found, in_parallel, messages_option, run_host, some_of

SYSCALLS = ("pwrite64", "pwritev", "fdatasync", "fsync", "ftruncate", "fallocate", "unlink", "rename")
HOW_TO_GET_IT = "no strace here: `make strace` installs Debian's"
COUNT, ROUNDS = 2, 3
EACH_FOR_PAIRS, EACH_FOR_PLANTED = 4, 10  # of the points, one in so many


@dataclass(frozen=True)
class Point:
    """Before the k-th call of one system call."""

    syscall: str
    count: int

    def __str__(self) -> str:
        return f"{self.syscall}:{self.count}"

    @classmethod
    def parse(cls, text: str) -> Point:
        syscall, _, count = text.partition(":")
        return cls(syscall, int(count))


@dataclass
class Outcome:
    """What came of one world: the points at which hosts were killed, one after the other, and the faults found."""

    points: tuple[Point, ...]
    kills: int = 0
    found: list[str] = field(default_factory=list)


def is_here() -> bool:
    return shutil.which("strace") is not None


def options_of(folder: str, planted: str | None = None, events: Sequence[Event] = ()) -> list[object]:
    """events: what hosts on this file have told."""
    options: list[object] = [url_in(folder), "--count", COUNT, "--rounds", ROUNDS, "--in-line"]
    options += messages_option(events)
    return options if planted is None else [*options, "--planted", planted]


def url_in(folder: str) -> str:
    return f"sqlite:{folder}/store.db"


def all_points() -> list[Point]:
    """Those of one host that starts with no file and comes to its end."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        with Forked(options_of(folder), [f"--trace={','.join(SYSCALLS)}"], str(trace)) as host:
            assert host.wait() and host.code == 0, host.words()
        calls = Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", trace.read_text(), re.MULTILINE))
    return [Point(name, count) for name in SYSCALLS for count in range(1, calls[name] + 1)]


def doubles(points: Sequence[Point], every: int) -> Iterator[tuple[Point, Point]]:
    """Pairs: the second is where the host that recovers from the first is killed."""
    chosen = list(points)[::every]
    yield from ((first, second) for first in chosen for second in chosen)


def kill_at(*points: Point, planted: str | None = None) -> Outcome:
    """Hosts on one file, each killed at its point (or done before it), and one more to the end."""
    outcome = Outcome(points)
    events: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        for point in points:
            options = options_of(folder, planted, events)
            inject = f"inject={point.syscall}:signal=KILL:when={point.count}"
            has_ended, told = run_host(options, [f"--trace={point.syscall}", "-e", inject])
            outcome.kills += not has_ended
            events += told
        has_ended, more = run_host(options_of(folder, planted, events))
        assert has_ended
        outcome.found = faults_found(url_in(folder), events + more, expected(COUNT, ROUNDS))
    if outcome.kills == 0:
        outcome.found.append("no host was killed")
    return outcome


def of_planted(points: Sequence[Point], workers: int = 1) -> dict[str, list[str]]:
    """The negative control: a store that acknowledges a checkpoint before it has it."""
    outcomes = in_parallel(lambda point: kill_at(point, planted="hasty"), points[::EACH_FOR_PLANTED], workers)
    return {"hasty": [line for one in outcomes for line in one.found]}


def prove(given: argparse.Namespace) -> Row:
    """SIGKILL at each storage system call, and at pairs of them."""
    what = "SIGKILL at every storage system call (SQLite)"
    if not is_here():
        return Row("syscalls", what, f"skipped: {HOW_TO_GET_IT}", ["nothing was run"])
    points = all_points()
    worlds: Sequence[tuple[Point, ...]] = [(point,) for point in points] + list(doubles(points, EACH_FOR_PAIRS))
    worlds = [tuple(map(Point.parse, given.at))] if given.at else some_of(worlds, given.count)
    outcomes = in_parallel(lambda world: kill_at(*world), worlds, given.workers)
    bad = [f"--at {' '.join(map(str, one.points))}: {one.found}" for one in outcomes if one.found]
    singles = sum(len(one.points) == 1 for one in outcomes)
    text = f"{singles} points, {len(outcomes) - singles} pairs, {sum(one.kills for one in outcomes)} kills"
    return with_controls(Row("syscalls", what, text, bad), of_planted(points, given.workers))
