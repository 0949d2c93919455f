"""Cancel, retry and delete: by whoever has the store, wherever the instance is; what was answered stays so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import trio
from trio.testing import MockClock as Clock

import jactl_trio as jactl
from jactl_trio.errors import InstanceCancelledError, StaleInstanceError, StoreError, UnknownInstanceError
from jactl_trio.runtime.instance import Status
from jactl_trio.runtime.runtime import Runtime
from jactl_trio.store import CheckpointStore, MemoryStore
from jactl_trio.store.processes import leave, new_owner
from jactl_trio.store.records import Answer, Claim, Finish, Operation, Park, Save
from jactl_trio.verify.scripted_senses import virtual_time

from .inline import InLine

ID = UUID(int=7)
LEASE_S = 30.0
SOURCE = "checkpoint(); say('begun'); sleep(1000); say('on'); checkpoint(); say('far'); receive('go'); 'done'"


class World:
    """One store in virtual time, hosts over it, and what the script did."""

    def __init__(self, store: CheckpointStore) -> None:
        self.store = store
        self.context = jactl.Context()
        self.said: list[str] = []
        self.context.function(self.said.append, name="say")
        self.script = self.context.compile(SOURCE)

    @asynccontextmanager
    async def host(self, **options: Any) -> AsyncIterator[Runtime]:
        environment = InLine(self.store, lease_s=LEASE_S)
        async with jactl.open_runtime(self.context, environment=environment, **options) as runtime:
            yield runtime

    async def begun(self, runtime: Runtime, **options: Any) -> jactl.Instance:
        instance = await runtime.start(self.script, id=ID, **options)
        await trio.sleep(0.5)
        return instance

    def cut_off(self, runtime: Runtime) -> None:
        """Its lease runs out now, and it does not know."""
        assert runtime.keeper is not None
        self.store.renew(runtime.keeper.owner.id, 0.0)

    @property
    def state(self) -> str | None:
        record = self.store.instance(ID)
        return None if record is None else record.state


@pytest.fixture
async def world(virtual_store: CheckpointStore) -> World:
    return World(virtual_store)


# Cancel


async def test_one_that_runs_at_another_host_is_stopped_within_a_third_of_its_lease(
    world: World, autojump_clock: Clock
) -> None:
    async with world.host() as here, world.host() as there:
        instance = await world.begun(here)
        await trio.sleep(1)
        assert world.said == ["begun", "on", "far"]  # it waits for a message that nobody sends
        await there.cancel(ID)
        assert world.state == "cancelled"
        with trio.fail_after(LEASE_S / 3 + 1), pytest.raises(StaleInstanceError):
            await instance.result()
        assert await here.recover() == await there.recover() == []
        with pytest.raises(InstanceCancelledError):
            await (await here.start(world.script, id=ID)).result()


async def test_its_owner_writes_no_more(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host() as there:
        instance = await world.begun(here)
        await there.cancel(ID)
        with pytest.raises(StaleInstanceError):
            await instance.result()
        assert world.said == ["begun", "on"] and world.state == "cancelled"


async def test_one_whose_host_is_dead_and_has_its_lease_yet(world: World, autojump_clock: Clock) -> None:
    world.store.open()
    async with world.host() as here, world.host() as there:
        await world.begun(here, keep_outcome=False)
        await there.cancel(ID)  # nobody has to wait for the lease
        assert world.state is None
        here.shutdown()
    async with world.host() as another:
        assert await another.recover() == []
        with pytest.raises(UnknownInstanceError):
            await another.cancel(ID)


@pytest.mark.parametrize("waits", [{"hibernate_after": 0.5}, {}], ids=["hibernated", "between hosts"])
async def test_one_that_nobody_has(waits: dict[str, float], world: World, autojump_clock: Clock) -> None:
    async with world.host(**waits) as here:
        await world.begun(here)
        await trio.sleep(0.2)
        here.shutdown()
    assert world.state == ("hibernated" if waits else "running")
    async with world.host(recover_every=0.1) as there:
        if waits:
            await there.cancel(ID)
        else:  # as early as can be: while it is taken over here
            await trio.testing.wait_all_tasks_blocked()
            await there.cancel(ID)
        await trio.sleep(5)
        assert not there.instances
    assert world.state == "cancelled" and world.said.count("on") == 0


async def test_one_that_is_being_started_here(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, trio.open_nursery() as nursery:
        assert isinstance(here.keeper, InLine)
        here.keeper.latency_s = 2.0
        nursery.start_soon(world.begun, here)
        await trio.sleep(1)
        with trio.fail_after(20):
            await here.cancel(ID)
        assert world.state == "cancelled" and not here.instances


async def test_one_that_has_just_been_taken_over(world: World, autojump_clock: Clock) -> None:
    """Its owner of before does not know yet, and is the one that is asked."""
    async with world.host() as here, world.host() as there:
        instance = await world.begun(here)
        world.cut_off(here)
        (taken,) = await there.recover()
        await here.cancel(ID)
        assert world.state == "cancelled" and instance.status.value is Status.CANCELLED
        with pytest.raises(StaleInstanceError):
            await taken.result()


@pytest.mark.parametrize("by_handle", [True, False])
async def test_one_that_is_about_to_hibernate(by_handle: bool, world: World, autojump_clock: Clock) -> None:
    async with world.host(hibernate_after=0) as here:
        assert isinstance(here.keeper, InLine)
        instance = await here.start(world.script, id=ID)
        await trio.sleep(0)
        here.keeper.latency_s = 0.3
        while not world.said:
            await trio.sleep(0.1)
        await trio.sleep(0.2)  # the store is being told that it hibernates
        await (instance.cancel() if by_handle else here.cancel(ID))
        assert world.state == "cancelled"


async def test_a_release_does_not_undo_it(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here:
        instance = await world.begun(here)
        instance.cancel()
        instance.release()
        with pytest.raises(InstanceCancelledError):
            await instance.result()
    assert world.state == "cancelled"


@pytest.mark.parametrize(
    ("is_stored", "options"),
    [(True, {"id": ID}), (False, {"id": ID}), (True, {"id": ID, "keep_outcome": False}), (True, {})],
    ids=["kept", "begun", "not kept", "no id"],
)
async def test_one_that_is_being_released(
    is_stored: bool, options: dict[str, Any], world: World, autojump_clock: Clock
) -> None:
    """The store is being told that it is free when somebody wants its end."""
    async with world.host() as here:
        assert isinstance(here.keeper, InLine)
        script = world.script if is_stored else world.context.compile("sleep(1000); 1")
        instance = await here.start(script, **options)
        await trio.sleep(0.5)
        here.keeper.latency_s = 2.0
        instance.release()
        await trio.sleep(1)
        await instance.cancel()
        assert instance.status.value is Status.CANCELLED
        record = world.store.instance(instance.id)
        assert (None if record is None else record.state) == ("cancelled" if options == {"id": ID} else None)
        assert await here.recover() == []


async def test_one_whose_save_has_failed(autojump_clock: Clock) -> None:
    """It is being given up, with its error, when somebody wants its end."""
    store = Failing(virtual_time)
    world = World(store)
    async with world.host() as here:
        assert isinstance(here.keeper, InLine)
        instance = await world.begun(here)
        store.fails = Save
        here.keeper.latency_s = 2.0
        await trio.sleep(0.6)
        with trio.move_on_after(5):
            await instance.result()
        assert not instance.status.value.is_ended
        await instance.cancel()
        assert (world.state, instance.status.value) == ("cancelled", Status.CANCELLED)


async def test_two_whose_own_host_functions_cancel_each_other(world: World, autojump_clock: Clock) -> None:
    ids = [UUID(int=1), UUID(int=2)]
    async with world.host() as here:
        both = trio.Event()

        @world.context.function
        async def end(number: int) -> None:
            await both.wait()
            await here.cancel(ids[number])

        script = world.context.compile("checkpoint(); end(other); 'never'", {"other": 0})
        instances = [await here.start(script, {"other": 1 - number}, id=id) for number, id in enumerate(ids)]
        await trio.sleep(1)
        both.set()
        with trio.fail_after(60):
            for instance in instances:
                with pytest.raises(InstanceCancelledError):
                    await instance.result()
    assert {record.state for record in world.store.instances()} == {"cancelled"}


async def test_leaving_the_block_does_not_undo_it(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here:
        instance = await world.begun(here)
        instance.cancel()
        here.shutdown()
    assert (world.state, instance.status.value) == ("cancelled", Status.CANCELLED)


class Failing(MemoryStore):
    """Fails writes with such operations in them."""

    fails: type[Operation] | None = None

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        if any(type(one) is self.fails for one in operations):
            raise StoreError("no room")
        return super().write(owner, operations)


async def test_a_store_that_could_not_be_told(autojump_clock: Clock) -> None:
    store = Failing(virtual_time)
    world = World(store)
    async with world.host() as here:
        await world.begun(here)
        store.fails = Finish
        await here.cancel(ID)  # its own end could not be recorded, so it is ended as anybody could end it
        assert world.state == "cancelled"


async def test_the_end_came_first(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here:
        instance = await world.begun(here)
        await here.send(ID, "go")
        assert await instance.result() == "done"
        with pytest.raises(StoreError, match="has ended: finished"):
            await here.cancel(ID)
        assert await (await here.start(world.script, id=ID)).result() == "done"


async def test_a_parked_one(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host() as there:
        await (await world.begun(here)).release()
        world.store.write(ID, [Park(ID, "why")])
        await there.cancel(ID)
        with pytest.raises(StoreError, match="is not parked, but cancelled"):
            await there.retry(ID)
        assert await here.recover() == [] and world.state == "cancelled"


# Retry


async def test_only_what_is_parked_is_retried(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host(recover_every=1.0) as there:
        with pytest.raises(UnknownInstanceError):
            await here.retry(ID)
        instance = await world.begun(here)
        for host in (here, there):
            with pytest.raises(StoreError, match="is not parked, but running"):
                await host.retry(ID)
        await instance.release()
        world.store.write(ID, [Park(ID, "why")])
        await here.retry(ID)
        with pytest.raises(StoreError, match="is not parked"):
            await there.retry(ID)
        await trio.sleep(2)
        assert ID in there.instances and ID not in here.instances
        there.shutdown()


# Delete


async def test_what_runs_is_not_deleted(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here, world.host() as there:
        instance = await world.begun(here)
        with pytest.raises(StoreError, match="runs here"):
            await here.delete(ID)
        with pytest.raises(StoreError, match="runs at another owner"):
            await there.delete(ID)
        world.cut_off(here)  # for the store it is free now
        with pytest.raises(StoreError, match="runs here"):
            await here.delete(ID)
        await there.delete(ID)
        with pytest.raises(StaleInstanceError):
            await instance.result()
    assert world.state is None and "far" not in world.said


async def test_what_runs_here_and_is_not_stored_yet_is_not_unknown(world: World, autojump_clock: Clock) -> None:
    async with world.host() as here:
        instance = await here.start(world.context.compile("sleep(1000); 1"))
        with pytest.raises(StoreError, match="runs here"):
            await here.delete(instance.id)
        assert await instance.result() == 1


async def test_what_a_process_had_that_is_gone_is_deleted_at_once(world: World, autojump_clock: Clock) -> None:
    gone = new_owner()
    leave(gone)
    async with world.host() as here:
        world.store.register(gone, 1e6)
        world.store.write(gone.id, [Claim(ID, "script", (), 0, b"initial")])
        assert world.state == "running" and world.store.free() == []
        await here.delete(ID)
    assert world.state is None


async def test_what_does_not_run_is_deleted_with_all_that_it_has(world: World, autojump_clock: Clock) -> None:
    async with world.host(hibernate_after=0.5) as here, world.host() as there:
        await world.begun(here)
        await trio.sleep(0.2)
        await there.send(ID, "other", 1, key="k")
        assert world.state == "hibernated"
        await there.delete(ID)
        assert world.state is None and world.store.sent(ID) == [] and world.store.checkpoint(ID) is None
        await trio.sleep(5)
        assert world.said == ["begun"]
        await world.begun(here)
        assert world.said == ["begun", "begun"]  # the id is free again
        here.shutdown()
