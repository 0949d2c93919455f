"""A runtime over a store: what is recovered, by whom, and what is kept."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import trio

import jactl_trio as jactl

COUNTING = """
def total = 0
for (int i = 1; i <= 4; i++) {
  checkpoint()
  total += i
  pause(i)
}
total
"""


@pytest.fixture(params=["memory", "sqlite"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], jactl.CheckpointStore]:
    """The same store, as another process would open it."""
    if request.param == "memory":
        store = jactl.MemoryStore()
        return lambda: store
    return lambda: jactl.SQLiteStore(tmp_path / "store.db")


def new_context(stop_at: int | None = None, reached: trio.Event | None = None) -> jactl.Context:
    """With a function pause(i), which never returns where i is `stop_at`. The clock cannot: stores work in threads."""
    context = jactl.Context()

    @context.function
    async def pause(i: int) -> None:
        if i == stop_at:
            if reached is not None:
                reached.set()
            await trio.sleep_forever()

    return context


async def crash_at(stop_at: int, store: jactl.CheckpointStore, source: str = COUNTING, **how: object) -> uuid.UUID:
    """Start an instance and leave it in its pause."""
    reached = trio.Event()
    context = new_context(stop_at, reached)
    async with jactl.open_runtime(context, store) as runtime:
        instance = await runtime.start(context.compile(source), **how)  # type: ignore[arg-type]
        await reached.wait()
        runtime.shutdown()
    assert instance.status.value is jactl.Status.RELEASED
    return instance.id


async def test_another_context_goes_on_with_the_store_alone(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    id = await crash_at(3, new_store(), COUNTING)
    begun: list[tuple[uuid.UUID, int, bool]] = []  # it goes on while recover() looks for more

    def on_recover(one: jactl.Instance) -> None:
        begun.append((one.id, one.checkpoint_id, one.is_recovered))

    async with jactl.open_runtime(new_context(), new_store(), on_recover=on_recover) as runtime:
        (instance,) = await runtime.recover()
        assert begun == [(id, 3, True)]
        assert await instance.result() == 10
        assert await runtime.recover() == []
    assert new_store().instances() == []


async def test_a_start_with_a_known_id_gives_that_instance(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    id = await crash_at(3, new_store(), COUNTING, id=uuid.uuid4())
    context = new_context()
    script = context.compile(COUNTING)
    async with jactl.open_runtime(context, new_store()) as runtime:
        instance = await runtime.start(script, id=id)
        assert instance.is_recovered and instance.checkpoint_id == 3
        assert await runtime.start(script, id=id) is instance
        assert await instance.result() == 10
        ended = await runtime.start(script, id=id)
        assert ended.status.value is jactl.Status.FINISHED and await ended.result() == 10
    context = new_context()
    async with jactl.open_runtime(context, new_store()) as runtime:
        other = context.compile("'another script'")
        assert await (await runtime.start(other, id=id)).result() == 10


async def test_two_starts_of_an_id_at_once_are_one(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    context, id, found = new_context(), uuid.uuid4(), []
    script = context.compile(COUNTING)
    async with jactl.open_runtime(context, new_store()) as runtime:

        async def start() -> None:
            found.append(await runtime.start(script, id=id))

        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(start)
        assert len({*map(builtin_id, found)}) == 1


builtin_id = id


async def test_an_instance_of_a_living_owner_is_nobody_elses(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    context, id = new_context(), uuid.uuid4()
    may_end = trio.Event()
    context.function(may_end.wait, name="mayEnd")
    script, store = context.compile("checkpoint(); mayEnd(); 10"), new_store()
    async with jactl.open_runtime(context, store) as one, jactl.open_runtime(context, store) as two:
        instance = await one.start(script, id=id)
        assert await two.recover() == []
        with pytest.raises(jactl.StaleInstanceError):
            await two.start(script, id=id)
        may_end.set()
        assert await instance.result() == 10


async def test_durable_start_is_recoverable_from_its_first_line(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    id = await crash_at(1, new_store(), "pause(1); checkpoint(); 5", durable=True)
    async with jactl.open_runtime(new_context(), new_store()) as runtime:
        (instance,) = await runtime.recover()
        assert instance.id == id  # it may have come to its checkpoint 1 by now
        assert await instance.result() == 5


async def test_kept_failures_and_cancellations_are_told_again(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    context, failing, cancelled = new_context(), uuid.uuid4(), uuid.uuid4()
    script = context.compile("checkpoint()\nsleep(1)\ndie 'no more'")
    async with jactl.open_runtime(context, new_store()) as runtime:
        await runtime.start(script, id=failing)
        await (await runtime.start(script, id=cancelled)).cancel()
    context = new_context()
    script = context.compile(script.source)
    async with jactl.open_runtime(context, new_store()) as runtime:
        again = await runtime.start(script, id=failing)
        with pytest.raises(jactl.DieError, match="no more") as caught:
            await again.result()
        assert caught.value.line == 3
        with pytest.raises(jactl.InstanceCancelledError):
            await (await runtime.start(script, id=cancelled)).result()
        assert await runtime.recover() == []


async def test_classes_and_streams_come_back(new_store: Callable[[], jactl.CheckpointStore]) -> None:
    reached = trio.Event()
    context = new_context(1, reached)
    context.compile_class("class Point { int x; int y = 2; def sum() { x + y } }")
    source = "def p = new Point(3); println 'a'; checkpoint(); pause(1); println p.sum(); p.sum()"
    async with jactl.open_runtime(context, new_store()) as runtime:
        await runtime.start(context.compile(source), output=io.StringIO())
        await reached.wait()
        runtime.shutdown()
    output = io.StringIO()

    def attach(instance: jactl.Instance) -> None:
        instance.output = output

    async with jactl.open_runtime(new_context(), new_store(), on_recover=attach) as runtime:
        (instance,) = await runtime.recover()
        assert await instance.result() == 5
    assert output.getvalue() == "5\n"


async def test_one_that_cannot_be_restored_is_parked_after_a_while(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    await crash_at(3, new_store(), COUNTING.replace("pause(i)", "pause(i); [1, 2].map{ it }"))
    for _ in range(30):
        async with jactl.open_runtime(jactl.Context(), new_store()) as runtime:  # it knows no pause()
            instances = await runtime.recover()
            for instance in instances:
                with pytest.raises(jactl.JactlError):
                    await instance.result()
        if not instances:
            break
    (record,) = new_store().instances()
    assert record.state == "parked" and record.error
    assert new_store().checkpoint(record.id) is not None


async def test_many_saves_share_transactions(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    context = new_context()
    script = context.compile("def x = 1; checkpoint(); x += 1; checkpoint(); x")
    async with jactl.open_runtime(context, new_store()) as runtime:
        instances = [await runtime.start(script) for _ in range(200)]
        assert [await instance.result() for instance in instances] == [2] * 200
        keeper = runtime.keeper
        assert keeper is not None
        assert keeper.statistics.operations >= 400
        # A handful on an idle machine; how many depends on how fast the writer's thread gets its turns.
        assert keeper.statistics.transactions * 5 <= keeper.statistics.operations


async def test_recover_every_finds_what_others_leave(
    new_store: Callable[[], jactl.CheckpointStore],
) -> None:
    store = new_store()
    id = await crash_at(2, store)
    async with jactl.open_runtime(new_context(), store, recover_every=0.01):
        with trio.fail_after(10):
            while store.instance(id) is not None:
                await trio.sleep(0.01)


async def test_shutdown_releases(new_store: Callable[[], jactl.CheckpointStore]) -> None:
    await crash_at(2, new_store())
    assert [record.is_owned for record in new_store().instances()] == [False]


async def test_wrong_use_is_told() -> None:
    with pytest.raises(jactl.UsageError, match="not both"):
        async with jactl.open_runtime(new_context(), jactl.MemoryStore(), environment=jactl.Environment()):
            pass
    with pytest.raises(jactl.UsageError, match="No store for"):
        async with jactl.open_runtime(new_context(), "oracle:x"):
            pass
