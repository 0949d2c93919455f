"""What fails, or is missing, in the reference implementation: here it works, and this is what shows it.

Elsewhere: a failed save keeps the last checkpoint, delete_checkpoint is given the last id, a resumer that is called
twice or lost (test_environment.py); damaged bytes (tests/checkpoint/test_hostile.py); changed scripts (test_frames.py).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import trio

import jactl_trio as jactl

from .recording import Recording

CHECKPOINTS = 3_000  # in one loop; nested answers would need as many stack frames


async def outcome(context: jactl.Context, environment: jactl.Environment, source: str, **globals_: Any) -> Any:
    async with jactl.open_runtime(context, environment=environment) as runtime:
        return await (await runtime.start(context.compile(source, globals=globals_), globals_)).result()


async def recovered(context: jactl.Context, checkpoint: bytes) -> Any:
    async with jactl.open_runtime(context, environment=Recording()) as runtime:
        return await (await runtime.recover_checkpoint(checkpoint)).result()


@pytest.mark.parametrize(
    ("source", "committed", "recovering"),
    [
        ("checkpoint()", None, None),
        ("checkpoint(commit: { 1 })", 1, None),
        ("checkpoint(recover: { 2 })", None, 2),
        ("checkpoint({ 1 }, { 2 })", 1, 2),
        ("checkpoint(recover: { 2 }, commit: { 1 })", 1, 2),
    ],
)
async def test_both_closures_of_checkpoint_are_optional(source: str, committed: Any, recovering: Any) -> None:
    context, environment = jactl.Context(), Recording()
    assert await outcome(context, environment, source) == committed
    assert await recovered(context, environment.saved[0].checkpoint) == recovering


async def test_answers_at_once_do_not_nest() -> None:
    depths: set[int] = set()

    def answer(saved: Any, resumer: jactl.Resumer) -> None:
        depths.add(_depth())
        environment.saved.clear()
        resumer(saved.result)

    environment = Recording(answer)
    source = f"def n = 0; for (int i = 0; i < {CHECKPOINTS}; i++) {{ checkpoint(); n += i }}; n"
    assert await outcome(jactl.Context(), environment, source) == sum(range(CHECKPOINTS))
    assert len(depths) <= 2  # of the first slice, and of those after a turn of the loop


def _depth() -> int:
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return depth


async def test_a_save_that_is_not_answered_shows_in_the_status() -> None:
    kept: list[Any] = []
    context = jactl.Context()
    environment = Recording(lambda saved, resumer: kept.append((saved, resumer)))
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); 7"))
        with trio.fail_after(5):
            await instance.status.wait_value(jactl.Status.SAVING)
        saved, resumer = kept.pop()
        resumer(saved.result)
        assert await instance.result() == 7


async def test_one_of_two_recoveries_of_a_checkpoint_runs(tmp_path: Path) -> None:
    """Of two hosts that share a store, and of two calls in one host."""
    id = await _left_waiting(tmp_path)
    store = jactl.SQLiteStore(tmp_path / "s.db")
    found = store.checkpoint(id)
    assert found is not None
    store.close()
    calls: list[str] = []
    one, other = _waiting_context(calls), _waiting_context(calls)
    async with (
        jactl.open_runtime(one, f"sqlite:{tmp_path}/s.db") as first,
        jactl.open_runtime(other, f"sqlite:{tmp_path}/s.db") as second,
    ):
        instances = [await first.recover_checkpoint(found[1]) for _ in range(2)]
        assert instances[0] is instances[1]
        with pytest.raises(jactl.StaleInstanceError):
            await second.recover_checkpoint(found[1])
        while not calls:
            await trio.sleep(0.001)
        first.shutdown()
    assert calls == ["pause"]


async def _left_waiting(folder: Path) -> UUID:
    calls: list[str] = []
    context = _waiting_context(calls)
    async with jactl.open_runtime(context, f"sqlite:{folder}/s.db") as runtime:
        instance = await runtime.start(context.compile("def x = 1; checkpoint(); pause(); x"))
        while not calls:
            await trio.sleep(0.001)
        runtime.shutdown()
    return instance.id


def _waiting_context(calls: list[str]) -> jactl.Context:
    context = jactl.Context()

    @context.function
    async def pause() -> None:
        calls.append("pause")
        await trio.sleep_forever()

    return context


async def test_input_output_and_contexts_come_back_and_globals_can_be_read() -> None:
    source = "println nextLine(); checkpoint(); println nextLine(); count += 1; who()"
    application = object()
    context = jactl.Context(application_context=application)

    @context.function
    def who(ctx: Any) -> list[Any]:
        assert ctx.application_context is application
        return [ctx.invocation_context, ctx.checkpoint_id]

    environment = Recording()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        script = context.compile(source, globals={"count": 1})
        first, ends = io.StringIO(), io.StringIO("a\nb\n")
        begun = await runtime.start(script, {"count": 1}, input=ends, output=first, invocation_context="Ann")
        assert await begun.result() == ["Ann", 1]
    assert first.getvalue() == "a\nb\n"

    second = io.StringIO()

    def give(instance: jactl.Instance) -> None:
        instance.input, instance.output, instance.invocation_context = io.StringIO("c\n"), second, "Bob"

    async with jactl.open_runtime(context, environment=Recording(), on_recover=give) as runtime:
        again = await runtime.recover_checkpoint(environment.saved[0].checkpoint)
        assert await again.result() == ["Bob", 1]
        assert again.globals["count"] == 2
        assert again.id == begun.id
    assert second.getvalue() == "c\n"


async def test_limits_go_on_counting_after_a_recovery() -> None:
    context, environment = jactl.Context(max_loop_iterations=15), Recording()
    source = "for (int i = 0; i < 10; i++) {}; checkpoint(); for (int i = 0; i < 10; i++) {}"
    with pytest.raises(jactl.LimitError):
        await outcome(context, environment, source)
    with pytest.raises(jactl.LimitError):
        await recovered(context, environment.saved[0].checkpoint)


async def test_evaluated_code_that_waits_goes_on_in_a_context_that_never_saw_it() -> None:
    source = "eval('def y = x * 2; checkpoint(); y + 1', [x: 20])"
    environment = Recording()
    assert await outcome(jactl.Context(), environment, source) == 41
    fresh = jactl.Context()
    fresh.compile(source)
    assert await recovered(fresh, environment.saved[0].checkpoint) == 41


async def test_checkpoints_do_not_carry_the_source_of_their_script() -> None:
    environment = Recording()
    marker = "said only here"
    await outcome(jactl.Context(), environment, f"checkpoint(); '{marker}'" + " // more of it" * 5_000)
    checkpoint = environment.saved[0].checkpoint
    assert len(checkpoint) < 1_000
    assert marker.encode() not in checkpoint


async def test_a_failed_save_leaves_the_next_one_sound() -> None:
    context = jactl.Context()
    environment = Recording(lambda saved, resumer: resumer(OSError("disk full")))
    with pytest.raises(jactl.CheckpointSaveError):
        await outcome(context, environment, "def x = [1, [a: 2]]; checkpoint(); x")
    environment = Recording()
    assert await outcome(context, environment, "def x = [1, [a: 2]]; checkpoint(); x") == [1, {"a": 2}]
    assert await recovered(context, environment.saved[0].checkpoint) == [1, {"a": 2}]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def l = 5000.map{ -1L - it }; checkpoint(); l.sum()", sum(-1 - n for n in range(5_000))),
        ("def l = []; 20000.each{ l = [l] }; checkpoint(); l.size()", 1),
        ("class X { def toString() { checkpoint(); 'x' } }; def x = new X(); \"<$x>\"", "<x>"),
        ("\n".join(f"def v{n} = sleep(0, {n})" for n in range(200)) + "\ncheckpoint(); v0 + v199", 199),
        ("def s = '" + "a" * 70_000 + "'; checkpoint(); s.size()", 70_000),
    ],
    ids=["negative longs", "deep lists", "toString", "a long top level", "a long source"],
)
async def test_no_limits_where_the_reference_has_some(source: str, expected: Any) -> None:
    context, environment = jactl.Context(), Recording()
    assert await outcome(context, environment, source) == expected
    assert await recovered(context, environment.saved[-1].checkpoint) == expected


async def test_endless_recursion_and_unreadable_bytes_are_errors_of_the_library() -> None:
    context = jactl.Context()
    with pytest.raises(jactl.LimitError) as caught:
        await outcome(context, Recording(), "def f(n) { f(n + 1) + 1 }\nf(0)")
    assert caught.value.line == 1
    with pytest.raises(jactl.CheckpointDecodeError):
        await recovered(context, b"no checkpoint")
