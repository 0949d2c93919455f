"""What waiting costs: suspensions beside Trio's own, and time slices."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import partial

import trio

import jactl_trio as jactl

from . import memory
from .benchmark import Benchmark, Workbench
from .measure import paired, single
from .rows import Row, at_most

SPINNING = 100


def _suspension(depth: int, workbench: Workbench) -> Iterator[Row]:
    """Calls so deep, with an await at the bottom: less the calls alone, less the same awaits in a plain task."""
    rounds, count = workbench.effort.rounds, workbench.effort.calls
    called = paired(lambda: trio.run(_calls, count, depth, True), lambda: trio.run(_calls, count, depth, False), rounds)
    own = single(lambda: trio.run(_own, count), rounds) / count * 1e6
    suspended = (called.ours_s - called.other_s) / count * 1e6
    target = at_most(10) if depth == 1 else None
    yield Row(f"suspended host call at depth {depth}, above Trio's own", "us", suspended - own, target=target)
    if depth == 1:
        yield Row("Trio's own", "us", own)


async def _own(count: int) -> None:
    for _ in range(count):
        await trio.lowlevel.checkpoint()


async def _calls(count: int, depth: int, suspends: bool) -> None:
    context = jactl.Context()

    async def pause() -> None:
        await trio.lowlevel.checkpoint()

    def go_on() -> None:
        pass

    context.function(name="call")(pause if suspends else go_on)
    down = "int down(int d) { if (d > 1) { return down(d - 1) }; call(); 1 }"
    body = f"{down}; int n = 0; for (int i = 0; i < {count}; i++) {{ n += down({depth}) }}; n"
    assert await context.compile(body).run() == count


def _slices(workbench: Workbench) -> Iterator[Row]:
    late = trio.run(_lateness, workbench.effort.seconds * 2)
    quantiles = statistics.quantiles(late, n=100)
    name = f"lateness of a sleep beside {SPINNING} endless scripts"
    yield Row(f"{name}, median", "ms", quantiles[49])
    yield Row(f"{name}, 99th percentile", "ms", quantiles[98], target=at_most(30))


async def _lateness(seconds: float) -> list[float]:
    """Milliseconds."""
    script = jactl.Context().compile("while (true) { }")
    late: list[float] = []
    async with trio.open_nursery() as nursery:
        for _ in range(SPINNING):
            nursery.start_soon(script.run)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(late) < 2:
            started = time.perf_counter()
            await trio.sleep(0.01)
            late.append((time.perf_counter() - started - 0.01) * 1e3)
        nursery.cancel_scope.cancel()
    return late


BENCHMARKS = (
    *(Benchmark(f"suspension at depth {depth}", partial(_suspension, depth)) for depth in (1, 10, 100)),
    *memory.BENCHMARKS,
    Benchmark("time slices", _slices),
)
