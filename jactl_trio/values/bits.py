"""The bitwise operators and shifts on boxed values; list << value."""

from __future__ import annotations

from typing import Any, NoReturn

from ..errors import NullError, RuntimeError
from .arithmetic import append
from .numbers import Byte, Long, wrap_int, wrap_long
from .typenames import type_name

_INTEGRAL: dict[type, int] = {Byte: 1, int: 2, Long: 3}
_SHIFT_MASK = {Byte: 0x7, int: 0x1F, Long: 0x3F}


def bit_and(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int:
        return a & b
    rank = _common(a, b, "&")
    return _sized(_left(a, rank) & b, rank)


def bit_or(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int:
        return a | b
    rank = _common(a, b, "|")
    return _sized(_left(a, rank) | b, rank)


def bit_xor(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int:
        return a ^ b
    rank = _common(a, b, "^")
    return _sized(_left(a, rank) ^ b, rank)


def bit_not(a: Any) -> Any:
    rank = _INTEGRAL.get(type(a))
    if rank is None:
        if a is None:
            raise NullError("Null operand for ~'")
        raise RuntimeError(f"Operand for ~' must be int, byte, or long: was {type_name(a)}")
    return _sized(~a, rank)


def shift_left(a: Any, b: Any) -> Any:
    """a << b; a new list with b at its end where a is a list."""
    if isinstance(a, list):
        return [*a, b]
    count = _count(a, b, "<<")
    return _sized(int(a) << count, _INTEGRAL[type(a)])


def shift_left_assign(a: Any, b: Any) -> Any:
    """a <<= b: a list grows in place."""
    if isinstance(a, list):
        return append(a, b)
    return shift_left(a, b)


def shift_right(a: Any, b: Any) -> Any:
    """a >> b, which keeps the sign."""
    count = _count(a, b, ">>")
    return _sized(int(a) >> count, _INTEGRAL[type(a)])


def shift_right_unsigned(a: Any, b: Any) -> Any:
    """a >>> b, which brings in zeros."""
    count = _count(a, b, ">>>")
    rank = _INTEGRAL[type(a)]
    width = 0xFFFFFFFFFFFFFFFF if rank == 3 else 0xFFFFFFFF
    return _sized((a & width) >> count, rank)


def _common(a: Any, b: Any, operator: str) -> int:
    left, right = _INTEGRAL.get(type(a)), _INTEGRAL.get(type(b))
    if left is None or right is None:
        _not_integral(a, b, operator)
    return left if left > right else right


def _left(a: int, rank: int) -> int:
    # The reference does not extend the sign of an int on the left of a long; on the right it does.
    return a & 0xFFFFFFFF if rank == 3 and type(a) is int else a


def _count(a: Any, b: Any, operator: str) -> int:
    mask = _SHIFT_MASK.get(type(a))
    if mask is None or type(b) not in _INTEGRAL:
        _not_integral(a, b, operator)
    return int(b) & mask


def _sized(result: int, rank: int) -> Any:
    if rank == 2:
        return wrap_int(result)
    return Long(wrap_long(result)) if rank == 3 else Byte(result & 0xFF)


def _not_integral(a: Any, b: Any, operator: str) -> NoReturn:
    side, culprit = ("right", b) if type(a) in _INTEGRAL else ("left", a)
    if culprit is None:
        raise NullError(f"Null operand for {side}-hand side of '{operator}'")
    raise RuntimeError(
        f"Operand for {side}-hand side of '{operator}' must be int, byte, or long: was {type_name(culprit)}"
    )
