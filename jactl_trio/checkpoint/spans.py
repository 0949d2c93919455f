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
from .shapes import LIST_ITERATOR, Shape

PENDING: Any = type("_Pending", (), {})()  # stands for a closed row that is not made yet

_KEY_TYPES = frozenset((str, int, type(None), Key, MethodType))
_ARRAY_ITEMS: dict[str, set[type]] = {
    "boolean": {bool},
    "int": {int},
    "long": {int, Long},
    "byte": {int, Byte},
    "double": {float},
}


class ShapedSpan:
    """Rows of one shape."""

    def __init__(self, start: int, shape: Shape, cursor: Cursor) -> None:
        (count,) = cursor.take(1)
        if type(count) is not int or count < 1:
            raise CheckpointDecodeError("A group has no rows")
        self.start = start
        self.shape = shape
        self.count = count
        self.fields = cursor.take(count * shape.width)
        self.is_filled = False

    @property
    def is_open(self) -> bool:
        return self.shape.is_open

    @property
    def is_late(self) -> bool:
        return self.shape.is_late

    def check(self, columns: Columns) -> None:
        fields, width = self.fields, self.shape.width
        if not self.shape.columns:
            columns.plain(fields)
            return
        codes = self.shape.codes
        for index in range(width):
            fields[index::width] = columns.values(codes[index], fields[index::width])

    def shells(self) -> list[Any]:
        if not self.shape.is_open:
            return [PENDING] * self.count
        if self.shape.references or not self.shape.codes:
            return self.shape.shells(self.count)
        self.is_filled = True
        return self.shape.filled(self._rows(), self.count)

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

    def make(self, row: int, objects: Sequence[Any]) -> Any:
        return self.shape.make(resolved(self.row(row), objects))

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        self.shape.fill(objects[row], resolved(self.row(row), objects))

    def fill(self, objects: list[Any]) -> None:
        """Fill all rows, if they are open."""
        width = self.shape.width
        if not self.shape.is_open or self.is_filled or not self.shape.codes:
            return
        fields = self.fields
        for index, code in self.shape.references:
            column = fields[index::width]
            fields[index::width] = map(objects.__getitem__, column) if code == REF else resolved(column, objects)
        self.shape.fill_all(objects[self.start : self.start + self.count], self._rows())

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        return zip(*[iter(self.fields)] * self.shape.width, strict=False)

    def finish(self, objects: list[Any]) -> None:
        """What is left to do when every list is filled: an iterator's position would be cut to the length."""
        if self.shape.is_open:
            return
        for row in range(self.start, self.start + self.count):
            if type(objects[row]) is LIST_ITERATOR:
                objects[row].__setstate__(self.row(row)[1])


class ListSpan:
    """One row that is a list or an array."""

    is_open = True
    is_late = False
    count = 1

    def __init__(self, start: int, cursor: Cursor, element: Type | None = None) -> None:
        self.start = start
        self.element = element
        self.code, self.column = cursor.column()
        self.items: list[Any] = []

    def check(self, columns: Columns) -> None:
        self.code, self.column = columns.read(self.code, self.column)
        wanted = None if self.element is None else _ARRAY_ITEMS.get(self.element.kind)
        if wanted is not None and (self.code == REF or not set(map(type, self.column)) <= wanted):
            raise CheckpointDecodeError(f"An array of {self.element} holds something else")

    def shells(self) -> list[Any]:
        if self.code == PLAIN:
            self.items = self.column  # ready as it is
        return [self.items if self.element is None else Array(self.element, self.items)]

    def children(self, row: int) -> Iterator[int]:
        if self.code == REF:
            return iter(self.column)
        return (int(value) for value in self.column if type(value) is Row)

    def make(self, row: int, objects: Sequence[Any]) -> Any:
        raise NotImplementedError

    def fill_row(self, row: int, objects: Sequence[Any]) -> None:
        if self.code != PLAIN:
            self.items[:] = _objects(self.code, self.column, objects)

    def fill(self, objects: list[Any]) -> None:
        self.fill_row(self.start, objects)


class DictSpan:
    """One row that is a Map with keys of any kind, or with many."""

    is_open = True
    is_late = False
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

    def make(self, row: int, objects: Sequence[Any]) -> Any:
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


Span = ShapedSpan | ListSpan | DictSpan


def _objects(code: int, column: list[Any], objects: Sequence[Any]) -> list[Any]:
    if code == REF:
        return [objects[row] for row in column]
    return resolved(column, objects) if code == MIXED else column
