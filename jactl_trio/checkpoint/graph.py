"""Shapes and groups -> the objects that they describe, with shared and cyclic references as they were.

Nothing recurses: the order in which closed rows are made is found with a stack of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from ..errors import CheckpointDecodeError
from ..limits import CHECKPOINT_ROWS_MAX
from . import rows
from .catalogue import Things
from .columns import Columns, Cursor
from .rows import PLAIN_TYPES
from .shapes import Shape
from .spans import PENDING, DictSpan, ListSpan, PlainSpan, ShapedSpan, Span


class Graph:
    """The rows of one checkpoint; `objects` by row number once `build` is done."""

    __slots__ = ("columns", "filled", "frame_count", "made", "objects", "shapes", "spans", "starts", "things", "total")

    def __init__(
        self, things: Things, shapes: list[Shape], groups: Any, frame_count: Any, *, ints_are_small: bool = False
    ) -> None:
        self.things = things
        self.shapes = shapes
        self.spans: list[Span] = []
        self.starts: list[int] = []  # of the spans, once they are asked for
        self.total = 0
        self.frame_count = 0
        self.objects: list[Any] = []
        self.made: set[int] = set()  # closed rows that are made, or being made
        self.filled: set[int] = set()  # rows that are filled, or being filled, because a late row needs them
        self._read_groups(Cursor(groups))
        if type(frame_count) is not int or self.frame_count != frame_count:
            raise CheckpointDecodeError("The checkpoint has more or fewer frames than it says")
        are_plain = ints_are_small and set(map(type, groups)) <= PLAIN_TYPES
        self.columns = Columns(things, self.total, ints_are_small, are_plain)
        for span in self.spans:
            span.check(self.columns)

    def build(self) -> list[Any]:
        """Make and fill every object."""
        objects = self.objects
        for span in self.spans:
            objects += span.shells()
        unfilled = [span for span in self.spans if not span.is_filled]
        if not unfilled:
            return objects
        closed = [span for span in unfilled if not span.is_open]
        for span in reversed(closed):  # a row is met before those that it refers to
            self._make_all(span)
        for span in unfilled:
            span.fill(objects)
        for span in closed:
            span.finish(objects)
        return objects

    def _read_groups(self, cursor: Cursor) -> None:
        """Frames are the first rows, and no other row is one."""
        shapes, spans, total = self.shapes, self.spans, 0
        fields, end = cursor.fields, len(cursor.fields)
        while cursor.at < end:
            kind = fields[cursor.at]
            cursor.at += 1
            span: Span
            if type(kind) is not int:
                raise CheckpointDecodeError("A group is of no known kind")
            if 0 <= kind < len(shapes):
                shape = shapes[kind]
                count, taken = cursor.rows(shape.width)
                span = (PlainSpan if shape.is_plain else ShapedSpan)(total, shape, count, taken)
                if shape.is_frame:
                    if total != self.frame_count:
                        raise CheckpointDecodeError("A frame stands among the values")
                    self.frame_count += count
            elif kind == rows.LIST:
                span = ListSpan(total, cursor)
            elif kind == rows.ARRAY:
                span = ListSpan(total, cursor, self.things.type(cursor.one()))
            elif kind == rows.DICT:
                span = DictSpan(total, cursor)
            else:
                raise CheckpointDecodeError("A group is of no known kind")
            spans.append(span)
            total += span.count
            if total > CHECKPOINT_ROWS_MAX:
                raise CheckpointDecodeError(f"The checkpoint has more than {CHECKPOINT_ROWS_MAX} objects")
        self.total = total

    def _make_all(self, span: Span) -> None:
        """Make closed rows; one that refers to a closed row which is not made yet takes the long way."""
        objects = self.objects
        for row in range(span.start + span.count - 1, span.start - 1, -1):
            if objects[row] is PENDING:
                made = PENDING if span.is_late else span.made(row, objects)
                if made is PENDING:
                    self._make(row)
                else:
                    objects[row] = made

    def _at(self, row: int) -> Span:
        if not self.starts:
            self.starts = [span.start for span in self.spans]
        return self.spans[bisect_right(self.starts, row) - 1]

    def _make(self, first: int) -> None:
        """Make a closed row, after the closed rows that it needs; what a late one needs is filled, too.

        The stack holds rows to visit and, as ~row, rows to leave. A row may be visited twice: as one that must
        exist, and as one that must be filled.
        """
        todo: list[tuple[int, bool]] = [(first, False)]
        while todo:
            row, must_fill = todo.pop()
            if row < 0:
                self._leave(~row)
                continue
            seen = self.filled if must_fill else self.made
            if row in seen:
                continue
            seen.add(row)
            span = self._at(row)
            if span.is_open and not must_fill:
                continue
            todo.append((~row, must_fill))
            fill_children = must_fill or span.is_late
            todo += [(child, fill_children) for child in span.children(row)]

    def _leave(self, row: int) -> None:
        span, objects = self._at(row), self.objects
        if span.is_open:
            if not any(objects[child] is PENDING for child in span.children(row)):  # else it is filled at the end
                span.fill_row(row, objects)
        elif objects[row] is PENDING:
            made = span.made(row, objects)
            if made is PENDING:
                raise CheckpointDecodeError("Objects that cannot change refer to each other in a circle")
            objects[row] = made
