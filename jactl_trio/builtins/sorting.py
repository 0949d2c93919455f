"""sort(): a stable merge sort, by the language's own order or by a closure that compares two elements."""

from __future__ import annotations

from functools import cmp_to_key
from operator import itemgetter
from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import RuntimeError
from ..values.closures import natural_order, plain_form, takes_two
from ..values.comparison import compare
from ..values.signature import Param
from ..values.suspension import resumable
from ..values.typenames import type_name
from ..values.types import FUNCTION, ITERATOR, LIST
from .declare import method
from .iterators import elements


@method(ITERATOR, "sort", returns=LIST, params=(Param("comparator", FUNCTION, None),), suspends=(0, 1))
@resumable
def iterable_sort(receiver: Any, comparator: Any) -> list[Any]:
    items = elements(receiver)
    order, field = (1, None) if comparator is None else natural_order(comparator)
    if order and sorted_plainly(items, order, field):
        return items
    if comparator is None:
        return naturally_sorted(items)
    return merge_sorted(items, comparator)


def sorted_plainly(items: list[Any], order: int, field: str | None) -> bool:
    """Sort by the items, or by what they have under a name, where Python's own sort does the same; else False."""
    if field is None:
        if not is_plain(items):
            return False
        items.sort(reverse=order < 0)
        return True
    if set(map(type, items)) != {dict}:
        return False
    keys = [item.get(field) for item in items]  # null, where there is none, is not plain
    if not is_plain(keys):
        return False
    items.sort(key=itemgetter(field), reverse=order < 0)
    return True


def is_plain(items: list[Any]) -> bool:
    """Does Python order all items as <=> does?"""
    kinds = set(map(type, items))
    return kinds <= {int} or (kinds == {str} and all(map(str.isascii, items)))


def naturally_sorted(items: list[Any]) -> list[Any]:
    """By <=>; nothing of a script's own is called, so that Python's sort will do."""
    try:
        items.sort(key=cmp_to_key(compare))
    except RuntimeError as error:
        raise RuntimeError(f"Unexpected error: {error.message}") from None
    return items


@resumable
def merge_sorted(items: list[Any], comparator: Any) -> list[Any]:
    """Bottom-up, so that the state is a few integers and two lists, wherever the comparator suspends."""
    size = len(items)
    is_pair = takes_two(comparator)
    comparator = plain_form(comparator, 2) if is_pair else comparator
    source = items
    width = 1
    while width < size:
        target: list[Any] = []
        start = 0
        while start < size:
            if FLAG.is_up:
                tick()
            left, right = start, start + width
            middle, end = min(start + width, size), min(start + 2 * width, size)
            if right < end:
                first, second = source[left], source[right]
                while True:
                    if FLAG.is_up:
                        tick()
                    if is_pair:
                        order = comparator(first, second)
                    else:
                        order = comparator([first, second])
                    if type(order) is not int:
                        raise RuntimeError(f"Comparator for sort must return integer value not {type_name(order)}")
                    if order <= 0:
                        target.append(first)
                        left += 1
                        if left == middle:
                            break
                        first = source[left]
                    else:
                        target.append(second)
                        right += 1
                        if right == end:
                            break
                        second = source[right]
            target.extend(source[left:middle])
            target.extend(source[right:end])
            start = end
        source = target
        width *= 2
    return source
