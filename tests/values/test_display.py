"""The texts of values."""

from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.values.arrays import Array
from jactl_trio.values.java_text import java_text
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.text import structure_text, to_text
from jactl_trio.values.types import BOOLEAN, BYTE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ("it's", "it's"),
        (Byte(200), "200"),
        (Long(-3), "-3"),
        (1.0, "1.0"),
        (D("1E+3"), "1000"),
        ([], "[]"),
        ({}, "[:]"),
        (["a", ["b", None]], "['a', ['b', null]]"),
        ({"a": 1, "b c": 2, "": 3, "1x": 4, "x$": 5, "_é": 6}, "[a:1, 'b c':2, '':3, '1x':4, 'x$':5, _é:6]"),
        ({1: "x", to_key(Long(1)): "y", to_key([2]): "z", None: 0}, "[(1):'x', (1):'y', ([2]):'z', null:0]"),
        (Array(BYTE, [1, 255]), "[1, 255]"),
        (Array(BOOLEAN, [True]), "[true]"),
    ],
)
def test_to_text(value: Any, text: str) -> None:
    assert to_text(value) == text


def test_cycles_are_shown_once() -> None:
    items: list[Any] = [1]
    entries = {"list": items}
    items.append(entries)
    assert to_text(items) == "[1, [list:<CIRCULAR_REF>]]"
    shared = [1]
    assert to_text([shared, shared]) == "[[1], [1]]"


def test_indented_maps() -> None:
    value = {"a": {"b": 1, "c": [{"d": 2}]}, "e": {}}
    assert structure_text(value, 2) == "[\n  a:[\n    b:1, \n    c:[[d:2]]\n  ], \n  e:[:\n  ]\n]"


def test_java_text_quotes_nothing() -> None:
    value: list[Any] = ["a", {"k": "v", to_key(1.5): []}, D("1E+5"), None]
    assert java_text(value) == "[a, {k=v, 1.5=[]}, 1E+5, null]"
    value.append(value)
    assert java_text(value).endswith(", (this Collection)]")
