"""Which numeric type wins where two meet, and any number -> a number of one type."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import decimals
from .numbers import Byte, Long, float_to_int, float_to_long, wrap_int, wrap_long

# The wider operand decides the type of the result.
BYTE, INT, LONG, DOUBLE, DECIMAL = 1, 2, 3, 4, 5
OTHER = 9  # not a number
RANKS: dict[type, int] = {Byte: BYTE, int: INT, Long: LONG, float: DOUBLE, Decimal: DECIMAL}


def to_decimal(a: Any) -> Decimal:
    """Any number as a Decimal."""
    kind = type(a)
    if kind is Decimal:
        return a  # type: ignore[no-any-return]
    return decimals.from_float(a) if kind is float else Decimal(int(a))


def int_value(a: Any) -> int:
    """Java's Number.intValue(): the low 32 bits; doubles saturate."""
    return _INT_VALUE[type(a)](a)


def long_value(a: Any) -> int:
    """Java's Number.longValue(), a bare int."""
    kind = type(a)
    if kind is float:
        return float_to_long(a)
    return wrap_long(decimals.to_whole(a)) if kind is Decimal else int(a)


def count_value(a: Any) -> int:
    """As many as a number stands for where it is iterated over; a byte counts as a signed one here: 200 is -56."""
    return int(a) - 256 if type(a) is Byte and a > 127 else long_value(a)


def double_value(a: Any) -> float:
    """Java's Number.doubleValue()."""
    return decimals.to_float(a) if type(a) is Decimal else float(a)


_INT_VALUE: dict[type, Callable[[Any], int]] = {
    int: int,
    Long: wrap_int,
    Byte: int,
    float: float_to_int,
    Decimal: lambda x: wrap_int(decimals.to_whole(x)),
}
