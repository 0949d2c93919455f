"""Equality and order."""

import math
from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.values.arrays import Array
from jactl_trio.values.comparison import compare, equal, identical
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.types import INT, LONG, STRING


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, Long(1)),
        (1, 1.0),
        (D("1.0"), D("1.00")),
        (D("1.5"), 1.5),
        (Byte(255), 255),
        (math.nan, float("nan")),
        ([1, [2.0]], [Long(1), [D(2)]]),
        ({"a": 1}, {"a": Long(1)}),
        (Array(INT, [1, 2]), [1, 2]),
        (Array(INT, [1]), Array(LONG, [1])),
        (Array(STRING, ["a"]), ["a"]),
        (None, None),
    ],
)
def test_equal(a: Any, b: Any) -> None:
    assert equal(a, b) and equal(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        (1, "1"),
        (None, 0),
        (0.0, -0.0),
        ([1], [1, 2]),
        ([1], {0: 1}),
        ({1: "x"}, {to_key(Long(1)): "x"}),
        ({"a": None}, {"b": None}),
        ("a", ["a"]),
    ],
)
def test_not_equal(a: Any, b: Any) -> None:
    assert not equal(a, b) and not equal(b, a)


def test_identical() -> None:
    items = [1]
    assert identical(items, items) and not identical(items, [1])
    assert identical("ab", "".join(["a", "b"])) and identical(1, Long(1)) and identical(D("1.0"), 1)
    assert not identical(True, 1) and not identical("1", 1)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        (1, 2, -1),
        ("b", "a", 1),
        ("a", "B", 1),
        ("\U0001f600", "\uffff", -1),
        (True, False, 1),
        (None, 1, -1),
        (1, None, 1),
        (0.0, -0.0, 1),
        (math.nan, math.inf, 1),
        (1, D("1.00"), 0),
        ([1, 2], [1, 3], -1),
        ([1], [1, 2], -1),
        ([1, [2, 4]], [1, [2, 3]], 1),
        ([], [], 0),
    ],
)
def test_compare(a: Any, b: Any, result: int) -> None:
    assert compare(a, b) == result
