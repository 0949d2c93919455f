"""Durable checkpoints a second by store and number of instances; recovery of instances that were killed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import trio

import jactl_trio as jactl
from tests.store.cluster import HOW_TO_GET_ONE, running_cluster

from .benchmark import Benchmark, Workbench
from .rows import Row, at_least, at_most

_SOURCE = "int n = 0; while (n < rounds) { checkpoint(); n++ }; n"
_TARGETS = {
    ("sqlite", 1): 1_500,
    ("sqlite", 100): 15_000,
    ("sqlite", 1_000): 20_000,
    ("postgres", 1_000): 10_000,
}
_DURABLE = "-c listen_addresses='' -c max_connections=60 -c log_min_messages=warning"
KILLED = 100


def _rows(workbench: Workbench) -> Iterator[Row]:
    rounds = workbench.effort.rounds
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = stack.enter_context(running_cluster(_DURABLE))
        if cluster is None:
            print(HOW_TO_GET_ONE)
        for store in ("memory", "sqlite", "postgres"):
            for count in (1, 100, 1_000, 10_000):
                if store == "sqlite":
                    url = f"sqlite:{folder / f'{count}.db'}"
                elif store == "postgres":
                    if cluster is None:
                        continue
                    url = cluster.database()
                else:
                    url = "memory:"
                rate = trio.run(_rate, url, count, max(2, min(400, 8_000 * rounds // count // 4)))
                name = f"{store}, {count:,} instances"
                least = _TARGETS.get((store, count))
                yield Row(name, "checkpoints/s", rate, target=None if least is None else at_least(least))
        seconds = trio.run(_recovery, f"sqlite:{folder / 'killed.db'}")
        yield Row(f"recovery of {KILLED} killed instances, sqlite", "s", seconds, target=at_most(0.5))


async def _rate(url: str, count: int, rounds: int) -> float:
    context = jactl.Context()
    script = context.compile(_SOURCE, globals={"rounds": 0})
    async with jactl.open_runtime(context, url) as runtime:
        started = time.perf_counter()
        instances = [await runtime.start(script, {"rounds": rounds}) for _ in range(count)]
        for instance in instances:
            assert await instance.result() == rounds
            assert instance.checkpoint_id == rounds
        return rounds * count / (time.perf_counter() - started)


async def _recovery(url: str) -> float:
    """Seconds until all that had an owner who is gone run again in a new runtime with a new context."""
    store = url.removeprefix("sqlite:")
    context = jactl.Context()
    reached = trio.Event()
    waiting = 0

    @context.function
    async def wait() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == KILLED:
            reached.set()
        await trio.sleep_forever()

    script = context.compile("def items = 100.map{ [id: it] }; checkpoint(); wait(); items.size()")
    async with jactl.open_runtime(context, jactl.SQLiteStore(store)) as runtime:
        for _ in range(KILLED):
            await runtime.start(script)
        await reached.wait()
        runtime.shutdown()
    again = jactl.Context()
    running = trio.Event()
    seen = 0

    @again.function(name="wait")
    async def go_on() -> None:
        nonlocal seen
        seen += 1
        if seen == KILLED:
            running.set()

    started = time.perf_counter()
    async with jactl.open_runtime(again, jactl.SQLiteStore(store)) as runtime:
        instances = await runtime.recover()
        await running.wait()
        seconds = time.perf_counter() - started
        assert [await one.result() for one in instances] == [100] * KILLED
    return seconds


BENCHMARKS = (Benchmark("durable", _rows),)
