"""Recovery of instances whose process was killed, by a new process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from statistics import median
from time import perf_counter

from ..benchmark import Benchmark, Workbench
from ..rows import Row, at_most

KILLED = 100


def _recovery(kind: str, workbench: Workbench) -> Iterator[Row]:
    count = min(KILLED, workbench.effort.instances_max)
    found = []
    for number in range((workbench.effort.rounds + 1) // 2):
        url = workbench.store(kind, f"killed-{number}")
        if url is None:
            return
        begin_and_kill(url, count)
        found.append(go_on(url, count))
    name = f"recovery of {count} killed instances, {kind}"
    yield Row(f"{name}: all run again", "s", median(opened for opened, _ in found), target=at_most(0.5))
    yield Row(f"{name}: with the start of the new process", "s", median(whole for _, whole in found))


def begin_and_kill(url: str, count: int) -> None:
    with subprocess.Popen(_command("begin", url, count), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.kill()


def go_on(url: str, count: int) -> tuple[float, float]:
    """Seconds from opening the store, and from starting the process, until all run again."""
    started = perf_counter()
    with subprocess.Popen(_command("go_on", url, count), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        opened = float(process.stdout.readline())
        whole = perf_counter() - started
    assert process.returncode == 0
    return opened, whole


def _command(what: str, url: str, count: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.durable.host", what, url, str(count)]


BENCHMARKS = tuple(Benchmark(f"recovery, {kind}", partial(_recovery, kind)) for kind in ("sqlite", "postgres"))
