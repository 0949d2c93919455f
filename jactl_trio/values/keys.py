"""Map keys: a value <-> what stands for it in the Python dict of a Map.

On the JVM a key is found by equals() and hashCode(), and scripts see the difference: 1, 1L, (byte)1, 1.0 and
true are five keys, 1.0 and 1.00 are two, a list or instance is found by its content. Python's dict would merge the
numbers and refuse the list. So a Map is a dict whose keys are plain `str` and exact `int` (nearly all
keys), None and functions as themselves, and a `Key` around any other value. Two ways were weighed and lost: giving
Long an __eq__ of its own (statically typed code compares bare ints with Longs inline, so it would be wrong
there), and a Map class of our own (every access of every map would pay for the rare key).

Whoever reads or writes a map under a key of unknown type says `map[to_key(k)]`; whoever hands keys to a script says
`from_key(k)`. A key known to be a String or an int needs neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from types import MethodType
from typing import Any

from .arrays import Array
from .instances import instance_fields, is_instance
from .numbers import Byte, Long

_MASK = (1 << 61) - 1


class Key:
    """A key that Python would confuse with another or could not hash; equal as Java's equals() has it."""

    __slots__ = ("hash", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.hash = structural_hash(value)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return type(other) is Key and self.hash == other.hash and same_value(self.value, other.value)

    def __repr__(self) -> str:
        return f"Key({type(self.value).__name__})"


def to_key(value: Any) -> Any:
    """What stands for `value` as a key of a dict."""
    kind = type(value)
    if kind is str or kind is int or value is None or kind is MethodType:
        return value
    return Key(value)


def from_key(key: Any) -> Any:
    """The value that `key` of a Map's dict stands for."""
    return key.value if type(key) is Key else key


def same_value(a: Any, b: Any) -> bool:
    """Java's equals(): the same type and content; 1 is not 1L, 1.0 is not 1.00; arrays by identity. Iterative."""
    todo = [(a, b)]
    seen: set[tuple[int, int]] = set()
    while todo:
        a, b = todo.pop()
        if a is b:
            continue
        kind = type(a)
        if kind is not type(b) and isinstance(a, list) and isinstance(b, list):
            kind = list
        elif kind is not type(b):
            return False
        inner = _inner_pairs(kind, a, b)
        if inner is None:
            if not _same_leaf(kind, a, b):
                return False
        elif (id(a), id(b)) not in seen:  # a pair met again is a cycle, or shared
            seen.add((id(a), id(b)))
            for x, y in inner:
                if y is _MISSING:
                    return False
                todo.append((x, y))
    return True


_MISSING = object()


def _inner_pairs(kind: type, a: Any, b: Any) -> Iterable[tuple[Any, Any]] | None:
    """What must be the same inside two structures of one type; None for other values."""
    if kind is list:
        return zip(a, b, strict=True) if len(a) == len(b) else ((None, _MISSING),)
    if kind is dict:
        if len(a) != len(b):
            return ((None, _MISSING),)
        return ((value, b.get(key, _MISSING)) for key, value in a.items())
    if is_instance(a):
        return ((x, y) for (_, x), (_, y) in zip(instance_fields(a), instance_fields(b), strict=True))
    return None


def _same_leaf(kind: type, a: Any, b: Any) -> bool:
    if kind is float:
        return (a == b and str(a) == str(b)) or (a != a and b != b)  # NaN equals NaN, 0.0 is not -0.0
    if kind is Decimal:
        return bool(a == b) and a.as_tuple().exponent == b.as_tuple().exponent
    if kind is Array:
        return False
    return bool(a == b)


def structural_hash(value: Any) -> int:
    """A hash that agrees with same_value; fixed when the key is made, as in Java's own maps. Iterative."""
    result = 17
    todo = [value]
    budget = 10_000  # enough to tell keys apart; bounds cyclic and enormous ones
    while todo and budget:
        budget -= 1
        value = todo.pop()
        kind = type(value)
        if isinstance(value, list):
            part = len(value) + 1_000_003
            todo.extend(value[:budget])
        elif kind is dict:
            # The order of entries must not matter, so that only the size and the plain keys count.
            part = len(value) + 2_000_003
            for key in value:
                part ^= hash(key)
        elif is_instance(value):
            part = id(kind)
            todo.extend(item for _, item in instance_fields(value))
        else:
            part = _leaf_hash(kind, value)
        result = (result * 31 + part) & _MASK
    return result


def _leaf_hash(kind: type, value: Any) -> int:
    if kind is Decimal:
        return hash(value) ^ 0x5D
    if kind is Long:
        return hash(value) ^ 0x4C
    if kind is Byte:
        return hash(value) ^ 0x42
    if kind is float and value != value:
        return 0x7FF8
    if kind is Array:
        return id(value)
    return hash(value)
