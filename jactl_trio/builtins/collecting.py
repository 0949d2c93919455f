"""The methods that consume anything iterable: each, collect, collectEntries, groupBy, size, join, reverse, subList...

List receivers have a loop of their own where a closure is called for each element, others pull from an iterator.
"""

from __future__ import annotations

from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import LimitError, RuntimeError
from ..limits import STRING_CHARS_MAX
from ..values.arrays import Array
from ..values.casts import add_entry
from ..values.closures import plain_form
from ..values.keys import to_key
from ..values.numbers import INT_MAX, Long
from ..values.signature import Param
from ..values.suspension import resumable, transparent
from ..values.text import to_text
from ..values.types import FUNCTION, INT, ITERATOR, LIST, LONG, MAP, STRING
from .declare import method
from .iterators import END, Source, all_elements, array_items, elements, iterator_over
from .pipelines import MAPPER
from .stages import mapped

_RANGE = (Param("start", INT), Param("end", INT, INT_MAX))


@method(ITERATOR, "each", params=(Param("action", FUNCTION, None),), suspends=(0, 1))
@resumable
def iterable_each(receiver: Any, action: Any) -> None:
    iterator = iterator_over(receiver)
    action = plain_form(action, 1)
    if isinstance(iterator, Source) and action is not None:
        more = True
        while more:
            if FLAG.is_up:
                tick()
            rest = iterator.rest
            for element in rest:
                if FLAG.is_up:
                    tick()
                action(element)
            more = iterator.more()
        return
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return
        if action is not None:
            action(element)


@method(ITERATOR, "collect", params=MAPPER, suspends=(0, 1))
@transparent
def iterable_collect(receiver: Any, mapper: Any) -> list[Any]:
    if mapper is None:
        return elements(receiver)
    return all_elements(mapped(receiver, mapper))


@method(ITERATOR, "collectEntries", params=MAPPER, suspends=(0, 1))
@resumable
def iterable_collect_entries(receiver: Any, mapper: Any) -> dict[Any, Any]:
    iterator = iterator_over(receiver)
    if mapper is not None:
        iterator = mapped(iterator, mapper)
    result: dict[Any, Any] = {}
    more = True
    while more:
        if FLAG.is_up:
            tick()
        out: list[Any] = []
        more = iterator.fill(out)
        _add_entries(result, out)
    return result


def _add_entries(result: dict[Any, Any], entries: list[Any]) -> None:
    for entry in entries:
        if isinstance(entry, list) and len(entry) == 2:
            key = entry[0]
            result[key if type(key) is str else to_key(key)] = entry[1]
        else:
            add_entry(result, entry)


@method(ITERATOR, "groupBy", returns=MAP, params=(Param("closure", FUNCTION),), suspends=(0, 1))
@resumable
def iterable_group_by(receiver: Any, closure: Any) -> dict[Any, Any]:
    iterator = iterator_over(receiver)
    closure = plain_form(closure, 1)
    groups: dict[Any, Any] = {}
    if isinstance(iterator, Source):
        more = True
        while more:
            if FLAG.is_up:
                tick()
            rest = iterator.rest
            for element in rest:
                if FLAG.is_up:
                    tick()
                key = closure(element)
                if type(key) is str or type(key) is int:
                    group = groups.get(key)
                    if group is None:
                        groups[key] = [element]
                    else:
                        group.append(element)
                else:
                    add_to_group(groups, key, element)
            more = iterator.more()
        return groups
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return groups
        key = closure(element)
        add_to_group(groups, key, element)


def add_to_group(groups: dict[Any, Any], key: Any, element: Any) -> None:
    """The element into the list under the key, which is a value as scripts have it."""
    key = to_key(key)
    group = groups.get(key)
    if group is None:
        groups[key] = [element]
    else:
        group.append(element)


@method(ITERATOR, "size", returns=LONG, suspends=(0,))
@resumable
def iterable_size(receiver: Any) -> Long:
    iterator = iterator_over(receiver)
    count = 0
    more = True
    while more:
        if FLAG.is_up:
            tick()
        out: list[Any] = []
        more = iterator.fill(out)
        count += len(out)
    return Long(count)


@method(ITERATOR, "join", returns=STRING, params=(Param("separator", STRING, ""),), suspends=True)
@resumable
def iterable_join(receiver: Any, separator: Any) -> str:
    iterator = iterator_over(receiver)
    between = "null" if separator is None else separator
    parts: list[str] = []
    size = 0
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return between.join(parts)
        if type(element) is not str:
            element = to_text(element)
        parts.append(element)
        size += len(element) + len(between)
        if size > STRING_CHARS_MAX + len(between):
            joined_too_long()


def joined_too_long() -> None:
    """The error for a text that is joined of too much."""
    raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")


@method(ITERATOR, "reverse", returns=LIST, suspends=(0,))
@resumable
def iterable_reverse(receiver: Any) -> list[Any]:
    if isinstance(receiver, list):
        return receiver[::-1]
    result = elements(receiver)
    result.reverse()
    return result


@method(LIST, "subList", returns=LIST, params=_RANGE)
def list_sub_list(receiver: list[Any], start: int, end: int) -> list[Any]:
    size = len(receiver)
    first = start + size if start < 0 else start
    last = size if end == INT_MAX else end + size if end < 0 else end
    if first < 0:
        raise RuntimeError(f"SubList error: fromIndex = {first} (IndexOutOfBoundsException)")
    if last > size:
        raise RuntimeError(f"SubList error: toIndex = {last} (IndexOutOfBoundsException)")
    if first > last:
        raise RuntimeError(f"SubList error: fromIndex({first}) > toIndex({last}) (IllegalArgumentException)")
    return receiver[first:last]


@method(ITERATOR, "subList", returns=LIST, params=_RANGE, suspends=(0,))
@resumable
def iterable_sub_list(receiver: Any, start: int, end: int) -> list[Any]:
    items = elements(receiver)
    return list_sub_list(items, start, end)


@method(ITERATOR, "transpose", returns=LIST, suspends=True)
@resumable
def iterable_transpose(receiver: Any) -> list[Any]:
    rows = elements(receiver)
    return _transposed([_row(row) for row in rows])


def _row(row: Any) -> list[Any]:
    if isinstance(row, list):
        return row
    if type(row) is Array:
        return array_items(row)
    raise RuntimeError("Entries in source list must be lists for transpose()")


def _transposed(rows: list[list[Any]]) -> list[Any]:
    width = max((len(row) for row in rows), default=0)
    return [[row[column] if column < len(row) else None for row in rows] for column in range(width)]
