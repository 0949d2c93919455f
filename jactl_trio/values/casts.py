"""Any boxed value -> a value of a static type: implicitly, by a cast, or by `as`.

coerce_*: on assignment to a typed variable, parameter, field or result. A one-character string is its code where
a number is wanted, numbers narrow silently. cast_* (`(int)x`) is the same. as_* (`x as int`) also reads numbers
from text, and turns lists, maps, strings and arrays into one another. Results for int, long and byte are bare ints.
A map that becomes an instance calls the class's initialiser, script code that may suspend: compiled code
does that itself (see values.objects); here an instance type takes only null and instances.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import MethodType
from typing import Any

from ..errors import NullError, RuntimeError
from .array_casts import as_array, boxed_items, coerce_array, text_of_bytes
from .arrays import Array
from .conversions import (
    add_entry,
    as_boolean,
    as_byte,
    as_decimal,
    as_double,
    as_int,
    as_list,
    as_long,
    as_map,
)
from .numbers import Byte, Long, wrap_int
from .promotion import RANKS, double_value, int_value, long_value, to_decimal
from .truth import truthy
from .typenames import type_name
from .types import Type


def coerce_boolean(value: Any) -> bool:
    return truthy(value)


def coerce_byte(value: Any) -> int:
    kind = type(value)
    if kind is Byte or kind is int:
        return int(value) & 0xFF
    if kind in RANKS:
        return int_value(value) & 0xFF
    return _character(value, "byte", "byte") & 0xFF


def coerce_int(value: Any) -> int:
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind is Long:
        return wrap_int(value)
    if kind in RANKS:
        return int_value(value)
    return _character(value, "int", "int")


def coerce_long(value: Any) -> int:
    kind = type(value)
    if kind is int or kind is Long or kind is Byte:
        return int(value)
    if kind in RANKS:
        return long_value(value)
    return _character(value, "number", "long")


def coerce_double(value: Any) -> float:
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind in RANKS:
        return double_value(value)
    return float(_character(value, "number", "double"))


def coerce_decimal(value: Any) -> Decimal | None:
    kind = type(value)
    if kind is Decimal or value is None:
        return value  # type: ignore[no-any-return]
    if kind in RANKS:
        return to_decimal(value)
    return Decimal(_character(value, "Decimal", "Decimal"))


def coerce_number(value: Any) -> Any:
    """For parameters of type Number: any number, boxed."""
    kind = type(value)
    if kind in RANKS:
        return int(value) if kind is Byte else value
    return _character(value, "number", "Number")


def coerce_string(value: Any) -> str | None:
    if type(value) is str or value is None:
        return value
    if type(value) is Array and value.element.kind == "byte":
        return text_of_bytes(value)
    raise RuntimeError(f"Cannot convert object of type {type_name(value)} to String")


def coerce_map(value: Any) -> dict[Any, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    raise RuntimeError(f"Object of type {type_name(value)} cannot be cast to Map")


def coerce_list(value: Any) -> list[Any] | None:
    if value is None or isinstance(value, list):
        return value
    if type(value) is Array and not value.element.is_primitive:
        return list(value.items)
    raise RuntimeError(f"Object of type {type_name(value)} cannot be cast to List")


def coerce_function(value: Any) -> Any:
    if type(value) is MethodType:
        return value
    if value is None:
        raise NullError("Null value for Function")
    raise RuntimeError(f"Object of type {type_name(value)} cannot be cast to Function")


def coerce_any(value: Any) -> Any:
    return value


def coerce_instance(value: Any, instance_type: Type) -> Any:
    if value is None or is_of_class(value, instance_type):
        return value
    raise RuntimeError(f"{type_name(value)} cannot be cast to {instance_type.name}")


def as_instance(value: Any, instance_type: Type) -> Any:
    return coerce_instance(value, instance_type)


cast_boolean = coerce_boolean
cast_byte = coerce_byte
cast_int = coerce_int
cast_long = coerce_long
cast_double = coerce_double
cast_decimal = coerce_decimal
cast_string = coerce_string
cast_map = coerce_map
cast_list = coerce_list
cast_function = coerce_function
cast_array = coerce_array
cast_instance = coerce_instance


def is_of_class(value: Any, instance_type: Type) -> bool:
    """Is value an instance of that Jactl class, date type or host type, or of one below it?"""
    python_class = getattr(instance_type.cls, "python_class", None)
    return python_class is not None and isinstance(value, python_class)


def coerce(value: Any, type: Type) -> Any:
    """Convert implicitly to any static type; bare ints for byte, int and long."""
    convert = _COERCE.get(type.kind)
    if convert is not None:
        return convert(value)
    return (coerce_array if type.kind == "array" else coerce_instance)(value, type)


def coercion(type: Type) -> Callable[[Any], Any] | None:
    """What converts implicitly to a type that needs nothing but its kind; None for arrays and instances."""
    return _COERCE.get(type.kind)


def cast(value: Any, type: Type) -> Any:
    """`(type)value`"""
    return coerce(value, type)


def convert_as(value: Any, type: Type) -> Any:
    """`value as type`; `as String` goes through values.text.to_text, which may suspend."""
    convert = _AS.get(type.kind)
    if convert is not None:
        return convert(value)
    return (as_array if type.kind == "array" else as_instance)(value, type)


def boxed(value: Any, type: Type) -> Any:
    """A value of static type `type` as it stands where the type is not known."""
    if type.kind == "long":
        return Long(value)
    return Byte(value) if type.kind == "byte" else value


def _character(value: Any, shown: str, target: str) -> int:
    """The code of a one-character string; the error for anything else that is not a number."""
    if type(value) is str:
        if len(value) == 1:
            return ord(value)
        raise RuntimeError(f"{'String with multiple chars' if value else 'Empty String'} cannot be cast to {shown}")
    if value is None:
        raise NullError(f"Cannot convert null value to {target}")
    name = "Number" if shown == "number" else shown
    raise RuntimeError(f"Object of type {type_name(value)} cannot be cast to {name}")


_COERCE: dict[str, Callable[[Any], Any]] = {
    "boolean": coerce_boolean,
    "byte": coerce_byte,
    "int": coerce_int,
    "long": coerce_long,
    "double": coerce_double,
    "Decimal": coerce_decimal,
    "Number": coerce_number,
    "String": coerce_string,
    "Map": coerce_map,
    "List": coerce_list,
    "Object": coerce_any,
    "function": coerce_function,
    "iterator": coerce_any,
    "void": coerce_any,
    "null": coerce_any,
}

_AS: dict[str, Callable[[Any], Any]] = {
    **_COERCE,
    "boolean": as_boolean,
    "byte": as_byte,
    "int": as_int,
    "long": as_long,
    "double": as_double,
    "Decimal": as_decimal,
    "List": as_list,
    "Map": as_map,
}

__all__ = [
    "add_entry", "as_array", "as_boolean", "as_byte", "as_decimal", "as_double", "as_instance", "as_int", "as_list",
    "as_long", "as_map", "boxed", "boxed_items", "cast", "cast_array", "cast_boolean", "cast_byte", "cast_decimal",
    "cast_double", "cast_function", "cast_instance", "cast_int", "cast_list", "cast_long", "cast_map", "cast_string",
    "coerce", "coerce_any", "coerce_array", "coerce_boolean", "coerce_byte", "coerce_decimal", "coerce_double",
    "coerce_function", "coerce_instance", "coerce_int", "coerce_list", "coerce_long", "coerce_map", "coerce_number",
    "coerce_string", "convert_as", "is_of_class", "text_of_bytes",
]  # fmt: skip
