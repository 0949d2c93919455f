"""Helpers for tests: values through bytes and back, and whether two graphs of values are the same."""

from __future__ import annotations

from decimal import Decimal
from types import MethodType
from typing import Any

from jactl_trio.checkpoint import Snapshot, decode, encode
from jactl_trio.continuation.frames import Frame
from jactl_trio.values.arrays import Array
from jactl_trio.values.cells import Cell
from jactl_trio.values.keys import Key
from jactl_trio.values.plain_data import PLAIN_CLASSES, SINGLETON_NAMES
from jactl_trio.values.types import Type
from tests.continuation.handmade import unit_of

UNIT = unit_of("""
def main(a, b):
    c = wait(a)
    d = wait(c)
    return [a, b, c, d]

def closure(env, x):
    return x

def other(env):
    return env
""")


def through(value: Any, registry: Any = None, key: bytes | None = None, unit: Any = UNIT) -> Any:
    """A value through the bytes of a checkpoint."""
    snapshot = Snapshot(unit, [], {}, value=value)
    return decode(encode(snapshot, registry, key), registry, lambda reference: unit, key).value


def frames_through(frames: list[Frame], value: Any) -> tuple[list[Frame], Any]:
    """Frames and a value through the bytes of a checkpoint."""
    unit = frames[0].code.unit
    assert unit is not None
    snapshot = decode(encode(Snapshot(unit, frames, {}, value=value)), None, lambda reference: unit)
    return snapshot.frames, snapshot.value


def assert_same(a: Any, b: Any) -> None:
    """The same types and values, and the same objects shared in the same places. Iterative."""
    pairs: dict[int, int] = {}
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        assert type(a) is type(b), (a, b)
        kind = type(a)
        if kind in (bool, int, str, type(None), type) or isinstance(a, int):
            assert a == b
            continue
        if kind is float:
            assert repr(a) == repr(b)
            continue
        if kind is Decimal:
            assert str(a) == str(b)
            continue
        if a == () or id(a) in SINGLETON_NAMES or kind is Type:
            assert a is b or a == ()
            continue
        assert pairs.setdefault(id(a), id(b)) == id(b), "an object is shared in one and not in the other"
        if pairs.get(("seen", id(a))):  # type: ignore[call-overload]
            continue
        pairs["seen", id(a)] = True  # type: ignore[index]
        inner_a, inner_b = _inside(a), _inside(b)
        assert len(inner_a) == len(inner_b)
        todo += zip(inner_a, inner_b, strict=True)


def _inside(value: Any) -> list[Any]:
    kind = type(value)
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if kind in (list, tuple):
        return list(value)
    if kind is Cell:
        return [value.v]
    if kind is Key:
        return [value.value]
    if kind is Array:
        assert value.element is not None
        return [value.element.name, *value.items]
    if kind is MethodType:
        return [value.__func__.__name__, value.__self__]
    if kind in PLAIN_CLASSES:
        return [getattr(value, slot) for slot in PLAIN_CLASSES[kind].slots]
    if kind is type(iter([])):
        return [*value.__reduce__()[1], *value.__reduce__()[2:]]
    raise AssertionError(kind)
