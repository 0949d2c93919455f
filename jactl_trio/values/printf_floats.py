"""Numbers -> the digits of %e, %f, %g and %a, rounded half up as Java rounds them; no sign."""

from __future__ import annotations

import decimal
from decimal import Decimal

from ..limits import DECIMAL_DIGITS_MAX
from . import decimals


def fixed(x: Decimal, precision: int) -> str:
    """%f: `precision` places."""
    return format(decimals.round_places(x, precision), "f")


def scientific(x: Decimal, precision: int) -> str:
    """%e: one digit, `precision` places, and a power of ten of two digits at least."""
    if not x:
        return f"{format(decimals.round_places(decimals.ZERO, precision), 'f')}e+00"
    context = decimal.Context(
        prec=precision + 1, rounding=decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX
    )
    rounded = context.plus(x)
    power = rounded.adjusted()
    digits = "".join(map(str, rounded.as_tuple().digits)).ljust(precision + 1, "0")
    mantissa = digits[0] + ("." + digits[1 : precision + 1] if precision else "")
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def general(x: Decimal, precision: int) -> str:
    """%g: `precision` digits in all; %e outside 0.0001 to 10**precision."""
    precision = precision or 1
    if not x:
        return fixed(x, precision - 1)
    context = decimal.Context(
        prec=precision, rounding=decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX
    )
    rounded = context.plus(x)
    power = rounded.adjusted()
    if power < -4 or power >= precision:
        return scientific(x, precision - 1)
    return fixed(x, precision - 1 - power)


def hexadecimal(x: float, precision: int | None) -> str:
    """%a of a number that is not negative: Double.toHexString, rounded where a precision is given."""
    if x != x:
        return "NaN"
    if x - x != 0.0:
        return "Infinity"
    mantissa, _, power = x.hex().partition("p")  # like 0x1.8000000000000p+3
    whole, _, fraction = mantissa.partition(".")
    if precision is None:
        fraction = fraction.rstrip("0") or "0"
    else:
        places = max(1, precision)
        whole, fraction = _rounded_hex(whole, fraction.ljust(13, "0"), places)
    return f"{whole}.{fraction}p{power.removeprefix('+')}"


def _rounded_hex(whole: str, fraction: str, places: int) -> tuple[str, str]:
    if places >= len(fraction):
        return whole, fraction.ljust(min(places, DECIMAL_DIGITS_MAX), "0")
    dropped = 4 * (len(fraction) - places)
    bits = int(whole.removeprefix("0x") + fraction, 16)
    kept, rest, half = bits >> dropped, bits & ((1 << dropped) - 1), 1 << (dropped - 1)
    if rest > half or (rest == half and kept & 1):
        kept += 1
    digits = f"{kept:0{places + 1}x}"
    return "0x" + digits[:-places], digits[-places:]
