"""Host functions: from a Python function to a call from a script."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jactl_trio.builtins.hosting import host_signature
from jactl_trio.builtins.registry import Registry
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Done, Machine, Waiting
from jactl_trio.continuation.requests import HostCall
from jactl_trio.errors import HostFunctionError, UsageError
from jactl_trio.values.hosttypes import HostType
from jactl_trio.values.numbers import Long
from jactl_trio.values.signature import MANDATORY
from jactl_trio.values.suspension import resumable
from jactl_trio.values.types import ANY, BOOLEAN, DECIMAL, LIST, LONG, STRING

from .driving import closure, drive


def call(registry: Registry, name: str, *arguments: Any) -> Any:
    entry = registry.functions[name].entry
    assert entry is not None
    return Machine(RunState()).start(entry, (), *arguments)


def registered(function: Any, **options: Any) -> Registry:
    registry = Registry.standard()
    registry.register(host_signature(function, registry, **options))
    return registry


def test_a_synchronous_function_is_called_at_once() -> None:
    def area(width: int, height: int = 2, name: str | None = None) -> int:
        return width * height

    registry = registered(area)
    signature = registry.functions["area"]
    assert [(p.name, p.type, p.default) for p in signature.params] == [
        ("width", LONG, MANDATORY),
        ("height", LONG, 2),
        ("name", STRING, None),
    ]
    assert signature.suspends is False
    step = call(registry, "area", 3)
    assert step == Done(6) and type(step.value) is Long


def test_an_asynchronous_function_is_asked_for() -> None:
    async def lookup(alias: str, *more: Any) -> Any:
        return alias

    registry = registered(lookup)
    assert registry.functions["lookup"].suspends is True
    step = call(registry, "lookup", "a", {1.5: 2})
    assert isinstance(step, Waiting) and isinstance(step.request, HostCall)
    assert step.request.args == ("a", {1.5: 2})
    assert step.request.signature.host.result((1, None), RunState()) == [1, None]


def test_annotations() -> None:
    def f(a: bool, b: Decimal, c: list[int], d: int | None, e: Any, g: object = 1.5) -> None: ...

    kinds = [p.type for p in registered(f).functions["f"].params]
    assert kinds == [BOOLEAN, DECIMAL, LIST, ANY, ANY, ANY]

    def bad(*, x: int) -> None: ...

    with pytest.raises(UsageError, match=r"positional"):
        registered(bad)


def test_errors_show_their_text_only() -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    with pytest.raises(HostFunctionError, match=r"Error invoking fail\(\): no such thing") as caught:
        call(registered(fail), "fail")
    assert isinstance(caught.value.__cause__, ValueError)


def test_methods_of_a_host_type_and_of_a_built_in_one() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

    class Coin(Money): ...

    registry = Registry.standard()
    money = registry.register_type(HostType("Money", Money))

    def cents(value: Money, factor: int) -> int:
        return value.cents * factor

    def shout(text: str) -> str:
        return text.upper() + "!"

    registry.register(host_signature(cents, registry, receiver=money))
    registry.register(host_signature(shout, registry, receiver=STRING))
    assert registry.type_named("Money") is money
    assert registry.type_of(Coin(1)) is money

    def invoke(receiver: Any, name: str, *arguments: Any) -> Any:
        return Machine(RunState()).start(registry.entry_for(receiver, name), receiver, *arguments)

    assert invoke(Coin(3), "cents", 2) == Done(6)
    assert invoke("a", "shout") == Done("A!")
    assert registry.entry_for(Coin(3), "__class__") is None
    assert Registry.standard().entry_for("a", "shout") is None
    with pytest.raises(UsageError, match=r"registered already"):
        registry.register_type(HostType("Money", Coin))


@resumable
def twice(action: Any) -> Any:
    first = action(1)
    second = action(2)
    return [first, second]


def test_a_resumable_function_may_call_closures() -> None:
    registry = registered(twice)
    entry = registry.functions["twice"].entry
    assert entry is not None
    assert drive(entry, (), closure(lambda x: x + 1)) == ([2, 3], 2)


def test_the_context_of_a_call() -> None:
    def who(ctx: Any, x: int) -> list[Any]:
        return [ctx.checkpoint_id, ctx.call_ordinal, x]

    registry = registered(who)
    machine = Machine(RunState(checkpoint_id=4, call_ordinal=2))
    entry = registry.functions["who"].entry
    assert entry is not None
    assert machine.start(entry, (), 7) == Done([4, 2, 7])
    assert machine.run.call_ordinal == 3
