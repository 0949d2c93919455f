"""Outcomes are kept for as long as the embedder says, by the store's clock; what has not ended is never purged."""

from __future__ import annotations

import uuid

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.errors import StoreError
from jactl_trio.runtime.retention import PURGE_EVERY_SECONDS, purge
from jactl_trio.store import MemoryStore
from jactl_trio.store.interface import PURGE_MAX
from jactl_trio.store.records import Claim, Finish, Owner, Park, ScriptRecord
from jactl_trio.verify.around import AroundStore
from jactl_trio.verify.scripted_senses import virtual_time

from .inline import InLine

KEPT_S = 2000.0
OWNER = Owner(uuid.UUID(int=99), "host", 1, "0")


def states(store: MemoryStore) -> set[tuple[int, str]]:
    return {(record.id.int, record.state) for record in store.instances()}


async def test_only_outcomes_that_are_old_enough_go(autojump_clock: trio.testing.MockClock) -> None:
    store = MemoryStore(virtual_time)
    context = jactl.Context()
    calls = []
    context.function(lambda: calls.append(1), name="called")
    ends, waits = context.compile("called(); 7"), context.compile("checkpoint(); receive('go')")
    async with jactl.open_runtime(context, environment=InLine(store), hibernate_after=60) as runtime:
        await (await runtime.start(ends, id=uuid.UUID(int=1))).result()
        for n in (2, 3):
            await runtime.start(waits, id=uuid.UUID(int=n))
        await trio.sleep(2 * KEPT_S)
        await (await runtime.start(ends, id=uuid.UUID(int=4))).result()
        store.write(OWNER.id, [Park(uuid.UUID(int=3), "why")])
    going = {(2, "hibernated"), (3, "parked")}
    assert states(store) == {(1, "finished"), (4, "finished")} | going
    async with jactl.open_runtime(context, environment=InLine(store), keep_outcomes_s=KEPT_S) as runtime:
        await trio.sleep(1)
        assert states(store) == {(4, "finished")} | going
        assert await (await runtime.start(ends, id=uuid.UUID(int=4))).result() == 7
        assert len(calls) == 2
        await trio.sleep(KEPT_S + PURGE_EVERY_SECONDS)
        assert states(store) == going
        assert await (await runtime.start(ends, id=uuid.UUID(int=4))).result() == 7
        assert len(calls) == 3  # whoever asks again after that runs it again


async def test_without_it_outcomes_stay(autojump_clock: trio.testing.MockClock) -> None:
    store, context = MemoryStore(virtual_time), jactl.Context()
    async with jactl.open_runtime(context, environment=InLine(store)) as runtime:
        await (await runtime.start(context.compile("7"), id=uuid.UUID(int=1))).result()
        await trio.sleep(4 * KEPT_S)
    assert states(store) == {(1, "finished")}


class Failing(AroundStore):
    """A purge that fails at first."""

    limits: list[int]

    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        self.limits.append(limit)
        if len(self.limits) == 1:
            raise StoreError("no space left")
        return self.store.purge(older_than_s, limit)


async def test_a_store_that_fails_is_asked_again(
    autojump_clock: trio.testing.MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    memory = MemoryStore(virtual_time)
    store, context = Failing(memory), jactl.Context()
    store.limits = []
    async with jactl.open_runtime(context, environment=InLine(store), keep_outcomes_s=KEPT_S) as runtime:
        await (await runtime.start(context.compile("7"), id=uuid.UUID(int=1))).result()
        await trio.sleep(2 * KEPT_S)
    assert states(memory) == set()
    assert "Outcomes cannot be purged: no space left" in caplog.text


async def test_many_go_in_several_transactions(autojump_clock: trio.testing.MockClock) -> None:
    """Others save in between."""
    memory = MemoryStore(virtual_time)
    memory.register(OWNER, 60.0)
    for n in range(2 * PURGE_MAX + 1):
        id = uuid.UUID(int=n)
        memory.write(OWNER.id, [Claim(id, "s", (ScriptRecord("s", "1"),), keeps_outcome=True), Finish(id, 1)])
    store = Failing(memory)
    store.limits = [0]
    assert await purge(InLine(store), 0.0) == 2 * PURGE_MAX + 1
    assert store.limits == [0, PURGE_MAX, PURGE_MAX, PURGE_MAX]
    assert states(memory) == set()
