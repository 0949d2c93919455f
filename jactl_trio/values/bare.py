"""Arithmetic on bare ints whose static type is known, where compiled code does not do it inline.

The type decides the wrapping; the operands are in its range. Errors carry no location; the machine adds it.
"""

from __future__ import annotations

from ..errors import RuntimeError
from .numbers import truncated_quotient, truncated_remainder, wrap_int, wrap_long


def divide_ints(a: int, b: int) -> int:
    """int / int"""
    return wrap_int(truncated_quotient(a, _divisor(b)))


def divide_longs(a: int, b: int) -> int:
    """long / long"""
    return wrap_long(truncated_quotient(a, _divisor(b)))


def divide_bytes(a: int, b: int) -> int:
    """byte / byte"""
    return truncated_quotient(a, _divisor(b)) & 0xFF


def modulo_ints(a: int, b: int) -> int:
    """int % int: ((a rem b) + b) rem b; the sum wraps as Java's does."""
    return truncated_remainder(wrap_int(truncated_remainder(a, _divisor(b)) + b), b)


def modulo_longs(a: int, b: int) -> int:
    """long % long"""
    return truncated_remainder(wrap_long(truncated_remainder(a, _divisor(b)) + b), b)


def remainder_ints(a: int, b: int) -> int:
    """int %% int, or of any wider type: it never leaves the operands' range."""
    return truncated_remainder(a, _divisor(b))


def shift_right_unsigned_int(a: int, count: int) -> int:
    """int >>> count"""
    return wrap_int((a & 0xFFFFFFFF) >> (count & 0x1F))


def shift_right_unsigned_long(a: int, count: int) -> int:
    """long >>> count"""
    return wrap_long((a & 0xFFFFFFFFFFFFFFFF) >> (count & 0x3F))


def _divisor(b: int) -> int:
    if b == 0:
        raise RuntimeError("Divide by zero error")
    return b
