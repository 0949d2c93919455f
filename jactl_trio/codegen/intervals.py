"""Bounds of two ints -> bounds of what an operator makes of them, before any wrapping."""

from __future__ import annotations

from collections.abc import Callable

Bounds = tuple[int, int]  # the least and the largest value that are possible


def _sum(a: Bounds, b: Bounds) -> Bounds:
    return a[0] + b[0], a[1] + b[1]


def _difference(a: Bounds, b: Bounds) -> Bounds:
    return a[0] - b[1], a[1] - b[0]


def _product(a: Bounds, b: Bounds) -> Bounds:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _and(a: Bounds, b: Bounds) -> Bounds:
    if a[0] >= 0 or b[0] >= 0:
        return 0, min(x[1] for x in (a, b) if x[0] >= 0)
    return min(a[0], b[0]), max(a[1], b[1])


def _or(a: Bounds, b: Bounds) -> Bounds:
    bits = max((x if x >= 0 else ~x).bit_length() for x in (*a, *b))
    return (0 if a[0] >= 0 and b[0] >= 0 else -(1 << bits)), (1 << bits) - 1


RESULT: dict[str, Callable[[Bounds, Bounds], Bounds]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "&": _and,
    "|": _or,
    "^": _or,
}
