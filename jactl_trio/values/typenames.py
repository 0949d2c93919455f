"""A value -> the name of its type, as messages and className() show it."""

from __future__ import annotations

from decimal import Decimal
from types import MethodType
from typing import Any

from .arguments import NamedArgs
from .arrays import Array
from .fixed_lists import FixedList
from .hosttypes import Opaque
from .numbers import Byte, Long

_NAMES: dict[type, str] = {
    type(None): "null",
    str: "String",
    Decimal: "Decimal",
    float: "double",
    Long: "long",
    Byte: "byte",
    int: "int",
    bool: "boolean",
    dict: "Map",
    NamedArgs: "Map",
    list: "List",
    FixedList: "List",
    MethodType: "Function",
}


def type_name(value: Any) -> str:
    """`int`, `String`, `int[]`, `a.b.X`..."""
    name = _NAMES.get(type(value))
    if name is not None:
        return name
    if type(value) is Array:
        return _shown(value.element.name) + "[]"
    return _other_name(value)


def register_type_name(python_type: type, name: str) -> None:
    """Tell the name of a built-in or host type's values."""
    _NAMES[python_type] = name


def _other_name(value: Any) -> str:
    descriptor = getattr(type(value), "jactl", None)  # a Jactl class; never a name from a script
    if descriptor is not None:
        return _shown(descriptor.full_name)
    if getattr(type(value), "jactl_iterator", False):
        return "JactlIterator"
    return value.class_name if type(value) is Opaque else type(value).__name__


def _shown(full_name: str) -> str:
    """A class inside another is `X$Y` among the unit's classes, but `X.Y` to scripts."""
    return full_name.replace("$", ".")


def class_name(value: Any) -> str:
    """What className() gives."""
    return type_name(value)
