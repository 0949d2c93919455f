"""Coercion, casts and `as`."""

import math
from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.errors import NullError, RuntimeError
from jactl_trio.values import casts
from jactl_trio.values import types as t
from jactl_trio.values.arrays import Array, new_array
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long


@pytest.mark.parametrize(
    ("value", "type", "result"),
    [
        ("a", t.INT, 97),
        (D("1.9"), t.INT, 1),
        (Long(3_000_000_000), t.INT, -1294967296),
        (1e10, t.INT, 2**31 - 1),
        (Byte(200), t.INT, 200),
        (-1, t.BYTE, 255),
        (1e10, t.LONG, 10**10),
        (D("1e25"), t.LONG, 1590897978359414784),
        ("a", t.DOUBLE, 97.0),
        (Long(2), t.DOUBLE, 2.0),
        (1.5, t.DECIMAL, D("1.5")),
        (None, t.DECIMAL, None),
        (None, t.STRING, None),
        ([], t.BOOLEAN, False),
        ([1], t.LIST, [1]),
    ],
)
def test_coerce(value: Any, type: t.Type, result: Any) -> None:
    actual = casts.coerce(value, type)
    assert actual == result and actual.__class__ is result.__class__


@pytest.mark.parametrize(
    ("value", "type", "error", "message"),
    [
        (None, t.INT, NullError, "Cannot convert null value to int"),
        (None, t.LONG, NullError, "Cannot convert null value to long"),
        ("ab", t.INT, RuntimeError, "String with multiple chars cannot be cast to int"),
        ("", t.LONG, RuntimeError, "Empty String cannot be cast to number"),
        ([], t.DOUBLE, RuntimeError, "Object of type List cannot be cast to Number"),
        (True, t.BYTE, RuntimeError, "Object of type boolean cannot be cast to byte"),
        (1, t.STRING, RuntimeError, "Cannot convert object of type int to String"),
        (1, t.MAP, RuntimeError, "Object of type int cannot be cast to Map"),
        ({}, t.LIST, RuntimeError, "Object of type Map cannot be cast to List"),
        (None, t.FUNCTION, NullError, "Null value for Function"),
        (1, t.INT.array(), RuntimeError, "Cannot cast from int to int[]"),
        (["ab"], t.INT.array(), RuntimeError, "Incompatible types. Cannot convert String to int"),
        ([None], t.INT.array(), NullError, "Null value encountered where null not allowed"),
        ([1], t.STRING.array(), RuntimeError, "Incompatible types. Cannot convert int to String"),
    ],
)
def test_coerce_errors(value: Any, type: t.Type, error: Any, message: str) -> None:
    with pytest.raises(error) as caught:
        casts.coerce(value, type)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "type", "result"),
    [
        ("12", t.INT, 12),
        ("+1", t.LONG, 1),
        ("300", t.BYTE, 44),
        (" 1.5d ", t.DOUBLE, 1.5),
        ("0x1p3", t.DOUBLE, 8.0),
        ("-Infinity", t.DOUBLE, -math.inf),
        ("1e5", t.DECIMAL, D("1E+5")),
        (".5", t.DECIMAL, D("0.5")),
        ("ab", t.LIST, ["a", "b"]),
        ({"a": 1, to_key(1.0): 2}, t.LIST, [["a", 1], [1.0, 2]]),
        ([["a", 1], ["b", 2]], t.MAP, {"a": 1, "b": 2}),
        (Array(t.LONG, [1]), t.LIST, [Long(1)]),
    ],
)
def test_as(value: Any, type: t.Type, result: Any) -> None:
    assert casts.convert_as(value, type) == result


@pytest.mark.parametrize(
    ("value", "type", "message"),
    [
        ("1.0", t.INT, 'String value is not a valid int: For input string: "1.0"'),
        ("1_0", t.DOUBLE, 'String value is not a valid double: For input string: "1_0"'),
        ("x", t.DECIMAL, "String value is not a valid Decimal"),
        (None, t.INT, "Null value cannot be coerced to int"),
        (1, t.LIST, "Cannot coerce object of type int to List"),
        (1, t.MAP, "Cannot coerce object of type int to Map"),
        ([1], t.MAP, "Expected Map entry [key,value] but got int"),
        ([[1]], t.MAP, "Expected list with [key,value] but got list of 1 entry"),
    ],
)
def test_as_errors(value: Any, type: t.Type, message: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        casts.convert_as(value, type)
    assert str(caught.value) == message


def test_arrays() -> None:
    grid = casts.coerce([[1, "a"], None], t.INT.array().array())
    assert grid.items[0].items == [1, 97] and grid.items[1] is None
    assert casts.coerce(grid, t.INT.array().array()) is grid
    assert casts.convert_as([1, None, "x"], t.STRING.array()).items == ["1", None, "x"]
    assert casts.coerce("aé", t.BYTE.array()).items == [97, 195, 169]
    assert casts.coerce(Array(t.BYTE, [97, 195, 169]), t.STRING) == "aé"
    made = new_array(t.INT.array(), 2, 3)
    assert [row.items for row in made.items] == [[0, 0, 0], [0, 0, 0]]
    assert made.items[0] is not made.items[1]


def test_boxing() -> None:
    assert type(casts.boxed(1, t.LONG)) is Long and type(casts.boxed(1, t.INT)) is int
