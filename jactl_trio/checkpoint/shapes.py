"""Shapes of a checkpoint, each checked, with how to make and fill the rows that have them.

A kind of shape is either *open*: an empty object (`shell`) stands for the row until all rows are there and `fill` puts
its fields in; or *closed*: the object is made (`make`) from its fields at once. `is_late`: what it is made from must
not only exist, but be filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import MethodType
from typing import Any

from ..continuation.frames import Frame
from ..continuation.sites import live_names, maybe_unset
from ..errors import CheckpointDecodeError
from ..values.arguments import NamedArgs
from ..values.cells import Cell
from ..values.keys import Key
from ..values.plain_data import ABSENT, PLAIN_NAMES
from . import rows
from .catalogue import Things
from .columns import Cursor
from .rows import MIXED, PLAIN, REF

_TABLE_FROM = 8  # Maps with the same keys, from which on making a function for them pays


class Shape:
    """What rows of one shape have in common. `width` is the number of fields that each takes in its group."""

    is_open = True
    is_late = False
    is_of_host = False  # it may be of what the host has registered
    is_frame = False
    is_iterator = False
    fixed_codes = -1  # how many fields this kind has; -1: any number
    part_count = 0  # how much is said about a shape between its codes and its names
    has_names = False

    def __init__(self, codes: bytes, cursor: Cursor, things: Things) -> None:
        if max(codes, default=0) > MIXED or (self.fixed_codes >= 0 and len(codes) != self.fixed_codes):
            raise CheckpointDecodeError("A shape has codes that it cannot have")
        self.codes = codes
        self.columns = [(index, code) for index, code in enumerate(codes) if code != PLAIN]
        self.references = [(index, code) for index, code in self.columns if code in (REF, MIXED)]
        self.width = max(1, len(codes))
        self.is_plain = self.is_open and not self.columns
        parts = cursor.take(self.part_count)
        self.names = self._names(cursor) if self.has_names else ()
        self.read(things, *parts)

    def _names(self, cursor: Cursor) -> tuple[str, ...]:
        """The names of the fields, one for each code."""
        names = cursor.take(len(self.codes))
        if not set(map(type, names)) <= {str} or len(set(names)) != len(names):
            raise CheckpointDecodeError("A shape has no proper names")
        return tuple(names)

    def read(self, things: Things) -> None:
        """Check the parts between the codes and the names."""

    def shell(self) -> Any:
        """An empty object for an open row."""
        raise NotImplementedError

    def fill(self, shell: Any, fields: Sequence[Any]) -> None:
        """Put a row's fields into its object."""
        raise NotImplementedError

    def fill_all(self, shells: Iterable[Any], rows_: Iterable[Sequence[Any]]) -> None:
        fill = self.fill
        for shell, row in zip(shells, rows_, strict=True):
            fill(shell, row)

    def filled(self, rows_: Iterable[Sequence[Any]], count: int) -> list[Any]:
        """The objects of open rows that refer to no others."""
        objects = []
        for row in rows_:
            objects.append(self.shell())
            self.fill(objects[-1], row)
        return objects

    def make(self, fields: Sequence[Any]) -> Any:
        """The object of a closed row."""
        raise NotImplementedError


class MapShape(Shape):
    has_names = True

    make_map: type[dict[Any, Any]] = dict

    def shell(self) -> Any:
        return self.make_map()

    def fill(self, shell: Any, fields: Sequence[Any]) -> None:
        shell.update(zip(self.names, fields, strict=True))

    def fill_all(self, shells: Iterable[Any], rows_: Iterable[Sequence[Any]]) -> None:
        names = self.names
        for shell, row in zip(shells, rows_, strict=True):
            shell.update(zip(names, row, strict=False))

    def filled(self, rows_: Iterable[Sequence[Any]], count: int) -> list[Any]:
        names, make_map = self.names, self.make_map
        if count >= _TABLE_FROM and 0 < len(names) <= rows.SHAPED_KEYS_MAX and make_map is dict:
            return _table_maker(len(names))(rows_, *names)
        return [make_map(zip(names, row, strict=False)) for row in rows_]


class NamedShape(MapShape):
    make_map = NamedArgs


class FrameShape(Shape):
    is_frame = True
    part_count = 3
    has_names = True

    def read(self, things: Things, unit: Any, function: Any, site: Any) -> None:  # type: ignore[override]
        self.code = things.code(unit, function)
        self.site = things.site(self.code, site)
        live = live_names(self.code, self.site)
        self.dropped: set[str] = set()  # what an earlier release needed, see Code.was_cell and was_needed
        if self.names != live:
            missing, self.dropped = set(live).difference(self.names), set(self.names).difference(live)
            may_drop = self.code.was_cell | self.code.was_needed
            known = missing <= maybe_unset(self.code) and self.dropped <= may_drop
            if not known or _without(self.names, self.dropped) != _without(live, missing):
                where = f"A frame of {self.code.key} at {site}"
                raise CheckpointDecodeError(f"{where} has other variables than are needed there")

    def shell(self) -> Any:
        return Frame(self.code, self.site, {})

    def fill(self, shell: Any, fields: Sequence[Any]) -> None:
        shell.locals = dict(zip(self.names, fields, strict=True))
        for name in self.dropped:
            del shell.locals[name]

    def filled(self, rows_: Iterable[Sequence[Any]], count: int) -> list[Any]:
        if self.dropped:
            return super().filled(rows_, count)
        code, site, names = self.code, self.site, self.names
        return [Frame(code, site, dict(zip(names, row, strict=False))) for row in rows_]


class _SlottedShape(Shape):
    """Objects of a class with slots."""

    has_names = True
    python_class: Any
    setters: list[Callable[[Any, Any], None]]

    def shell(self) -> Any:
        return object.__new__(self.python_class)

    def fill(self, shell: Any, fields: Sequence[Any]) -> None:
        for setter, value in zip(self.setters, fields, strict=True):
            if value is not ABSENT:
                setter(shell, value)


class InstanceShape(_SlottedShape):
    part_count = 2

    def read(self, things: Things, unit: Any, full_name: Any) -> None:  # type: ignore[override]
        self.python_class = things.python_class(unit, full_name)
        slots = self.python_class.jactl.fields
        if set(self.names) != set(slots):
            raise CheckpointDecodeError(f"Class {full_name} has other fields now")
        self.setters = [slots[name].slot.__set__ for name in self.names]


class DataShape(_SlottedShape):
    part_count = 1

    def read(self, things: Things, name: Any) -> None:  # type: ignore[override]
        plain = PLAIN_NAMES.get(name) if type(name) is str else None
        if plain is None or set(self.names) != set(plain.slots):
            raise CheckpointDecodeError(f"This release has no {name!r} with the slots that were saved")
        self.python_class = plain.python_class
        self.setters = [_slot(plain.python_class, slot) for slot in self.names]


class CellShape(Shape):
    fixed_codes = 1

    def shell(self) -> Any:
        return Cell()

    def fill(self, shell: Any, fields: Sequence[Any]) -> None:
        (shell.v,) = fields


class TupleShape(Shape):
    is_open = False

    def make(self, fields: Sequence[Any]) -> Any:
        return tuple(fields)


class MethodShape(Shape):
    is_open = False
    is_of_host = True
    fixed_codes = 1
    part_count = 2

    def read(self, things: Things, where: Any, function: Any) -> None:  # type: ignore[override]
        self.function = things.function(where, function)

    def make(self, fields: Sequence[Any]) -> Any:
        if fields[0] is None:
            raise CheckpointDecodeError("A function is bound to nothing")
        return MethodType(self.function, fields[0])


class HostShape(Shape):
    is_open = False
    is_of_host = True
    fixed_codes = 1
    part_count = 1

    def read(self, things: Things, name: Any) -> None:  # type: ignore[override]
        self.host = things.host_type(name)
        self.is_late = bool(self.references)

    def make(self, fields: Sequence[Any]) -> Any:
        decode = self.host.decode
        assert decode is not None
        try:
            value = decode(fields[0])
        except Exception as error:
            raise CheckpointDecodeError(f"The codec of {self.host.full_name} refused what was saved: {error}")
        if not isinstance(value, self.host.python_class):
            raise CheckpointDecodeError(f"The codec of {self.host.full_name} gave something else")
        return value


class KeyShape(Shape):
    is_open = False
    is_late = True
    fixed_codes = 1

    def make(self, fields: Sequence[Any]) -> Any:
        try:
            return Key(fields[0])
        except TypeError:
            raise CheckpointDecodeError("A Map's key is of a type that cannot be one")


class IteratorShape(Shape):
    """The iterator of a list; its position is set when the list is filled (it would be cut to the length)."""

    is_open = False
    is_iterator = True
    fixed_codes = 2

    def make(self, fields: Sequence[Any]) -> Any:
        if type(fields[0]) is not list or type(fields[1]) is not int:
            raise CheckpointDecodeError("An iterator is not over a list")
        return iter(fields[0])


@cache
def _table_maker(width: int) -> Callable[..., list[Any]]:
    """(rows, key...) -> a Map for each row. A dict display takes a third of what dict(zip(keys, row)) does."""
    keys = [f"key{n}" for n in range(width)]
    fields = [f"field{n}" for n in range(width)]
    pairs = ", ".join(map("{}: {}".format, keys, fields))
    source = f"lambda rows, {', '.join(keys)}: [{{{pairs}}} for {', '.join(fields)}, in rows]"
    maker: Callable[..., list[Any]] = eval(compile(source, "<jactl table>", "eval"))  # of a number only
    return maker


def _without(names: tuple[str, ...], missing: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in missing)


def _slot(python_class: type, name: str) -> Callable[[Any, Any], None]:
    for base in python_class.__mro__:
        if name in base.__dict__:
            setter: Callable[[Any, Any], None] = base.__dict__[name].__set__
            return setter
    raise CheckpointDecodeError(f"{python_class.__name__} has no slot {name}")


SHAPES: dict[int, type[Shape]] = {
    rows.MAP: MapShape,
    rows.NAMED: NamedShape,
    rows.FRAME: FrameShape,
    rows.INSTANCE: InstanceShape,
    rows.DATA: DataShape,
    rows.HOST: HostShape,
    rows.METHOD: MethodShape,
    rows.TUPLE: TupleShape,
    rows.CELL: CellShape,
    rows.KEY: KeyShape,
    rows.ITERATOR: IteratorShape,
}


def read_shapes(fields: Any, things: Things) -> list[Shape]:
    """The shapes of a body, in their order."""
    cursor = Cursor(fields)
    shapes: list[Shape] = []
    while not cursor.is_at_end():
        number, codes = cursor.take(2)
        kind = SHAPES.get(number) if type(number) is int else None
        if kind is None or type(codes) is not bytes:
            raise CheckpointDecodeError("A shape is of no known kind")
        shapes.append(kind(codes, cursor, things))
    return shapes
