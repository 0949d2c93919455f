"""Waits of days with several hosts: each ends once, at its time by the store's clock, on one of them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
import trio
from trio.testing import MockClock as Clock

import jactl_trio as jactl
from jactl_trio.runtime.instance import Status
from jactl_trio.runtime.runtime import Runtime
from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import Claim, Claimed, Owner
from jactl_trio.verify.scripted_senses import virtual_time

from .inline import InLine

ID = UUID(int=7)
DAY_S = 86_400.0
SLEEPS = f"checkpoint(); sleep({3 * int(DAY_S) * 1000}L); woken(); 'up'"
EVERY_S = 1200.0  # looks without news; who hibernates is woken at its time all the same


class World:
    """A store in virtual time; where and when the script woke."""

    def __init__(self, store: CheckpointStore) -> None:
        self.store = store
        self.woken: list[tuple[str, float]] = []

    @asynccontextmanager
    async def host(self, name: str = "", **options: Any) -> AsyncIterator[Runtime]:
        context = jactl.Context()
        context.function(lambda: self.woken.append((name, virtual_time())), name="woken")
        environment = InLine(self.store, lease_s=3600.0)
        async with jactl.open_runtime(
            context, environment=environment, hibernate_after=60, recover_every=EVERY_S, **options
        ) as runtime:
            yield runtime

    async def asleep(self, source: str) -> float:
        """An instance hibernates, whose host is gone; when it began."""
        begun = virtual_time()
        async with self.host() as runtime:
            instance = await runtime.start(runtime.context.compile(source), id=ID)
            await trio.sleep(61)
            assert instance.status.value is Status.HIBERNATED
            runtime.shutdown()
        return begun

    @property
    def result(self) -> tuple[str, str | None]:
        record = self.store.instance(ID)
        assert record is not None
        return record.state, record.error


@pytest.fixture
async def world(virtual_store: CheckpointStore) -> World:
    return World(virtual_store)


async def test_one_of_three_hosts_wakes_it_once_at_its_time(world: World, autojump_clock: Clock) -> None:
    begun = await world.asleep(SLEEPS)
    async with world.host("a") as a, world.host("b") as b, world.host("c") as c:
        await trio.sleep(4 * DAY_S)
        for runtime in (a, b, c):
            runtime.shutdown()
    ((_, when),) = world.woken
    assert begun + 3 * DAY_S <= when <= begun + 3 * DAY_S + 1
    assert world.result == ("finished", None)


@pytest.mark.parametrize("clock_is_off_s", [-5 * DAY_S, 0.0, 5 * DAY_S])
@pytest.mark.parametrize("dies_after_s", [DAY_S, 3 * DAY_S])
async def test_the_host_that_took_it_dies(
    clock_is_off_s: float, dies_after_s: float, world: World, monkeypatch: pytest.MonkeyPatch, autojump_clock: Clock
) -> None:
    """Before its time, asked for by its id; and at its time. The next host's own clock does not count."""
    begun = await world.asleep(SLEEPS)
    await trio.sleep(begun + dies_after_s - virtual_time())
    dead = Owner(uuid4(), "another host", 1, "0")
    world.store.register(dead, 30.0)
    (claimed,) = world.store.write(dead.id, [Claim(ID)])
    assert isinstance(claimed, Claimed)
    now = time.time() + clock_is_off_s
    monkeypatch.setattr(time, "time", lambda: now)
    async with world.host("b") as b:
        await trio.sleep(4 * DAY_S)
        b.shutdown()
    ((_, when),) = world.woken
    latest = begun + max(3 * DAY_S, dies_after_s + 30.0 + EVERY_S)
    assert begun + 3 * DAY_S - 0.01 <= when <= latest + 1
    assert world.result == ("finished", None)


@pytest.mark.parametrize("sent_after_s", [-1.0, -0.001, 0.0, 0.001, 0.03, 1.0])
@pytest.mark.parametrize("is_asleep", [True, False])
async def test_a_message_comes_at_the_very_end_of_its_wait(
    sent_after_s: float, is_asleep: bool, world: World, autojump_clock: Clock
) -> None:
    """It is given, or null and then there for the next one who asks: never both, never neither."""
    wait_s = DAY_S if is_asleep else 50.0
    source = f"def a = receive('paid', {int(wait_s) * 1000}L); woken(); checkpoint(); [a, receive('paid', 20000)]"
    begun = virtual_time()
    async with world.host("a") as a, world.host("b") as b:
        script = a.context.compile(source)
        instance = await a.start(script, id=ID, durable=True)
        await trio.sleep(begun + wait_s + sent_after_s - virtual_time())
        await b.send(ID, "paid", 20)
        await trio.sleep(60)
        found = await (await a.start(script, id=ID)).result()
        for runtime in (a, b):
            runtime.shutdown()
    assert found in ([20, None], [None, 20])
    if sent_after_s < 0:
        assert found == [20, None]
    if sent_after_s >= 1.0:
        assert found == [None, 20]
    assert len(world.woken) == 1 and world.woken[0][1] <= begun + wait_s + 1.5
    assert instance.status.value is (Status.HIBERNATED if is_asleep else Status.FINISHED)
