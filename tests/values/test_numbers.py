"""Java's integers and double texts."""

import math

import pytest

from jactl_trio.values import numbers
from jactl_trio.values.numbers import Byte, Long, double_text, float_modulo, float_to_int, float_to_long


def test_boxed_numbers_are_ints() -> None:
    assert Long(5) == 5 and hash(Long(5)) == hash(5) and str(Long(5)) == "5"
    assert type(Long(5) + 1) is int
    assert not hasattr(Byte(1), "__dict__")


def test_wrapping() -> None:
    assert numbers.wrap_int(2**31) == -(2**31)
    assert numbers.wrap_int(-(2**31) - 1) == 2**31 - 1
    assert numbers.wrap_long(2**63) == -(2**63)
    assert numbers.wrap_byte(-1) == 255


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (100.0, "100.0"),
        (0.001, "0.001"),
        (0.0009, "9.0E-4"),
        (9999999.5, "9999999.5"),
        (1e7, "1.0E7"),
        (123456789.123, "1.23456789123E8"),
        (-1.5e-7, "-1.5E-7"),
        (1e22, "1.0E22"),
        (5e-324, "4.9E-324"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
    ],
)
def test_double_text(x: float, text: str) -> None:
    assert double_text(x) == text


def test_narrowing_of_doubles_saturates() -> None:
    assert float_to_int(1e10) == 2**31 - 1
    assert float_to_int(-2.9) == -2
    assert float_to_int(math.nan) == 0
    assert float_to_long(-math.inf) == -(2**63)


def test_division_of_doubles_never_raises() -> None:
    assert numbers.float_divide(1.0, -0.0) == -math.inf
    assert math.isnan(numbers.float_divide(0.0, 0.0))
    assert math.isnan(float_modulo(1.0, 0.0))
    assert float_modulo(-5.5, 3.0) == 0.5
