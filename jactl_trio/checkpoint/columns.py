"""Columns of a checkpoint -> values, each checked; references to rows stay numbers until the rows exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import CheckpointDecodeError
from ..limits import DECIMAL_DIGITS_MAX
from ..values.numbers import Byte, Long
from ..values.plain_data import singleton_named
from .catalogue import Things
from .rows import BYTE, DECIMAL, INT_MAX, INT_MIN, LONG, MIXED, PLAIN, PLAIN_TYPES, REF, RUN

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?(?:E[+-]\d{1,10})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,20}", re.ASCII)
_HEXADECIMAL = re.compile(r"-?[0-9a-f]{1,100000}")


class Row(int):
    """The number of a row, in a MIXED column."""

    __slots__ = ()


class Columns:
    """Reads columns; `total` is the number of rows, `runs_left` how many more rows ranges may name.

    ints_are_small: no integer of the groups has more than 64 bits with its sign; are_plain: that, and each of their
    fields is of a plain type.
    """

    __slots__ = ("are_plain", "ints_are_small", "runs_left", "things", "total")

    def __init__(self, things: Things, total: int, ints_are_small: bool, are_plain: bool) -> None:
        self.things = things
        self.total = total
        self.ints_are_small = ints_are_small
        self.are_plain = are_plain
        self.runs_left = total

    def read(self, code: int, column: list[Any]) -> tuple[int, list[Any]]:
        """A column that may be a range: REF with row numbers, MIXED with values and Rows, else PLAIN with values."""
        if code == RUN:
            return REF, self.run(column)
        return (code if code in (REF, MIXED) else PLAIN), self.values(code, column)

    def values(self, code: int, column: list[Any]) -> list[Any]:
        """The fields of a column with their own values; references still as numbers."""
        reader = _READERS.get(code)
        if reader is None:
            raise CheckpointDecodeError(f"There is no column code {code}")
        return reader(self, column)

    def plain(self, column: list[Any]) -> list[Any]:
        if self.are_plain:
            return column
        kinds = set(map(type, column))
        if not kinds <= PLAIN_TYPES:
            raise CheckpointDecodeError("A plain column holds something else")
        if int in kinds and not self.ints_are_small:
            ints = column if len(kinds) == 1 else [value for value in column if type(value) is int]
            if min(ints) < INT_MIN or max(ints) > INT_MAX:
                raise CheckpointDecodeError("A plain column holds an integer of more than 64 bits")
        return column

    def longs(self, column: list[Any]) -> list[Any]:
        return list(map(Long, _within(column, INT_MIN, INT_MAX)))

    def bytes(self, column: list[Any]) -> list[Any]:
        return list(map(Byte, _within(column, 0, 255)))

    def decimals(self, column: list[Any]) -> list[Any]:
        return list(map(_decimal, column))

    def references(self, column: list[Any]) -> list[Any]:
        if len(column) == 1 and type(column[0]) is int and 0 <= column[0] < self.total:
            return column
        return _within(column, 0, self.total - 1)

    def run(self, column: list[Any]) -> list[int]:
        if len(column) != 2 or set(map(type, column)) != {int}:
            raise CheckpointDecodeError("A range of rows is not two numbers")
        first, count = column
        if first < 0 or count < 0 or first + count > self.total or count > self.runs_left:
            raise CheckpointDecodeError("A range of rows goes past the rows there are")
        self.runs_left -= count
        return list(range(first, first + count))

    def mixed(self, column: list[Any]) -> list[Any]:
        return [self.item(item) for item in column]

    def item(self, item: Any) -> Any:
        kind = type(item)
        if kind is bytes:
            if item[:1] == b"r" and 1 < len(item) < 20 and item[1:].isdigit():  # as most are
                row = int(item[1:])
                if row < self.total:
                    return Row(row)
            try:
                text = item[1:].decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                raise CheckpointDecodeError("An item is no UTF-8")
            reader = _ITEMS.get(item[:1])
            if reader is None:
                raise CheckpointDecodeError("An item is of no known kind")
            return reader(self, text)
        if kind not in PLAIN_TYPES or (kind is int and not INT_MIN <= item <= INT_MAX):
            raise CheckpointDecodeError("A field holds something that is no value")
        return item

    def _row(self, text: str) -> Row:
        return Row(_number(text, 0, self.total - 1))

    def _singleton(self, text: str) -> Any:
        try:
            return singleton_named(text)
        except KeyError:
            raise CheckpointDecodeError(f"There is no object named {text!r}") from None

    def _class(self, text: str) -> Any:
        unit, _, name = text.partition(":")
        return self.things.python_class(_number(unit, 0, INT_MAX), name)

    def _function(self, text: str) -> Any:
        where, _, key = text.partition(":")
        return self.things.function(_number(where, -2, INT_MAX), key)


class Cursor:
    """Takes fields from a flat array, one part after another."""

    __slots__ = ("at", "fields")

    def __init__(self, fields: Any) -> None:
        if type(fields) is not list:
            raise CheckpointDecodeError("A part of the checkpoint is no array")
        self.fields = fields
        self.at = 0

    def is_at_end(self) -> bool:
        return self.at == len(self.fields)

    def one(self) -> Any:
        """The next field."""
        try:
            field = self.fields[self.at]
        except IndexError:
            raise CheckpointDecodeError("A part of the checkpoint is cut off") from None
        self.at += 1
        return field

    def take(self, count: int) -> list[Any]:
        """The next fields."""
        return self._fields(self.at, count)

    def rows(self, width: int) -> tuple[int, list[Any]]:
        """The count and the fields of rows, so many in each."""
        fields, begin = self.fields, self.at + 1
        count = fields[self.at] if begin <= len(fields) else None
        if type(count) is not int or count < 1:
            raise CheckpointDecodeError("A group has no rows")
        self.at = end = begin + count * width
        if end > len(fields):
            raise CheckpointDecodeError("A part of the checkpoint is cut off")
        return count, fields[begin:end]

    def column(self) -> tuple[int, list[Any]]:
        """Code and fields of a column, not checked yet."""
        begin = self.at + 2
        code, length = self.fields[self.at : begin] if begin <= len(self.fields) else (None, None)
        if type(code) is not int or type(length) is not int or length < 0:
            raise CheckpointDecodeError("A column has no code and length")
        return code, self._fields(begin, length)

    def _fields(self, begin: int, count: int) -> list[Any]:
        self.at = end = begin + count
        if end > len(self.fields):
            raise CheckpointDecodeError("A part of the checkpoint is cut off")
        return self.fields[begin:end]


def resolved(column: Iterable[Any], objects: Sequence[Any]) -> list[Any]:
    """A MIXED column with the objects in place of Rows."""
    return [objects[value] if type(value) is Row else value for value in column]


def _within(column: list[Any], low: int, high: int) -> list[Any]:
    if column and (set(map(type, column)) != {int} or min(column) < low or max(column) > high):
        raise CheckpointDecodeError(f"A column holds something else than integers from {low} to {high}")
    return column


def _decimal(text: Any) -> Decimal:
    if type(text) is not str or len(text) > DECIMAL_DIGITS_MAX + 20 or _DECIMAL.fullmatch(text) is None:
        raise CheckpointDecodeError("A Decimal is no number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise CheckpointDecodeError("A Decimal is out of range")


def _number(text: str, low: int, high: int) -> int:
    if _INTEGER.fullmatch(text) is None or not low <= int(text) <= high:
        raise CheckpointDecodeError(f"An item is no integer from {low} to {high}")
    return int(text)


def _large(text: str) -> int:
    if _HEXADECIMAL.fullmatch(text) is None:
        raise CheckpointDecodeError("A large integer is no hexadecimal number")
    return int(text, 16)


_READERS: dict[int, Callable[[Columns, list[Any]], list[Any]]] = {
    PLAIN: Columns.plain,
    LONG: Columns.longs,
    BYTE: Columns.bytes,
    DECIMAL: Columns.decimals,
    REF: Columns.references,
    MIXED: Columns.mixed,
}

_ITEMS: dict[bytes, Callable[[Columns, str], Any]] = {
    b"r": Columns._row,
    b"l": lambda columns, text: Long(_number(text, INT_MIN, INT_MAX)),
    b"b": lambda columns, text: Byte(_number(text, 0, 255)),
    b"d": lambda columns, text: _decimal(text),
    b"t": lambda columns, text: text,
    b"x": lambda columns, text: _large(text),
    b"s": Columns._singleton,
    b"c": Columns._class,
    b"y": lambda columns, text: columns.things.type(text),
    b"f": Columns._function,
    b"g": lambda columns, text: columns.things.signature(text),
}
