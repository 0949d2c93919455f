"""BigDecimal's rules on decimal.Decimal: exact sums and products, min_scale division, scale kept, plain text.

Never the ambient context of the thread: every operation names its own, so that no host setting changes a
script's results. A Decimal here is always finite and never minus zero (BigDecimal has neither); sums and differences
of such are none either, products may be.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..errors import LimitError, NullError, RuntimeError
from ..limits import DECIMAL_DIGITS_MAX
from .numbers import double_text

ZERO = Decimal(0)
ONE = Decimal(1)
_TWO_64 = Decimal(2**64)

_TRAPS = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Inexact]


@lru_cache(maxsize=64)
def _exact(precision: int) -> decimal.Context:
    """Raises where a result needs more digits than `precision`."""
    return decimal.Context(
        prec=precision, rounding=decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=_TRAPS
    )


@lru_cache(maxsize=256)
def _rounding(precision: int) -> decimal.Context:
    """Rounds half up to `precision` digits."""
    return decimal.Context(
        prec=precision, rounding=decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=_TRAPS[:3]
    )


_EXACT = _exact(DECIMAL_DIGITS_MAX)
_SHORT_DIGITS = 64  # of most quotients that end
_SHORT = _rounding(_SHORT_DIGITS)
_ROUNDING = _rounding(DECIMAL_DIGITS_MAX)
exact_add, exact_subtract, exact_multiply = _EXACT.add, _EXACT.subtract, _EXACT.multiply


def add(a: Decimal, b: Decimal) -> Decimal:
    try:
        return exact_add(a, b)
    except (decimal.DecimalException, TypeError) as error:
        raise failure(error, a, "+") from None


def subtract(a: Decimal, b: Decimal) -> Decimal:
    try:
        return exact_subtract(a, b)
    except (decimal.DecimalException, TypeError) as error:
        raise failure(error, a, "-") from None


def multiply(a: Decimal, b: Decimal) -> Decimal:
    try:
        result = exact_multiply(a, b)
    except (decimal.DecimalException, TypeError) as error:
        raise failure(error, a, "*") from None
    return result if result else result.copy_abs()


def failure(error: Exception, a: Decimal, name: str) -> Exception:
    """The error for what an exact operation has raised."""
    return null_operand(a, name) if isinstance(error, TypeError) else too_long()


def null_operand(a: Any, name: str) -> NullError:
    """The error for an operand of static type Decimal (or List, Map) that is null."""
    return NullError(f"{'Left' if a is None else 'Right'} hand side of '{name}' is null")


def negate(a: Decimal) -> Decimal:
    if a is None:
        raise NullError("Null value encountered where null not allowed")
    return a.copy_negate() if a else a


def divide(a: Decimal, b: Decimal, min_scale: int) -> Decimal:
    """Exact where the quotient ends; else at least min_scale places, rounded half up and trimmed of zeros."""
    if a is None or b is None:
        raise null_operand(a, "/")
    if not b:
        raise RuntimeError("Divide by zero error" if a else "Division undefined")
    try:
        result = _SHORT.divide(a, b)
        if exact_multiply(result, b) == a:
            return result if result else result.copy_abs()
        return _divided_long(a, b, min_scale)
    except decimal.DecimalException:
        raise too_long() from None


def _divided_long(a: Decimal, b: Decimal, min_scale: int) -> Decimal:
    """A quotient that has more than _SHORT_DIGITS, or does not end."""
    parts_a, parts_b = a.as_tuple(), b.as_tuple()
    digits_a, digits_b = len(parts_a.digits), len(parts_b.digits)
    enough = digits_a + (10 * digits_b + 2) // 3 + 1  # one that ends has no more digits
    if enough > _SHORT_DIGITS:
        try:
            return _exact(_bucket(enough)).divide(a, b)
        except decimal.Inexact:
            pass
    wanted = max(digits_a, digits_b) + min_scale
    result = _rounding(wanted).divide(a, b)
    places = max(-parts_a.exponent, -parts_b.exponent, min_scale)  # type: ignore[operator]  # never NaN or infinite
    if wanted - 1 - result.adjusted() > places:  # its scale: all the digits are there, since it does not end
        result = round_places(result, places)
    return strip_zeros(result)


def remainder(a: Decimal, b: Decimal) -> Decimal:
    """What is left of a after the whole quotient towards zero, with BigDecimal's scale."""
    if a is None or b is None:
        raise null_operand(a, "%%")
    if not b:
        raise RuntimeError("Divide by zero error" if a else "Decimal error: Division undefined")
    if a.copy_abs() < b.copy_abs():
        return a
    try:
        quotient = _EXACT.divide_int(a, b)
    except decimal.DecimalException:
        raise too_long() from None
    preferred = scale(a) - scale(b)
    if preferred < 0:
        quotient = _stripped_to(quotient, preferred)
    elif preferred > 0:
        quotient = _EXACT.quantize(quotient, Decimal((0, (1,), -preferred)))
    return subtract(a, multiply(quotient, b))


def modulo(a: Decimal, b: Decimal) -> Decimal:
    """The language's %: ((a rem b) + b) rem b."""
    if a is None or b is None:
        raise null_operand(a, "%")
    return remainder(add(remainder(a, b), b), b)


def scale(a: Decimal) -> int:
    """Digits after the point; negative where zeros before it are not written out."""
    return -a.as_tuple().exponent  # type: ignore[operator]  # never NaN or infinite


def precision(a: Decimal) -> int:
    """How many digits a has, without leading zeros; 1 for zero."""
    return len(a.as_tuple().digits)


def strip_zeros(a: Decimal) -> Decimal:
    """BigDecimal.stripTrailingZeros: 2.50 is 2.5, 100 is 1E+2, any zero is 0."""
    return a.normalize(_EXACT) if a else ZERO


def round_places(a: Decimal, places: int, rounding: str = decimal.ROUND_HALF_UP) -> Decimal:
    """BigDecimal.setScale(places, rounding)."""
    if a.adjusted() + places > DECIMAL_DIGITS_MAX or abs(places) > DECIMAL_DIGITS_MAX:
        raise too_long()
    result = a.quantize(_unit(places), rounding, _ROUNDING)
    return result if result else result.copy_abs()


@lru_cache(maxsize=64)
def _unit(places: int) -> Decimal:
    """1 in the last of so many places."""
    return Decimal((0, (1,), -places))


def from_int(x: int) -> Decimal:
    return Decimal(int(x))


def from_float(x: float) -> Decimal:
    """BigDecimal.valueOf(double): the digits that the double's text shows."""
    if x != x or x in (float("inf"), float("-inf")):
        raise RuntimeError("Infinite or NaN")
    result = Decimal(double_text(x))
    return result if result else result.copy_abs()


def parse(text: str) -> Decimal | None:
    """BigDecimal's constructor from text; None if it is not a number."""
    if not text.isascii() or "_" in text or text != text.strip() or len(text) > DECIMAL_DIGITS_MAX:
        return None
    try:
        result = Decimal(text)
    except decimal.InvalidOperation:
        return None
    if not result.is_finite() or abs(result.adjusted()) > 0x7FFFFFFF:
        return None
    return result if result else result.copy_abs()


def plain_text(a: Decimal) -> str:
    """BigDecimal.toPlainString: no exponent."""
    exponent = a.as_tuple().exponent
    if abs(exponent) > DECIMAL_DIGITS_MAX:  # type: ignore[arg-type]  # never NaN or infinite
        raise too_long()
    if exponent > 0 and not a:  # type: ignore[operator]
        return "0"
    return format(a, "f")


def to_whole(a: Decimal) -> int:
    """The part before the point, for the use of its low 64 bits: 0 where all of those are 0."""
    if a.adjusted() < 100:
        return int(a)
    if -scale(a) >= 64:  # a multiple of 10**64, so of 2**64
        return 0
    return int(_exact(2 * DECIMAL_DIGITS_MAX).remainder(a, _TWO_64))


def to_float(a: Decimal) -> float:
    """The nearest double."""
    return float(a)


def _stripped_to(a: Decimal, lowest_scale: int) -> Decimal:
    """Drop zeros at the end, but not beyond `lowest_scale` (negative)."""
    stripped = strip_zeros(a)
    if scale(stripped) >= lowest_scale:
        return stripped if scale(stripped) <= scale(a) else a
    return _EXACT.quantize(stripped, Decimal((0, (1,), -lowest_scale)))


def _bucket(digits: int) -> int:
    """Few different contexts: the next power of two."""
    return min(DECIMAL_DIGITS_MAX, max(64, 1 << (digits - 1).bit_length()))


def too_long() -> LimitError:
    return LimitError(f"Decimal of more than {DECIMAL_DIGITS_MAX} digits")
