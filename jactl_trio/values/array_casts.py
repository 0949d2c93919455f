"""Lists, arrays and strings -> arrays of a static type."""

from __future__ import annotations

from typing import Any

from ..errors import NullError, RuntimeError
from .arrays import Array
from .display import plain_text
from .numbers import Byte, Long
from .promotion import RANKS, double_value, int_value, long_value, to_decimal
from .truth import truthy
from .typenames import type_name
from .types import Type


def coerce_array(value: Any, array_type: Type) -> Array | None:
    """An array of that type as it is; else a new one from a list, another array, or (byte[]) a string."""
    return _to_array(value, array_type, False)


def as_array(value: Any, array_type: Type) -> Array | None:
    """As coerce_array, but items become Strings where Strings are wanted (instances by their fields)."""
    return _to_array(value, array_type, True)


def boxed_items(array: Array) -> list[Any]:
    """The items of an array as list elements."""
    kind = array.element.kind
    if kind == "long":
        return [Long(item) for item in array.items]
    if kind == "byte":
        return [Byte(item) for item in array.items]
    return list(array.items)


def text_of_bytes(array: Array) -> str:
    """The string whose UTF-8 bytes the array holds."""
    return bytes(array.items).decode("utf-8", "replace")


def decoded_bytes(value: Any) -> Any:
    """`as String` of an array of bytes: the text that they are; any other value as it is."""
    return text_of_bytes(value) if type(value) is Array and value.element.kind == "byte" else value


def _to_array(value: Any, array_type: Type, is_as: bool) -> Array | None:
    # Recursion is as deep as the type has brackets, whatever the data.
    element = array_type.element
    assert element is not None
    if value is None:
        return None
    if type(value) is Array:
        if value.element is element or (element.kind == "Object" and not value.element.is_primitive):
            return value
        items = boxed_items(value)
    elif isinstance(value, list):
        items = value
    elif type(value) is str and element.kind == "byte":
        return Array(element, list(value.encode("utf-8", "replace")))
    else:
        raise RuntimeError(f"Cannot cast from {type_name(value)} to {array_type.name}")
    return Array(element, [_element(item, element, is_as) for item in items])


def _element(item: Any, element: Type, is_as: bool) -> Any:
    kind = element.kind
    if kind == "Object":
        return item
    if kind == "array":
        return _to_array(item, element, is_as)
    if element.is_primitive or kind == "Decimal":
        return _primitive(item, element)
    if item is None:
        return None
    if kind == "String" and is_as:
        return _string(item)
    if _is_a(item, element):
        return item
    raise RuntimeError(f"Incompatible types. Cannot convert {type_name(item)} to {element.name}")


def _primitive(item: Any, element: Type) -> Any:
    if item is None:
        raise NullError("Null value encountered where null not allowed")
    if element.kind == "boolean":
        return truthy(item)
    if type(item) is str and len(item) == 1:
        item = ord(item)
    if type(item) not in RANKS:
        raise RuntimeError(f"Incompatible types. Cannot convert {type_name(item)} to {element.name}")
    return _NUMBERS[element.kind](item)


def _string(item: Any) -> str:
    if type(item) is Array and item.element.kind == "byte":
        return text_of_bytes(item)
    return plain_text(item)


def _is_a(item: Any, element: Type) -> bool:
    if element.kind == "instance":
        from .casts import is_of_class

        return is_of_class(item, element)
    return type_name(item) == element.name


_NUMBERS = {
    "byte": lambda item: int_value(item) & 0xFF,
    "int": int_value,
    "long": long_value,
    "double": double_value,
    "Decimal": to_decimal,
}
