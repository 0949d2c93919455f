"""A value and a static type -> does it fit? For instanceof, and for the patterns of switch."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import MethodType
from typing import Any

from .arrays import Array
from .casts import is_of_class
from .keys import same_value
from .numbers import Byte, Long
from .types import Type

_PYTHON: dict[str, type] = {
    "boolean": bool,
    "byte": Byte,
    "int": int,
    "long": Long,
    "double": float,
    "Decimal": Decimal,
    "String": str,
    "List": list,
    "function": MethodType,
}
_NUMBERS = frozenset((Byte, int, Long, float, Decimal))


def is_of_type(value: Any, type: Type) -> bool:
    """value instanceof type: exact for numbers; an array of references is also an Object[]; null is of no type."""
    expected = _PYTHON.get(type.kind)
    if expected is not None:
        return value.__class__ is expected or (expected is list and isinstance(value, list))
    return _OTHER[type.kind](value, type)


def is_list(value: Any) -> bool:
    """value instanceof List"""
    return isinstance(value, list)


def switch_equal(value: Any, literal: Any) -> bool:
    """Does value match a literal of switch? The same type and content; an array matches a list with its items."""
    if value.__class__ is Array and isinstance(literal, list):
        return len(value.items) == len(literal) and all(map(switch_equal, _items(value), literal))
    return same_value(value, literal)


def pattern_items(value: Any) -> list[Any] | None:
    """The items, boxed, that a list pattern looks at; None where value is neither a List nor an array."""
    if isinstance(value, list):
        items: list[Any] = value
        return items
    return _items(value) if value.__class__ is Array else None


def _items(array: Array) -> list[Any]:
    kind = array.element.kind
    box = Long if kind == "long" else Byte if kind == "byte" else None
    return array.items if box is None else [box(item) for item in array.items]


def _is_array(value: Any, type: Type) -> bool:
    if value.__class__ is not Array:
        return False
    element = type.element
    assert element is not None
    if element.kind == "Object":
        return not value.element.is_primitive
    return value.element is element


_OTHER: dict[str, Callable[[Any, Type], bool]] = {
    "Object": lambda value, type: value is not None,
    "Number": lambda value, type: value.__class__ in _NUMBERS,
    "Map": lambda value, type: isinstance(value, dict),
    "array": _is_array,
    "instance": is_of_class,
    "iterator": lambda value, type: getattr(value.__class__, "jactl_iterator", False),
    "null": lambda value, type: value is None,
    "void": lambda value, type: False,
    "class": lambda value, type: False,
}
