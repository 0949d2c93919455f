"""The methods of strings, numbers and objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jactl_trio.builtins.dispatch import find_method
from jactl_trio.builtins.strings import LINE_CHARS_AT_ONCE, string_lines
from jactl_trio.errors import LimitError, NullError, RuntimeError
from jactl_trio.values.numbers import Byte, Long

from .driving import Text, run


def call(receiver: Any, name: str, *arguments: Any) -> Any:
    return run(receiver, name, *[Text(a) if isinstance(a, str) else a for a in arguments])


def test_lines_and_split() -> None:
    assert call("a\nb\n\nc\n", "lines") == ["a", "b", "", "c"]
    assert call("", "lines") == [""]
    assert call("\n", "lines") == [""]
    assert call("\n\n", "lines") == ["", ""]
    assert call("a,b,,c,", "split", ",") == ["a", "b", "", "c", ""]
    assert call("abc", "split") == ["abc"]
    assert call("abc", "split", "") == ["a", "b", "c"]
    assert call("aXbxc", "split", "x", "i") == ["a", "b", "c"]
    assert call("a1b22", "split", "[0-9]+") == ["a", "b", ""]
    with pytest.raises(RuntimeError, match=r"Pattern error"):
        call("abc", "split", "(")


def test_lines_are_made_some_at_a_time() -> None:
    text = "\n".join(str(number) * (number % 7) for number in range(20_000)) + "\nlast\n"
    lines = string_lines(text)
    most = 0
    found: list[str] = []
    while lines.more():
        made = list(lines.rest)
        most = max(most, len(made))
        found += made
    assert found == text.split("\n")[:-1]
    assert most <= LINE_CHARS_AT_ONCE + 1
    assert call(text, "lines") == found
    assert call(text, "lines")[-1] == "last"


def test_case_and_parts() -> None:
    assert call("abc", "toUpperCase") == "ABC"
    assert call("abc", "toUpperCase", 2) == "ABc"
    assert call("abc", "toUpperCase", -1) == "ABc"
    assert call("abc", "toUpperCase", -9) == "ABC"
    assert call("ABC", "toLowerCase", 0) == "ABC"
    assert call("abc", "substring", -2) == "bc"
    assert call("abc", "substring", -2, -1) == "b"
    assert call("abc", "size") == call("abc", "length") == 3
    with pytest.raises(RuntimeError, match=r"Substring error: begin 1, end 7, length 3"):
        call("abc", "substring", 1, 7)


def test_as_num() -> None:
    assert call("zz", "asNum", 36) == 1295
    assert call("f" * 16, "asNum", 16) == -1
    assert type(call("+7", "asNum")) is Long
    for text in ("-1", "1x", "f" * 17, "+", "\u0661"):
        with pytest.raises(RuntimeError, match=r"invalid character for number"):
            call(text, "asNum", 16)
    with pytest.raises(RuntimeError, match=r"Empty string"):
        call("", "asNum")
    with pytest.raises(RuntimeError, match=r"must be at least 2"):
        call("1", "asNum", 1)


def test_bases() -> None:
    assert call(-1, "toBase", 16) == "FFFFFFFF"
    assert call(Long(-1), "toBase", 16) == "F" * 16
    assert call(Byte(200), "toBase", 2) == "11001000"
    assert call(0, "toBase", 36) == "0"
    with pytest.raises(RuntimeError, match=r"between 2 and 36"):
        call(1, "toBase", 37)
    assert call(65, "asChar") == "A"


@pytest.mark.parametrize(
    ("receiver", "power", "expected"),
    [
        (2, 10, 1024),
        (2, 40, Long(2**40)),
        (Long(2), 3, Long(8)),
        (2, -1, 0.5),
        (Decimal("2.0"), 3, Decimal("8.000")),
        (Decimal("2.0"), -1, Decimal("0.5")),
        (2, 2000, float("inf")),
        (0, -1, float("inf")),
        (-2.0, 3, -8.0),
    ],
)
def test_pow(receiver: Any, power: Any, expected: Any) -> None:
    result = call(receiver, "pow", power)
    assert str(result) == str(expected) and type(result) is type(expected)


def test_pow_refused() -> None:
    with pytest.raises(RuntimeError, match=r"Illegal request: raising -2 to 0.5"):
        call(-2, "pow", 0.5)
    with pytest.raises(RuntimeError, match=r"raising 2.0 to 3000000000"):
        call(Decimal("2.0"), "pow", Long(3_000_000_000))
    with pytest.raises(LimitError):
        call(Decimal("2.1"), "pow", 900_000_000)
    with pytest.raises(NullError):
        call(2, "pow", None)
    with pytest.raises(RuntimeError, match=r"multiple chars|Cannot convert"):
        call(2, "pow", "ab")


def test_roots_squares_and_sizes() -> None:
    assert (call(16, "sqrt"), call(Long(16), "sqrt"), call(2, "sqrt")) == (4, 4, 2**0.5)
    assert call(Decimal("2.0"), "sqrt") == Decimal("1.4142135623730951")
    with pytest.raises(RuntimeError, match=r"square root of negative number: -1"):
        call(-1, "sqrt")
    assert call(100_000, "sqr") == 1_410_065_408
    assert call(Decimal("2.5"), "sqr") == Decimal("6.25")
    assert call(-(2**31), "abs") == -(2**31)
    assert call(Decimal("-1.5"), "abs") == Decimal("1.5")
    assert type(call(Byte(3), "abs")) is Byte


def test_of_any_value() -> None:
    assert call([1, {"a": 2}], "toString") == "[1, [a:2]]"
    assert call({"a": 1}, "toString", 2) == "[\n  a:1\n]"
    assert call({"a": 1}, "toJson") == '{"a":1}'
    assert call('{"a":[1,null]}', "fromJson") == {"a": [1, None]}
    assert call(Long(1), "className") == "long"
    assert call(find_method(1, "abs"), "className") == "Function"
