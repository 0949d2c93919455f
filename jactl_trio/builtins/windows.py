"""Iterators that keep something between elements: limit, skip, unique, grouped, windowSliding, flatMap, transpose..."""

from __future__ import annotations

from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import RuntimeError
from ..values.comparison import equal
from ..values.plain_data import plain_data
from ..values.suspension import resumable
from ..values.truth import truthy
from ..values.typenames import type_name
from .iterators import END, Pulled, Source, check_size, collection_iterator


@plain_data("iterator.truthy")
class Truthy(Pulled):
    """filter() without a closure."""

    __slots__ = ("source",)

    def __init__(self, source: Any) -> None:
        self.source = source

    @resumable
    def next(self) -> Any:
        source = self.source
        while True:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END or truthy(element):
                return element


@plain_data("iterator.indexed")
class Indexed(Pulled):
    """mapWithIndex: the closure (or none) of [element, index]."""

    __slots__ = ("closure", "index", "source")

    def __init__(self, source: Any, closure: Any) -> None:
        self.source = source
        self.closure = closure
        self.index = 0

    @resumable
    def fill(self, out: list[Any]) -> bool:
        source, closure = self.source, self.closure
        if closure is None or type(source) is not Source:
            return Pulled.fill(self, out)
        rest, index = source.rest, self.index
        for element in rest:
            if FLAG.is_up:
                tick()
            pair = [element, index]
            index += 1
            element = closure(pair)
            out.append(element)
        return False

    @resumable
    def next(self) -> Any:
        source = self.source
        element = source.next()
        if element is END:
            return END
        pair = [element, self.index]
        self.index += 1
        closure = self.closure
        if closure is None:
            return pair
        return closure(pair)


@plain_data("iterator.limit")
class Limit(Pulled):
    """The first `left` elements; asks for no more than those."""

    __slots__ = ("left", "source")

    def __init__(self, source: Any, count: int) -> None:
        self.source = source
        self.left = count

    @resumable
    def fill(self, out: list[Any]) -> bool:
        source, left = self.source, self.left
        while left > 0:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                return False
            out.append(element)
            left -= 1
        return False

    @resumable
    def next(self) -> Any:
        if self.left <= 0:
            return END
        source = self.source
        element = source.next()
        if element is END:
            self.left = 0
            return END
        self.left -= 1
        return element


@plain_data("iterator.skip")
class Skip(Pulled):
    """All but the first `left` elements."""

    __slots__ = ("left", "source")

    def __init__(self, source: Any, count: int) -> None:
        self.source = source
        self.left = count

    @resumable
    def fill(self, out: list[Any]) -> bool:
        source = self.source
        while self.left > 0:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                return False
            self.left -= 1
        return source.fill(out)  # type: ignore[no-any-return]

    @resumable
    def next(self) -> Any:
        source = self.source
        while self.left > 0:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                return END
            self.left -= 1
        return source.next()


@plain_data("iterator.all_but_last")
class AllButLast(Pulled):
    """limit(-count): gives an element once `count` more are known."""

    __slots__ = ("count", "source", "waiting")

    def __init__(self, source: Any, count: int) -> None:
        self.source = source
        self.count = count
        self.waiting: list[Any] = []

    @resumable
    def next(self) -> Any:
        source = self.source
        while len(self.waiting) <= self.count:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                return END
            self.waiting.append(element)
        return self.waiting.pop(0)


@plain_data("iterator.last")
class Last(Pulled):
    """skip(-count): the last `count` elements, known when the source has ended."""

    __slots__ = ("count", "found", "source")

    def __init__(self, source: Any, count: int) -> None:
        self.source = source
        self.count = count
        self.found: Source | None = None

    @resumable
    def next(self) -> Any:
        if self.found is None:
            kept: list[Any] = []
            source = self.source
            more = source.fill(kept)
            while more:
                if FLAG.is_up:
                    tick()
                if len(kept) > self.count:
                    del kept[: -self.count]
                more = source.fill(kept)
            self.found = Source(kept[-self.count :])
        return self.found.next()


@plain_data("iterator.unique")
class Unique(Pulled):
    """Elements that differ from the one before."""

    __slots__ = ("before", "source")

    def __init__(self, source: Any) -> None:
        self.source = source
        self.before: Any = END

    @resumable
    def next(self) -> Any:
        source = self.source
        while True:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END or self.before is END or not equal(self.before, element):
                self.before = element
                return element


@plain_data("iterator.grouped")
class Grouped(Pulled):
    """Lists of `size` elements, the last may be shorter."""

    __slots__ = ("group", "size", "source")

    def __init__(self, source: Any, size: int) -> None:
        self.source = source
        self.size = size
        self.group: list[Any] = []

    @resumable
    def next(self) -> Any:
        source = self.source
        while len(self.group) < self.size:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                break
            self.group.append(element)
        group = self.group
        self.group = []
        return group if group else END


@plain_data("iterator.sliding")
class Sliding(Pulled):
    """Lists of `size` neighbours, one for each element that has enough after it; all in one where there are too few."""

    __slots__ = ("done", "group", "size", "source")

    def __init__(self, source: Any, size: int) -> None:
        self.source = source
        self.size = size
        self.group: list[Any] = []
        self.done = False

    @resumable
    def next(self) -> Any:
        if self.done:
            return END
        source = self.source
        first = not self.group
        while len(self.group) < self.size:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                self.done = True
                return self.group if first and self.group else END
            self.group.append(element)
        group = self.group
        self.group = group[1:]
        return group


@plain_data("iterator.flat_map")
class FlatMap(Pulled):
    """The elements of what a closure (or none) gives for each element; null gives none."""

    __slots__ = ("closure", "inner", "source")

    def __init__(self, source: Any, closure: Any) -> None:
        self.source = source
        self.closure = closure
        self.inner: Any = None

    @resumable
    def fill(self, out: list[Any]) -> bool:
        source, closure = self.source, self.closure
        if closure is None or type(source) is not Source:
            return Pulled.fill(self, out)
        rest = source.rest
        for element in rest:
            if FLAG.is_up:
                tick()
            element = closure(element)
            if isinstance(element, list):
                out.extend(element)
            elif element is not None:
                inner = collection_iterator(element)
                if inner is None:
                    out.append(element)
                else:
                    more = inner.fill(out)
                    while more:
                        if FLAG.is_up:
                            tick()
                        more = inner.fill(out)
        check_size(out)
        return False

    @resumable
    def next(self) -> Any:
        source = self.source
        closure = self.closure
        while True:
            if FLAG.is_up:
                tick()
            if self.inner is not None:
                inner = self.inner
                element = inner.next()
                if element is not END:
                    return element
                self.inner = None
            element = source.next()
            if element is END:
                return END
            if closure is not None:
                element = closure(element)
            if element is not None:
                inner = collection_iterator(element)
                if inner is None:
                    return element
                self.inner = inner


@plain_data("iterator.transposed")
class Transposed(Pulled):
    """Lists of the first elements, the second elements... of several collections; null where one has ended."""

    __slots__ = ("row", "seen", "sources")

    def __init__(self, collections: list[Any]) -> None:
        self.sources: list[Any] = []
        for number, collection in enumerate(collections, 1):
            iterator = collection_iterator(collection)
            if iterator is None:
                raise RuntimeError(
                    f"{_nth(number)} input to transpose() is invalid. "
                    f"Must be List/array (type is {type_name(collection)})"
                )
            self.sources.append(iterator)
        self.row: list[Any] = []
        self.seen = False

    @resumable
    def next(self) -> Any:
        while len(self.row) < len(self.sources):
            if FLAG.is_up:
                tick()
            source = self.sources[len(self.row)]
            element = source.next()
            if element is END:
                self.row.append(None)
            else:
                self.seen = True
                self.row.append(element)
        if not self.seen:
            return END
        row = self.row
        self.row = []
        self.seen = False
        return row


def _nth(number: int) -> str:
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
