"""What assignments inside values need besides builtins.access: present values for `+=`, elements of typed arrays."""

from __future__ import annotations

from typing import Any

from ..errors import NullError, RuntimeError
from ..values.promotion import RANKS, int_value
from ..values.typenames import type_name
from .access import get_field, get_index


def load_field(parent: Any, field: Any) -> Any:
    """parent.field before `parent.field += x`: 0 where there is nothing yet."""
    value = get_field(parent, field)
    return 0 if value is None else value


def load_index(parent: Any, key: Any) -> Any:
    """parent[key] before `parent[key] += x`: 0 where there is nothing yet."""
    value = get_index(parent, key)
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
        raise RuntimeError(f"Array index out of bounds: {number}") from None
