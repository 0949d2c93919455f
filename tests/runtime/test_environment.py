"""The two hooks of the specification: what they are given, and what their answers do."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
import trio

import jactl_trio as jactl

from .recording import Recording, Saved

SCRIPT = """
def total = 0
for (int i = 1; i <= 3; i++) {
  checkpoint()
  total += i
}
total
"""


@pytest.fixture
def context() -> jactl.Context:
    return jactl.Context()


async def run(context: jactl.Context, environment: jactl.Environment, source: str = SCRIPT) -> Any:
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile(source))
        return await instance.result()


async def test_each_save_has_its_id_and_its_place(context: jactl.Context) -> None:
    environment = Recording()
    assert await run(context, environment) == 6
    assert environment.ids == [1, 2, 3]
    assert len({saved.id for saved in environment.saved}) == 1
    assert isinstance(environment.saved[0].id, uuid.UUID)
    for saved in environment.saved:
        assert (saved.source, saved.offset) == (SCRIPT, SCRIPT.index("checkpoint") + len("checkpoint"))
        assert isinstance(saved.checkpoint, bytes)
    assert environment.deleted == [(environment.saved[0].id, 3)]


async def test_the_defaults_do_nothing_but_resume(context: jactl.Context) -> None:
    assert await run(context, jactl.Environment()) == 6
    async with jactl.open_runtime(context) as runtime:
        assert await (await runtime.start(context.compile(SCRIPT))).result() == 6


async def test_no_delete_without_a_save(context: jactl.Context) -> None:
    environment = Recording()
    await run(context, environment, "1 + 1")
    assert environment.deleted == []


async def test_the_answer_may_come_later_and_from_a_thread(context: jactl.Context) -> None:
    def later(saved: Saved, resumer: jactl.Resumer) -> None:
        threading.Thread(target=resumer, args=(saved.result,)).start()

    environment = Recording(later)
    assert await run(context, environment) == 6
    assert environment.ids == [1, 2, 3]


async def test_a_resumer_is_called_once(context: jactl.Context) -> None:
    def twice(saved: Saved, resumer: jactl.Resumer) -> None:
        resumer(saved.result)
        with pytest.raises(jactl.UsageError):
            resumer(saved.result)

    assert await run(context, Recording(twice)) == 6


@pytest.mark.parametrize("how", ["answered", "raised"])
async def test_a_failed_save_reaches_the_caller_with_its_place_and_takes_no_id(
    context: jactl.Context, how: str
) -> None:
    def fail_second(saved: Saved, resumer: jactl.Resumer) -> None:
        if saved.checkpoint_id < 2:
            resumer(saved.result)
        elif how == "answered":
            resumer(OSError("disk full"))
        else:
            raise OSError("disk full")

    environment = Recording(fail_second)
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile(SCRIPT))
        with pytest.raises(jactl.CheckpointSaveError, match="disk full") as caught:
            await instance.result()
        assert (caught.value.line, caught.value.column) == (4, 13)
        assert instance.status.value is jactl.Status.RELEASED
        assert instance.checkpoint_id == 1
        assert environment.deleted == []
        last_good = environment.saved[0].checkpoint
        environment.answer = None
        again = await runtime.recover_checkpoint(last_good)
        assert again.id == instance.id
        assert await again.result() == 6
    assert environment.ids == [1, 2, 2, 3]
    assert environment.deleted == [(instance.id, 3)]


async def test_a_lost_resumer_is_a_failed_save(context: jactl.Context) -> None:
    environment = Recording(lambda saved, resumer: None)
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile(SCRIPT))
        with pytest.raises(jactl.CheckpointSaveError):
            await instance.result()


async def test_commit_after_the_save_and_recover_after_a_recovery(context: jactl.Context) -> None:
    environment = Recording()
    source = "def x = checkpoint(commit: { 'committed' }, recover: { 'recovered' }); x + 1"
    assert await run(context, environment, source) == "committed1"
    async with jactl.open_runtime(jactl.Context(), environment=Recording()) as runtime:
        with pytest.raises(jactl.UnknownScriptError):
            await runtime.recover_checkpoint(environment.saved[0].checkpoint)
    async with jactl.open_runtime(context, environment=Recording()) as runtime:
        instance = await runtime.recover_checkpoint(environment.saved[0].checkpoint)
        assert await instance.result() == "recovered1"


async def test_cancelling_the_scope_around_a_run_releases_the_instance(
    context: jactl.Context, autojump_clock: object
) -> None:
    environment = Recording()
    with trio.move_on_after(1.5) as scope:
        async with jactl.open_runtime(context, environment=environment) as runtime:
            instance = await runtime.start(context.compile(SCRIPT.replace("total +=", "sleep(1000); total +=")))
    assert scope.cancelled_caught
    assert instance.status.value is jactl.Status.RELEASED
    assert environment.ids == [1, 2]
    assert environment.deleted == []
    with pytest.raises(jactl.InstanceReleasedError):
        await instance.result()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        again = await runtime.recover_checkpoint(environment.saved[-1].checkpoint)
        assert again.checkpoint_id == 2
        assert await again.result() == 6
    assert environment.ids == [1, 2, 3]


async def test_cancel_ends_an_instance_for_good(context: jactl.Context, autojump_clock: object) -> None:
    environment = Recording()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); sleep(100000)"))
        await trio.sleep(1)
        await instance.cancel()
        assert instance.status.value is jactl.Status.CANCELLED
        with pytest.raises(jactl.InstanceCancelledError):
            await instance.result()
    assert environment.deleted == [(instance.id, 1)]


async def test_leaving_the_block_waits_and_its_own_exception_is_raised_alone(
    context: jactl.Context, autojump_clock: object
) -> None:
    async with jactl.open_runtime(context) as runtime:
        waiting = await runtime.start(context.compile("sleep(5000, 7)"))
    assert await waiting.result() == 7
    with pytest.raises(ValueError, match="mine"):
        async with jactl.open_runtime(context) as runtime:
            released = await runtime.start(context.compile("sleep(5000, 7)"))
            raise ValueError("mine")
    assert released.status.value is jactl.Status.RELEASED


async def test_a_scripts_error_is_its_instances_alone(context: jactl.Context) -> None:
    environment = Recording()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        failing = await runtime.start(context.compile("checkpoint()\ndef x = null\nx.y()", name="orders"))
        fine = await runtime.start(context.compile("1 + 1"))
        assert await fine.result() == 2
        with pytest.raises(jactl.JactlRuntimeError) as caught:
            await failing.result()
        assert caught.value.line == 3
        assert failing.status.value is jactl.Status.FAILED
    assert environment.deleted == [(failing.id, 1)]
