"""SIGKILL at each storage system call of a host on SQLite, then recovery (killed again, for some), then the checks."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .events import Event
from .figures import Row
from .host import expected
from .processes import ROOT, command_of, faults_found, in_parallel, run_host, some_of

SYSCALLS = ("pwrite64", "pwritev", "fdatasync", "fsync", "ftruncate", "fallocate", "unlink", "rename")
HOW_TO_GET_IT = "no strace here: `make strace` installs Debian's"
COUNT, ROUNDS = 2, 3


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


def host_command(url: str) -> list[str]:
    return command_of(url, "--count", COUNT, "--rounds", ROUNDS, "--in-line")


def all_points() -> list[Point]:
    """Those of one host that starts with no file and comes to its end."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        traced = ["strace", "-f", "-c", "-o", str(counts), "-e", f"trace={','.join(SYSCALLS)}"]
        command = [*traced, *host_command(f"sqlite:{folder}/store.db")]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        rows = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$", counts.read_text(), re.MULTILINE)
    return [Point(name, count) for calls, name in rows if name in SYSCALLS for count in range(1, int(calls) + 1)]


def doubles(points: Sequence[Point], every: int) -> Iterator[tuple[Point, Point]]:
    """Pairs: the second is where the host that recovers from the first is killed."""
    chosen = list(points)[::every]
    yield from ((first, second) for first in chosen for second in chosen)


def kill_at(*points: Point) -> Outcome:
    """Hosts on one file, each killed at its point (or done before it), and one more to the end."""
    outcome = Outcome(points)
    events: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:{folder}/store.db"
        for point in points:
            inject = f"inject={point.syscall}:signal=KILL:when={point.count}"
            traced = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={point.syscall}", "-e", inject]
            has_ended, told = run_host([*traced, *host_command(url)])
            outcome.kills += not has_ended
            events += told
        has_ended, more = run_host(host_command(url))
        assert has_ended
        outcome.found = faults_found(url, events + more, expected(COUNT, ROUNDS))
    if outcome.kills == 0:
        outcome.found.append("no host was killed")
    return outcome


def prove(given: argparse.Namespace) -> Row:
    """SIGKILL at each storage system call, and at pairs of them."""
    if given.at:
        worlds: Sequence[tuple[Point, ...]] = [tuple(Point.parse(text) for text in given.at)]
    else:
        points = all_points()
        worlds = some_of([(point,) for point in points] + list(doubles(points, 8)), given.count)
    outcomes = in_parallel(lambda world: kill_at(*world), worlds, given.workers)
    bad = [f"--at {' '.join(map(str, one.points))}: {one.found}" for one in outcomes if one.found]
    singles = sum(len(one.points) == 1 for one in outcomes)
    text = f"{singles} points, {len(outcomes) - singles} pairs, {sum(one.kills for one in outcomes)} kills"
    return Row("syscalls", "SIGKILL at every storage system call (SQLite)", text, bad)
