"""Messages: sent once, received once, in order; with a store they outlive the host, whoever runs the instance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import trio
from trio.testing import MockClock as Clock

import jactl_trio as jactl
from jactl_trio.errors import (
    InstanceCancelledError,
    StaleInstanceError,
    StoreError,
    UnknownInstanceError,
    UsageError,
)
from jactl_trio.runtime.instance import Instance, Status
from jactl_trio.runtime.runtime import Runtime
from jactl_trio.store import MemoryStore
from jactl_trio.store.records import Park, Waiting

from .inline import InLine

ID = UUID(int=7)
Host = Callable[..., AbstractAsyncContextManager[Runtime]]


class World:
    """A store in virtual time, and runtimes of one context over it."""

    def __init__(self) -> None:
        self.store = MemoryStore(trio.current_time)
        self.context = jactl.Context()
        self.said: list[Any] = []
        self.context.function(self.said.append, name="say")

    @asynccontextmanager
    async def host(self, **options: Any) -> AsyncIterator[Runtime]:
        async with jactl.open_runtime(self.context, environment=InLine(self.store), **options) as runtime:
            yield runtime

    async def start(self, runtime: Runtime, source: str, **options: Any) -> Instance:
        return await runtime.start(self.context.compile(source), id=ID, **options)


@pytest.fixture
async def world() -> World:
    return World()


@pytest.mark.parametrize("with_store", [True, False])
async def test_a_message_is_received_before_and_after_it_is_waited_for(
    with_store: bool, world: World, autojump_clock: Clock
) -> None:
    async with world.host() if with_store else jactl.open_runtime(world.context) as runtime:
        instance = await world.start(
            runtime, "sleep(5000); [receive('a'), receive('b'), receive('a'), receive('a', 0)]"
        )
        await runtime.send(ID, "a", {"n": 1})
        await runtime.send(ID, "a", [2, "two"])
        await trio.sleep(10)
        await runtime.send(ID, "b")
        assert await instance.result() == [{"n": 1}, None, [2, "two"], None]
    assert trio.current_time() < 20


async def test_a_wait_ends_in_time(world: World, autojump_clock: Clock) -> None:
    async with world.host() as runtime:
        begun = trio.current_time()
        instance = await world.start(runtime, "receive('never', 2500)")
        assert await instance.result() is None
        assert trio.current_time() - begun == pytest.approx(2.5)


async def test_a_message_of_another_host_arrives(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host() as there:
        instance = await world.start(here, "receive('a')")
        await trio.sleep(3)
        await there.send(ID, "a", 42)
        with trio.fail_after(2):
            assert await instance.result() == 42


async def test_what_was_received_comes_again_until_a_checkpoint_takes_it(world: World, autojump_clock: Clock) -> None:
    source = """
        say(receive('a')); checkpoint(); say(receive('a')); sleep(1000000); checkpoint(); say(receive('a', 1)); 'done'
    """
    async with world.host() as runtime:
        await world.start(runtime, source, durable=True)
        for n in range(1, 3):
            await runtime.send(ID, "a", n)
        await trio.sleep(5)
        assert world.said == [1, 2]
        assert [message.seq for message in world.store.messages([Waiting(ID, "a")])] == [2]
        runtime.shutdown()
    async with world.host() as runtime:
        (instance,) = await runtime.recover()
        assert await instance.result() == "done"
    assert world.said == [1, 2, 2, None]


async def test_a_key_is_used_once(world: World, autojump_clock: Clock) -> None:
    async with world.host() as runtime:
        instance = await world.start(runtime, "[receive('a'), checkpoint(), receive('a'), receive('a', 10)]")
        for _ in range(2):
            await runtime.send(ID, "a", 1, key="first")
        await trio.sleep(5)  # the first one is taken by a checkpoint by now
        await runtime.send(ID, "a", 1, key="first")
        await runtime.send(ID, "a", 2, key="second")
        assert await instance.result() == [1, None, 2, None]


@pytest.mark.parametrize("with_store", [True, False])
async def test_nobody_is_there_to_receive(with_store: bool, world: World, autojump_clock: Clock) -> None:
    async with world.host() if with_store else jactl.open_runtime(world.context) as runtime:
        with pytest.raises(UnknownInstanceError, match=f"There is no instance {ID}"):
            await runtime.send(ID, "a", 1)
        instance = await world.start(runtime, "1")
        await instance.result()
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(UnknownInstanceError):
            await runtime.send(ID, "a", 1)
        with pytest.raises(UsageError, match="cannot be"):
            await runtime.send(ID, "a", object())


async def test_a_script_without_a_runtime_has_no_messages() -> None:
    with pytest.raises(jactl.JactlRuntimeError, match="needs a runtime") as caught:
        await jactl.eval("1 +\nreceive('a')")
    assert caught.value.location is not None and caught.value.location.line == 2
    with pytest.raises(jactl.JactlRuntimeError, match="Null value for name"):
        await jactl.eval("receive(null)")


async def test_an_instance_is_sent_to_before_anything_of_it_is_stored(world: World, autojump_clock: Clock) -> None:
    async with world.host() as runtime:
        instance = await runtime.start(world.context.compile("receive('a')"))
        assert world.store.instance(instance.id) is None
        await runtime.send(instance.id, "a", "early")
        assert await instance.result() == "early"
    assert world.store.check() == [] and world.store.instances() == []


# Hibernation


async def test_a_long_wait_is_one_in_the_store(world: World, autojump_clock: Clock) -> None:
    async with world.host(hibernate_after=60) as runtime:
        instance = await world.start(runtime, "def x = 1; checkpoint(); x++; say(receive('a', 864000000)); sleep(1); x")
        await trio.sleep(100)
        assert instance.status.value is Status.HIBERNATED and not runtime.instances
        record = world.store.instance(ID)
        assert record is not None and (record.state, record.checkpoint_id, record.awaits) == ("hibernated", 1, "a")
        with pytest.raises(jactl.InstanceHibernatedError):
            await instance.result()
        await runtime.send(ID, "b", "another")
        await trio.sleep(100)
        assert not runtime.instances
        await runtime.send(ID, "a", "hello")
        await trio.sleep(1)
        again = await world.start(runtime, "1")
        assert await again.result() == 2
    assert world.said == ["hello"] and world.store.check() == []


async def test_a_sleep_of_days_wakes_at_its_time_on_another_host(world: World, autojump_clock: Clock) -> None:
    day = 86_400
    begun = trio.current_time()
    async with world.host(hibernate_after=60) as runtime:
        await world.start(runtime, f"say('good night'); say(sleep({3 * day * 1000}, 'good morning')); 'up'")
        await trio.sleep(1)
        assert not runtime.instances
    assert trio.current_time() - begun < 10  # nobody waits for it
    await trio.sleep(day)
    async with world.host(recover_every=10) as runtime:
        while not world.said[1:]:
            await trio.sleep(1)
        assert trio.current_time() - begun == pytest.approx(3 * day, abs=2)
        assert await (await world.start(runtime, "")).result() == "up"
    assert world.said == ["good night", "good morning"]


async def test_a_wait_that_hibernates_ends_in_time(world: World, autojump_clock: Clock) -> None:
    begun = trio.current_time()
    async with world.host(hibernate_after=60) as runtime:
        await world.start(runtime, "receive('never', 3600000)")
        await trio.sleep(3700)
        record = world.store.instance(ID)
        assert record is not None and record.state == "finished"
        assert record.updated_at - begun == pytest.approx(3600, abs=2)


async def test_a_host_that_dies_asleep_loses_no_wait(world: World, autojump_clock: Clock) -> None:
    """The idempotency keys of calls after the wait are what they would have been."""
    keys: list[tuple[int, int]] = []

    @world.context.function
    async def call(ctx: jactl.HostCallContext) -> None:
        keys.append((ctx.checkpoint_id, ctx.call_ordinal))

    async with world.host(hibernate_after=60) as runtime:
        await world.start(runtime, "checkpoint(); call(); sleep(100000); call(); sleep(1000000000); call()")
        await trio.sleep(500)
        assert keys == [(1, 0), (1, 1)]
        await trio.sleep(1_000_000)
        assert keys == [(1, 0), (1, 1), (1, 2)]


class Socket:
    """What no checkpoint can hold."""

    @staticmethod
    def connected() -> Socket:
        return Socket()


async def test_what_cannot_hibernate_waits_in_memory(world: World, autojump_clock: Clock) -> None:
    world.context.register_class(Socket, methods=["connected"])
    async with world.host(hibernate_after=60) as runtime:
        instance = await world.start(
            runtime, "def s = Socket.connected(); def a = receive('a'); sleep(100000); [a, s != null]"
        )
        await trio.sleep(100)
        await runtime.send(ID, "a", 1)
        assert await instance.result() == [1, True]


async def test_hibernation_needs_a_store() -> None:
    with pytest.raises(UsageError, match="needs a store"):
        async with jactl.open_runtime(jactl.Context(), hibernate_after=60):
            pass


# By id


async def test_cancel_ends_an_instance_wherever_it_is(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host() as there:
        instance = await world.start(here, "checkpoint(); sleep(10000000); say('never')")
        await trio.sleep(1)
        await there.cancel(ID)
        await trio.sleep(40)  # it looks from time to time
        assert instance.status.value is Status.STALE
        with pytest.raises(StaleInstanceError):
            await instance.result()
        assert await here.recover() == [] and await there.recover() == []
        again = await world.start(there, "1")
        with pytest.raises(InstanceCancelledError):
            await again.result()
        with pytest.raises(StoreError, match="has ended: cancelled"):
            await here.cancel(ID)
    assert world.said == []


async def test_a_hibernated_instance_is_cancelled_or_deleted(world: World, autojump_clock: Clock) -> None:
    for end in (Runtime.cancel, Runtime.delete):
        async with world.host(hibernate_after=60) as runtime:
            instance = await runtime.start(world.context.compile("sleep(1000000); say('never')"))
            await trio.sleep(1)
            assert instance.status.value is Status.HIBERNATED
            await end(runtime, instance.id)
            await trio.sleep(2000)
            with pytest.raises(UnknownInstanceError):
                await end(runtime, instance.id)
    assert world.said == [] and world.store.instances() == []


async def test_a_parked_instance_is_retried(world: World, autojump_clock: Clock) -> None:
    async with world.host() as runtime:
        await world.start(runtime, "checkpoint(); say(receive('a')); 'done'")
        await trio.sleep(1)
        with pytest.raises(StoreError, match="is not parked, but running"):
            await runtime.retry(ID)
        runtime.shutdown()
    async with world.host() as runtime:
        world.store.write(ID, [Park(ID, "it has to wait")])
        await runtime.send(ID, "a", "meanwhile")
        assert await runtime.recover() == []
        await runtime.retry(ID)
        (instance,) = await runtime.recover()
        assert await instance.result() == "done"
    assert world.said == ["meanwhile"]
