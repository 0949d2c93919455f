"""The bytes of units and shapes in a body -> the shapes, where a script's checkpoints said the very same before.

They say it again and again: where a script waits, what its variables are called. So its unit keeps the last of such
stretches of bytes, each with the shapes that were read from it and checked, which never change. Only those bytes and
the unit have a say in what a shape is: what refers to other units, or to the host, which may change, is not kept.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cbor2

from ..continuation.unit import Unit
from .shapes import Shape

_KEPT_MAX = 16
_STRETCH_BYTES_MAX = 4_096
_SEARCHED_BYTES = 256  # counters come before it, and the globals and the value, mostly a number of a row each
_START_BYTES = 16


class Stretch(NamedTuple):
    """The bytes of units and shapes, both in one, and what they mean."""

    text: bytes
    shapes: list[Shape]


class KnownShapes:
    """The stretches that the checkpoints of one unit have had, the last one first."""

    __slots__ = ("_start", "_stretches")

    def __init__(self, unit: Unit) -> None:
        self._start = (b"\x84" + cbor2.dumps(bytes.fromhex(unit.identity)))[:_START_BYTES]  # one unit has four fields
        self._stretches: list[Stretch] = []

    def __len__(self) -> int:
        return len(self._stretches)

    def found_in(self, body: bytes) -> tuple[int, Stretch] | None:
        """A known stretch, and where it begins; that these bytes are the body's units and shapes remains to be seen."""
        at = body.find(self._start, 0, _SEARCHED_BYTES)
        if at >= 0:
            for stretch in self._stretches:
                if body.startswith(stretch.text, at):
                    if stretch is not self._stretches[0]:
                        self._put_first(stretch)
                    return at, stretch
        return None

    def learn(self, units: list[Any], fields: list[Any], shapes: list[Shape]) -> None:
        """Keep shapes that were read from these parts of a body."""
        if any(shape.is_of_host for shape in shapes):
            return
        text = cbor2.dumps(units) + cbor2.dumps(fields)
        if len(text) <= _STRETCH_BYTES_MAX:
            self._put_first(Stretch(text, shapes))

    def _put_first(self, first: Stretch) -> None:
        others = [stretch for stretch in self._stretches if stretch.text != first.text]
        self._stretches = [first, *others[: _KEPT_MAX - 1]]


def known_shapes_of(unit: Unit) -> KnownShapes:
    if unit.known_shapes is None:
        unit.known_shapes = KnownShapes(unit)
    known: KnownShapes = unit.known_shapes
    return known
