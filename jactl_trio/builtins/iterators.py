"""Anything iterable -> an iterator object: plain data with a resumable next(), the source of every pipeline.

`next()` gives an element or END; `fill(out)` appends some of the elements that are left and says whether there may be
more, for consumers that want them all. Python's own iterators and generators cannot be saved in a checkpoint.
"""

from __future__ import annotations

from typing import Any, Final

from ..continuation.slices import FLAG, tick
from ..errors import LimitError, NullError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX
from ..values.array_casts import boxed_items
from ..values.arrays import Array
from ..values.keys import from_key
from ..values.plain_data import plain_data, singleton
from ..values.promotion import RANKS, count_value
from ..values.suspension import resumable
from ..values.typenames import type_name

NUMBERS_AT_ONCE = 1024  # of a number's iterator; more are made when these are used up
STREAM_AT_ONCE = 256  # elements that fill() takes before it answers


class _End:
    """There are no more elements."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "END"


END: Final = singleton("iterator.end", _End())


def iterator_over(value: Any) -> Any:
    """An iterator over the elements of any iterable value; an iterator as it is."""
    kind = type(value)
    if kind is list:
        return Source(value)
    if kind is str:
        return Source(list(value))
    if getattr(kind, "jactl_iterator", False):
        return value
    if isinstance(value, dict):
        return Source(entries(value))
    if kind is Array:
        return Source(array_items(value))
    if isinstance(value, list):
        return Source(list(value))
    if kind in RANKS:
        return Numbers(count_value(value))
    if value is None:
        raise NullError("Cannot iterate over null object")
    raise RuntimeError(f"Cannot iterate over object of type {type_name(value)}")


def collection_iterator(value: Any) -> Any:
    """As iterator_over, but None for what is no collection: strings and numbers too."""
    kind = type(value)
    if isinstance(value, list | dict) or kind is Array or getattr(kind, "jactl_iterator", False):
        return iterator_over(value)
    return None


def entries(source: dict[Any, Any]) -> list[Any]:
    """A map's entries as [key, value] pairs."""
    return [[key if type(key) is str else from_key(key), value] for key, value in source.items()]


def array_items(array: Array) -> list[Any]:
    """The items as list elements: the array's own list where it holds boxed values already."""
    return boxed_items(array) if array.element.kind in ("long", "byte") else array.items


@plain_data("iterator.source")
class Source:
    """The elements of a list; it may grow or shrink meanwhile. `rest` is its own iterator (see values.plain_data)."""

    __slots__ = ("rest",)
    jactl_iterator = True

    def __init__(self, items: list[Any]) -> None:
        self.rest: Any = iter(items)

    def next(self) -> Any:
        element = next(self.rest, END)
        return next(self.rest, END) if element is END and self.more() else element

    def more(self) -> bool:
        """Begin with further elements, where there are any that `rest` does not have."""
        return False

    def fill(self, out: list[Any]) -> bool:
        out.extend(self.rest)
        check_size(out)
        return self.more()


@plain_data("iterator.numbers")
class Numbers(Source):
    """0, 1, 2... below a number; only some of them are made at a time."""

    __slots__ = ("made", "total")

    def __init__(self, total: int) -> None:
        super().__init__([])
        self.made = 0
        self.total = total

    def more(self) -> bool:
        made = self.made
        if made >= self.total:
            return False
        self.made = min(self.total, made + NUMBERS_AT_ONCE)
        self.rest = iter(list(range(made, self.made)))
        return True


class Pulled:
    """Base of iterators that only have next()."""

    __slots__ = ()
    jactl_iterator = True

    def next(self) -> Any:
        raise NotImplementedError

    @resumable
    def fill(self, out: list[Any]) -> bool:
        count = 0
        while count < STREAM_AT_ONCE:
            if FLAG.is_up:
                tick()
            element = self.next()
            if element is END:
                return False
            out.append(element)
            count += 1
        check_size(out)
        return True


@plain_data("iterator.stream")
class Stream(Pulled):
    """What a closure gives, call by call, until it gives null or meets one."""

    __slots__ = ("closure", "done")

    def __init__(self, closure: Any) -> None:
        self.closure = closure
        self.done = False

    @resumable
    def next(self) -> Any:
        if self.done:
            return END
        try:
            closure = self.closure
            element = closure()
        except NullError:
            element = None
        if element is None:
            self.done = True
            return END
        return element


@resumable
def all_elements(iterator: Any) -> list[Any]:
    """Everything that an iterator still gives, in a new list."""
    out: list[Any] = []
    more = iterator.fill(out)
    if more:
        fill_rest(iterator, out)
    return out


@resumable
def materialise(value: Any) -> Any:
    """An iterator -> the list of its elements; any other value as it is."""
    if not getattr(type(value), "jactl_iterator", False):
        return value
    out: list[Any] = []
    more = value.fill(out)
    if more:
        fill_rest(value, out)
    return out


@resumable
def elements(value: Any) -> list[Any]:
    """The elements of any iterable in a new list."""
    iterator = iterator_over(value)
    out: list[Any] = []
    more = iterator.fill(out)
    if more:
        fill_rest(iterator, out)
    return out


@resumable
def fill_rest(iterator: Any, out: list[Any]) -> None:
    """Append all that is left, in slices of time: no closure need be called on the way."""
    more = True
    while more:
        if FLAG.is_up:
            tick()
        more = iterator.fill(out)


def check_size(out: list[Any]) -> None:
    """Raise where a list has grown beyond the limit."""
    if len(out) > COLLECTION_ITEMS_MAX:
        raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
