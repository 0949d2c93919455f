"""Values of the embedding program."""

from decimal import Decimal as D
from enum import IntEnum
from typing import Any

import pytest

from jactl_trio.errors import UsageError
from jactl_trio.values.convert import from_host, to_host
from jactl_trio.values.keys import Key, to_key
from jactl_trio.values.numbers import Long


def test_ints_by_size() -> None:
    values = from_host([2**31 - 1, 2**31, -(2**63), 2**63])
    assert [type(value) for value in values] == [int, Long, Long, D]


def test_containers_keep_their_identity() -> None:
    inner: list[Any] = [2**40]
    outer = {"a": inner, "b": (1, (2, inner))}
    assert from_host(outer) is outer and outer["a"] is inner and type(inner[0]) is Long
    pair: Any = outer["b"]
    assert pair == [1, [2, [2**40]]] and pair[1][1] is inner


def test_cycles() -> None:
    items: list[Any] = []
    items.append(items)
    assert from_host(items) is items and items[0] is items
    assert to_host(items) is items


def test_keys() -> None:
    value = from_host({True: 1, 2**40: 2, (1, 2): 3, "a": 4, 5: 5})
    assert set(value) == {to_key(True), to_key(Long(2**40)), to_key([1, 2]), "a", 5}
    assert to_host(value) == {True: 1, 2**40: 2, (1, 2): 3, "a": 4, 5: 5}


def test_keys_that_python_would_merge() -> None:
    back = to_host({1: "int", to_key(1.0): "double", to_key({"a": 1}): "map"})
    assert back[1] == "int" and [type(key) for key in back] == [int, Key, Key]


def test_subclasses_of_plain_types() -> None:
    class Colour(IntEnum):
        RED = 1

    assert type(from_host(Colour.RED)) is int


@pytest.mark.parametrize("value", [b"x", {1, 2}, object(), 1j, D("NaN"), [bytearray()]])
def test_what_scripts_cannot_hold(value: Any) -> None:
    with pytest.raises(UsageError):
        from_host(value)


def test_registered_types_pass() -> None:
    value = 1j
    assert from_host([value], lambda type: type is complex)[0] is value
