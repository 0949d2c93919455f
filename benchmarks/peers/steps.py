"""DBOS and LangGraph: durable steps a second, each saved before the next, from the first start to the last result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import perf_counter

import trio

import jactl_trio as jactl

from ..benchmark import Benchmark, Workbench
from ..durable.recovery import begin_and_kill, go_on
from ..rows import Row, ratio_at_least, ratio_at_most
from .process import Peer

_SOURCE = "int t = 0; for (int i = 0; i < each; i++) { t += step(i); checkpoint() }; t"
_FASTER = ratio_at_least(1)
KILLED = 100


async def seconds_of_steps(url: str, instances: int, each: int) -> float:
    """Seconds for what the peers do: a step is a call of the host, and a checkpoint."""
    context = jactl.Context()

    @context.function
    async def step(number: int) -> int:
        return number

    script = context.compile(_SOURCE, globals={"each": 0})
    async with jactl.open_runtime(context, url) as runtime:
        started = perf_counter()
        running = [await runtime.start(script, {"each": each}) for _ in range(instances)]
        results = {await instance.result() for instance in running}
        seconds = perf_counter() - started
    assert results == {sum(range(each))}, results
    return seconds


def _row(name: str, other: str, steps: int, pairs: list[tuple[float, float]]) -> Row:
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    ratio = median(theirs / ours for ours, theirs in pairs)
    return Row(name, "steps/s", steps / ours, steps / theirs, ratio, other, _FASTER)


def _dbos(kind: str, count: int, each: int, workbench: Workbench) -> Iterator[Row]:
    count = min(count, workbench.effort.instances_max)
    store = workbench.store(kind, "dbos")
    if store is None:
        return
    pairs = []
    with Peer(workbench.peers, "durable_workflows", workbench.folder) as dbos:
        dbos.ask("launch", url=sqlalchemy_url(store))
        dbos.ask("steps", workflows=1, each=2)
        for _ in range(1 if count > 100 else min(workbench.effort.rounds, 3)):
            url = workbench.store(kind, "steps")
            assert url is not None
            ours = trio.run(seconds_of_steps, url, count, each)
            theirs = dbos.ask("steps", workflows=count, each=each)
            assert theirs["results"] == [sum(range(each))], theirs
            pairs.append((ours, theirs["seconds"]))
    plural = "s" * (count > 1)
    yield _row(f"durable steps, {kind}, {count:,} workflow{plural} of {each}", "DBOS", count * each, pairs)


def _langgraph(kind: str, count: int, each: int, workbench: Workbench) -> Iterator[Row]:
    count = min(count, workbench.effort.instances_max)
    pairs = []
    with Peer(workbench.peers, "graphs", workbench.folder) as langgraph:
        for _ in range(min(workbench.effort.rounds, 3)):
            url, their_url = workbench.store(kind, "steps"), workbench.store(kind, "langgraph")
            if url is None or their_url is None:
                return
            ours = trio.run(seconds_of_steps, url, count, each)
            theirs = langgraph.ask("steps", url=their_url, threads=count, each=each)
            assert theirs["results"] == [each] and theirs["checkpoints"] == each + 2, theirs
            pairs.append((ours, theirs["seconds"]))
    plural = "s" * (count > 1)
    yield _row(f"checkpoints, {kind}, {count:,} graph{plural} of {each} steps", "LangGraph", count * each, pairs)


def _dbos_recovery(kind: str, workbench: Workbench) -> Iterator[Row]:
    count = min(KILLED, workbench.effort.instances_max)
    url, their_url = workbench.store(kind, "killed"), workbench.store(kind, "dbos-killed")
    if url is None or their_url is None:
        return
    begin_and_kill(url, count)
    ours, _ = go_on(url, count)
    with Peer(workbench.peers, "durable_workflows", workbench.folder) as dbos:
        dbos.ask("begin", url=sqlalchemy_url(their_url), count=count)
    with Peer(workbench.peers, "durable_workflows", workbench.folder) as dbos:
        theirs = dbos.ask("go_on", url=sqlalchemy_url(their_url), count=count)["seconds"]
    name = f"recovery of {count} killed workflows, {kind}"
    yield Row(name, "s", ours, theirs, ours / theirs, "DBOS", ratio_at_most(1))


def sqlalchemy_url(url: str) -> str:
    kind, _, path = url.partition(":")
    return f"sqlite:///{path}" if kind == "sqlite" else url


Points = tuple[tuple[int, int], ...]  # workflows at once, and steps of each
_DBOS: Points = ((1, 300), (100, 3), (1_000, 1))
_LANGGRAPH: Points = ((1, 300), (100, 5))


def _points(peer: str, measure: Callable[..., Iterator[Row]], points: Points) -> Iterator[Benchmark]:
    for kind in ("sqlite", "postgres"):
        for count, each in points:
            yield Benchmark(f"{peer}, {kind}, {count:,}", partial(measure, kind, count, each))


BENCHMARKS = (
    *_points("dbos", _dbos, _DBOS),
    *(Benchmark(f"dbos, recovery, {kind}", partial(_dbos_recovery, kind)) for kind in ("sqlite", "postgres")),
    *_points("langgraph", _langgraph, _LANGGRAPH),
)
