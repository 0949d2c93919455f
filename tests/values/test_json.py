"""JSON both ways."""

from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.errors import RuntimeError
from jactl_trio.values import json
from jactl_trio.values import types as t
from jactl_trio.values.arrays import Array
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [True, None, "x"]}, '{"a":1,"b":[true,null,"x"]}'),
        ([D("1.50"), 2.0, Long(-3), Byte(200), D("1E+2")], "[1.50,2.0,-3,200,100]"),
        ('q"\\\n\t/é\x7f\U0001f600', '"q\\"\\\\\\n\\t/\\u00E9\\u007F\\uD83D\\uDE00"'),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_encode(value: Any, text: str) -> None:
    assert json.encode(value) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({to_key(1.5): 1}, "Key of type double in toJson(): must be String"),
        (Array(t.INT, [1]), "toJson() not supported for type int[]"),
        ([float("nan")], "Cannot encode double value 'NaN'"),
    ],
)
def test_encode_errors(value: Any, message: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        json.encode(value)
    assert str(caught.value) == message


def test_a_cycle_is_an_error() -> None:
    items: list[Any] = []
    items.append(items)
    with pytest.raises(RuntimeError, match="Circular reference"):
        json.encode(items)
    shared: list[Any] = [1]
    assert json.encode([shared, shared]) == "[[1],[1]]"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (' {"a" : [1, {"b":null}] } ', {"a": [1, {"b": None}]}),
        ("[0,-1,2147483648,9223372036854775808]", [0, -1, 2147483648, D("9223372036854775808")]),
        ("[1.50,-0.5,1e3,1E-2]", [D("1.50"), D("-0.5"), D("1E+3"), D("0.01")]),
        ('"a\\u00e9\\n\\\\ \\ud83d\\ude00\\x"', "aé\n\\ \U0001f600\\x"),
        ("", None),
        ("null", None),
    ],
)
def test_decode(text: str, value: Any) -> None:
    assert json.decode(text) == value


def test_numbers_by_size() -> None:
    assert [type(number) for number in json.decode("[1,3000000000,1.0]")] == [int, Long, D]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"k":1,"k":2}', "At JSON offset 8: Duplicate field 'k' when decoding json"),
        ("[3,,4]", "At JSON offset 4: Unexpected character ','"),
        ("[3 4]", "At JSON offset 3: Expected ',': unexpected character '4' while decoding list"),
        ("[3", "At JSON offset 2: Unexpected end of JSON decoding list"),
        ("{k:1}", "At JSON offset 2: Expected '\"' but found 'k' while decoding map key"),
        ('{"k" 1}', "At JSON offset 6: Expected ':' but found '1' while decoding map"),
        ('"xyz', "At JSON offset 1: Unterminated string beginning"),
        ("false x", "Offset 6: Extra data found at end of json"),
        ("2y", "At JSON offset 1: Invalid character 'y' while decoding number"),
        ("-", "At JSON offset 1: Unexpected end of JSON reading negative number"),
        ("yes", "At JSON offset 1: Unexpected character 'y'"),
    ],
)
def test_decode_errors(text: str, message: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        json.decode(text)
    assert str(caught.value) == message


POINT = t.Type("instance", "Point")
SHAPE = json.Shape("Point", "pkg.Point", {"x": t.INT, "tags": t.STRING.array(), "next": POINT}, frozenset(["x"]))


def test_decode_instance() -> None:
    text = '{"x":1,"next":{"x":2,"tags":["a",null]}}'
    outer, made = json.decode_instance(text, POINT, lambda type: SHAPE)
    assert outer is not None and made == [outer.values["next"], outer]
    assert made[0].values["tags"].items == ["a", None] and made[1].values["x"] == 1
    assert json.decode_instance("null", POINT, lambda type: SHAPE) == (None, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"x":1.5}', "At JSON offset 5: Floating point number where integer required while parsing json"),
        ('{"x":null}', "At JSON offset 5: Integer value cannot be null"),
        ('{"x":3000000000}', "At JSON offset 5: Integer overflow reading json"),
        ('{"y":1}', "At JSON offset 4: y field in JSON data does not exist in Point"),
        ('{"x":1,"x":1}', "At JSON offset 10: Field 'x' for class Point appears multiple times in JSON data"),
        ('{"next":null}', "At JSON offset 13: For class pkg.Point, missing mandatory field(s): x"),
        ("[1]", "At JSON offset 1: Expected '{' or 'null' but got '['"),
        ('{"x":1,"tags":["a" "b"]}', "At JSON offset 18: Expecting ',' or ']' but got '\"'"),
    ],
)
def test_decode_instance_errors(text: str, message: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        json.decode_instance(text, POINT, lambda type: SHAPE)
    assert str(caught.value) == message
