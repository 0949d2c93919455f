"""The operators on values of any type."""

import math
from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.errors import LimitError, NullError, RuntimeError
from jactl_trio.values import operators as o
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long

BIG = 2**31 - 1


def same(actual: Any, expected: Any) -> None:
    assert type(actual) is type(expected)
    assert actual == expected
    if isinstance(expected, D):
        assert str(actual) == str(expected)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        (1, 2, 3),
        (BIG, 1, -(2**31)),
        (BIG, Long(1), Long(2**31)),
        (Long(2**63 - 1), 1, Long(-(2**63))),
        (Byte(200), Byte(100), Byte(44)),
        (Byte(200), 100, 300),
        (1, 0.5, 1.5),
        (Byte(200), D("0.50"), D("200.50")),
        (D("1.0"), 0.25, D("1.25")),
        ("a", 1, "a1"),
        ("a", None, "anull"),
        ("a", [1, "b"], "a[1, 'b']"),
        (0, "b", "b"),
        ([1], 2, [1, 2]),
        ([1], [2, [3]], [1, 2, [3]]),
        ({"a": 1}, {"b": 2, "a": 3}, {"a": 3, "b": 2}),
    ],
)
def test_add(a: Any, b: Any, result: Any) -> None:
    same(o.add(a, b), result)


@pytest.mark.parametrize(
    ("a", "b", "subtract", "multiply"),
    [
        (-(2**31), 1, BIG, -(2**31)),
        (Long(5), 7, Long(-2), Long(35)),
        (Byte(3), Byte(5), Byte(254), Byte(15)),
        (2, 0.5, 1.5, 1.0),
        (D("2.0"), 3, D("-1.0"), D("6.0")),
    ],
)
def test_subtract_and_multiply(a: Any, b: Any, subtract: Any, multiply: Any) -> None:
    same(o.subtract(a, b), subtract)
    same(o.multiply(a, b), multiply)


@pytest.mark.parametrize(
    ("a", "b", "divide", "modulo", "remainder"),
    [
        (7, 2, 3, 1, 1),
        (-7, 2, -3, 1, -1),
        (7, -2, -3, -1, 1),
        (-(2**31), -1, -(2**31), 0, 0),
        (Long(-7), 2, Long(-3), Long(1), Long(-1)),
        (Byte(200), Byte(7), Byte(28), Byte(4), Byte(4)),
        (7.5, 2, 3.75, 1.5, 1.5),
        (-7.5, 2, -3.75, 0.5, -1.5),
        (D("-7.5"), 2, D("-3.75"), D("0.5"), D("-1.5")),
    ],
)
def test_division(a: Any, b: Any, divide: Any, modulo: Any, remainder: Any) -> None:
    same(o.divide(a, b, 10), divide)
    same(o.modulo(a, b), modulo)
    same(o.remainder(a, b), remainder)


def test_modulo_wraps_inside_as_the_reference_does() -> None:
    assert o.modulo(BIG, BIG) == 0
    assert o.modulo(BIG - 1, BIG) == o.remainder(o.add(BIG - 1, BIG), BIG) == -3


def test_strings_repeat() -> None:
    assert o.multiply("ab", 3) == "ababab"
    assert o.multiply("ab", 2.9) == "abab"
    with pytest.raises(RuntimeError, match="cannot be negative"):
        o.multiply("ab", -1)
    with pytest.raises(LimitError):
        o.multiply("ab" * 1000, 2**31 - 1)


@pytest.mark.parametrize(
    ("operator", "a", "b", "error", "message"),
    [
        (o.add, None, 1, NullError, "Null operand for left-hand side of '+'"),
        (o.add, 1, None, NullError, "Null operand for right-hand side of '+'"),
        (o.add, 1, "x", RuntimeError, "Non-numeric operand for right-hand side of '+': was String"),
        (o.add, {"a": 1}, 1, RuntimeError, "Cannot add int to Map"),
        (o.subtract, [1], 1, RuntimeError, "Non-numeric operand for left-hand side of '-': was List"),
        (o.subtract, {}, 1, RuntimeError, "Cannot subtract object of type int from Map"),
        (o.multiply, True, 1, RuntimeError, "Non-numeric operand for left-hand side of '*': was boolean"),
        (o.modulo, 1, 0, RuntimeError, "Divide by zero"),
        (o.remainder, Long(1), 0, RuntimeError, "Divide by zero"),
        (o.bit_and, 1, None, NullError, "Null operand for right-hand side of '&'"),
        (o.bit_or, 1.0, 1, RuntimeError, "Operand for left-hand side of '|' must be int, byte, or long: was double"),
        (
            o.shift_left,
            1,
            "x",
            RuntimeError,
            "Operand for right-hand side of '<<' must be int, byte, or long: was String",
        ),
        (o.less, 1, "x", RuntimeError, "Cannot compare objects of type int and String"),
        (o.compare, {}, {}, RuntimeError, "Cannot compare objects of type Map and Map"),
        (o.contains, 1, "x", RuntimeError, "Operator 'in': Expecting String for left-hand side not int"),
        (o.not_contains, 1, 2, RuntimeError, "Operator '!in': Expecting String/List/Map for right-hand side not int"),
    ],
)
def test_errors(operator: Any, a: Any, b: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        operator(a, b)
    assert str(caught.value) == message and type(caught.value) is error


def test_unary_operators() -> None:
    same(o.negate(-(2**31)), -(2**31))
    same(o.negate(Byte(1)), Byte(255))
    same(o.negate(D("1.50")), D("-1.50"))
    assert math.copysign(1.0, o.negate(0.0)) == -1.0
    same(o.increment(BIG), -(2**31))
    same(o.decrement(Byte(0)), Byte(255))
    same(o.increment(D("1.5")), D("2.5"))
    same(o.bit_not(Byte(0)), Byte(255))
    with pytest.raises(RuntimeError, match=r"Non-numeric operand for left-hand side of \+\+: was String"):
        o.increment("x")
    with pytest.raises(NullError, match="Null value encountered where null not allowed"):
        o.decrement(None)


@pytest.mark.parametrize(
    ("operator", "a", "b", "result"),
    [
        (o.shift_left, 1, 33, 2),
        (o.shift_left, 1, Long(-1), -(2**31)),
        (o.shift_left, Byte(255), 1, Byte(254)),
        (o.shift_right, -5, 1, -3),
        (o.shift_right_unsigned, -5, 1, 2147483645),
        (o.shift_right_unsigned, Long(-5), 1, Long(2**63 - 3)),
        (o.bit_and, -5, Long(-1), Long(4294967291)),
        (o.bit_and, Long(-5), -1, Long(-5)),
        (o.bit_xor, -5, Long(-1), Long(-4294967292)),
        (o.bit_or, Byte(5), Byte(3), Byte(7)),
        (o.shift_left, [1], [2], [1, [2]]),
    ],
)
def test_bits(operator: Any, a: Any, b: Any, result: Any) -> None:
    same(operator(a, b), result)


def test_assigning_operators_change_lists_and_maps_in_place() -> None:
    items, entries = [1], {"a": 1, "b": 2}
    assert o.add_assign(items, [2]) is items and o.shift_left_assign(items, [3]) is items
    assert items == [1, 2, [3]]
    assert o.add_assign(entries, {"c": 3}) is entries and o.subtract_assign(entries, ["a", "x"]) is entries
    assert entries == {"b": 2, "c": 3}
    assert o.add([0], items) == [0, 1, 2, [3]] and items == [1, 2, [3]]


def test_contains() -> None:
    assert o.contains("b", "abc") and o.contains(Long(1), [1]) and o.contains("a", {"a": None})
    assert not o.contains(Long(1), {1: 2})
    assert o.contains(Long(1), {to_key(Long(1)): 2})


@pytest.mark.parametrize("value", [None, False, 0, Long(0), Byte(0), 0.0, -0.0, D("0.00"), "", [], {}])
def test_false_values(value: Any) -> None:
    assert o.truthy(value) is False


@pytest.mark.parametrize("value", [True, 1, Long(1), math.nan, D("0.01"), " ", [None], {"a": None}])
def test_true_values(value: Any) -> None:
    assert o.truthy(value) is True
