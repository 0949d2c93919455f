"""What `for (x in value)` walks by index: a list, a string, or a Count of numbers, all plain data; what loops count."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Any

from ..errors import NullError, RuntimeError
from ..values.arrays import Array
from ..values.numbers import wrap_int
from ..values.plain_data import plain_data
from ..values.promotion import RANKS, count_value
from ..values.typenames import type_name
from .iterators import array_items, entries

COUNT_FROM = 1000  # below this many numbers a list is made


@plain_data("loop.count")
class Count:
    """0, 1, 2... below a number, without a list of them."""

    __slots__ = ("total",)

    def __init__(self, total: int) -> None:
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, index: int) -> int:
        return index


def count_up(value: int, stop: int, step: int) -> Iterator[int]:
    """What a loop counts that adds an int while the sum is less than stop, where that may leave the range of an int."""
    value = wrap_int(value)
    while value < stop:
        yield value
        value = wrap_int(value + step)


def indices(index: int, items: Sized) -> Iterator[int]:
    """What a loop counts while it is less than the length of a list that the loop may make longer."""
    while index < len(items):
        yield index
        index += 1


def loop_items(value: Any) -> Any:
    """Something with a length and elements by index."""
    kind = type(value)
    if kind is list or kind is str:
        return value
    if isinstance(value, dict):
        return entries(value)
    if kind is Array:
        return array_items(value)
    if isinstance(value, list):
        return list(value)
    if kind in RANKS:
        total = max(0, count_value(value))
        return Count(total) if total >= COUNT_FROM else list(range(total))
    if value is None:
        raise NullError("Cannot iterate over null object")
    raise RuntimeError(f"Cannot iterate over object of type {type_name(value)}")


def loop_array(value: Any) -> Any:
    """The items of an array, bare."""
    if value is None:
        raise NullError("Cannot iterate over null object")
    return value.items
