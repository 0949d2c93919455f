"""Numbers -> the digits of %e, %f, %g and %a, rounded half up as Java rounds them; no sign."""

from __future__ import annotations

import decimal
from decimal import Decimal

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


def hexadecimal(x: float) -> str:
    """%a: Double.toHexString."""
    if x != x:
        return "NaN"
    if x - x != 0.0:
        return "Infinity" if x > 0 else "-Infinity"
    text = x.hex()  # like -0x1.8000000000000p+3
    mantissa, _, power = text.partition("p")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}p{power.removeprefix('+')}"
