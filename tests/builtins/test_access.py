"""Dynamic fields, elements and methods of values of any type."""

from __future__ import annotations

from types import MethodType
from typing import Any

import pytest

from jactl_trio.builtins.access import (
    get_field,
    get_field_safe,
    get_index,
    get_index_safe,
    set_field,
    set_index,
    store_index,
)
from jactl_trio.builtins.creation import field_or_create, index_or_create
from jactl_trio.builtins.dispatch import as_callable, find_method
from jactl_trio.errors import LimitError, NullError, RuntimeError
from jactl_trio.values.arrays import Array
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.types import ANY, BYTE, DOUBLE, INT, LONG


def fails(message: str) -> Any:
    return pytest.raises(RuntimeError, match=f"^{message}$")


def test_maps() -> None:
    one = {"a": 1, 2: 3, to_key(1.5): 4}
    assert get_field(one, "a") == get_index(one, "a") == 1
    assert get_index(one, 2) == 3 and get_field(one, 2) is None  # a field is named by its text
    assert get_index(one, 1.5) == 4
    assert get_index(one, Long(2)) is None
    assert get_index(one, "size") is None
    assert get_field(one, "size")() == 3
    assert get_field(one, "nothing") is None
    with pytest.raises(NullError, match=r"^Null value for field name$"):
        get_index(one, None)
    assert set_field(one, "b", 5) == 5
    assert set_index(one, Long(2), 6) == 6
    assert len(one) == 5
    with pytest.raises(NullError, match=r"Null value for field name"):
        set_index(one, None, 1)


def test_null_parents() -> None:
    with pytest.raises(NullError, match=r"^Null value for parent during field access$"):
        get_field(None, "a")
    assert get_field_safe(None, "a") is None
    assert get_index_safe(None, 1) is None
    with pytest.raises(NullError, match=r"^Null value for Map/List/Object storing field value$"):
        set_field(None, "a", 1)
    with pytest.raises(NullError, match=r"^Tried to invoke method on null value$"):
        find_method(None, "size")


def test_lists() -> None:
    items = [1, 2]
    assert get_index(items, -1) == 2
    assert get_index(items, Long(0)) == 1
    assert get_index(items, 1.9) == 2
    assert get_index(items, 7) is None
    with fails(r"Index \(-3\) out of range for List \(size=2\)"):
        get_index(items, -3)
    with fails("Non-numeric value for indexed access"):
        get_index(items, "a")
    with pytest.raises(NullError, match=r"^Null value for index$"):
        get_index(items, None)
    assert get_field(items, "size")() == 2
    with fails("Field access not supported for List"):
        get_field(items, "x")
    set_index(items, 3, 9)
    assert items == [1, 2, None, 9]
    set_index(items, -1, 8)
    assert items[3] == 8
    with fails(r"Negative index \(-5\) out of range \(list size is 4\)"):
        set_index(items, -5, 1)
    with fails("Field access not supported for object of type List"):
        set_field(items, "x", 1)
    with pytest.raises(LimitError):
        set_index(items, 2_000_000_000, 1)


def test_strings() -> None:
    assert get_index("abc", -1) == "c"
    with fails("Index out of bounds: String index out of range: 3"):
        get_index("abc", 3)
    with fails("Index out of bounds: String index out of range: -1"):
        get_index("abc", -4)
    with fails("Invalid object type \\(String\\) for storing value: expected Map/List/Array"):
        set_index("abc", 0, "x")


def test_arrays() -> None:
    array = Array(LONG, [1, 2])
    assert get_index(array, -1) == 2 and type(get_index(array, 0)) is Long
    assert type(get_index(Array(BYTE, [1]), 0)) is Byte
    with fails("Index out of bounds: Index 2 out of bounds for length 2"):
        get_index(array, 2)
    set_index(array, 0, 7.9)
    assert array.items == [7, 2]
    assert type(store_index(array, 0, 1)) is Long
    assert store_index(Array(DOUBLE, [0.0]), 0, 3) == 3.0
    with fails(r"Non-numeric array index \(String\)"):
        set_index(array, "a", 1)
    with fails("Index out of bounds: -3"):
        set_index(array, -3, 1)


def test_other_parents() -> None:
    with fails(r"Invalid parent object type \(int\): expected Map/List"):
        get_field(5, "x")
    with fails(r"Invalid parent object type \(int\): expected Map/List or String"):
        get_index(5, 0)
    assert get_field(5, "toString")() == "5"


def test_missing_parts_are_created() -> None:
    top: dict[Any, Any] = {}
    inner = field_or_create(top, "a", True)
    assert top == {"a": {}} and inner is top["a"]
    assert index_or_create(top, 1, False) is top[1]
    items: list[Any] = []
    assert index_or_create(items, 2, False) == []
    assert items == [None, None, []]
    assert index_or_create("abc", 1, True) == "b"
    assert index_or_create(Array(ANY, [7]), 0, True) == 7
    with pytest.raises(NullError):
        field_or_create(None, "a", True)
    with fails("Field access not supported for List"):
        field_or_create(items, "a", True)


def test_methods_win_over_map_entries() -> None:
    def f(env: Any) -> str:
        return "mine"

    entry = MethodType(f, ())
    one = {"size": entry, "f": entry, "g": 3}
    assert find_method(one, "size")() == 3
    assert find_method(one, "f")() == "mine"
    with fails(r"Cannot invoke value of 'g' \(type is int\)"):
        find_method(one, "g")
    with fails("No such method 'h' for type Map"):
        find_method(one, "h")
    with fails("No such method 'h' for type int"):
        find_method(5, "h")


def test_what_can_be_called() -> None:
    assert as_callable(find_method(1, "abs"))() == 1
    with fails("Object of type int cannot be cast to Function"):
        as_callable(5)
    with pytest.raises(NullError, match=r"Null value for Function"):
        as_callable(None)


def test_python_attributes_are_out_of_reach() -> None:
    for value in (1, "a", [], {}, Array(INT, []), find_method(1, "abs"), None):
        for name in ("__class__", "__dict__", "append", "items", "im_func", "__func__", "real"):
            with pytest.raises(RuntimeError):
                find_method(value, name)
