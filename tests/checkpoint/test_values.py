"""Every kind of value comes back as what it was: type, value, identity."""

from __future__ import annotations

import math
from decimal import Decimal
from types import MethodType
from typing import Any

import pytest

from jactl_trio.checkpoint import Snapshot, encode
from jactl_trio.errors import CheckpointEncodeError
from jactl_trio.values import types
from jactl_trio.values.arguments import UNSET, NamedArgs
from jactl_trio.values.arrays import Array
from jactl_trio.values.cells import Cell
from jactl_trio.values.keys import Key, to_key
from jactl_trio.values.numbers import Byte, Long

from .graphs import UNIT, assert_same, through

CLOSURE = UNIT.namespace["closure"]

SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2**31 - 1,
    -(2**31),
    Long(5),
    Long(-(2**63)),
    Long(2**63 - 1),
    Byte(0),
    Byte(255),
    0.0,
    -0.0,
    1.5,
    math.inf,
    -math.inf,
    math.nan,
    5e-324,
    Decimal("0"),
    Decimal("-0"),
    Decimal("-0.00"),
    Decimal("1.20"),
    Decimal("1E+30"),
    Decimal("123456789012345678901234567890.123456789"),
    "",
    "text",
    "\0",
    "\U0001f600",
    "\ud800",
    "x\udfffy",
    2**70,
    -(2**70),
]


@pytest.mark.parametrize("value", SCALARS, ids=repr)
def test_scalars_alone_and_in_every_container(value: Any) -> None:
    assert_same(value, through(value))
    if type(value) is int and abs(value) > 2**64:
        return  # only a variable may hold one, for a moment
    for holder in (
        [value],
        [value, value],
        [value, None, "x", [1]],
        {"a": value},
        {"a": value, "b": {"c": value}},
        {to_key(value): value, "x": []},
        (value,),
        Cell(value),
        Cell([value]),
        NamedArgs(a=value),
        Array(types.ANY, [value]),
        MethodType(CLOSURE, (value, Cell(value))),
        [{"k": value, "n": n} for n in range(10)],
        [{"k": value if n % 2 else None, "n": n} for n in range(10)],
        {f"key {n}": value for n in range(100)},
    ):
        assert_same(holder, through(holder))


def test_shared_and_cyclic() -> None:
    shared = [1]
    cyclic: list[Any] = [shared, shared, {"s": shared}]
    cyclic.append(cyclic)
    map_: dict[Any, Any] = {"me": None, "list": cyclic}
    map_["me"] = map_
    cyclic.append(map_)
    back = through(map_)
    assert back["me"] is back
    assert back["list"][3] is back["list"]
    assert back["list"][0] is back["list"][1] is back["list"][2]["s"]
    assert back["list"][4] is back


def test_a_shared_map_in_a_table() -> None:
    one = {"a": 1}
    assert_same([one, {"a": 2}, one, {"a": 3}, {"a": 4}], through([one, {"a": 2}, one, {"a": 3}, {"a": 4}]))
    rows = [{"a": one, "b": [n]} for n in range(6)]
    rows.append(rows[0])
    assert_same(rows, through(rows))


@pytest.mark.parametrize("count", [1, 7, 8, 100])
@pytest.mark.parametrize("width", [0, 1, 2, 5, 32, 33])
def test_tables(width: int, count: int) -> None:
    """Maps with the same keys, in the order of their keys."""
    keys = [f"k{n}" for n in reversed(range(width))]
    maps = [{key: f"{key} of {row}" for key in keys} for row in range(count)]
    assert_same(maps, through(maps))
    assert [list(one) for one in through(maps)] == [keys] * count


def test_closures() -> None:
    counter = Cell(0)
    up, down = MethodType(CLOSURE, (counter, 1)), MethodType(UNIT.namespace["other"], (counter,))
    counter.v = [up]  # a cycle through environment and cell
    up_again, down_again = through([up, down])
    assert up_again.__func__ is CLOSURE
    assert up_again.__self__[0] is down_again.__self__[0]
    assert up_again.__self__[0].v[0] is up_again
    assert_same(MethodType(CLOSURE, ()), through(MethodType(CLOSURE, ())))


def test_map_keys_of_every_kind() -> None:
    function = MethodType(CLOSURE, ())
    keys = [1, Long(1), Byte(1), 1.0, True, Decimal("1.0"), Decimal("1.00"), None, "1", [1, [2]], {"a": [1]}, function]
    value = {to_key(key): number for number, key in enumerate(keys)}
    back = through(value)
    assert_same(value, back)
    assert list(back.values()) == list(range(len(keys)))
    for number, key in enumerate(keys[:-1]):
        assert back[to_key(key)] == number


def test_a_map_that_is_its_own_key() -> None:
    value: dict[Any, Any] = {}
    inner = [value]
    value[Key(inner)] = inner
    back = through(value)
    ((key, found),) = back.items()
    assert key.value is found and found[0] is back


def test_arrays() -> None:
    for element, items in (
        (types.BOOLEAN, [True, False]),
        (types.BYTE, [0, 255]),
        (types.INT, [1, 2]),
        (types.LONG, [2**62, Long(1)]),
        (types.DOUBLE, [1.0, math.nan]),
        (types.DECIMAL, [Decimal("1.0"), None]),
        (types.STRING, ["a", None]),
        (types.ANY, [1, "a", None, [1]]),
    ):
        assert_same(Array(element, items), through(Array(element, items)))
        nested = Array(element.array(), [Array(element, items), None])
        back = through(nested)
        assert back.element is element.array()
        assert_same(nested, back)


def test_iterators_of_lists() -> None:
    for taken in range(4):
        nested = [[1], [2], [3]]  # a row of their own each: filled after the iterator is made
        nested_iterator = iter(nested)
        for _ in range(taken):
            next(nested_iterator)
        assert list(through([nested_iterator, nested])[0]) == nested[taken:]
        items = [1, 2, 3]
        iterator = iter(items)
        for _ in range(taken):
            next(iterator)
        back_items, back = through([items, iterator])
        back_items.append(4)
        assert list(back) == [1, 2, 3, 4][taken:]
    exhausted = iter([1])
    list(exhausted)
    assert list(through(exhausted)) == []


def test_singletons_types_and_functions() -> None:
    assert through(UNSET) is UNSET
    assert through([UNSET, types.INT, types.LIST.array(), CLOSURE]) == [UNSET, types.INT, types.LIST.array(), CLOSURE]


@pytest.mark.parametrize("depth", [100_000])
def test_deep_data(depth: int) -> None:
    value: Any = "bottom"
    for number in range(depth):
        value = [
            lambda v: [v],
            lambda v: {"a": v},
            lambda v: (v,),
            Cell,
            lambda v: MethodType(CLOSURE, v),
            lambda v: [1, v],
            lambda v: {to_key([1, 2]): v},
        ][number % 7](value)
    assert_same(value, through(value))


def test_wide_data() -> None:
    value = [[{"a": n, "b": str(n)}, [n] * 5, float(n)] for n in range(20_000)]
    assert through(value) == value


def test_what_cannot_be_saved_is_named() -> None:
    stranger = object()
    for value, path in (
        (stranger, ""),
        ([1, stranger], "[1]"),
        ({"a": {"b": [stranger]}}, ".a.b[0]"),
        ({to_key(stranger): 1}, " (a key)"),
        (Cell(stranger), ""),
        (MethodType(CLOSURE, (1, stranger)), " (captured)"),
        (MethodType(lambda env: 1, ()), ""),
        (int, ""),
        (len, ""),
    ):
        with pytest.raises(CheckpointEncodeError) as caught:
            encode(Snapshot(UNIT, [], {"x": value}))
        assert caught.value.message.startswith(f"Global variable x{path} cannot be saved: ")
