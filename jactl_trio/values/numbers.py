"""Java's integer arithmetic on Python ints: the boxed types Long and Byte, wrapping, truncating division.

An `int` of the language is an exact Python int. Long and Byte are int subclasses that only say which type a boxed value
has; they compare and hash as ints do (statically typed code mixes bare ints and Longs freely), so map keys
go through values.keys, which keeps 1, 1L and (byte)1 apart.
"""

from __future__ import annotations

import math

INT_MIN = -(2**31)
INT_MAX = 2**31 - 1
LONG_MIN = -(2**63)
LONG_MAX = 2**63 - 1


class Long(int):
    """A boxed long."""

    __slots__ = ()


class Byte(int):
    """A boxed byte: unsigned, 0 to 255."""

    __slots__ = ()


def wrap_int(x: int) -> int:
    """The low 32 bits of x as a signed int."""
    return ((x + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def wrap_long(x: int) -> int:
    """The low 64 bits of x as a signed (bare) int."""
    return ((x + 0x8000000000000000) & 0xFFFFFFFFFFFFFFFF) - 0x8000000000000000


def wrap_byte(x: int) -> int:
    """The low 8 bits of x, unsigned (a bare int)."""
    return x & 0xFF


def truncated_quotient(a: int, b: int) -> int:
    """a / b rounded towards zero, not wrapped; b is not zero."""
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def truncated_remainder(a: int, b: int) -> int:
    """What truncated_quotient leaves: it has the sign of a; b is not zero."""
    remainder = abs(a) % abs(b)
    return -remainder if a < 0 else remainder


def float_divide(a: float, b: float) -> float:
    """a / b as IEEE 754 has it: no error for zero."""
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a or b != b:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def float_remainder(a: float, b: float) -> float:
    """Java's % on doubles: NaN where fmod would raise."""
    if b == 0.0 or math.isinf(a) or a != a or b != b:
        return math.nan
    return math.fmod(a, b)


def float_modulo(a: float, b: float) -> float:
    """The language's % on doubles: ((a rem b) + b) rem b."""
    return float_remainder(float_remainder(a, b) + b, b)


def float_to_int(x: float) -> int:
    """Java's (int) of a double: towards zero, saturating, NaN is 0."""
    return _saturated(x, INT_MIN, INT_MAX)


def float_to_long(x: float) -> int:
    """Java's (long) of a double: towards zero, saturating, NaN is 0."""
    return _saturated(x, LONG_MIN, LONG_MAX)


def double_text(x: float) -> str:
    """Java's Double.toString: at least one digit after the point, E notation outside 0.001 to 10 million."""
    text = repr(x)
    size = abs(x)
    if 1e-3 <= size < 1e7 or size == 0.0:
        return text
    if x != x:
        return "NaN"
    if size == math.inf:
        return "Infinity" if x > 0 else "-Infinity"
    if len(text.partition("e")[0].lstrip("-")) == 1 and float(f"{x:.1e}") == x:
        text = f"{x:.1e}"  # where one digit is enough Java looks for the nearest of two: 4.9E-324
    sign, digits, power = _scientific(text)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"


def _scientific(text: str) -> tuple[str, str, int]:
    """The sign, the digits without zeros around them, and the power of ten of the first digit."""
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) + len(whole) - 1 - (len(whole + fraction) - len(digits))
    return sign, digits.rstrip("0"), power


def _saturated(x: float, low: int, high: int) -> int:
    if x != x:
        return 0
    if x >= high:
        return high
    if x <= low:
        return low
    return int(x)
