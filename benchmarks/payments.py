"""The payments example through kills: durable work as a whole."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import trio

from examples.payments.client import Client

from .benchmark import Benchmark, Workbench
from .rows import Row


def _rows(workbench: Workbench) -> Iterator[Row]:
    rounds = workbench.effort.rounds
    count = 600 * rounds
    with tempfile.TemporaryDirectory() as folder:
        client = Client(f"sqlite:{Path(folder) / 'payments.db'}", count, min(rounds, 4), 1)
        started = time.perf_counter()

        async def run() -> None:
            books = await client.run(lambda completed: None)
            assert not books.lost and not books.wrong_checkpoints

        trio.run(run)
        rate = count / (time.perf_counter() - started)
    yield Row("payments through kills (banks are slow by design)", "payments/s", rate)


BENCHMARKS = (Benchmark("payments", _rows),)
