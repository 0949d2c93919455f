"""What a host gives its scripts: functions of three kinds, their keys, and what becomes of their errors."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import trio

import jactl_trio as jactl


async def test_async_functions_suspend_the_script_only(autojump_clock: object) -> None:
    context = jactl.Context()

    @context.function
    async def price(item: str, count: int = 1) -> int:
        await trio.sleep(5)
        return {"tea": 3, "cake": 5}[item] * count

    script = context.compile("order.map{ price(it) }.sum() + price(item:'tea', count:2)", globals={"order": []})
    async with trio.open_nursery() as nursery:
        started = trio.current_time()
        for _ in range(3):
            nursery.start_soon(script.run, {"order": ["tea", "cake"]})
    assert trio.current_time() - started == 15
    assert await script.run({"order": ["cake", "cake"]}) == 16


async def test_threaded_functions_run_in_a_thread() -> None:
    context = jactl.Context()
    threads: list[int] = []

    @context.function(threaded=True)
    def blocking(x: int) -> int:
        threads.append(threading.get_ident())
        return x + 1

    assert await context.compile("blocking(1)").run({}) == 2
    assert threads != [threading.get_ident()]


async def test_keys_are_the_same_again_after_a_recovery() -> None:
    context = jactl.Context()
    keys: list[Any] = []

    @context.function
    async def call(ctx: jactl.HostCallContext, name: str) -> str:
        keys.append((ctx.instance_id, ctx.checkpoint_id, ctx.call_ordinal, name))
        return name

    saved: list[bytes] = []

    class Keeping(jactl.Environment):
        def save_checkpoint(self, id, checkpoint_id, checkpoint, source, offset, result, resumer):  # type: ignore[no-untyped-def]
            saved.append(checkpoint)
            resumer(result)

    source = "call('a'); checkpoint(); call('b'); ['c', 'd'].each{ call(it) }; checkpoint(); call('e')"
    async with jactl.open_runtime(context, environment=Keeping()) as runtime:
        instance = await runtime.start(context.compile(source))
        await instance.result()
        first = list(keys)
        keys.clear()
        await (await runtime.recover_checkpoint(saved[0])).result()
    assert [key[1:] for key in first] == [(0, 0, "a"), (1, 0, "b"), (1, 1, "c"), (1, 2, "d"), (2, 0, "e")]
    assert keys == first[1:]
    assert {key[0] for key in first} == {instance.id}


async def test_errors_become_the_scripts_and_keep_their_cause() -> None:
    context = jactl.Context()

    @context.function
    def broken() -> int:
        raise LookupError("nothing there")

    with pytest.raises(jactl.HostFunctionError, match="nothing there") as caught:
        await context.compile("1 +\n  broken()").run({})
    assert isinstance(caught.value.__cause__, LookupError)
    assert (caught.value.line, caught.value.column) == (2, 9)


async def test_wrong_arguments_are_refused_when_compiled() -> None:
    context = jactl.Context()

    @context.function
    def pay(amount: int, to: str) -> None:
        """Never called."""

    for source in ("pay(1)", "pay([1], 'x')", "pay(amount:1, whom:'x')"):
        with pytest.raises(jactl.CompileError):
            context.compile(source)


async def test_methods_and_types_of_the_host() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

        def plus(self, other: int) -> Money:
            return Money(self.cents + other)

        @staticmethod
        def of(cents: int) -> Money:
            return Money(cents)

    context = jactl.Context()
    context.register_class(
        Money, methods=["plus", "of"], encode=lambda money: {"cents": money.cents}, decode=lambda data: Money(**data)
    )

    @context.method(str)
    def shout(text: str, mark: str = "!") -> str:
        return text.upper() + mark

    source = "Money m = Money.of(5); checkpoint(); m = m.plus(2); 'hey'.shout() + 'you'.shout('?')"
    saved: list[bytes] = []

    class Keeping(jactl.Environment):
        def save_checkpoint(self, id, checkpoint_id, checkpoint, source, offset, result, resumer):  # type: ignore[no-untyped-def]
            saved.append(checkpoint)
            resumer(result)

    async with jactl.open_runtime(context, environment=Keeping()) as runtime:
        assert await (await runtime.start(context.compile(source))).result() == "HEY!YOU?"
        assert await (await runtime.recover_checkpoint(saved[0])).result() == "HEY!YOU?"


async def test_a_value_without_a_codec_is_named() -> None:
    context = jactl.Context()

    class Handle:
        pass

    context.register_class(Handle)

    @context.function
    def handle() -> Handle:
        return Handle()

    async with jactl.open_runtime(context) as runtime:
        instance = await runtime.start(context.compile("def h = handle()\ncheckpoint()\nh"))
        with pytest.raises(jactl.CheckpointEncodeError, match="h") as caught:
            await instance.result()
    assert "Handle" in str(caught.value)


async def test_resumable_host_functions_call_closures() -> None:
    context = jactl.Context()

    @context.function
    @jactl.resumable
    def twice(f: Any) -> Any:
        first = f(1)
        second = f(2)
        return [first, second]

    assert await context.compile("twice{ sleep(1, it * 10) }").run({}) == [10, 20]
    stressed = jactl.Context(stress="checkpoint")
    stressed.function(twice)
    assert await stressed.compile("def n = 0; twice{ n += it; sleep(1, n) }").run({}) == [1, 3]
