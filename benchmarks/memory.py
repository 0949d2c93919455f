"""Memory of an instance: while it runs, while it waits in a host function, and while it hibernates."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import trio
import trio.testing

import jactl_trio as jactl

from .benchmark import Benchmark, Workbench
from .rows import Row, at_most

_STATE = "int a = 1; def b = 'two'"


def _suspended(workbench: Workbench) -> Iterator[Row]:
    count = min(2_000, workbench.effort.instances_max)
    instance, task = trio.run(_of_waiting, count)
    yield Row("memory of a suspended instance, above its Trio task", "KB", (instance - task) / 1024, target=at_most(4))
    yield Row("memory of a Trio task", "KB", task / 1024)


async def _of_waiting(count: int) -> tuple[float, float]:
    """Bytes of an instance that waits in a host function, and of a task that waits alike."""
    context = jactl.Context()
    context.function(name="wait")(trio.sleep_forever)
    script = context.compile(f"{_STATE}; wait(); a")
    async with trio.open_nursery() as nursery:

        async def task() -> None:
            nursery.start_soon(trio.sleep_forever)

        tasks = await _each(count, task, trio.testing.wait_all_tasks_blocked)
        nursery.cancel_scope.cancel()
    async with jactl.open_runtime(context) as runtime:
        await runtime.start(script)  # what all of them share
        instances = await _each(count, partial(runtime.start, script), trio.testing.wait_all_tasks_blocked)
        runtime.shutdown()
    return instances, tasks


def _running(workbench: Workbench) -> Iterator[Row]:
    count = min(100, workbench.effort.instances_max)
    yield Row("memory of a running instance, in all", "KB", trio.run(_of_running, count) / 1024)


async def _of_running(count: int) -> float:
    """Bytes of an instance that computes: it has used up a time slice and waits for its next turn."""
    context = jactl.Context()
    begun = 0

    @context.function
    def begin() -> None:
        nonlocal begun
        begun += 1

    script = context.compile(f"{_STATE}; begin(); while (true) {{ a++ }}")
    async with jactl.open_runtime(context) as runtime:

        async def all_begun() -> None:
            while begun < count + 1:
                await trio.sleep(0.001)
            await trio.sleep(0.1)  # the last ones end their first slice

        await runtime.start(script)
        found = await _each(count, partial(runtime.start, script), all_begun)
        runtime.shutdown()
    return found


def _hibernated(workbench: Workbench) -> Iterator[Row]:
    count = min(2_000, workbench.effort.instances_max)
    used = trio.run(_of_hibernated, f"sqlite:{workbench.folder / 'hibernated.db'}", count)
    yield Row("memory of a hibernated instance", "KB", max(used, 0.0) / 1024, target=at_most(0.1))


async def _of_hibernated(url: str, count: int) -> float:
    """Bytes that are left of an instance whose wait is one in the store."""
    context = jactl.Context()
    script = context.compile(f"{_STATE}; checkpoint(); sleep(3600000); a")
    async with jactl.open_runtime(context, url, hibernate_after=1.0) as runtime:

        async def asleep() -> None:
            while runtime.instances:
                await trio.sleep(0.01)

        for _ in range(count):  # what all of them share, and what grows once: sets and dicts never get smaller
            await runtime.start(script)
        await asleep()

        async def all_asleep() -> None:
            await asleep()
            await runtime.start(script)  # the writer holds the last transaction until the next one
            await asleep()

        return await _each(count, partial(runtime.start, script), all_asleep)


async def _each(count: int, start: Callable[[], Awaitable[Any]], settled: Callable[[], Awaitable[None]]) -> float:
    """Bytes that each of so many leaves behind."""
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(count):
            await start()
        await settled()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()


BENCHMARKS = (
    Benchmark("memory, suspended", _suspended),
    Benchmark("memory, running", _running),
    Benchmark("memory, hibernated", _hibernated),
)
