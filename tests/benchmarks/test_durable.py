"""Durable benchmarks with few instances: what they check is what was saved, recovered, and paid."""

from __future__ import annotations

import pytest
import trio

from benchmarks.benchmark import Benchmark, Effort, Workbench
from benchmarks.durable import rates, recovery
from benchmarks.durable.crowd import Crowd
from benchmarks.payments.at_once import Payer, check

TINY = Effort(rounds=1, seconds=0.03, calls=1, instances_max=3, payments=40)


@pytest.mark.parametrize(
    "benchmark", [*rates.BENCHMARKS[1::4], recovery.BENCHMARKS[0]], ids=lambda benchmark: benchmark.name
)
def test_it_measures(benchmark: Benchmark) -> None:
    with Workbench(TINY) as workbench:
        rows = list(benchmark.measure(workbench))
        assert rows or workbench.cluster is None
    assert all(row.ours > 0 and row.cells() for row in rows)


def test_payments_are_paid_through_a_kill() -> None:
    with Workbench(TINY) as workbench:
        url = workbench.store("sqlite", "payments")
        assert url is not None
        payer = Payer(url, TINY.payments, kills=1)
        payer.run()
        check(payer)
    assert len(payer.books.responded) == TINY.payments
    assert payer.seconds > 0


async def test_a_turn_ends_when_all_wait_again(autojump_clock: trio.testing.MockClock) -> None:
    crowd, took = Crowd(2), []

    async def work(seconds: float) -> None:
        while await crowd.next_turn():
            await trio.sleep(seconds)
            crowd.saved(1)
            took.append(seconds)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(work, 1.0)
        nursery.start_soon(work, 5.0)
        await crowd.all_wait()
        assert (await crowd.turn(0.0)).saved == 2
        assert took == [1.0, 5.0]
        assert (await crowd.turn(0.0)).saved == 2
        crowd.end()
    assert trio.current_time() == 10.0
    assert crowd.saved_in_all == 4
