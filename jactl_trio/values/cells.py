"""The box of a variable that closures share and that is assigned again after its declaration."""

from __future__ import annotations

from typing import Any


class Cell:
    """Holds the variable's value in `v` (bare where its static type is int, long or byte)."""

    __slots__ = ("v",)

    def __init__(self, v: Any = None) -> None:
        self.v = v
