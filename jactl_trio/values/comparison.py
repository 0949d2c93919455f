"""Equality and order of values as the language has them (1 == 1L == 1.0), on data of any depth.

The walks keep their own stack: data nested a million deep compares like any other. Instances are read through
their class's descriptor, never by attribute name.
"""

from __future__ import annotations

from decimal import Decimal
from types import MethodType
from typing import Any

from ..errors import RuntimeError
from .arrays import Array
from .instances import instance_fields, is_instance
from .keys import to_key
from .numbers import Byte, Long
from .promotion import DECIMAL, DOUBLE, OTHER, RANKS, to_decimal
from .typenames import type_name

_EXACT = frozenset((int, Long, Byte, Decimal))  # Python compares them with each other as the language does


def equal(a: Any, b: Any) -> bool:
    """a == b"""
    if a is b:
        return True
    ta, tb = type(a), type(b)
    if (ta is int or ta is str) and ta is tb:
        return bool(a == b)
    left = RANKS.get(ta, OTHER)
    if left < OTHER:
        right = RANKS.get(tb, OTHER)
        if left < DOUBLE and right < DOUBLE:
            return bool(a == b)
        if right < OTHER:
            return _compare_leaves(a, b) == 0
    if ta in _STRUCTURED or tb in _STRUCTURED or is_instance(a) or is_instance(b):
        return _equal_structures(a, b)
    return _equal_leaves(a, b)


def not_equal(a: Any, b: Any) -> bool:
    """a != b"""
    return not equal(a, b)


equals = equal


def identical(a: Any, b: Any) -> bool:
    """a === b: numbers, strings and booleans by value, everything else by identity."""
    if a is b:
        return True
    ta, tb = type(a), type(b)
    if ta in RANKS and tb in RANKS:
        return compare(a, b) == 0
    if ta is str or ta is bool:
        return ta is tb and bool(a == b)
    return False


def not_identical(a: Any, b: Any) -> bool:
    """a !== b"""
    return not identical(a, b)


def compare(a: Any, b: Any) -> int:
    """a <=> b: -1, 0 or 1; null comes first; lists element by element."""
    if type(a) is int and type(b) is int:
        return -1 if a < b else 1 if a > b else 0
    if isinstance(a, list) and isinstance(b, list):
        return _compare_lists(a, b)
    return _compare_leaves(a, b)


def order(a: int, b: int) -> int:
    """a <=> b of two integers"""
    return (a > b) - (a < b)


def less(a: Any, b: Any) -> bool:
    ta, tb = type(a), type(b)
    if (ta is Decimal and (tb is int or tb is Decimal)) or (ta in _EXACT and tb in _EXACT):
        return bool(a < b)
    return compare(a, b) < 0


def less_equal(a: Any, b: Any) -> bool:
    ta, tb = type(a), type(b)
    if (ta is Decimal and (tb is int or tb is Decimal)) or (ta in _EXACT and tb in _EXACT):
        return bool(a <= b)
    return compare(a, b) <= 0


def greater(a: Any, b: Any) -> bool:
    ta, tb = type(a), type(b)
    if (ta is Decimal and (tb is int or tb is Decimal)) or (ta in _EXACT and tb in _EXACT):
        return bool(a > b)
    return compare(a, b) > 0


def greater_equal(a: Any, b: Any) -> bool:
    ta, tb = type(a), type(b)
    if (ta is Decimal and (tb is int or tb is Decimal)) or (ta in _EXACT and tb in _EXACT):
        return bool(a >= b)
    return compare(a, b) >= 0


def contains(element: Any, collection: Any) -> bool:
    """element in collection"""
    return _contains(element, collection, "in")


def not_contains(element: Any, collection: Any) -> bool:
    """element !in collection"""
    return not _contains(element, collection, "!in")


def _contains(element: Any, collection: Any, operator: str) -> bool:
    kind = type(collection)
    if kind is str:
        if type(element) is not str:
            raise RuntimeError(f"Operator '{operator}': Expecting String for left-hand side not {type_name(element)}")
        return element in collection
    if kind is list or isinstance(collection, list):
        if type(element) is str:
            return element in collection  # a String equals nothing but Strings: the loop in C is right
        return any(equal(item, element) for item in collection)
    if isinstance(collection, dict):
        return to_key(element) in collection
    raise RuntimeError(
        f"Operator '{operator}': Expecting String/List/Map for right-hand side not {type_name(collection)}"
    )


_STRUCTURED = frozenset((list, dict, Array))


def _equal_leaves(a: Any, b: Any) -> bool:
    ta, tb = type(a), type(b)
    if ta in RANKS and tb in RANKS:
        return compare(a, b) == 0
    if a is None or b is None or ta is not tb:
        return False
    return bool(a == b)


def _equal_structures(a: Any, b: Any) -> bool:
    walk = _Pairs()
    walk.add(a, b)
    while walk.todo:
        a, b = walk.todo.pop()
        if not walk.is_new(a, b):
            continue
        if not _pair(a, b, walk):
            return False
        if walk.different:
            return False
    return True


class _Pairs:
    """Pairs still to be compared. A large walk remembers its pairs: cycles and shared parts are then looked at once."""

    __slots__ = ("different", "seen", "steps", "todo")

    def __init__(self) -> None:
        self.todo: list[tuple[Any, Any]] = []
        self.seen: set[tuple[int, int]] = set()
        self.steps = 0
        self.different = False

    def add(self, a: Any, b: Any) -> None:
        """Compare scalars at once, structures later."""
        if a is b or self.different:
            return
        if _is_structure(a) or _is_structure(b):
            self.todo.append((a, b))
        elif not _equal_leaves(a, b):
            self.different = True

    def is_new(self, a: Any, b: Any) -> bool:
        self.steps += 1
        if self.steps <= _UNTRACKED_STEPS:
            return True
        pair = (id(a), id(b))
        if pair in self.seen:
            return False
        self.seen.add(pair)
        return True


_UNTRACKED_STEPS = 1000


def _is_structure(value: Any) -> bool:
    kind = type(value)
    if kind in RANKS or kind is str or value is None or kind is bool:
        return False
    return kind in _STRUCTURED or isinstance(value, list | dict) or is_instance(value)


def _pair(a: Any, b: Any, walk: _Pairs) -> bool:
    """False if a and b differ at the top; what is inside them goes to the walk."""
    ta, tb = type(a), type(b)
    if isinstance(a, list) or isinstance(b, list) or ta is Array or tb is Array:
        return _pair_sequences(a, b, walk)
    if isinstance(a, dict):
        if isinstance(b, dict):
            return _pair_maps(a, b, walk)
        return is_instance(b) and _pair_instance_map(b, a, walk)
    if not is_instance(a):
        return False
    if isinstance(b, dict):
        return _pair_instance_map(a, b, walk)
    if ta is not tb:
        return False
    for (_, x), (_, y) in zip(instance_fields(a), instance_fields(b), strict=True):
        walk.add(x, y)
    return True


def _pair_sequences(a: Any, b: Any, walk: _Pairs) -> bool:
    left = a if isinstance(a, list) else a.items if type(a) is Array else None
    right = b if isinstance(b, list) else b.items if type(b) is Array else None
    if left is None or right is None or len(left) != len(right):
        return False
    for x, y in zip(left, right, strict=True):
        walk.add(x, y)
        if walk.different:
            return False
    return True


def _pair_maps(a: dict[Any, Any], b: dict[Any, Any], walk: _Pairs) -> bool:
    if len(a) != len(b):
        return False
    for key, value in a.items():
        if key not in b:
            return False
        walk.add(value, b[key])
    return True


def _pair_instance_map(instance: Any, fields: dict[Any, Any], walk: _Pairs) -> bool:
    """An instance equals a map that has its fields and nothing else (a field that is null may be missing)."""
    names = set()
    for name, value in instance_fields(instance):
        names.add(name)
        walk.add(value, fields.get(name))
    return all(key in names for key in fields)


def _compare_lists(a: list[Any], b: list[Any]) -> int:
    walks = [(iter(a), iter(b))]
    pairs = _Pairs()
    end = object()
    while walks:
        left, right = walks[-1]
        x, y = next(left, end), next(right, end)
        if x is end or y is end:
            if x is not y:
                return -1 if x is end else 1
            walks.pop()
        elif isinstance(x, list) and isinstance(y, list):
            if x is not y and pairs.is_new(x, y):
                walks.append((iter(x), iter(y)))
        else:
            result = _compare_leaves(x, y)
            if result:
                return result
    return 0


def _compare_leaves(a: Any, b: Any) -> int:
    if a is None or b is None:
        return 0 if a is b else -1 if a is None else 1
    ta, tb = type(a), type(b)
    left, right = RANKS.get(ta, 0), RANKS.get(tb, 0)
    if left and right:
        rank = left if left > right else right
        if rank == DECIMAL:
            if ta is float or tb is float:
                a, b = to_decimal(a), to_decimal(b)
        elif rank == DOUBLE:
            return compare_doubles(float(a), float(b))
        return -1 if a < b else 1 if a > b else 0
    if ta is tb and (ta is str or ta is bool or _is_ordered(ta)):
        if ta is str and not (a.isascii() and b.isascii()):
            a, b = _utf16(a), _utf16(b)
        return -1 if a < b else 1 if a > b else 0
    raise RuntimeError(f"Cannot compare objects of type {type_name(a)} and {type_name(b)}")


def compare_doubles(a: float, b: float) -> int:
    """Java's Double.compare: NaN equals NaN and is greater than all else, -0.0 is less than 0.0."""
    if a < b:
        return -1
    if a > b:
        return 1
    if a == b:
        if a != 0.0:
            return 0
        x, y = str(a)[0] == "-", str(b)[0] == "-"
        return 0 if x == y else -1 if x else 1
    return (a != a) - (b != b)


_NO_ORDER: Any = object.__lt__  # type: ignore[operator] # mypy takes the attribute for a comparison


def _is_ordered(kind: type) -> bool:
    """Dates and host types say by a `<` of their own that their values have an order."""
    own: Any = kind
    return own.__lt__ is not _NO_ORDER and not issubclass(kind, dict | MethodType)


def _utf16(text: str) -> bytes:
    """Java compares UTF-16 units; big-endian bytes sort the same way."""
    return text.encode("utf-16-be", "surrogatepass")
