"""Graphs of values: a fixed one with every kind in it, and a strategy that draws any."""

from __future__ import annotations

import random
from decimal import Decimal
from types import MethodType
from typing import Any

from hypothesis import strategies as st

from jactl_trio.values import types
from jactl_trio.values.arguments import UNSET, NamedArgs
from jactl_trio.values.arrays import Array
from jactl_trio.values.cells import Cell
from jactl_trio.values.keys import to_key
from jactl_trio.values.numbers import Byte, Long

from .graphs import UNIT

CLOSURE = UNIT.namespace["closure"]


def sample() -> dict[Any, Any]:
    """A little of everything."""
    cell = Cell([1])
    shared = {"name": "n", "amount": Decimal("1.20")}
    cell.v.append(cell)
    items = [1, 2, 3]
    iterator = iter(items)
    next(iterator)
    return {
        "scalars": [None, True, 1, 2.5, "s", Long(1), Byte(2), Decimal("-0.0")],
        "longs": [Long(1), Long(2)],
        "table": [{"id": n, "ok": n % 2 == 0, "in": shared if n == 3 else [n]} for n in range(6)],
        "closure": MethodType(CLOSURE, (cell, shared, Long(3))),
        "keys": {to_key(1): "i", to_key(Long(1)): "l", to_key([shared]): "list"},
        "array": Array(types.INT, [1, 2]),
        "arrays": Array(types.INT.array(), [Array(types.INT, [1]), None]),
        "named": NamedArgs(a=1, b=shared),
        "iterator": [items, iterator],
        "text": "\ud800" * 2,
        "types": [types.INT, types.STRING.array(), UNSET],
    }


_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.integers(-(2**63), 2**63 - 1).map(Long)
    | st.integers(0, 255).map(Byte)
    | st.floats()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.text(st.characters(categories=["Cs", "Lu"]), max_size=3)
)
_names = st.text("abc", max_size=2)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=6)
        | st.dictionaries(_names, inner, max_size=5)
        | st.dictionaries((_scalars | st.lists(_scalars, max_size=2)).map(to_key), inner, max_size=4)
        | st.lists(st.fixed_dictionaries({"a": inner, "b": inner}), max_size=8)
        | st.lists(inner, max_size=3).map(tuple)
        | inner.map(Cell)
        | inner.map(lambda value: MethodType(CLOSURE, (value,)))
        | st.lists(inner, max_size=3).map(lambda items: Array(types.ANY, items))
        | st.dictionaries(_names, inner, max_size=3).map(NamedArgs)
    )


@st.composite
def _tangled(draw: Any, trees: st.SearchStrategy[Any]) -> Any:
    """A tree in which some places lead to others: shared and cyclic."""
    tree = draw(trees)
    chance = random.Random(draw(st.integers(0, 2**32)))
    found: list[Any] = []
    todo = [tree]
    while todo:
        value = todo.pop()
        if any(value is one for one in found):
            continue
        if type(value) in (list, dict, Cell):
            found.append(value)
            todo += value if type(value) is list else value.values() if type(value) is dict else [value.v]
    for _ in range(draw(st.integers(0, 3))):
        if found:
            _tie(chance.choice(found), chance.choice(found))
    return tree


def _tie(holder: Any, value: Any) -> None:
    if type(holder) is list:
        holder.append(value)
    elif type(holder) is dict:
        holder["tied"] = value
    else:
        holder.v = value


_trees: st.SearchStrategy[Any] = st.deferred(lambda: _scalars | _containers(_trees))
values = _tangled(_trees)
