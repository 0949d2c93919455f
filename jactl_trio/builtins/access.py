"""Fields and elements of values whose type is not known: `a.b`, `a?.b`, `a[i]`, `a?[i]`, read and written.

`get_field(parent, field)` is `parent.field` (field any value: `parent."$name"`), `get_index(parent, key)` is
`parent[key]`; the _safe forms give null for a null parent. Nothing here suspends; builtins.creation has what may.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from ..errors import LimitError, NullError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX
from ..values.arrays import Array
from ..values.casts import boxed, coerce, coerce_int
from ..values.fixed_lists import FixedList
from ..values.keys import to_key
from ..values.numbers import Byte, Long
from ..values.promotion import RANKS, int_value
from ..values.text import to_text
from ..values.typenames import type_name
from ..values.types import Type
from .dispatch import builtin_method, check_is_open, host_field, instance_member, registry_now, static_member


def get_field(parent: Any, field: Any) -> Any:
    """parent.field"""
    kind = type(parent)
    if type(field) is str:
        if kind is dict:
            value = parent.get(field)
            return value if value is not None else builtin_method(parent, field)
        readers = getattr(kind, "jactl_readers", None)
        if readers is not None and field in readers:
            return readers[field](parent)
    return _read(parent, field, True)


def get_field_safe(parent: Any, field: Any) -> Any:
    """parent?.field"""
    return None if parent is None else get_field(parent, field)


def get_index(parent: Any, key: Any) -> Any:
    """parent[key]"""
    kind = type(parent)
    if kind is list and type(key) is int:
        if 0 <= key < len(parent):
            return parent[key]
        return _list_element(parent, key)
    if kind is dict and (type(key) is str or type(key) is int):
        return parent.get(key)
    return _read(parent, key, False)


def get_index_safe(parent: Any, key: Any) -> Any:
    """parent?[key]"""
    return None if parent is None else get_index(parent, key)


def in_text_or_array(parent: Any, key: Any) -> Any:
    """parent[key], whose errors are the access's, not the index's, where parent's type was not known."""
    return _ELEMENT[type(parent)](parent, coerce_int(key))


def set_field(parent: Any, field: Any, value: Any) -> Any:
    """parent.field = value; gives the value."""
    if type(parent) is dict and type(field) is str:
        parent[field] = value
        return value
    _write(parent, field, value, True)
    return value


def set_index(parent: Any, key: Any, value: Any) -> Any:
    """parent[key] = value; gives the value."""
    kind = type(parent)
    if (type(key) is int and (kind is dict or (kind is list and 0 <= key < len(parent)))) or (
        kind is dict and type(key) is str
    ):
        parent[key] = value
    else:
        _write(parent, key, value, False)
    return value


def store_field(parent: Any, field: Any, value: Any) -> Any:
    """parent.field = value; gives what was stored, as converted to the field's type."""
    return _write(parent, field, value, True)


def store_index(parent: Any, key: Any, value: Any) -> Any:
    """parent[key] = value; gives what was stored, as converted to the element's type."""
    return _write(parent, key, value, False)


def _read(parent: Any, field: Any, is_dot: bool) -> Any:
    if parent is None:
        raise NullError("Null value for parent during field access")
    instance = getattr(type(parent), "jactl", None) is not None
    if field is None:
        raise NullError(_null_key(parent, instance))
    if isinstance(parent, dict):
        if is_dot and type(field) is not str:
            return get_field(parent, field_name(field))
        value = parent.get(to_key(field))
        if value is None and is_dot and type(field) is str:
            return builtin_method(parent, field)
        return value
    if instance:
        return instance_member(parent, field_name(field))
    if isinstance(parent, type):
        return _static(parent, field_name(field))
    return _read_sequence(parent, field, is_dot)


def _null_key(parent: Any, instance: bool) -> str:
    if isinstance(parent, dict):
        return "Null value for field name"
    if instance:
        return "Null value for field"
    return "Cannot convert null value to int" if type(parent) in TEXT_AND_ARRAYS else "Null value for index"


def _read_sequence(parent: Any, field: Any, is_dot: bool) -> Any:
    if is_dot:
        method = builtin_method(parent, field) if type(field) is str else None
        if method is not None:
            return method
    read = _ELEMENT.get(type(parent))
    if read is None:
        check_is_open(parent)
        found, value = host_field(parent, field) if is_dot and type(field) is str else (False, None)
        if found:
            return value
        raise _wrong_parent(parent, is_dot)
    if is_dot:
        raise RuntimeError(f"Field access not supported for {type_name(parent)}")
    if read is not _list_element:
        return _declared_element(parent, coerce_int(field), read)
    return read(parent, _list_index(field, _index(field, "Non-numeric value for indexed access")))


def _list_element(items: list[Any], index: int) -> Any:
    size = len(items)
    if index < 0:
        if index + size < 0:
            raise RuntimeError(f"Index ({index}) out of range for List (size={size})")
        index += size
    return items[index] if index < size else None


def _declared_element(parent: Any, index: int, read: Any) -> Any:
    """An element of what is declared as a String or array: what is wrong with an index is told in Java's words."""
    if not -len(_items(parent)) <= index < len(_items(parent)):
        raise RuntimeError(f"Index out of bounds: {outside(parent, index)}")
    return read(parent, index)


def outside(parent: Any, index: int) -> str:
    """What Java says of an index that is none; a negative one was counted from the end before."""
    size = len(_items(parent))
    index += size if index < 0 else 0
    if isinstance(parent, str):
        return f"String index out of range: {index}"
    return f"Index {index} out of bounds for length {size}"


def _items(parent: Any) -> Any:
    """What has the length of a String or array."""
    return parent.items if type(parent) is Array else parent


def string_element(text: str, index: int) -> str:
    """text[index]"""
    try:
        return text[index]
    except IndexError:
        raise _out_of_bounds(index) from None


def array_element(array: Array, index: int) -> Any:
    """array[index], boxed"""
    try:
        value = array.items[index]
    except IndexError:
        raise _out_of_bounds(index) from None
    kind = array.element.kind
    if kind == "long":
        return Long(value)
    return Byte(value) if kind == "byte" else value


def _out_of_bounds(index: int) -> RuntimeError:
    return RuntimeError(f"Index out of bounds: {index}")


TEXT_AND_ARRAYS = (str, Array)
_ELEMENT: dict[type, Any] = {list: _list_element, FixedList: _list_element, str: string_element, Array: array_element}


def _static(python_class: Any, name: str) -> Any:
    descriptor = getattr(python_class, "jactl", None)
    if descriptor is not None:
        found, value = static_member(descriptor, name)
        if found:
            return value
        raise RuntimeError(f"No static field/method '{name}' for class {descriptor.full_name}")
    raise RuntimeError(f"No static method '{name}' for class {type_name(python_class)}")


def host_static(type_: Type, name: Any) -> MethodType:
    """The static method of a host or date type whose name is known only at run time."""
    signature = registry_now().static_method(type_, to_text(name))
    if signature is None or signature.entry is None:
        raise RuntimeError(f"No static method '{to_text(name)}' for class {type_.name}")
    return MethodType(signature.entry, ())


def _write(parent: Any, field: Any, value: Any, is_dot: bool) -> Any:
    if isinstance(parent, dict):
        if field is None:
            raise NullError("Null value for field name")
        parent[to_key(field)] = value
        return value
    if parent is None:
        raise NullError("Null value for Map/List/Object storing field value")
    if type(parent) is Array and not is_dot:
        return store_element(parent, field, value)
    if getattr(type(parent), "jactl", None) is not None:
        return _set_instance_field(parent, field_name(field), value)
    if not isinstance(parent, list):
        raise RuntimeError(f"Invalid object type ({type_name(parent)}) for storing value: expected Map/List/Array")
    if is_dot:
        raise RuntimeError(f"Field access not supported for object of type {type_name(parent)}")
    index = _index(field, "Non-numeric value for index during List access")
    return set_list_element(parent, _list_index(field, index), value)


def set_list_element(items: list[Any], index: int, value: Any) -> Any:
    """items[index] = value: the list grows where it is too short."""
    size = len(items)
    if index < 0:
        if index + size < 0:
            raise RuntimeError(f"Negative index ({index}) out of range (list size is {size})")
        index += size
    if index >= size:
        _grow(items, index + 1)
    items[index] = value
    return value


def store_element(array: Array, index: Any, value: Any) -> Any:
    """array[index] = value, converted to the element type and boxed as the result."""
    stored = coerce(value, array.element)
    if type(index) not in RANKS:
        raise RuntimeError(f"Non-numeric array index ({type_name(index)})")
    number = int_value(index)
    try:
        array.items[number] = stored
    except IndexError:
        raise _out_of_bounds(number) from None
    return boxed(stored, array.element)


def _set_instance_field(instance: Any, name: str, value: Any) -> Any:
    descriptor = type(instance).jactl
    field = descriptor.fields.get(name)
    if field is None:
        if name in descriptor.methods:
            raise RuntimeError(f"Found method {name}() for class {descriptor.full_name} where field expected")
        if static_member(descriptor, name)[0]:
            raise RuntimeError(f"Cannot modify a constant field '{name}' of class {descriptor.full_name}")
        raise RuntimeError(f"No such field '{name}' for class {descriptor.full_name}")
    if getattr(field, "is_final", False):
        raise RuntimeError("Cannot modify 'final' field")
    stored = coerce(value, field.type)
    field.slot.__set__(instance, stored)
    return boxed(stored, field.type)


def _grow(items: list[Any], size: int) -> None:
    if size > COLLECTION_ITEMS_MAX:
        raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
    items.extend([None] * (size - len(items)))


def _index(field: Any, message: str) -> int:
    if type(field) not in RANKS:
        raise RuntimeError(message)
    return int_value(field)


def _list_index(field: Any, index: int) -> int:
    """A byte counts as a signed number here, and here only: 255 is the last element."""
    return index - 256 if type(field) is Byte and index > 127 else index


def field_name(field: Any) -> str:
    from ..values.display import plain_text

    return field if type(field) is str else plain_text(field)


def _wrong_parent(parent: Any, is_dot: bool) -> RuntimeError:
    return RuntimeError(
        f"Invalid parent object type ({type_name(parent)}): expected Map/List{'' if is_dot else ' or String'}"
    )
