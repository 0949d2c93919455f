"""Arrays: a fixed number of items of one static type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import LimitError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX
from .types import Type

DEFAULTS: dict[str, Any] = {"boolean": False, "byte": 0, "int": 0, "long": 0, "double": 0.0}


class Array:
    """`element` is the item type, `items` the items: bare ints for byte, int and long; boxed for Object.

    Compares by identity, as arrays do on the JVM; the language's == goes through values.comparison.
    """

    __slots__ = ("element", "items")

    def __init__(self, element: Type, items: list[Any]) -> None:
        self.element = element
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]

    def __repr__(self) -> str:
        return f"Array({self.element.name}[{len(self.items)}])"


def new_array(element: Type, *sizes: int) -> Array:
    """`new int[2][3]`: element is the type of the outermost array's items (here int[]), sizes outermost first."""
    total = 1
    for size in sizes:
        if size < 0:
            raise RuntimeError("Negative size for array: " + str(size))
        total *= size
        if total > COLLECTION_ITEMS_MAX:
            raise LimitError(f"Array of more than {COLLECTION_ITEMS_MAX} elements")
    return _filled(element, sizes, 0)


def _filled(element: Type, sizes: tuple[int, ...], depth: int) -> Array:
    # The depth is that of the source text's brackets, never of data.
    if depth == len(sizes) - 1:
        return Array(element, [DEFAULTS.get(element.kind)] * sizes[depth])
    inner = element.element
    assert inner is not None
    return Array(element, [_filled(inner, sizes, depth + 1) for _ in range(sizes[depth])])
