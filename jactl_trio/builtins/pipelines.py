"""The lazy methods of anything iterable: map, filter, limit... -> an iterator over the receiver."""

from __future__ import annotations

from typing import Any

from ..errors import RuntimeError
from ..values.signature import Param
from ..values.types import FUNCTION, INT, ITERATOR, LIST
from .declare import function, method
from .iterators import Pulled, Source, Stream, iterator_over
from .stages import filtered, mapped
from .windows import AllButLast, FlatMap, Grouped, Indexed, Last, Limit, Skip, Sliding, Transposed, Truthy, Unique

_GROUP_SIZE = (Param("size", INT, minimum=0, too_small="Value for grouped() must be >= 0"),)
_WINDOW_SIZE = (Param("size", INT, minimum=0, too_small="Window size must be >= 0"),)
MAPPER = (Param("mapper", FUNCTION, None),)
BY_BOTH = (0, 1)  # may suspend if the receiver or the closure may


@method(ITERATOR, "map", returns=ITERATOR, params=MAPPER, suspends=BY_BOTH)
def iterable_map(receiver: Any, mapper: Any) -> Any:
    return iterator_over(receiver) if mapper is None else mapped(receiver, mapper)


@method(ITERATOR, "filter", returns=ITERATOR, params=(Param("predicate", FUNCTION, None),), suspends=BY_BOTH)
def iterable_filter(receiver: Any, predicate: Any) -> Any:
    return Truthy(iterator_over(receiver)) if predicate is None else filtered(receiver, predicate)


@method(ITERATOR, "mapWithIndex", "mapi", returns=ITERATOR, params=MAPPER, suspends=BY_BOTH)
def iterable_map_with_index(receiver: Any, mapper: Any) -> Any:
    return Indexed(iterator_over(receiver), mapper)


@method(ITERATOR, "flatMap", "fmap", returns=ITERATOR, params=MAPPER, suspends=BY_BOTH)
def iterable_flat_map(receiver: Any, mapper: Any) -> Any:
    return FlatMap(iterator_over(receiver), mapper)


@method(ITERATOR, "limit", returns=ITERATOR, params=(Param("count", INT),), suspends=(0,))
def iterable_limit(receiver: Any, count: int) -> Pulled:
    source = iterator_over(receiver)
    return Limit(source, count) if count >= 0 else AllButLast(source, -count)


@method(ITERATOR, "skip", returns=ITERATOR, params=(Param("count", INT),), suspends=(0,))
def iterable_skip(receiver: Any, count: int) -> Pulled:
    source = iterator_over(receiver)
    return Skip(source, count) if count >= 0 else Last(source, -count)


@method(ITERATOR, "unique", returns=ITERATOR, suspends=(0,))
def iterable_unique(receiver: Any) -> Pulled:
    return Unique(iterator_over(receiver))


@method(ITERATOR, "grouped", returns=ITERATOR, params=_GROUP_SIZE, suspends=(0,))
def iterable_grouped(receiver: Any, size: int) -> Any:
    if size < 0:
        raise RuntimeError(f"Value for grouped() must be >= 0 (was {size})")
    return Grouped(iterator_over(receiver), size) if size else iterator_over(receiver)


@method(ITERATOR, "windowSliding", "windowed", returns=ITERATOR, params=_WINDOW_SIZE, suspends=(0,))
def iterable_window_sliding(receiver: Any, size: int) -> Any:
    if size < 0:
        raise RuntimeError(f"Value for windowSliding() must be >= 0 (was {size})")
    return Sliding(iterator_over(receiver), size) if size else iterator_over(receiver)


@method(LIST, "transpose", returns=ITERATOR, suspends=True)
def list_transpose(receiver: list[Any]) -> Any:
    return Transposed(receiver) if receiver else Source([])


@function("stream", returns=ITERATOR, params=(Param("closure", FUNCTION),), suspends=(0,))
def stream(closure: Any) -> Stream:
    return Stream(closure)
