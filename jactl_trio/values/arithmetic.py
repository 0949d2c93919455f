"""The arithmetic operators on boxed values: numeric promotion, strings, lists and maps.

Compiled code computes with two ints itself, so Decimals come first here. Errors carry no location; the machine adds it.
"""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from ..errors import LimitError, NullError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX, STRING_CHARS_MAX
from . import decimals
from .decimals import exact_add, exact_multiply, exact_subtract
from .keys import to_key
from .numbers import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
    Byte,
    Long,
    float_divide,
    float_modulo,
    float_remainder,
    truncated_quotient,
    truncated_remainder,
    wrap_int,
    wrap_long,
)
from .promotion import BYTE, DECIMAL, DOUBLE, INT, LONG, OTHER, RANKS, int_value, to_decimal
from .suspension import transparent
from .text import joined_text
from .typenames import type_name


@transparent
def add(a: Any, b: Any) -> Any:
    """a + b; suspends only where the text of an instance has to be made for a string."""
    ta, tb = type(a), type(b)
    if ta is Decimal and (tb is Decimal or tb is int):
        try:
            return exact_add(a, b)
        except DecimalException as error:
            raise decimals.failure(error, a, "+") from None
    if ta is int and tb is int:
        result = a + b
        return result if INT_MIN <= result <= INT_MAX else wrap_int(result)
    if ta is str:
        return concat(a, b) if tb is str else joined_text(a, b)
    if (ta is int or ta is Long) and (tb is Long or tb is int):
        result = a + b
        return Long(result if LONG_MIN <= result <= LONG_MAX else wrap_long(result))
    rank = _common_rank(ta, tb)
    if rank == OTHER:
        return _add_other(a, b)
    if rank == DECIMAL:
        return decimals.add(_exact(a, ta), _exact(b, tb))
    return _narrowed(a + b, rank)


@transparent
def add_assign(a: Any, b: Any) -> Any:
    """a += b: a list or map on the left is changed in place."""
    kind = type(a)
    if kind is Decimal or kind is int:
        return add(a, b)
    if isinstance(a, list):
        return append_all(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return _merged(a, b)
    return add(a, b)


def _merged(target: dict[Any, Any], entries: dict[Any, Any]) -> dict[Any, Any]:
    if len(target) + len(entries) > COLLECTION_ITEMS_MAX:
        raise LimitError(f"Map of more than {COLLECTION_ITEMS_MAX} entries")
    target.update(entries)
    return target


def concat(a: str, b: str) -> str:
    """Two strings in one, within the limit."""
    if len(a) + len(b) > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return a + b


def _add_other(a: Any, b: Any) -> Any:
    if isinstance(a, list):
        return append_all(list(a), b)
    if isinstance(a, dict):
        if not isinstance(b, dict):
            raise RuntimeError(f"Cannot add {type_name(b)} to Map")
        return _merged(dict(a), b)
    if type(a) is int and a == 0 and type(b) is str:
        return b  # what `x.a += 'text'` relies on where x.a is missing: 0 stands for "nothing yet"
    return _not_numeric(a, b, "+")


def append_all(items: list[Any], value: Any) -> list[Any]:
    """Grow `items` by a list's elements, or by one value."""
    if isinstance(value, list):
        if len(items) + len(value) > COLLECTION_ITEMS_MAX:
            raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
        items.extend(value)
        return items
    return append(items, value)


def append(items: list[Any], value: Any) -> list[Any]:
    """Grow `items` by one value, be it a list."""
    if len(items) >= COLLECTION_ITEMS_MAX:
        raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
    items.append(value)
    return items


def subtract(a: Any, b: Any) -> Any:
    """a - b; a map loses the keys of a map or list."""
    ta, tb = type(a), type(b)
    if ta is Decimal and (tb is Decimal or tb is int):
        try:
            return exact_subtract(a, b)
        except DecimalException as error:
            raise decimals.failure(error, a, "-") from None
    if ta is int and tb is int:
        result = a - b
        return result if INT_MIN <= result <= INT_MAX else wrap_int(result)
    if (ta is int or ta is Long) and (tb is Long or tb is int):
        result = a - b
        return Long(result if LONG_MIN <= result <= LONG_MAX else wrap_long(result))
    rank = _common_rank(ta, tb)
    if rank == OTHER:
        if isinstance(a, dict):
            return _without(dict(a), b)
        _not_numeric(a, b, "-")
    if rank == DECIMAL:
        return decimals.subtract(_exact(a, ta), _exact(b, tb))
    return _narrowed(a - b, rank)


def subtract_assign(a: Any, b: Any) -> Any:
    """a -= b: a map on the left is changed in place."""
    return _without(a, b) if isinstance(a, dict) else subtract(a, b)


def _without(target: dict[Any, Any], b: Any) -> dict[Any, Any]:
    if isinstance(b, dict):
        gone = list(b)
    elif isinstance(b, list):
        gone = [to_key(key) for key in b]
    else:
        raise RuntimeError(f"Cannot subtract object of type {type_name(b)} from Map")
    for key in gone:
        target.pop(key, None)
    return target


def multiply(a: Any, b: Any) -> Any:
    """a * b; a string is repeated."""
    ta, tb = type(a), type(b)
    if ta is Decimal and (tb is Decimal or tb is int):
        try:
            product = exact_multiply(a, b)
        except DecimalException as error:
            raise decimals.failure(error, a, "*") from None
        return product if product else product.copy_abs()
    if ta is int and tb is int:
        result = a * b
        return result if INT_MIN <= result <= INT_MAX else wrap_int(result)
    if (ta is int or ta is Long) and (tb is Long or tb is int):
        result = a * b
        return Long(result if LONG_MIN <= result <= LONG_MAX else wrap_long(result))
    rank = _common_rank(ta, tb)
    if rank == OTHER:
        if ta is str:
            return _repeat_any(a, b)
        _not_numeric(a, b, "*")
    if rank == DECIMAL:
        return decimals.multiply(_exact(a, ta), _exact(b, tb))
    return _narrowed(a * b, rank)


def _repeat_any(text: str, count: Any) -> str:
    if type(count) not in RANKS:
        raise RuntimeError(f"Right-hand side of string repeat operator must be numeric but found {type_name(count)}")
    return repeat(text, int_value(count))


def repeat(text: str, count: int) -> str:
    """`text` count times, within the limit."""
    if count < 0:
        raise RuntimeError(f"String repeat count cannot be negative (was {count})")
    if len(text) * count > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return text * count


def string_repeat(text: str | None, count: int) -> str:
    """`text * count` where the static types are String and int."""
    if count < 0:
        raise RuntimeError("String repeat count must be >= 0")
    if text is None:
        raise NullError("Null value encountered where null not allowed")
    return repeat(text, count)


def divide(a: Any, b: Any, min_scale: int) -> Any:
    """a / b: towards zero for integers, min_scale places at least for Decimals that do not end."""
    if type(a) is int and type(b) is int and a >= 0 and b > 0:
        return a // b
    rank = _common_rank(type(a), type(b))
    if rank == OTHER:
        _not_numeric(a, b, "/")
    if rank == DECIMAL:
        return decimals.divide(to_decimal(a), to_decimal(b), min_scale)
    if rank == DOUBLE:
        return float_divide(float(a), float(b))
    if b == 0:
        raise RuntimeError("Divide by zero")
    return _narrowed(truncated_quotient(a, b), rank)


def modulo(a: Any, b: Any) -> Any:
    """a % b: ((a rem b) + b) rem b, so that the result has the sign of b."""
    if type(b) is int and 0 < b < 2**30:
        if type(a) is int:
            return a % b
        if type(a) is Long:
            return Long(a % b)
    rank = _common_rank(type(a), type(b))
    if rank == OTHER:
        _not_numeric(a, b, "%")
    if rank == DECIMAL:
        return decimals.modulo(to_decimal(a), to_decimal(b))
    if rank == DOUBLE:
        return float_modulo(float(a), float(b))
    if b == 0:
        raise RuntimeError("Divide by zero")
    if rank == LONG:
        return Long(long_modulo(a, b))
    result = int_modulo(a, b)
    return Byte(result) if rank == BYTE else result


def int_modulo(a: int, b: int) -> int:
    """% of two ints, b not zero; the sum inside wraps as Java's does."""
    return truncated_remainder(wrap_int(truncated_remainder(a, b) + b), b)


def long_modulo(a: int, b: int) -> int:
    """% of two longs, b not zero: a bare int."""
    return truncated_remainder(wrap_long(truncated_remainder(a, b) + b), b)


def remainder(a: Any, b: Any) -> Any:
    """a %% b: Java's remainder, with the sign of a."""
    rank = _common_rank(type(a), type(b))
    if rank == OTHER:
        _not_numeric(a, b, "%%")
    if rank == DECIMAL:
        return decimals.remainder(to_decimal(a), to_decimal(b))
    if rank == DOUBLE:
        return float_remainder(float(a), float(b))
    if b == 0:
        raise RuntimeError("Divide by zero")
    return _narrowed(truncated_remainder(a, b), rank)


def negate(a: Any) -> Any:
    """-a"""
    rank = RANKS.get(type(a), OTHER)
    if rank == OTHER:
        if a is None:
            raise NullError("Null value encountered where null not allowed")
        raise RuntimeError(f"Type {type_name(a)} cannot be negated")
    return decimals.negate(a) if rank == DECIMAL else _narrowed(-a, rank)


def increment(a: Any) -> Any:
    """What ++ makes of a."""
    return add(_steppable(a, "++"), 1) if type(a) is not Byte else Byte((a + 1) & 0xFF)


def decrement(a: Any) -> Any:
    """What -- makes of a."""
    return subtract(_steppable(a, "--"), 1) if type(a) is not Byte else Byte((a - 1) & 0xFF)


def increment_element(a: Any) -> Any:
    """What ++ makes of a field or element of no known type: a byte becomes an int there."""
    return int(a) + 1 if type(a) is Byte else increment(a)


def decrement_element(a: Any) -> Any:
    """What -- makes of a field or element of no known type: a byte becomes an int there."""
    if a is None or type(a) is Byte:
        return int(a) - 1 if a is not None else decrement(a)
    return subtract(a, 1)


def _steppable(a: Any, operator: str) -> Any:
    if type(a) in RANKS:
        return a
    if a is None:
        raise NullError("Null value encountered where null not allowed")
    raise RuntimeError(f"Non-numeric operand for left-hand side of {operator}: was String")


def _exact(a: Any, kind: type) -> Any:
    """A number as an operand of a Decimal: ints are taken as they are."""
    return to_decimal(a) if kind is float else a


def _common_rank(a: type, b: type) -> int:
    """The rank of the wider type; OTHER if one of them is not numeric."""
    left, right = RANKS.get(a, OTHER), RANKS.get(b, OTHER)
    return left if left > right else right


def _narrowed(result: Any, rank: int) -> Any:
    """The result of an operation as a value of the type with that rank."""
    if rank == LONG:
        return Long(result) if LONG_MIN <= result <= LONG_MAX else Long(wrap_long(result))
    if rank == DOUBLE:
        return result
    return wrap_int(result) if rank == INT else Byte(result & 0xFF)


def _not_numeric(a: Any, b: Any, operator: str) -> NoReturn:
    side, culprit = ("right", b) if type(a) in RANKS else ("left", a)
    if culprit is None:
        raise NullError(f"Null operand for {side}-hand side of '{operator}'")
    raise RuntimeError(f"Non-numeric operand for {side}-hand side of '{operator}': was {type_name(culprit)}")
