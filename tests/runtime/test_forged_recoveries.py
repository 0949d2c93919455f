"""Checkpoints with a right digest that nobody but an attacker writes: each is refused, or ends as scripts end."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import cbor2
import pytest
import trio

import jactl_trio as jactl
from jactl_trio.checkpoint.envelope import open_sealed, seal
from tests.checkpoint.mutations import mutated

from .recording import Recording

MUTANTS = 400  # of each script; a few in ten can be restored, and run on

SCRIPTS = [
    "int i = 5; String s = 'abc'; checkpoint(); i++; s += i; s.size() + i * 2",
    "List l = [1, 2, 3]; Map m = [a: 1]; checkpoint(); l.map{ it * 2 }.sum() + m.a",
    "byte y = 3; int[] a = [1, 2, 3] as int[]; Decimal d = 1.5; checkpoint(); a[y - 1] * d",
    "class X { int i = 3; def f() { i + 1 } }; X x = new X(); checkpoint(); x.f()",
    "[3, 1, 2].sort{ a, b -> checkpoint(); a <=> b }",
    "int x = 1; def c = { x++ }; checkpoint(); c(); x",
    "def f = sprintf; checkpoint(); f('%d', 1)",
    "sleep(0); def d = Duration.ofSeconds(5); checkpoint(); d.plusSeconds(1)",
]


class Silent:
    def write(self, text: str) -> int:
        return len(text)


def limited() -> jactl.Context:
    return jactl.Context(max_execution_time=300, max_loop_iterations=1_000, disable_eval=True, disable_print=True)


async def checkpoints(context: jactl.Context, source: str) -> list[bytes]:
    environment = Recording()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        await (await runtime.start(context.compile(source))).result()
    return [saved.checkpoint for saved in environment.saved]


def silence(instance: jactl.Instance) -> None:
    instance.output = Silent()


@pytest.mark.parametrize("source", SCRIPTS)
async def test_what_is_recovered_from_them_ends_as_scripts_end(source: str) -> None:
    context, chance = limited(), random.Random(source)
    originals = [open_sealed(checkpoint) for checkpoint in await checkpoints(context, source)]
    ran = 0
    async with jactl.open_runtime(context, environment=Recording(), on_recover=silence) as runtime:
        for _ in range(MUTANTS):
            identity, body = chance.choice(originals)
            try:
                instance = await runtime.recover_checkpoint(seal(mutated(body, chance), identity))
            except jactl.CheckpointError as error:
                assert not error.message.startswith("The checkpoint cannot be read"), error.__cause__
                continue
            ran += 1
            with trio.move_on_after(5), suppress(jactl.JactlError):
                await instance.result()
            await instance.cancel()  # one that was made to wait for ever
    assert ran > 20


async def forged(context: jactl.Context, source: str, old: Any, new: Any) -> bytes:
    """The first checkpoint of a script with a value of its body in place of another."""
    identity, body = open_sealed((await checkpoints(context, source))[0])
    tree = cbor2.loads(body)
    assert _put(tree, old, new)
    return seal(cbor2.dumps(tree), identity)


def _put(tree: list[Any], old: Any, new: Any) -> bool:
    is_there = False
    for index, value in enumerate(tree):
        if type(value) is type(old) and value == old:
            tree[index], is_there = new, True
        elif type(value) is list:
            is_there |= _put(value, old, new)
    return is_there


@pytest.mark.parametrize("name", ["eval", "print", "println", "die", "List.map", "__import__", "_x", "f0_"])
async def test_functions_that_scripts_cannot_name_are_not_found(name: str) -> None:
    context = limited()
    checkpoint = await forged(context, SCRIPTS[6], "sprintf", name)
    async with jactl.open_runtime(context, environment=Recording()) as runtime:
        with pytest.raises(jactl.CheckpointDecodeError):
            await runtime.recover_checkpoint(checkpoint)


WAITS: dict[str, Any] = {
    "no map": 7,
    "an empty one": {},
    "another kind": {"waits": "call", "until": 1},
    "a sleep without an end": {"waits": "sleep", "until": None, "value": None},
    "a sleep until a text": {"waits": "sleep", "until": "soon", "value": None},
    "a message without a name": {"waits": "receive", "until": None, "name": 3},
    "a message until a list": {"waits": "receive", "until": [], "name": "x"},
}


@pytest.mark.parametrize("value", WAITS.values(), ids=WAITS)
async def test_waits_that_hibernation_does_not_know_are_refused(value: Any) -> None:
    context = jactl.Context()
    script = context.compile("checkpoint(); 1")
    async with jactl.open_runtime(context, environment=Recording()) as runtime:
        driver = runtime._driver(await runtime.start(script))
        driver.machine.start(script.unit.main, {})  # type: ignore[arg-type]
        with pytest.raises(jactl.CheckpointDecodeError, match="waits for"):
            await runtime.recover_checkpoint(driver.encoded(1, value))


async def test_a_value_is_not_taken_for_a_script() -> None:
    context = jactl.Context()
    script = context.compile("1")
    async with jactl.open_runtime(context, environment=Recording()) as runtime:
        driver = runtime._driver(await runtime.start(script))
        outcome = driver.encoded(1, {"waits": "sleep", "until": 1, "value": None})
        with pytest.raises(jactl.CheckpointDecodeError, match="not of a script"):
            await runtime.recover_checkpoint(outcome)


async def test_a_hook_that_fails_gives_the_claim_back() -> None:
    context, environment = jactl.Context(), Recording()
    async with jactl.open_runtime(context, environment=environment) as runtime:
        await (await runtime.start(context.compile("checkpoint(); 5"))).result()

    fails = True

    def hook(instance: jactl.Instance) -> None:
        if fails:
            raise ValueError("mine")

    store = jactl.MemoryStore()
    async with jactl.open_runtime(context, store, on_recover=hook) as runtime:
        with pytest.raises(ValueError, match="mine"):
            await runtime.recover_checkpoint(environment.saved[0].checkpoint)
        keeper = runtime.keeper
        assert keeper is not None
        assert not keeper.may_keep_outcome(environment.saved[0].id)  # it does not take itself for the owner
        fails = False
        assert await (await runtime.recover_checkpoint(environment.saved[0].checkpoint)).result() == 5
