"""The bytes of a checkpoint -> a description for people: ids, frames with their lines, variables. Nothing runs.

Neither the script nor its context is needed: classes, functions and host types are shown by name.  With the source,
each frame is shown with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ..errors import CheckpointDecodeError, Location
from . import rows
from .columns import Cursor
from .decode import read_cbor, read_instance, read_units
from .envelope import Envelope, open_sealed, read_envelope
from .explain import shown_name
from .keys import KeyRing
from .rows import BYTE, LONG, MIXED, REF, RUN
from .shapes import SHAPES
from .snapshot import UnitReference

_DEPTH = 4  # of nested values that are shown
_ITEMS = 20  # of one list or map that are shown
_TEXT = 200  # characters of one text that are shown


@dataclass(slots=True, frozen=True)
class FrameDescription:
    """One waiting call: its function, where it waits (`line` if the source is given), its variables as text."""

    unit: str
    function: str
    site: str
    line: int | None
    variables: dict[str, str]


@dataclass(slots=True, frozen=True)
class Description:
    """What a checkpoint holds. Frames outermost first."""

    format_version: int
    key_id: str | None  # None: it has no key; "": one without an id
    is_encrypted: bool
    stored_bytes: int
    body_bytes: int
    identity: str
    units: list[UnitReference]
    instance_id: UUID | None
    checkpoint_id: int
    call_ordinal: int
    loop_count: int
    run_seconds: float
    object_count: int
    frames: list[FrameDescription]
    globals: str


def describe(checkpoint: bytes, keys: KeyRing | None = None, source: str | None = None) -> Description:
    """Describe a checkpoint; CheckpointDecodeError if it is damaged."""
    envelope = read_envelope(checkpoint)
    body = open_sealed(checkpoint, keys)[1]
    try:
        return _described(envelope, len(checkpoint), body, source)
    except (IndexError, TypeError, ValueError, KeyError) as error:
        raise CheckpointDecodeError(f"The checkpoint cannot be described: {error}")


def _described(envelope: Envelope, stored_bytes: int, body: bytes, source: str | None) -> Description:
    id_, *counts, run_seconds, frame_count, globals_item, _, units_part, shapes, groups = read_cbor(body)
    units = read_units(units_part)
    view = _View(shapes, groups)
    frames = [
        FrameDescription(
            unit="" if unit < 0 else units[unit].name or units[unit].identity,
            function=function,
            site=site,
            line=_line(site, units[unit].source or (source if unit == 0 else None)) if unit >= 0 else None,
            variables=dict(view.variables(row)),
        )
        for row in range(frame_count)
        for unit, function, site in [view.rows[row].parts]
    ]
    return Description(
        format_version=envelope.version,
        key_id=envelope.key_id,
        is_encrypted=envelope.is_encrypted,
        stored_bytes=stored_bytes,
        body_bytes=len(body),
        identity=envelope.identity,
        units=units,
        instance_id=read_instance(id_, counts, run_seconds),
        checkpoint_id=counts[0],
        call_ordinal=counts[1],
        loop_count=counts[2],
        run_seconds=run_seconds,
        object_count=len(view.rows),
        frames=frames,
        globals=view.item(globals_item, _DEPTH),
    )


def _line(site: str, source: str | None) -> int | None:
    offset = site.partition(".")[0]
    return Location(source, int(offset)).line if source is not None and offset.isdigit() else None


@dataclass(slots=True)
class _Shape:
    kind: int
    codes: Sequence[int]
    parts: list[Any]
    names: list[str]


@dataclass(slots=True)
class _Row:
    kind: int
    parts: list[Any]
    names: list[str]
    codes: Sequence[int]  # one for each field
    fields: list[Any] = field(default_factory=list)


class _View:
    """The rows of a body, to be shown as text."""

    def __init__(self, shapes: Any, groups: Any) -> None:
        self.shapes = list(_shapes(Cursor(shapes)))
        self.rows: list[_Row] = []
        cursor = Cursor(groups)
        while not cursor.is_at_end():
            (kind,) = cursor.take(1)
            if kind >= 0:
                self._shaped(self.shapes[kind], cursor)
            else:
                self._unshaped(kind, cursor)

    def _shaped(self, shape: _Shape, cursor: Cursor) -> None:
        (count,) = cursor.take(1)
        width = max(1, len(shape.codes))
        for _ in range(count):
            fields = cursor.take(width)
            self.rows.append(_Row(shape.kind, shape.parts, shape.names, shape.codes, fields[: len(shape.codes)]))

    def _unshaped(self, kind: int, cursor: Cursor) -> None:
        parts = cursor.take(1) if kind == rows.ARRAY else []
        codes, fields = _column(*cursor.column())
        if kind == rows.DICT:
            value_codes, values = _column(*cursor.column())
            codes, fields = [*codes, *value_codes], [*fields, *values]
        self.rows.append(_Row(kind, parts, [], codes, fields))

    def variables(self, row: int) -> Iterator[tuple[str, str]]:
        frame = self.rows[row]
        for name, text in zip(frame.names, self._fields(frame, _DEPTH), strict=True):
            yield shown_name(name), text

    def _fields(self, row: _Row, depth: int, most: int = _ITEMS) -> list[str]:
        pairs = zip(row.codes[:most], row.fields[:most], strict=True)
        return [self._field(code, value, depth - 1) for code, value in pairs]

    def _field(self, code: int, value: Any, depth: int) -> str:
        if code == REF:
            return self._row(value, depth)
        if code == MIXED:
            return self.item(value, depth)
        if code == rows.DECIMAL:
            return _cut(str(value))
        return _number(value, "L" if code == LONG else "b" if code == BYTE else "")

    def item(self, item: Any, depth: int) -> str:
        if type(item) is not bytes:
            return _number(item, "")
        mark, text = item[:1], item[1:].decode("utf-8", "backslashreplace")
        if mark == b"r":
            return self._row(int(text), depth)
        if mark in (b"l", b"b"):
            return text + ("L" if mark == b"l" else "b")
        return _cut(text) if mark in (b"d", b"x") else _cut(f"<{text}>") if mark != b"t" else _quoted(text)

    def _row(self, number: int, depth: int) -> str:
        row = self.rows[number]
        if depth <= 0:
            return "..."
        if row.kind == rows.DICT:
            return self._large_map(row, depth)
        fields = self._fields(row, depth)
        more = ", ..." if len(row.fields) > len(fields) else ""
        if row.kind == rows.CELL or row.kind == rows.KEY:
            return fields[0]
        if row.kind == rows.METHOD:
            return f"<function {row.parts[1]}>"
        if row.names or row.kind in (rows.MAP, rows.NAMED):
            inside = ", ".join(f"{name}:{text}" for name, text in zip(row.names, fields, strict=False))
            return f"{_title(row)}[{inside or ':'}{more}]"
        return f"{_title(row)}[{', '.join(fields)}{more}]"

    def _large_map(self, row: _Row, depth: int) -> str:
        half = len(row.fields) // 2
        pairs = [
            f"{self._field(row.codes[n], row.fields[n], depth - 1)}:"
            f"{self._field(row.codes[half + n], row.fields[half + n], depth - 1)}"
            for n in range(min(half, _ITEMS))
        ]
        return f"[{', '.join(pairs)}{', ...' if half > _ITEMS else ''}]"


def _shapes(cursor: Cursor) -> Iterator[_Shape]:
    while not cursor.is_at_end():
        kind, codes = cursor.take(2)
        parts = cursor.take(SHAPES[kind].part_count)
        yield _Shape(kind, list(codes), parts, cursor.take(len(codes)) if SHAPES[kind].has_names else [])


def _column(code: int, fields: list[Any]) -> tuple[list[int], list[Any]]:
    if code == RUN:
        first, count = fields
        shown = list(range(first, first + min(count, _ITEMS + 1)))
        return [REF] * len(shown), shown
    return [code] * len(fields), fields


def _title(row: _Row) -> str:
    if row.kind in (rows.INSTANCE, rows.DATA, rows.HOST):
        return str(row.parts[-1])
    return str(row.parts[0]).rpartition(":")[2] if row.kind == rows.ARRAY else ""


def _number(value: Any, suffix: str) -> str:
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    return _quoted(value) if type(value) is str and not suffix else _cut(f"{value}{suffix}")


def _quoted(text: str) -> str:
    return _cut(repr(text))


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[:_TEXT] + "..."
