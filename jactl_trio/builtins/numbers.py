"""The methods of numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from ..errors import LimitError, NullError, RuntimeError
from ..limits import DECIMAL_DIGITS_MAX
from ..values import decimals
from ..values.display import plain_text
from ..values.numbers import INT_MAX, INT_MIN, Byte, Long, float_to_long, wrap_int, wrap_long
from ..values.promotion import RANKS, double_value, long_value
from ..values.signature import Param
from ..values.typenames import type_name
from ..values.types import BYTE, DECIMAL, DOUBLE, INT, LONG, NUMBER, STRING
from .declare import method

_BASE = (Param("base", INT),)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@method(INT, "asChar", returns=STRING)
def int_as_char(receiver: int) -> str:
    return chr(receiver & 0xFFFF)


@method(BYTE, "asChar", returns=STRING)
def byte_as_char(receiver: int) -> str:
    return chr(receiver & 0xFF)


@method(BYTE, "abs", returns=BYTE)
def byte_abs(receiver: int) -> Byte:
    return Byte(receiver)


@method(INT, "abs", returns=INT)
def int_abs(receiver: int) -> int:
    return wrap_int(abs(receiver))


@method(LONG, "abs", returns=LONG)
def long_abs(receiver: int) -> Long:
    return Long(wrap_long(abs(receiver)))


@method(DOUBLE, "abs", returns=DOUBLE)
def double_abs(receiver: float) -> float:
    return abs(receiver)


@method(DECIMAL, "abs", returns=DECIMAL)
def decimal_abs(receiver: Decimal) -> Decimal:
    return receiver.copy_abs()


@method(BYTE, "sqr", returns=INT)
def byte_sqr(receiver: int) -> int:
    return int(receiver) * int(receiver)


@method(INT, "sqr", returns=INT)
def int_sqr(receiver: int) -> int:
    return wrap_int(receiver * receiver)


@method(LONG, "sqr", returns=LONG)
def long_sqr(receiver: int) -> Long:
    return Long(wrap_long(receiver * receiver))


@method(DOUBLE, "sqr", returns=DOUBLE)
def double_sqr(receiver: float) -> float:
    return receiver * receiver


@method(DECIMAL, "sqr", returns=DECIMAL)
def decimal_sqr(receiver: Decimal) -> Decimal:
    return decimals.multiply(receiver, receiver)


@method(BYTE, "toBase", returns=STRING, params=_BASE)
def byte_to_base(receiver: int, base: int) -> str:
    return _digits(receiver & 0xFF, base)


@method(INT, "toBase", returns=STRING, params=_BASE)
def int_to_base(receiver: int, base: int) -> str:
    return _digits(receiver & 0xFFFFFFFF, base)


@method(LONG, "toBase", returns=STRING, params=_BASE)
def long_to_base(receiver: int, base: int) -> str:
    return _digits(receiver & 0xFFFFFFFFFFFFFFFF, base)


def _digits(number: int, base: int) -> str:
    if not 2 <= base <= 36:
        raise RuntimeError("Base must be between 2 and 36")
    digits: list[str] = []
    while number or not digits:
        number, digit = divmod(number, base)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


@method(NUMBER, "sqrt")
def number_sqrt(receiver: Any) -> Any:
    value = double_value(receiver)
    if value < 0:
        raise RuntimeError(f"Attempt to take square root of negative number: {plain_text(receiver)}")
    return _like(receiver, math.sqrt(value), False)


@method(NUMBER, "pow", params=(Param("power", NUMBER),))
def number_pow(receiver: Any, power: Any) -> Any:
    if type(power) not in RANKS:
        if power is None:
            raise NullError("Cannot convert null value to Number")
        raise RuntimeError(f"Cannot convert from {type_name(power)} to type Number")
    if type(receiver) is Decimal and type(power) is not float and type(power) is not Decimal and power >= 0:
        return _decimal_power(receiver, long_value(power))
    result = _double_power(double_value(receiver), double_value(power))
    if result != result:
        raise _impossible(receiver, power)
    return _like(receiver, result, type(receiver) is Long)


def _decimal_power(number: Decimal, exponent: int) -> Decimal:
    """BigDecimal.pow: exact, its scale is that of the number times the exponent."""
    if exponent > 999_999_999:
        raise _impossible(number, exponent)
    if decimals.precision(number) * exponent > DECIMAL_DIGITS_MAX and number not in (0, 1, -1):
        raise LimitError(f"Decimal of more than {DECIMAL_DIGITS_MAX} digits")
    result = decimals.ONE
    while exponent:
        if exponent & 1:
            result = decimals.multiply(result, number)
        exponent >>= 1
        if exponent:
            number = decimals.multiply(number, number)
    return result


def _double_power(base: float, exponent: float) -> float:
    """Java's Math.pow, which raises nothing and knows NaN where Python raises or knows 1."""
    if exponent != exponent or (abs(base) == 1.0 and math.isinf(exponent)):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if base == 0.0:
            return math.copysign(math.inf, base) if exponent % 2 == 1 or exponent % 2 == -1 else math.inf
        return math.nan


def _like(receiver: Any, result: float, keep_long: bool) -> Any:
    """A double result in the type of the receiver: whole ones of integers as int or long."""
    kind = type(receiver)
    if kind is Decimal:
        return decimals.from_float(result)
    if kind is float:
        return result
    whole = float_to_long(result)
    if float(whole) != result:
        return result
    return whole if INT_MIN <= whole <= INT_MAX and not keep_long else Long(whole)


def _impossible(number: Any, power: Any) -> RuntimeError:
    return RuntimeError(f"Illegal request: raising {plain_text(number)} to {plain_text(power)}")
