"""Groups of a checkpoint: rows that follow one another, with their fields checked and ready to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MethodType
from typing import Any

from ..errors import CheckpointDecodeError
from ..values.arrays import Array
from ..values.keys import Key
from ..values.numbers import Byte, Long
from ..values.types import Type
from .columns import Columns, Cursor, Row, resolved
from .rows import MIXED, PLAIN, REF
from .shapes import Shape

PENDING: Any = type("_Pending", (), {})()  # stands for a closed row that is not made yet

_KEY_TYPES = frozenset((str, int, type(None), Key, MethodType))
_ARRAY_ITEMS: dict[str, set[type]] = {
    "boolean": {bool},
    "int": {int},
    "long": {int, Long},
    "byte": {int, Byte},
    "double": {float},
}


class PlainSpan:
    """Rows of one open shape that refer to nothing and need no conversion."""

    __slots__ = ("count", "fields", "shape", "start")

    is_open = True
    is_late = False
    is_filled = True  # its objects need no more than what `shells` gives them

    def __init__(self, start: int, shape: Shape, count: int, fields: list[Any]) -> None:
        self.start = start
        self.shape = shape
        self.count = count
        self.fields = fields

    def check(self, columns: Columns) -> None:
        if columns.are_plain:
            return
        fields = self.fields
        if columns.ints_are_small or self.count == 1:
            columns.plain(fields)
        else:  # the integers of a column are faster to find
            width = self.shape.width
            for index in range(width):
                columns.plain(fields[index::width])

    def shells(self) -> list[Any]:
        shape, count = self.shape, self.count
        if not shape.codes:
            return [shape.shell() for _ in range(count)]
        return shape.filled((self.fields,) if count == 1 else _rows(self.fields, shape.width), count)

    def children(self, row: int) -> Iterator[int]:
        return iter(())

    def made(self, row: int, objects: Sequence[Any]) -> Any:
        raise NotImplementedError

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        """It is filled."""

    def fill(self, objects: list[Any]) -> None:
        """They are filled."""

    def finish(self, objects: list[Any]) -> None:
        """Nothing is left."""


class ShapedSpan:
    """Rows of any other shape."""

    __slots__ = ("count", "fields", "is_filled", "is_late", "is_open", "shape", "start")

    def __init__(self, start: int, shape: Shape, count: int, fields: list[Any]) -> None:
        self.start = start
        self.shape = shape
        self.count = count
        self.fields = fields
        self.is_open = shape.is_open
        self.is_late = shape.is_late
        self.is_filled = shape.is_open and not shape.references

    def check(self, columns: Columns) -> None:
        shape, fields = self.shape, self.fields
        width = shape.width
        for index, code in shape.columns if columns.are_plain else enumerate(shape.codes or (PLAIN,)):
            fields[index::width] = columns.values(code, fields[index::width])

    def shells(self) -> list[Any]:
        shape, count = self.shape, self.count
        if not shape.is_open:
            return [PENDING] * count
        if self.is_filled:
            return shape.filled(_rows(self.fields, shape.width), count)
        return [shape.shell() for _ in range(count)]

    def row(self, row: int) -> list[Any]:
        """The fields of one row, with references as Rows."""
        at = (row - self.start) * self.shape.width
        fields = self.fields[at : at + len(self.shape.codes)]
        for index, code in self.shape.references:
            if code == REF:
                fields[index] = Row(fields[index])
        return fields

    def children(self, row: int) -> Iterator[int]:
        return (int(value) for value in self.row(row) if type(value) is Row)

    def made(self, row: int, objects: Sequence[Any]) -> Any:
        """The object of a closed row; PENDING if it refers to one that is not made yet."""
        at = (row - self.start) * self.shape.width
        fields = self.fields[at : at + len(self.shape.codes)]
        for index, code in self.shape.references:
            value = fields[index]
            if code == REF or type(value) is Row:
                value = fields[index] = objects[value]
                if value is PENDING:
                    return PENDING
        return self.shape.make(fields)

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        self.shape.fill(objects[row], resolved(self.row(row), objects))

    def fill(self, objects: list[Any]) -> None:
        """Fill all rows, if they are open."""
        if not self.is_open:
            return
        fields, width = self.fields, self.shape.width
        for index, code in self.shape.references:
            column = fields[index::width]
            fields[index::width] = map(objects.__getitem__, column) if code == REF else resolved(column, objects)
        self.shape.fill_all(objects[self.start : self.start + self.count], _rows(fields, width))

    def finish(self, objects: list[Any]) -> None:
        """What is left to do when every list is filled: an iterator's position would be cut to the length."""
        if self.shape.is_iterator:
            for row in range(self.start, self.start + self.count):
                objects[row].__setstate__(self.row(row)[1])


class ListSpan:
    """One row that is a list or an array."""

    __slots__ = ("code", "column", "element", "is_filled", "items", "start")

    is_open = True
    is_late = False
    count = 1

    def __init__(self, start: int, cursor: Cursor, element: Type | None = None) -> None:
        self.start = start
        self.element = element
        self.code, self.column = cursor.column()
        self.is_filled = False
        self.items: list[Any] = []

    def check(self, columns: Columns) -> None:
        self.code, self.column = code, column = columns.read(self.code, self.column)
        if code == PLAIN:
            self.items = column  # ready as it is
            self.is_filled = True
        if self.element is not None:
            wanted = _ARRAY_ITEMS.get(self.element.kind)
            if wanted is not None and (code == REF or not set(map(type, column)) <= wanted):
                raise CheckpointDecodeError(f"An array of {self.element} holds something else")

    def shells(self) -> list[Any]:
        return [self.items if self.element is None else Array(self.element, self.items)]

    def children(self, row: int) -> Iterator[int]:
        if self.code == REF:
            return iter(self.column)
        return (int(value) for value in self.column if type(value) is Row)

    def made(self, row: int, objects: Sequence[Any]) -> Any:
        raise NotImplementedError

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        if not self.is_filled:
            self.items[:] = _objects(self.code, self.column, objects)

    def fill(self, objects: list[Any]) -> None:
        self.fill_row(self.start, objects)

    def finish(self, objects: list[Any]) -> None:
        """Nothing is left."""


class DictSpan:
    """One row that is a Map with keys of any kind, or with many."""

    __slots__ = ("key_code", "keys", "start", "value_code", "values")

    is_open = True
    is_late = False
    is_filled = False
    count = 1

    def __init__(self, start: int, cursor: Cursor) -> None:
        self.start = start
        self.key_code, self.keys = cursor.column()
        self.value_code, self.values = cursor.column()

    def check(self, columns: Columns) -> None:
        self.key_code, self.keys = columns.read(self.key_code, self.keys)
        self.value_code, self.values = columns.read(self.value_code, self.values)
        if len(self.keys) != len(self.values):
            raise CheckpointDecodeError("A Map has more or fewer keys than values")

    def shells(self) -> list[Any]:
        return [{}]

    def children(self, row: int) -> Iterator[int]:
        for code, column in ((self.key_code, self.keys), (self.value_code, self.values)):
            for value in column:
                if code == REF or type(value) is Row:
                    yield int(value)

    def made(self, row: int, objects: Sequence[Any]) -> Any:
        raise NotImplementedError

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        keys = _objects(self.key_code, self.keys, objects)
        if not set(map(type, keys)) <= _KEY_TYPES:
            raise CheckpointDecodeError("A Map has a key that cannot be one")
        shell = objects[row]
        shell.clear()
        shell.update(zip(keys, _objects(self.value_code, self.values, objects), strict=True))

    def fill(self, objects: list[Any]) -> None:
        self.fill_row(self.start, objects)

    def finish(self, objects: list[Any]) -> None:
        """Nothing is left."""


Span = PlainSpan | ShapedSpan | ListSpan | DictSpan


def _rows(fields: list[Any], width: int) -> Iterator[tuple[Any, ...]]:
    return zip(*[iter(fields)] * width, strict=False)


def _objects(code: int, column: list[Any], objects: Sequence[Any]) -> list[Any]:
    if code == REF:
        return [objects[row] for row in column]
    return resolved(column, objects) if code == MIXED else column
