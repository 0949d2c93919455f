"""Objects -> rows with numbers, and their fields in shapes and groups (the format stands in rows.py).

The walk is a queue of objects: what is met for the first time gets the next row number and its turn later, so
nothing recurses however deep the data is, and shared and cyclic references come out as what they are.

Speed comes from asking for the types of many fields at once, in C: `set(map(type, ...))` for a list,
a dict lookup by keys and types of values for a Map, a whole table at once for a list of Maps with the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from ..continuation.frames import Frame
from .catalogue import Names
from .items import ITEMS, class_item
from .layouts import Layout, Layouts
from .rows import DECIMAL, INT_MAX, INT_MIN, PLAIN, PLAIN_TYPES, REF, RUN

_TABLE_FROM = 4  # Maps in a list, from which on they are looked at together


class Encoder:
    """The rows of one checkpoint; `groups` are those of the format, `numbers` the shapes that they have.

    careful: strings may hold lone surrogates, so each is looked at.
    """

    __slots__ = (
        "careful",
        "count_at",
        "groups",
        "handlers",
        "kept",
        "last",
        "layouts",
        "names",
        "numbers",
        "own",
        "plain_types",
        "queue",
        "rows",
        "tables",
    )

    def __init__(self, names: Names, layouts: Layouts, frames: Sequence[Frame], careful: bool = False) -> None:
        self.names = names
        self.layouts = layouts
        self.kept = layouts.by_key
        self.own: dict[Any, Layout] = {}  # what `kept` must not or cannot hold
        self.careful = careful
        self.plain_types = PLAIN_TYPES - {str} if careful else PLAIN_TYPES
        self.rows: dict[int, int] = {}  # row by id of its object, but for frames: nothing refers to one
        self.queue: list[Any] = [*frames]  # the objects by row; keeps them alive, so that ids stay theirs
        self.tables: dict[int, int] = {}  # first row -> how many Maps that stand together in a list
        self.numbers: dict[Layout, int] = {}  # of shapes, in their order
        self.groups: list[Any] = []
        self.last: Layout | None = None  # of the last group, if that can take more rows
        self.count_at = 0  # where that group's count of rows stands
        self.handlers: dict[type, Callable[[Encoder, Any], None]] = {}  # of classes of this checkpoint

    # Row numbers

    def number(self, values: Sequence[Any]) -> bool:
        """Give objects the next rows; False if they are not all new and different."""
        first = len(self.queue)
        known, new = self.rows, dict(zip(map(id, values), range(first, first + len(values)), strict=True))
        if len(new) != len(values):
            return False
        if len(known) > len(new):
            known, new = new, known
        if not new.keys().isdisjoint(known):  # looks for each of the fewer ones
            return False
        new.update(known)
        self.rows = new
        self.queue += values
        return True

    def ref(self, value: Any) -> int:
        row = self.rows.get(id(value))
        if row is None:
            row = self.rows[id(value)] = len(self.queue)
            self.queue.append(value)
        return row

    # Shapes

    def new_layout(self, key: Any, layout: Layout, *, is_kept: bool = True) -> Layout:
        """Add a layout. key: what its rows share; is_kept: it may be held until the script's next checkpoint."""
        if not is_kept or not self.layouts.keep(key, layout):
            self.own[key] = layout
        return layout

    def shaped(self, layout: Layout, values: Collection[Any], count: int = 1) -> None:
        """Write one row, or several one after another, in the last group if it has that shape. A list is taken over."""
        groups = self.groups
        if layout is self.last:
            groups[self.count_at] += count
        else:
            numbers = self.numbers
            number = numbers.setdefault(layout, len(numbers))
            self.last = layout
            self.count_at = len(groups) + 1
            groups += (number, count)
        if not layout.special:
            groups += values if layout.codes else (None,)
            return
        fields = values if type(values) is list else list(values)
        width = len(layout.codes)
        for index, code in layout.special:
            convert = self.ref if code == REF else str if code == DECIMAL else self.item
            if count == 1:
                fields[index] = convert(fields[index])
            else:
                fields[index::width] = map(convert, fields[index::width])
        groups += fields

    # Fields

    def unshaped(self, *start: Any) -> None:
        """Begin a group without a shape."""
        self.last = None
        self.groups += start

    def item(self, value: Any) -> Any:
        """One field of a MIXED column."""
        kind = type(value)
        if kind is int:
            return value if INT_MIN <= value <= INT_MAX else b"x%x" % value
        if kind in self.plain_types:
            return value
        inline = ITEMS.get(kind)
        if inline is not None:
            return inline(self.names, value)
        if issubclass(kind, type):
            return class_item(self.names, value)
        return b"r%d" % self.ref(value)

    def column(self, values: Collection[Any]) -> None:
        """Write the code, the length and the fields of any values."""
        groups = self.groups
        kinds = set(map(type, values))
        if kinds <= self.plain_types:
            groups += (PLAIN, len(values))
            groups += values
            return
        code = self.layouts.of_column(kinds)
        if code == REF:
            self._references(list(values), kinds)
        else:
            groups += (code, len(values))
            groups += map(str if code == DECIMAL else self.item, values) if code >= DECIMAL else values

    def _references(self, values: list[Any], kinds: set[type]) -> None:
        """Write a column of objects, as a range where they are all new."""
        first = len(self.queue)
        if len(values) == 1:
            self.groups += (REF, 1, self.ref(values[0]))
        elif self.number(values):
            if len(values) >= _TABLE_FROM and kinds == {dict}:
                self.tables[first] = len(values)
            self.groups += (RUN, 2, first, len(values))
        else:
            self.groups += (REF, len(values))
            self.groups += map(self.ref, values)
