"""Durable checkpoints a second by store and number of instances, in turns with the machine's limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from statistics import median

import trio

from ..benchmark import Benchmark, Workbench
from ..rows import Row, at_least
from .crowd import Turn
from .floor import running_tasks
from .instances import running_instances

TURNS = 3
_TARGETS = {
    ("sqlite", 1): 1_500,
    ("sqlite", 100): 15_000,
    ("sqlite", 1_000): 20_000,
    ("postgres", 1_000): 10_000,
}
_Pairs = list[tuple[Turn, Turn | None]]


def _rate(kind: str, count: int, workbench: Workbench) -> Iterator[Row]:
    count = min(count, workbench.effort.instances_max)
    url, floor_url = workbench.store(kind, f"{count}"), workbench.store(kind, f"floor-{count}")
    if url is None:
        return
    limit = None if kind == "memory" else floor_url
    starts_per_s, pairs = trio.run(_turns, url, limit, count, workbench.effort.seconds / TURNS)
    name = f"{kind}, {count:,} instance{'s' * (count > 1)}"
    least = _TARGETS.get((kind, count))
    ours = median(ours.rate for ours, _ in pairs)
    target = None if least is None else at_least(least)
    other = ratio = None
    if limit is not None:
        other = median(limit.rate for _, limit in pairs if limit is not None)
        ratio = median(ours.rate / limit.rate for ours, limit in pairs if limit is not None)
    yield Row(name, "checkpoints/s", ours, other, ratio, "Trio, cbor2, the database" * (limit is not None), target)
    if count > 1:
        yield Row(f"{name} started, to their first checkpoint", "instances/s", starts_per_s)


async def _turns(url: str, limit: str | None, count: int, seconds: float) -> tuple[float, _Pairs]:
    """Instances started a second, and what was saved in each turn, here and at the limit."""
    pairs: _Pairs = []
    async with AsyncExitStack() as stack:
        instances = await stack.enter_async_context(running_instances(url, count))
        floor = None if limit is None else await stack.enter_async_context(running_tasks(limit, count))
        for _ in range(TURNS):
            ours = await instances.crowd.turn(seconds)
            pairs.append((ours, None if floor is None else await floor.turn(seconds)))
    return instances.starts_per_s, pairs


BENCHMARKS = tuple(
    Benchmark(f"{kind}, {count:,}", partial(_rate, kind, count))
    for kind in ("memory", "sqlite", "postgres")
    for count in (1, 100, 1_000, 10_000)
)
