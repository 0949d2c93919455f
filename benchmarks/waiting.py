"""What waiting costs: suspensions beside Trio's own, memory of a suspended instance, and time slices."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import trio
import trio.testing

import jactl_trio as jactl

from .measure import single
from .rows import Row

CALLS = 2_000
SPINNING = 100
PARKED = 2_000


def rows(rounds: int) -> Iterator[Row]:
    own = single(lambda: trio.run(_own), rounds)
    for depth in (1, 10, 100):
        ours = single(lambda depth=depth: trio.run(_calls, depth), rounds)  # type: ignore[misc]
        name = f"suspended host call at depth {depth}, above Trio's own"
        yield Row(name, "us", (ours - own) / CALLS * 1e6, target=10 if depth == 1 else None)
    yield Row("memory of a suspended instance, above its Trio task", "KB", trio.run(_memory) / 1024, target=4)
    yield Row(
        f"lateness of a sleep beside {SPINNING} endless scripts, 99th percentile", "ms", trio.run(_lateness), target=30
    )


async def _own() -> None:
    for _ in range(CALLS):
        await trio.lowlevel.checkpoint()


async def _calls(depth: int) -> None:
    context = jactl.Context()

    @context.function
    async def pause() -> None:
        await trio.lowlevel.checkpoint()

    calls = f"int n = 0; for (int i = 0; i < {CALLS}; i++) {{ pause(); n++ }}; n"
    source = f"def down(int d) {{ if (d > 1) {{ return down(d - 1) }}; {calls} }}; down({depth})"
    assert await context.compile(source).run() == CALLS


async def _memory() -> float:
    """Bytes of an instance that waits in a host function, less those of a task that waits alike."""
    context = jactl.Context()
    context.function(trio.sleep_forever, name="wait")
    script = context.compile("int a = 1; def b = 'two'; wait(); a")

    async def alone(start: Callable[[], Awaitable[Any]]) -> float:
        gc.collect()
        tracemalloc.start()
        for _ in range(PARKED):
            await start()
        await trio.testing.wait_all_tasks_blocked()
        gc.collect()
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return used / PARKED

    async with trio.open_nursery() as nursery:

        async def task() -> None:
            nursery.start_soon(trio.sleep_forever)

        tasks = await alone(task)
        nursery.cancel_scope.cancel()
    async with jactl.open_runtime(context) as runtime:
        await runtime.start(script)
        instances = await alone(lambda: runtime.start(script))
        runtime.shutdown()
    return instances - tasks


async def _lateness() -> float:
    script = jactl.Context().compile("while (true) { }")
    late: list[float] = []
    async with trio.open_nursery() as nursery:
        for _ in range(SPINNING):
            nursery.start_soon(script.run)
        end = time.perf_counter() + 5
        while time.perf_counter() < end:
            started = time.perf_counter()
            await trio.sleep(0.01)
            late.append((time.perf_counter() - started - 0.01) * 1e3)
        nursery.cancel_scope.cancel()
    return statistics.quantiles(late, n=100)[98] if len(late) > 1 else late[0]
