"""The payments example: its banks are slow, fail, and do not answer; its payers send through a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator

import trio

from examples.payments.client import Client

from ..benchmark import Benchmark, Workbench
from ..rows import Row


def _example(workbench: Workbench) -> Iterator[Row]:
    count = max(workbench.effort.payments // 10, 20)
    store = workbench.store("sqlite", "payments")
    assert store is not None
    client = Client(store, count, 3, 1)
    started = time.perf_counter()

    async def run() -> None:
        books = await client.run(lambda completed: None)
        assert not books.lost and not books.contradictions and not books.wrong_checkpoints

    trio.run(run)
    rate = count / (time.perf_counter() - started)
    yield Row("payments through 3 kills, banks slow by design", "payments/s", rate)


BENCHMARKS = (Benchmark("slow banks", _example),)
