"""One run of an instance at a time, also in one runtime; what an owner has without knowing is given back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import trio
from trio.testing import MockClock as Clock

import jactl_trio as jactl
from jactl_trio.errors import StaleInstanceError, StoreError
from jactl_trio.runtime.store_doubts import settled_answers
from jactl_trio.store import MemoryStore
from jactl_trio.store.records import Answer, Finish, Operation, Release
from jactl_trio.verify.kit.hands import Hand, granted

from .inline import InLine

ID = UUID(int=7)
LEASE_S = 30.0
SOURCE = "checkpoint(); wait(); 'done'"


class Refusing(MemoryStore):
    """Fails every write with such an operation in it."""

    refused: type[Operation] | None = None

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        if any(type(operation) is self.refused for operation in operations):
            raise StoreError("refused")
        return super().write(owner, operations)


class Bench:
    """A store in virtual time, a script that waits, and how often it came so far."""

    def __init__(self) -> None:
        self.store = Refusing(trio.current_time)
        self.context = jactl.Context()
        self.waits = 0
        self.go_on = trio.Event()
        self.context.function(self._wait, name="wait")
        self.script = self.context.compile(SOURCE)

    async def _wait(self) -> None:
        self.waits += 1
        await self.go_on.wait()

    def runtime(self) -> Any:
        self.environment = InLine(self.store, lease_s=LEASE_S)
        return jactl.open_runtime(self.context, environment=self.environment)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_an_owner_whose_lease_has_run_out_does_not_recover_what_it_runs(
    bench: Bench, autojump_clock: Clock
) -> None:
    async with bench.runtime() as runtime:
        instance = await runtime.start(bench.script, id=ID)
        await trio.sleep(1)
        bench.store.renew(bench.environment.owner.id, 0.0)
        assert bench.store.free() == [ID]
        assert await runtime.recover() == []
        bench.go_on.set()
        assert await instance.result() == "done"
    assert bench.waits == 1


async def test_a_release_that_failed_is_made_up_for(bench: Bench, autojump_clock: Clock) -> None:
    async with bench.runtime() as runtime:
        instance = await runtime.start(bench.script, id=ID)
        await trio.sleep(1)
        bench.store.refused = Release
        await instance.release()
        bench.store.refused = None
        assert await runtime.recover() == []
        await trio.sleep(LEASE_S)
        bench.go_on.set()
        (recovered,) = await runtime.recover()
        assert await recovered.result() == "done"


async def test_who_starts_what_could_not_be_released_need_not_wait(bench: Bench, autojump_clock: Clock) -> None:
    async with bench.runtime() as runtime:
        instance = await runtime.start(bench.script, id=ID)
        await trio.sleep(1)
        bench.store.refused = Release
        await instance.release()
        bench.store.refused = None
        bench.go_on.set()
        again = await runtime.start(bench.script, id=ID)
        assert again.is_recovered and await again.result() == "done"


async def test_a_claim_that_nobody_waits_for_is_given_back(bench: Bench, autojump_clock: Clock) -> None:
    async with bench.runtime() as runtime:
        bench.environment.latency_s = 2.0
        with trio.move_on_after(1):
            await runtime.start(bench.script, id=ID, durable=True)
        await trio.sleep(3)
        record = bench.store.instance(ID)
        assert record is not None and record.owner == bench.environment.owner.id and not runtime.instances
        await trio.sleep(LEASE_S)
        bench.go_on.set()
        (recovered,) = await runtime.recover()
        assert await recovered.result() == "done"


async def test_a_recovery_that_is_cancelled_gives_back_what_it_has_claimed(bench: Bench, autojump_clock: Clock) -> None:
    async with bench.runtime() as runtime:
        await runtime.start(bench.script, id=ID)
        await trio.sleep(1)
        runtime.shutdown()
    other = bench.context.copy()
    other.function(bench._wait, name="wait")
    bench.context = other  # it has to fetch the script, and that takes its time
    async with bench.runtime() as runtime:
        bench.environment.latency_s = 2.0
        with trio.move_on_after(7):
            await runtime.recover()
        assert not runtime.instances
        assert bench.store.free() == []
        await trio.sleep(2 * LEASE_S)
        bench.go_on.set()
        (recovered,) = await runtime.recover()
        assert await recovered.result() == "done"


def test_the_end_that_another_owner_has_recorded_is_not_ones_own() -> None:
    store = MemoryStore()
    first, second = Hand(store), Hand(store)
    begun = first.saved(keeps_outcome=True)
    first.lose_lease()
    taken = granted(second.claim(begun.id))
    assert second.finish(taken) is None
    (answer,) = settled_answers(store, first.id, [Finish(begun.id, begun.token)], StoreError("lost"))
    assert isinstance(answer, StaleInstanceError)
    (answer,) = settled_answers(store, second.id, [Finish(begun.id, taken.token)], StoreError("lost"))
    assert answer is None
