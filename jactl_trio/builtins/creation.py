"""Parts on the way to an assignment inside them, `a.b[2].c = x`: a missing one becomes an empty Map or List.

`wants_map` says which of the two the next access needs. A field declared with a Jactl class gets a new instance of it,
whose initialiser is script code: these two may suspend.
"""

from __future__ import annotations

from typing import Any

from ..continuation.requests import HostCall, Receive, SaveCheckpoint, Sleep
from ..errors import NullError, RuntimeError
from ..values.arrays import Array
from ..values.fixed_lists import FixedList
from ..values.keys import to_key
from ..values.promotion import RANKS, int_value
from ..values.suspension import Suspend, resumable, transparent
from ..values.typenames import type_name
from .access import field_name, set_list_element, string_element
from .dispatch import instance_member


@transparent
def field_or_create(parent: Any, field: Any, wants_map: bool) -> Any:
    """parent.field"""
    return _or_create(parent, field, wants_map, True)


@transparent
def index_or_create(parent: Any, key: Any, wants_map: bool) -> Any:
    """parent[key]"""
    return _or_create(parent, key, wants_map, False)


@transparent
def field_or_create_safe(parent: Any, field: Any, wants_map: bool) -> Any:
    """parent?.field"""
    return None if parent is None else _or_create(parent, field, wants_map, True)


@transparent
def index_or_create_safe(parent: Any, key: Any, wants_map: bool) -> Any:
    """parent?[key]"""
    return None if parent is None else _or_create(parent, key, wants_map, False)


@transparent
def _or_create(parent: Any, field: Any, wants_map: bool, is_dot: bool) -> Any:
    if isinstance(parent, dict):
        return _entry(parent, field, wants_map)
    if parent is None:
        raise NullError("Null value for parent during field access")
    if getattr(type(parent), "jactl", None) is not None:
        return instance_field_or_create(parent, field, wants_map)
    read = _SEQUENCES.get(type(parent))
    if read is None:
        raise RuntimeError(
            f"Invalid parent object type ({type_name(parent)}): expected Map/List{'' if is_dot else ' or String'}"
        )
    if is_dot:
        raise RuntimeError(f"Field access not supported for {type_name(parent)}")
    if type(field) not in RANKS:
        raise RuntimeError("Non-numeric value for indexed access")
    return read(parent, int_value(field), wants_map)


def _empty(wants_map: bool) -> Any:
    return {} if wants_map else []


def _entry(target: dict[Any, Any], field: Any, wants_map: bool) -> Any:
    if field is None:
        raise NullError("Null value for field name")
    key = to_key(field)
    value = target.get(key)
    if value is None:
        value = target[key] = _empty(wants_map)
    return value


def _list_element(items: list[Any], index: int, wants_map: bool) -> Any:
    size = len(items)
    if index < 0 and index + size < 0:
        raise RuntimeError(f"Index ({index}) out of range for List (size={size})")
    value = items[index] if index < size else None
    return set_list_element(items, index, _empty(wants_map)) if value is None else value


def _array_element(array: Array, index: int, wants_map: bool) -> Any:
    items = array.items
    if array.element.is_primitive:
        raise RuntimeError(f"Invalid parent object type ({type_name(array)}): expected Map/List or String")
    if index < 0 and index + len(items) < 0:
        raise RuntimeError(f"Index ({index}) out of range for Object[] (length={len(items)})")
    return items[index] if index < len(items) else None


def _character(text: str, index: int, wants_map: bool) -> str:
    return string_element(text, index)


_SEQUENCES: dict[type, Any] = {list: _list_element, FixedList: _list_element, Array: _array_element, str: _character}


@resumable
def instance_field_or_create(instance: Any, field: Any, wants_map: bool) -> Any:
    """A field of an instance of a Jactl class; missing, it becomes what its type allows."""
    name = field_name(field)
    declared = type(instance).jactl.fields.get(name)
    if declared is None:
        return instance_member(instance, name)
    value = declared.slot.__get__(instance)
    if value is not None:
        return instance_member(instance, name)
    if declared.type.kind == "instance":
        python_class = declared.type.cls.python_class
        refusal = f"Detected async code in field initialiser for {name} in type {type_name(instance)}"
        value = _instance(python_class, refusal)
    else:
        value = _for_type(declared, wants_map)
    declared.slot.__set__(instance, value)
    return value


@transparent
def new_instance(python_class: Any) -> Any:
    """An instance for a null field or variable on the way to what is assigned."""
    return _instance(python_class, "Detected async function invocation during instance auto-creation")


@resumable
def _instance(python_class: Any, refusal: str) -> Any:
    """A new instance whose initialiser must not wait: whoever reads an assignment would not expect it to."""
    if python_class.jactl.mandatory:
        raise RuntimeError(
            f"Cannot auto-create instance of type {python_class.jactl.full_name} as there are mandatory fields"
        )
    create = python_class.jactl.create
    try:
        value = create()
    except Suspend as waiting:
        if isinstance(waiting.request, _WAITS):
            raise RuntimeError(refusal) from None
        raise
    return value


_WAITS = (Sleep, HostCall, Receive, SaveCheckpoint)


def _for_type(declared: Any, wants_map: bool) -> Any:
    kind = declared.type.kind
    if kind == "Object" or kind == ("Map" if wants_map else "List"):
        return _empty(wants_map)
    raise RuntimeError(
        f"Field '{declared.name}' of type {declared.type.name} cannot be set to {'Map' if wants_map else 'List'}"
    )
