"""Types of fields -> what rows have in common as it is written: a shape's codes, names, and which fields need work.

The checkpoints of a script are much alike, so its unit keeps these from one to the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from ..continuation.frames import Frame
from ..continuation.unit import Unit
from ..values.arguments import NamedArgs
from ..values.arrays import Array
from ..values.cells import Cell
from ..values.keys import Key
from ..values.numbers import Byte, Long
from ..values.plain_data import LIST_ITERATOR, SINGLETONS
from .items import ITEMS, learn_singletons
from .rows import BYTE, DECIMAL, INT_MAX, INT_MIN, LONG, MIXED, PLAIN, PLAIN_TYPES, REF

_KEPT_MAX = 256
_TYPES_KEPT_MAX = 1_000


class Layout:
    """A shape as it is written.

    parts: what stands between its codes and its names; a Unit among them is written as its number.
    special: index and code of the fields that are not written as they are.
    """

    __slots__ = ("codes", "kind", "names", "parts", "special")

    def __init__(self, kind: int, codes: bytes, parts: tuple[Any, ...] = (), names: tuple[Any, ...] = ()) -> None:
        self.kind = kind
        self.codes = codes
        self.names = names
        self.parts = parts
        self.special = [(index, code) for index, code in enumerate(codes) if code > BYTE]


class Layouts:
    """The layouts that checkpoints of one unit have had, by what their rows share, and the codes of types.

    written: units and shapes as CBOR, by layouts in their order, where the unit is the only one.
    """

    __slots__ = ("by_key", "codes", "singleton_count", "written")

    def __init__(self, careful: bool = False) -> None:
        self.singleton_count = learn_singletons()
        self.codes = _Codes(careful)
        self.by_key: dict[Any, Layout] = {}
        self.written: dict[tuple[Layout, ...], bytes] = {}

    def keep(self, key: Any, layout: Layout) -> bool:
        """Keep it for the next checkpoint; False where there are too many."""
        if len(self.by_key) >= _KEPT_MAX:
            return False
        self.by_key[key] = layout
        return True

    def is_stale(self) -> bool:
        """Singletons have been named since, or there are too many."""
        return (
            self.singleton_count != len(SINGLETONS)
            or max(len(self.by_key), len(self.written)) >= _KEPT_MAX
            or len(self.codes) >= _TYPES_KEPT_MAX
        )

    def of_row(self, kinds: Iterable[type]) -> bytes:
        """The codes of fields of these types."""
        return bytes(map(self.codes.__getitem__, kinds))

    def of_column(self, kinds: set[type]) -> int:
        """The code of a column of values of these types."""
        if len(kinds) == 1:
            (kind,) = kinds
            return self.codes[kind]
        codes = set(map(self.codes.__getitem__, kinds))
        return codes.pop() if len(codes) == 1 else MIXED


def layouts_of(unit: Unit, *, are_kept: bool) -> Layouts:
    """Those of a unit's checkpoints; are_kept: False for new ones, as what they know may not live as long."""
    if not are_kept:
        return Layouts()
    kept = unit.layouts
    if kept is None or kept.is_stale():
        kept = unit.layouts = Layouts()
    found: Layouts = kept
    return found


def kinds_of_variables(values: Collection[Any]) -> list[type]:
    """Types, with one of its own for ints that are not wrapped yet: variables may hold them, data may not."""
    kinds = [type(value) for value in values]
    if int in kinds:
        for index, value in enumerate(values):
            if type(value) is int and not INT_MIN <= value <= INT_MAX:
                kinds[index] = _Large
    return kinds


class _Large:
    """Stands for the type of an int of more than 64 bits."""


class _Codes(dict[type, int]):
    """The code of a column of values of one type; careful: strings may hold lone surrogates."""

    def __init__(self, careful: bool) -> None:
        super().__init__(_CODES)
        self.update(dict.fromkeys(ITEMS, MIXED) | _OWN_COLUMNS)
        if not careful:
            self[str] = PLAIN

    def __missing__(self, kind: type) -> int:
        code = self[kind] = MIXED if issubclass(kind, type) else REF
        return code


_OWN_COLUMNS = {Long: LONG, Byte: BYTE, Decimal: DECIMAL, _Large: MIXED}
_CODES = dict.fromkeys(PLAIN_TYPES, PLAIN) | dict.fromkeys(
    (list, dict, tuple, NamedArgs, Cell, Array, Key, Frame, LIST_ITERATOR), REF
)
