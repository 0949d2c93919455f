"""An instance's handle and its saves: status, waiting for it, cancelling it, and answers that come late."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import trio

import jactl_trio as jactl

from .recording import Recording, Saved

ID = UUID(int=5)


class Keeping(Recording):
    """Answers no save: the test does."""

    def __init__(self) -> None:
        super().__init__(self._keep)
        self.kept: list[tuple[Saved, jactl.Resumer]] = []

    def _keep(self, saved: Saved, resumer: jactl.Resumer) -> None:
        self.kept.append((saved, resumer))

    def answer_last(self) -> None:
        saved, resumer = self.kept.pop()
        resumer(saved.result)


async def saving(instance: jactl.Instance) -> None:
    with trio.fail_after(5):
        await instance.status.wait_value(jactl.Status.SAVING)


@pytest.mark.parametrize("store", [None, "memory:"])
async def test_an_ended_instance_goes_with_its_last_reference(store: str | None, autojump_clock: object) -> None:
    """Thousands of them a second would have Python's collector look at all objects again and again."""
    context = jactl.Context()
    script = context.compile("sleep(1); checkpoint(); [1, 2]")
    gc.disable()
    try:
        async with jactl.open_runtime(context, store) as runtime:
            instance = await runtime.start(script)
            seen = weakref.ref(instance)
            assert await instance.result() == [1, 2]
            del instance
            await trio.sleep(1)
            assert seen() is None
    finally:
        gc.enable()


async def test_the_status_is_told_as_it_changes(autojump_clock: object) -> None:
    context, environment = jactl.Context(), Keeping()
    seen: list[jactl.Status] = []
    async with jactl.open_runtime(context, environment=environment) as runtime, trio.open_nursery() as nursery:
        instance = await runtime.start(context.compile("sleep(1); checkpoint(); sleep(1); 3"))

        async def watch(task_status: Any = trio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            async for status in instance.status.eventual_values():
                seen.append(status)
                if status.is_ended:
                    return

        await nursery.start(watch)
        await saving(instance)
        await trio.sleep(1)
        environment.answer_last()
    assert seen == ["running", "saving", "running", "finished"]


async def test_many_tasks_wait_for_one_result_and_one_that_gives_up_disturbs_nobody(autojump_clock: object) -> None:
    context = jactl.Context()
    found: list[Any] = []
    async with jactl.open_runtime(context) as runtime, trio.open_nursery() as nursery:
        instance = await runtime.start(context.compile("sleep(5000); [1]"))

        async def wait() -> None:
            found.append(await instance.result())

        for _ in range(3):
            nursery.start_soon(wait)
        with trio.move_on_after(1) as scope:
            await instance.result()
        assert scope.cancelled_caught
    assert found == [[1]] * 3
    assert await instance.result() == [1]


async def test_a_start_with_the_id_of_a_running_instance_gives_its_handle(autojump_clock: object) -> None:
    context = jactl.Context()
    async with jactl.open_runtime(context) as runtime:
        first = await runtime.start(context.compile("sleep(1000); 'first'"), id=ID)
        second = await runtime.start(context.compile("'second'"), id=ID)
        assert second is first
        assert await second.result() == "first"


@pytest.mark.parametrize("succeeds", [True, False])
async def test_cancelled_between_a_save_and_its_answer(succeeds: bool, autojump_clock: object) -> None:
    """Its answer says which checkpoint was the last; the script does not go on."""
    context, environment = jactl.Context(), Keeping()
    went_on: list[int] = []
    context.function(name="mark")(lambda: went_on.append(1))
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); checkpoint(); mark()"), id=ID)
        await saving(instance)
        environment.answer_last()
        while not environment.kept:
            await trio.sleep(0.1)
        instance.cancel()
        await trio.sleep(1)
        saved, resumer = environment.kept.pop()
        resumer(saved.result if succeeds else OSError("disk full"))
        with pytest.raises(jactl.InstanceCancelledError):
            await instance.result()
    assert environment.deleted == [(ID, 2 if succeeds else 1)]
    assert instance.checkpoint_id == (2 if succeeds else 1)
    assert went_on == []


async def test_released_between_a_save_and_its_answer_ids_go_on_without_a_gap(autojump_clock: object) -> None:
    context, environment = jactl.Context(), Keeping()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); checkpoint(); 9"), id=ID)
        await saving(instance)
        instance.release()
        environment.answer_last()
        with pytest.raises(jactl.InstanceReleasedError):
            await instance.result()
        assert instance.checkpoint_id == 1
        environment.answer = None
        again = await runtime.recover_checkpoint(environment.saved[0].checkpoint)
        assert await again.result() == 9
    assert environment.ids == [1, 2]
    assert environment.deleted == [(ID, 2)]


async def test_a_resumer_that_is_never_called_does_not_hold_up_a_shutdown_for_ever(autojump_clock: object) -> None:
    context, environment = jactl.Context(), Keeping()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint()"))
        await saving(instance)
        runtime.shutdown()
    assert instance.status.value is jactl.Status.RELEASED
    environment.answer_last()  # too late, and no error
    assert instance.checkpoint_id == 0
    assert environment.deleted == []


@pytest.mark.parametrize("is_answered_in_a_thread", [True, False])
async def test_an_answer_after_the_end_changes_nothing(is_answered_in_a_thread: bool, autojump_clock: object) -> None:
    context, environment = jactl.Context(), Keeping()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); 1"))
        await saving(instance)
        await instance.cancel()
        saved, resumer = environment.kept.pop()
        if is_answered_in_a_thread:
            await trio.to_thread.run_sync(resumer, saved.result)
        else:
            resumer(saved.result)
        with pytest.raises(jactl.UsageError):
            resumer(saved.result)
        await trio.sleep(1)
        assert instance.status.value is jactl.Status.CANCELLED


def test_an_answer_after_the_loop_has_ended_is_no_error() -> None:
    environment = Keeping()

    async def main() -> None:
        context = jactl.Context()
        async with jactl.open_runtime(context, environment=environment) as runtime:
            instance = await runtime.start(context.compile("checkpoint()"))
            await saving(instance)
            runtime.shutdown()

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    saved, resumer = environment.kept.pop()
    thread = threading.Thread(target=resumer, args=(saved.result,))
    thread.start()
    thread.join()
    with pytest.raises(jactl.UsageError):
        resumer(saved.result)


def test_one_context_serves_loops_in_several_threads() -> None:
    context = jactl.Context()
    script = context.compile("def t = 0; for (int i = 0; i < 50; i++) { checkpoint(); t += i + n }; t", {"n": 0})
    found: dict[int, Any] = {}

    async def main(n: int) -> None:
        async with jactl.open_runtime(context, environment=Recording()) as runtime:
            found[n] = await (await runtime.start(script, {"n": n})).result()

    threads = [threading.Thread(target=trio.run, args=(main, n)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trio.run(main, 6)
    assert found == {n: sum(range(50)) + 50 * n for n in range(7)}


async def test_contexts_share_nothing() -> None:
    one, other = jactl.Context(application_context="one"), jactl.Context()
    one.function(name="mine")(lambda: 1)
    one.method(str, name="loud")(lambda text: text.upper())
    one.compile_class("class X { int i = 3 }")
    assert await one.compile("'' + mine() + 'a'.loud() + new X().i").run() == "1A3"
    for source in ("mine()", "'a'.loud()", "new X().i"):
        with pytest.raises(jactl.CompileError):
            other.compile(source)
    assert other.application_context is None
    async with jactl.open_runtime(other) as runtime:
        with pytest.raises(jactl.UsageError):
            await runtime.start(one.compile("1"))


RECOVER = """
import sys, trio, jactl_trio as jactl
async def main():
    with open(sys.argv[1], "rb") as file:
        checkpoint = file.read()
    async with jactl.open_runtime(jactl.Context(), f"sqlite:{sys.argv[2]}") as runtime:
        instance = await runtime.recover_checkpoint(checkpoint)
        print(instance.id, await instance.result())
trio.run(main)
"""


async def test_another_process_goes_on_from_the_bytes_with_the_script_of_the_store(tmp_path: Path) -> None:
    context = jactl.Context()
    waits = trio.Event()

    async def pause() -> None:
        waits.set()
        await trio.sleep_forever()

    context.function(pause)
    async with jactl.open_runtime(context, f"sqlite:{tmp_path}/s.db") as runtime:
        source = "def x = [1]; def y = checkpoint({ pause() }, { x << 2 }); y"
        instance = await runtime.start(context.compile(source), id=ID, durable=True)
        await waits.wait()
        runtime.shutdown()
    assert instance.checkpoint_id == 1
    store = jactl.SQLiteStore(tmp_path / "s.db")
    found = store.checkpoint(ID)
    store.close()
    assert found is not None
    (tmp_path / "bytes").write_bytes(found[1])
    # A script that uses a function of the host needs a context that has it: the other process is told so, in one line.
    done = await trio.run_process(
        [sys.executable, "-c", RECOVER, str(tmp_path / "bytes"), str(tmp_path / "s.db")],
        capture_stdout=True,
        capture_stderr=True,
        check=False,
    )
    assert done.returncode != 0
    assert b"pause" in done.stderr
    known = RECOVER.replace("jactl.Context()", "context").replace(
        "async def main", "context = jactl.Context()\ncontext.function(name='pause')(lambda: None)\nasync def main", 1
    )
    again = subprocess.run(
        [sys.executable, "-c", known, str(tmp_path / "bytes"), str(tmp_path / "s.db")], capture_output=True, text=True
    )
    assert (again.stdout, again.stderr) == (f"{ID} [1, 2]\n", "")
