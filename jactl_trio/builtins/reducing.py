"""The methods that make one value of many: reduce, sum, avg, min, max, allMatch, anyMatch, noneMatch."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import RuntimeError
from ..values import decimals
from ..values.arithmetic import add
from ..values.closures import plain_form, takes_two
from ..values.comparison import compare
from ..values.numbers import Byte, wrap_int
from ..values.promotion import RANKS, to_decimal
from ..values.signature import Param
from ..values.suspension import resumable, transparent
from ..values.truth import truthy
from ..values.typenames import type_name
from ..values.types import BOOLEAN, FUNCTION, ITERATOR, LIST
from .declare import method
from .iterators import END, Source, elements, iterator_over

AVG_SCALE = 10  # whatever the Context says: so does the reference
_CLOSURE = (Param("closure", FUNCTION, None),)
_INTS = {int}
_PREDICATE = (Param("predicate", FUNCTION, None),)


@method(ITERATOR, "reduce", params=(Param("initial"), Param("accumulator", FUNCTION)), suspends=(0, 2))
@resumable
def iterable_reduce(receiver: Any, initial: Any, accumulator: Any) -> Any:
    iterator = iterator_over(receiver)
    is_pair = takes_two(accumulator)
    accumulator = plain_form(accumulator, 2) if is_pair else accumulator
    value = initial
    if isinstance(iterator, Source):
        more = True
        while more:
            if FLAG.is_up:
                tick()
            rest = iterator.rest
            for element in rest:
                if FLAG.is_up:
                    tick()
                if is_pair:
                    value = accumulator(value, element)
                else:
                    value = accumulator([value, element])
            more = iterator.more()
        return value
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return value
        if is_pair:
            value = accumulator(value, element)
        else:
            value = accumulator([value, element])


@method(LIST, "sum")
def list_sum(receiver: list[Any]) -> Any:
    return added(0, receiver)


@method(ITERATOR, "sum", suspends=(0,))
@resumable
def iterable_sum(receiver: Any) -> Any:
    iterator = iterator_over(receiver)
    total: Any = 0
    more = True
    while more:
        if FLAG.is_up:
            tick()
        out: list[Any] = []
        more = iterator.fill(out)
        total = added(total, out)
    return total


@method(LIST, "avg")
def list_avg(receiver: list[Any]) -> Decimal:
    return average(list_sum(receiver), len(receiver))


@method(ITERATOR, "avg", suspends=(0,))
@resumable
def iterable_avg(receiver: Any) -> Decimal:
    items = elements(receiver)
    return average(added(decimals.ZERO, items), len(items))


def add_number(total: Any, element: Any) -> Any:
    """total + element for numbers; bytes count as ints."""
    kind = type(element)
    if kind is int and type(total) is int:
        return add(total, element)
    if kind not in RANKS:
        raise RuntimeError(f"Non-numeric element in list (type is {type_name(element)})")
    return add(total, int(element) if kind is Byte else element)


def average(total: Any, count: int) -> Decimal:
    """total / count as a Decimal with at least the scale of a division."""
    if count == 0:
        raise RuntimeError("Empty list for avg() function")
    return decimals.divide(to_decimal(total), decimals.from_int(count), AVG_SCALE)


def added(total: Any, items: list[Any]) -> Any:
    """total + each of the items."""
    if type(total) is int and set(map(type, items)) == _INTS:
        return wrap_int(total + sum(items))  # wrapping once or each time comes to the same
    for element in items:
        total = add_number(total, element)
    return total


@method(LIST, "min", params=_CLOSURE, suspends=(1,))
@transparent
def list_min(receiver: list[Any], closure: Any) -> Any:
    return extreme(receiver, -1) if closure is None else extreme_by(receiver, closure, -1)


@method(LIST, "max", params=_CLOSURE, suspends=(1,))
@transparent
def list_max(receiver: list[Any], closure: Any) -> Any:
    return extreme(receiver, 1) if closure is None else extreme_by(receiver, closure, 1)


@method(ITERATOR, "min", params=_CLOSURE, suspends=(0, 1))
@resumable
def iterable_min(receiver: Any, closure: Any) -> Any:
    if closure is not None:
        return extreme_by(receiver, closure, -1)
    items = elements(receiver)
    return extreme(items, -1)


@method(ITERATOR, "max", params=_CLOSURE, suspends=(0, 1))
@resumable
def iterable_max(receiver: Any, closure: Any) -> Any:
    if closure is not None:
        return extreme_by(receiver, closure, 1)
    items = elements(receiver)
    return extreme(items, 1)


def extreme(items: list[Any], wanted: int) -> Any:
    """The first of the least (wanted -1) or greatest (1) elements; null of none. Anything takes the place of a null."""
    if not items:
        return None
    if set(map(type, items)) == _INTS:
        return min(items) if wanted < 0 else max(items)
    best = items[0]
    for element in items:
        if best is None or compare(element, best) == wanted:
            best = element
    return best


@resumable
def extreme_by(receiver: Any, closure: Any, wanted: int) -> Any:
    """As extreme, by what the closure gives for each element."""
    iterator = iterator_over(receiver)
    closure = plain_form(closure, 1)
    best = iterator.next()
    if best is END:
        return None
    best_key = closure(best)
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return best
        key = closure(element)
        if best_key is None or compare(key, best_key) == wanted:
            best, best_key = element, key


@method(ITERATOR, "allMatch", returns=BOOLEAN, params=_PREDICATE, suspends=(0, 1))
@transparent
def iterable_all_match(receiver: Any, predicate: Any) -> bool:
    return _stops_at(receiver, predicate, False, False)


@method(ITERATOR, "anyMatch", returns=BOOLEAN, params=_PREDICATE, suspends=(0, 1))
@transparent
def iterable_any_match(receiver: Any, predicate: Any) -> bool:
    return _stops_at(receiver, predicate, True, True)


@method(ITERATOR, "noneMatch", returns=BOOLEAN, params=_PREDICATE, suspends=(0, 1))
@transparent
def iterable_none_match(receiver: Any, predicate: Any) -> bool:
    return _stops_at(receiver, predicate, True, False)


@resumable
def _stops_at(receiver: Any, predicate: Any, wanted: bool, answer: bool) -> bool:
    """`answer` as soon as an element's truth is `wanted`; its opposite where none is."""
    iterator = iterator_over(receiver)
    predicate = plain_form(predicate, 1)
    if isinstance(iterator, Source) and predicate is not None:
        more = True
        while more:
            if FLAG.is_up:
                tick()
            rest = iterator.rest
            for element in rest:
                if FLAG.is_up:
                    tick()
                element = predicate(element)
                if element is wanted or (element is not (not wanted) and truthy(element) is wanted):
                    return answer
            more = iterator.more()
        return not answer
    while True:
        if FLAG.is_up:
            tick()
        element = iterator.next()
        if element is END:
            return not answer
        if predicate is not None:
            element = predicate(element)
        if truthy(element) is wanted:
            return answer
