"""An instance moves to another store: with its script, its classes, its messages, its outcome; and runs there only."""

from __future__ import annotations

import dataclasses
import uuid
from pathlib import Path

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.errors import CheckpointDecodeError, StoreError, UnknownInstanceError
from jactl_trio.runtime.instance import Status
from jactl_trio.store.records import Claim, Finish, Import, Owner, Park, Retry, Save, ScriptRecord, Send

ID = uuid.UUID(int=7)
OWNER = Owner(uuid.UUID(int=1), "host", 1, "0")
HELPER = "class Sum { int of(list) { list.sum() } }"
SOURCE = """
import shop.Sum
def first = receive('number', 60000)
checkpoint()
new Sum().of([first, receive('number', 60000), receive('number', 60000)])
"""


def new_context() -> jactl.Context:
    context = jactl.Context()
    context.compile_class(HELPER, package="shop")
    return context


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> jactl.CheckpointStore:
    if request.param == "postgres":
        return jactl.open_store(request.getfixturevalue("cluster").database())
    return jactl.MemoryStore() if request.param == "memory" else jactl.SQLiteStore(tmp_path / "other.db")


async def test_an_instance_goes_on_in_another_store(other: jactl.CheckpointStore, tmp_path: Path) -> None:
    with trio.fail_after(20):
        context, store = new_context(), jactl.SQLiteStore(tmp_path / "store.db")
        async with jactl.open_runtime(context, store, hibernate_after=0.01) as runtime:
            instance = await runtime.start(context.compile(SOURCE), id=ID)
            await runtime.send(ID, "number", 1, key="one")
            await instance.status.wait_value(lambda status: status is Status.HIBERNATED)
        store.write(OWNER.id, [Send(ID, "number", store_body(context, "number", 2), "two")])
        data = await trio.to_thread.run_sync(jactl.export_instance, store, ID)
        assert await trio.to_thread.run_sync(jactl.export_instance, store, ID) == data
        async with jactl.open_runtime(new_context(), store) as runtime:
            assert await runtime.recover() == []
        await trio.to_thread.run_sync(other.open)
        assert await trio.to_thread.run_sync(jactl.import_instance, other, data) == ID
        elsewhere = new_context() if isinstance(other, jactl.MemoryStore) else jactl.Context()
        async with jactl.open_runtime(elsewhere, other) as runtime:
            await runtime.send(ID, "number", 100, key="one")
            await runtime.send(ID, "number", 100, key="two")
            await runtime.send(ID, "number", 3)
            (instance,) = await runtime.recover()
            assert await instance.result() == 6
        assert other.check() == []
        await trio.to_thread.run_sync(other.close)


def store_body(context: jactl.Context, name: str, value: object) -> bytes:
    from jactl_trio.runtime.letters import encoded_message

    return encoded_message(context, ID, name, value)


def filled(state: str) -> jactl.MemoryStore:
    """A store with one instance."""
    store = jactl.MemoryStore()
    store.register(OWNER, 60.0)
    script = ScriptRecord("s", "1", "name \udc80")
    store.write(OWNER.id, [Claim(ID, "s", (script,), keeps_outcome=True)])
    if state != "unsaved":
        store.write(OWNER.id, [Save(ID, 1, 1, b"checkpoint")])
    if state == "finished":
        store.write(OWNER.id, [Finish(ID, 1, outcome=b"outcome")])
    elif state != "running":
        store.retire(OWNER.id)
    return store


def test_one_that_has_ended_moves_with_its_outcome(other: jactl.CheckpointStore) -> None:
    store = filled("finished")
    other.open()
    jactl.import_instance(other, jactl.export_instance(store, ID))
    before, after = store.instance(ID), other.instance(ID)
    assert before is not None and after is not None
    assert dataclasses.replace(after, updated_at=before.updated_at) == before
    with pytest.raises(StoreError, match="in this store already: finished"):
        jactl.import_instance(other, jactl.export_instance(store, ID))
    assert other.instance(ID) == after
    other.close()


def test_one_that_runs_or_is_not_there_stays() -> None:
    with pytest.raises(StoreError, match="runs at another owner"):
        jactl.export_instance(filled("running"), ID)
    with pytest.raises(StoreError, match="nothing of it is saved"):
        jactl.export_instance(filled("unsaved"), ID)
    with pytest.raises(UnknownInstanceError):
        jactl.export_instance(filled("free"), OWNER.id)


def test_an_export_can_be_taken_back_and_a_parked_one_stays_parked(other: jactl.CheckpointStore) -> None:
    store = filled("free")
    jactl.export_instance(store, ID)
    assert store.free() == []
    store.write(OWNER.id, [Retry(ID)])
    assert store.free() == [ID]
    store.write(OWNER.id, [Park(ID, "no bank knows it")])
    other.open()
    jactl.import_instance(other, jactl.export_instance(store, ID))
    after = other.instance(ID)
    assert after is not None and (after.state, after.error) == ("parked", "no bank knows it")
    other.close()


async def test_bytes_of_another_instance_do_not_run(tmp_path: Path) -> None:
    """A store whose rows were mixed up, or an import that was made up: the checkpoint says whose it is."""
    context, store = jactl.Context(), jactl.SQLiteStore(tmp_path / "store.db")
    async with jactl.open_runtime(context, store) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); sleep(60000)"), id=ID)
        while instance.checkpoint_id == 0:
            await trio.sleep(0.01)
        runtime.shutdown()
    found = store.checkpoint(ID)
    record = store.instance(ID)
    assert found is not None and record is not None
    wrong = uuid.UUID(int=8)
    store.write(OWNER.id, [Import(dataclasses.replace(record, id=wrong), found[1]), Park(ID, "")])
    async with jactl.open_runtime(context, store) as runtime:
        (instance,) = await runtime.recover()
        with pytest.raises(CheckpointDecodeError, match=f"checkpoint 1 of {ID} as checkpoint 1 of {wrong}"):
            await instance.result()


async def test_one_that_hibernates_moves_and_still_waits(other: jactl.CheckpointStore) -> None:
    context, store = jactl.Context(), jactl.MemoryStore()
    source = "checkpoint(); def order = receive('paid'); checkpoint(); [order, receive('late', 10)]"
    async with jactl.open_runtime(context, store, hibernate_after=0) as runtime:
        instance = await runtime.start(context.compile(source), id=ID, keep_outcome=True)
        with pytest.raises(jactl.InstanceHibernatedError):
            await instance.result()
        with pytest.raises(jactl.InstanceHibernatedError):  # nothing has come: it waits on
            await (await runtime.start(context.compile(source), id=ID)).result()
        runtime.shutdown()
    data = jactl.export_instance(store, ID)
    with pytest.raises(UnknownInstanceError):
        jactl.export_instance(other, ID)
    jactl.import_instance(other, data)
    async with jactl.open_runtime(jactl.Context(), store) as runtime:
        assert await runtime.recover() == []  # set aside
    async with jactl.open_runtime(jactl.Context(), other) as runtime:
        (instance,) = await runtime.recover()
        await runtime.send(ID, "paid", 20)
        assert await instance.result() == [20, None]
    with pytest.raises(StoreError, match="is in this store already: finished"):
        jactl.import_instance(other, data)  # a second time, also after its end
    other.close()
