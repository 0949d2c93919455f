"""What assignments inside values need besides builtins.access: present values for `+=`, elements of typed arrays."""

from __future__ import annotations

from typing import Any

from ..errors import NullError, RuntimeError
from ..values.promotion import RANKS, int_value
from ..values.typenames import type_name
from .access import TEXT_AND_ARRAYS, get_field, get_index, in_text_or_array, outside


def load_field(parent: Any, field: Any) -> Any:
    """parent.field before `parent.field += x`: 0 where there is nothing yet."""
    value = get_field(parent, field)
    return 0 if value is None else value


def load_index(parent: Any, key: Any) -> Any:
    """parent[key] before `parent[key] += x`: 0 where there is nothing yet."""
    if type(parent) in TEXT_AND_ARRAYS:
        return _loaded_element(parent, key)
    if key is None and isinstance(parent, dict):
        raise NullError("Null value for field")
    value = get_index(parent, key)
    return 0 if value is None else value


def _loaded_element(parent: Any, key: Any) -> Any:
    """An element of what is a String or array, though its type was not known; 0 for null."""
    if key is None:
        raise NullError("Null value for index")
    if type(key) not in RANKS:
        raise RuntimeError("Non-numeric value for indexed access")
    index = int_value(key)
    if isinstance(parent, str) and not -len(parent) <= index < len(parent):
        what = "out of range" if index < 0 else "too large"
        raise RuntimeError(f"Index ({index}) {what} for String (length={len(parent)})")
    value = in_text_or_array(parent, index)
    return 0 if value is None else value


def set_array_element(array: Any, index: Any, value: Any) -> None:
    """array[index] = value, which has the element type already."""
    if type(index) not in RANKS:
        if index is None:
            raise NullError("Null value for array index")
        raise RuntimeError(f"Array index must be numeric not {type_name(index)}")
    number = int_value(index)
    try:
        array.items[number] = value
    except IndexError:
        raise RuntimeError(f"Array index out of bounds: {outside(array, number)}") from None
