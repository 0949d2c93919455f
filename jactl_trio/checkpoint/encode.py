"""Frames and values -> the body of a checkpoint (the format stands in rows.py).

The walk is a queue of objects: what is met for the first time gets the next row number and its turn later, so
nothing recurses however deep the data is, and shared and cyclic references come out as what they are.

Speed comes from asking for the types of many fields at once, in C: `set(map(type, ...))` for a list,
a dict lookup by keys and types of values for a Map, a whole table at once for a list of Maps with the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from types import FunctionType, MethodType
from typing import Any

import cbor2

from ..continuation.frames import Frame
from ..errors import CheckpointEncodeError
from ..values.arguments import NamedArgs
from ..values.arrays import Array
from ..values.cells import Cell
from ..values.keys import Key
from ..values.numbers import Byte, Long
from ..values.plain_data import ABSENT, PLAIN_CLASSES, SINGLETON_NAMES, SINGLETONS
from ..values.signature import Signature
from ..values.types import Type
from . import rows
from .catalogue import Names, Registry
from .explain import described, place_of
from .rows import BYTE, DECIMAL, INT_MAX, INT_MIN, LONG, MIXED, PLAIN, PLAIN_TYPES, REF, RUN
from .snapshot import Snapshot

_TABLE_FROM = 4  # Maps in a list, from which on they are looked at together


def encode_body(snapshot: Snapshot, registry: Registry | None) -> bytes:
    """The body; CheckpointEncodeError names the variable that holds what cannot be saved."""
    _learn_singletons()
    try:
        try:
            return _encoded(snapshot, registry, careful=False)
        except UnicodeEncodeError:  # a string with a lone surrogate somewhere: look at each one
            return _encoded(snapshot, registry, careful=True)
    except Unsavable as error:
        place, location = place_of(snapshot, error.value)
        raise CheckpointEncodeError(f"{place} cannot be saved: {error.reason}", location) from None


def _encoded(snapshot: Snapshot, registry: Registry | None, careful: bool) -> bytes:
    names = Names(snapshot.unit, snapshot.evaluated, registry)
    encoder = Encoder(names, careful)
    encoder.number(snapshot.frames)
    globals_item, value_item = encoder.item(snapshot.globals), encoder.item(snapshot.value)
    encoder.run()
    for unit in snapshot.evaluated:
        names.unit(unit)
    instance_id = snapshot.instance_id
    body = [
        None if instance_id is None else instance_id.bytes,
        snapshot.checkpoint_id,
        snapshot.call_ordinal,
        snapshot.loop_count,
        snapshot.run_seconds,
        len(snapshot.frames),
        globals_item,
        value_item,
        names.unit_fields(),
        encoder.shapes,
        encoder.groups,
    ]
    return cbor2.dumps(body)


class Unsavable(Exception):
    """A value that no checkpoint can hold."""

    def __init__(self, value: Any, reason: str) -> None:
        self.value = value
        self.reason = reason


class _Shape:
    """A shape in use: its number, its codes, and which fields need work before they are written."""

    __slots__ = ("codes", "names", "number", "special")

    def __init__(self, number: int, codes: bytes, names: tuple[Any, ...]) -> None:
        self.number = number
        self.codes = codes
        self.names = names
        special = _SPECIAL.get(codes)
        if special is None:
            special = [(index, code) for index, code in enumerate(codes) if code > BYTE]
            _remember(_SPECIAL, codes, special)
        self.special = special


class Encoder:
    """Turns objects into rows, groups and shapes."""

    __slots__ = (
        "careful",
        "count_at",
        "groups",
        "handlers",
        "known",
        "last",
        "names",
        "plain_types",
        "queue",
        "rows",
        "shape_count",
        "shapes",
        "tables",
    )

    def __init__(self, names: Names, careful: bool = False) -> None:
        self.names = names
        self.careful = careful
        self.plain_types = PLAIN_TYPES - {str} if careful else PLAIN_TYPES
        self.rows: dict[int, int] = {}  # row by id of its object
        self.queue: list[Any] = []  # the objects by row; keeps them alive, so that ids stay theirs
        self.tables: dict[int, int] = {}  # first row -> how many Maps that stand together in a list
        self.shapes: list[Any] = []
        self.groups: list[Any] = []
        self.known: dict[Any, _Shape | None] = {}  # shapes by what the rows have in common
        self.shape_count = 0
        self.last = -1  # the shape of the last group, if that can take more rows
        self.count_at = 0  # where that group's count of rows stands
        self.handlers: dict[type, Callable[[Encoder, Any], None]] = {}  # of classes of this checkpoint

    def run(self) -> None:
        """Write every row, and the rows that they lead to."""
        queue = self.queue
        row = 0
        while row < len(queue):
            count = self.tables.get(row) if self.tables else None
            if count and self.table(queue[row : row + count]):
                row += count
                continue
            value = queue[row]
            kind = type(value)
            handler = _ROWS.get(kind) or self.handlers.get(kind) or self.handler(kind, value)
            handler(self, value)
            row += 1

    def number(self, values: Sequence[Any]) -> bool:
        """Give objects the next rows; False if they are not all new and different."""
        first = len(self.queue)
        new = dict(zip(map(id, values), range(first, first + len(values)), strict=True))
        if len(new) != len(values) or not self.rows.keys().isdisjoint(new):
            return False
        self.rows.update(new)
        self.queue += values
        return True

    def ref(self, value: Any) -> int:
        row = self.rows.get(id(value))
        if row is None:
            row = self.rows[id(value)] = len(self.queue)
            self.queue.append(value)
        return row

    # Fields

    def item(self, value: Any) -> Any:
        """One field of a MIXED column."""
        kind = type(value)
        if kind is int:
            return value if INT_MIN <= value <= INT_MAX else b"x%x" % value
        if kind in self.plain_types:
            return value
        inline = _INLINE.get(kind)
        if inline is not None:
            return inline(self, value)
        if issubclass(kind, type):
            return _class_item(self, value)
        return b"r%d" % self.ref(value)

    def column(self, values: Collection[Any]) -> None:
        """Write the code, the length and the fields of any values."""
        groups = self.groups
        kinds = set(map(type, values))
        if kinds <= self.plain_types:
            groups += (PLAIN, len(values))
            groups += values
            return
        codes = set(map(self.code, kinds))
        code = codes.pop() if len(codes) == 1 else MIXED
        if code == REF:
            self.references(list(values), kinds)
            return
        groups += (code, len(values))
        groups += values if code <= BYTE else map(str if code == DECIMAL else self.item, values)

    def references(self, values: list[Any], kinds: set[type]) -> None:
        """Write a column of objects, as a range where they are all new."""
        first = len(self.queue)
        if self.number(values):
            if len(values) >= _TABLE_FROM and kinds == {dict}:
                self.tables[first] = len(values)
            self.groups += (RUN, 2, first, len(values))
        else:
            self.groups += (REF, len(values))
            self.groups += map(self.ref, values)

    def shaped(self, shape: _Shape, values: Collection[Any], count: int = 1) -> None:
        """Write one row, or several one after another, in the last group if it has the same shape."""
        groups = self.groups
        if self.last == shape.number:
            groups[self.count_at] += count
        else:
            self.last = shape.number
            groups += (shape.number, count)
            self.count_at = len(groups) - 1
        if not shape.special:
            groups += values if shape.codes else (None,)
            return
        fields = list(values)
        width = len(shape.codes)
        for index, code in shape.special:
            convert = self.ref if code == REF else str if code == DECIMAL else self.item
            if count == 1:
                fields[index] = convert(fields[index])
            else:
                fields[index::width] = map(convert, fields[index::width])
        groups += fields

    def shape(self, key: Any, kinds: tuple[type, ...], start: tuple[Any, ...], names: tuple[Any, ...] = ()) -> _Shape:
        """A new shape: its kind, and what there is to say between the codes and the names."""
        codes = None if self.careful else _CODES_OF.get(kinds)
        if codes is None:
            codes = bytes(map(self.code, kinds))
            if not self.careful:
                _remember(_CODES_OF, kinds, codes)
        return self.coded_shape(key, codes, start, names)

    def coded_shape(self, key: Any, codes: bytes, start: tuple[Any, ...], names: tuple[Any, ...] = ()) -> _Shape:
        shape = self.known[key] = _Shape(self.shape_count, codes, names)
        self.shape_count += 1
        self.shapes += (start[0], codes, *start[1:], *names)
        return shape

    def code(self, kind: type) -> int:
        """The code of a column of one type."""
        if kind in PLAIN_TYPES:
            return PLAIN if kind in self.plain_types else MIXED
        return MIXED if issubclass(kind, type) else _CODES.get(kind, REF)

    # Rows

    def handler(self, kind: type, value: Any) -> Callable[[Encoder, Any], None]:
        """The handler of a class that is met for the first time in this checkpoint."""
        plain = PLAIN_CLASSES.get(kind)
        class_name = self.names.python_class(kind)
        if plain is not None:
            found = _object_handler(kind, plain.slots, (rows.DATA, plain.name), plain.slots)
        elif class_name is not None:
            fields = kind.jactl.fields  # type: ignore[attr-defined]
            slots = [field.slot.__name__ for field in fields.values()]
            found = _object_handler(kind, slots, (rows.INSTANCE, *class_name), tuple(fields))
        else:
            host = self.names.host_type(kind, value)
            if host is None:
                raise Unsavable(value, described(value))
            found = _host_handler(host.full_name, host.encode)
        self.handlers[kind] = found
        return found

    def simple_map(self, value: dict[Any, Any]) -> None:
        shape: _Shape | None = None
        if len(value) <= rows.SHAPED_KEYS_MAX:
            keys, kinds = key = (tuple(value), tuple(map(type, value.values())))
            shape = self.known.get(key)
            if shape is None and key not in self.known:
                if self.are_names(keys):
                    shape = self.shape(key, kinds, _MAP, keys)
                else:
                    self.known[key] = None
        if shape is not None:
            self.shaped(shape, value.values())
        else:
            self.unshaped(rows.DICT)
            self.column(value.keys())
            self.column(value.values())

    def are_names(self, keys: tuple[Any, ...]) -> bool:
        """Can these keys stand in a shape?"""
        return set(map(type, keys)) <= _STR and not (self.careful and any(map(_has_surrogate, keys)))

    def table(self, maps: list[dict[Any, Any]]) -> bool:
        """Write Maps that follow one another column by column; False if their keys differ."""
        keys = tuple(maps[0])
        width = len(keys)
        if not 0 < width <= rows.SHAPED_KEYS_MAX or not self.are_names(keys):
            return False
        if list(chain.from_iterable(maps)) != [*keys] * len(maps):
            return False
        fields = list(chain.from_iterable(map(dict.values, maps)))
        if set(map(type, fields)) <= self.plain_types:
            codes = bytes(width)
        else:
            codes = bytes(self.table_code(set(map(type, fields[index::width]))) for index in range(width))
        key = (keys, codes)
        self.shaped(self.known.get(key) or self.coded_shape(key, codes, _MAP, keys), fields, len(maps))
        return True

    def table_code(self, kinds: set[type]) -> int:
        codes = set(map(self.code, kinds))
        return codes.pop() if len(codes) == 1 else MIXED

    def named(self, value: NamedArgs) -> None:
        kinds = tuple(map(type, value.values()))
        names = tuple(value)
        key = (NamedArgs, names, kinds)
        self.shaped(self.known.get(key) or self.shape(key, kinds, (rows.NAMED,), names), value.values())

    def sequence(self, value: list[Any]) -> None:
        self.unshaped(rows.LIST)
        self.column(value)

    def array(self, value: Array) -> None:
        name = self.names.type(value.element)
        if name is None:
            raise Unsavable(value, f"the element type {value.element} has no name")
        self.unshaped(rows.ARRAY, name)
        self.column(value.items)

    def unshaped(self, *start: Any) -> None:
        self.last = -1
        self.groups += start

    def environment(self, value: tuple[Any, ...]) -> None:
        kinds = tuple(map(type, value))
        key = (tuple, kinds)
        self.shaped(self.known.get(key) or self.shape(key, kinds, (rows.TUPLE,)), value)

    def cell(self, value: Cell) -> None:
        kinds = self.kinds((value.v,))
        key = (Cell, kinds)
        self.shaped(self.known.get(key) or self.shape(key, kinds, (rows.CELL,)), (value.v,))

    def key(self, value: Key) -> None:
        kinds = (type(value.value),)
        key = (Key, kinds)
        self.shaped(self.known.get(key) or self.shape(key, kinds, (rows.KEY,)), (value.value,))

    def method(self, value: MethodType) -> None:
        function, receiver = value.__func__, value.__self__
        kinds = (type(receiver),)
        key = (function, kinds)
        shape = self.known.get(key)
        if shape is None:
            name = self.names.function(function)
            if name is None:
                raise Unsavable(value, "it is a function that has no name in checkpoints")
            shape = self.shape(key, kinds, (rows.METHOD, *name))
        self.shaped(shape, (receiver,))

    def iterator(self, value: Any) -> None:
        _, (source, *_), *index = value.__reduce__()
        if type(source) is not list:
            raise Unsavable(value, described(value))
        key = type(value)
        shape = self.known.get(key) or self.coded_shape(key, bytes((REF, PLAIN)), (rows.ITERATOR,))
        self.shaped(shape, (source, index[0] if index else 0))

    def frame(self, value: Frame) -> None:
        fields = value.locals
        site = value.site
        kinds = self.kinds(fields.values())
        key = (site, kinds)
        shape = self.known.get(key)
        if shape is None or (len(fields) != len(shape.names) or len(fields) != len(site.live or ())):
            names = tuple(fields)
            if shape is None or shape.names != names:
                code = value.code
                start = (rows.FRAME, self.names.unit(code.unit), code.key, site.name)
                shape = self.shape(key, kinds, start, names)
        self.shaped(shape, fields.values())

    def kinds(self, values: Collection[Any]) -> tuple[type, ...]:
        """Types, with one of its own for ints that are not wrapped yet: variables may hold them, data may not."""
        for value in values:
            if type(value) is int and not INT_MIN <= value <= INT_MAX:
                return tuple(
                    _Big if type(value) is int and not INT_MIN <= value <= INT_MAX else type(value) for value in values
                )
        return tuple(map(type, values))


class _Big:
    """Stands for the type of an int of more than 64 bits."""


def _object_handler(
    kind: type, slots: Sequence[str], start: tuple[Any, ...], names: tuple[str, ...]
) -> Callable[[Encoder, Any], None]:
    """Rows for the objects of one class with slots."""
    get = attrgetter(*slots) if slots else None
    is_single = len(slots) == 1

    def write(encoder: Encoder, value: Any) -> None:
        try:
            values = () if get is None else (get(value),) if is_single else get(value)
        except AttributeError:  # a slot that is not set yet
            values = tuple(getattr(value, slot, ABSENT) for slot in slots)
        kinds = tuple(map(type, values))
        key = (kind, kinds)
        encoder.shaped(encoder.known.get(key) or encoder.shape(key, kinds, start, names), values)

    return write


def _host_handler(full_name: str, encode: Any) -> Callable[[Encoder, Any], None]:
    def write(encoder: Encoder, value: Any) -> None:
        try:
            plain = encode(value)
        except Exception as error:
            raise Unsavable(value, f"the codec of {full_name} failed: {error}")
        kinds = (type(plain),)
        key = (full_name, kinds)
        encoder.shaped(encoder.known.get(key) or encoder.shape(key, kinds, (rows.HOST, full_name)), (plain,))

    return write


# Fields that are no objects of their own


def _long_item(encoder: Encoder, value: Any) -> bytes:
    return b"l%d" % value


def _byte_item(encoder: Encoder, value: Any) -> bytes:
    return b"b%d" % value


def _decimal_item(encoder: Encoder, value: Any) -> bytes:
    return b"d" + str(value).encode()


def _text_item(encoder: Encoder, value: str) -> Any:
    return b"t" + value.encode("utf-8", "surrogatepass") if _has_surrogate(value) else value


def _singleton_item(encoder: Encoder, value: Any) -> bytes:
    return b"s" + SINGLETON_NAMES[id(value)].encode()


def _class_item(encoder: Encoder, value: type) -> bytes:
    name = encoder.names.python_class(value)
    if name is None:
        raise Unsavable(value, f"{value.__name__} is a class of the host")
    return f"c{name[0]}:{name[1]}".encode()


def _type_item(encoder: Encoder, value: Type) -> bytes:
    name = encoder.names.type(value)
    if name is None:
        raise Unsavable(value, f"the type {value} has no name")
    return b"y" + name.encode()


def _function_item(encoder: Encoder, value: Any) -> bytes:
    name = encoder.names.function(value)
    if name is None:
        raise Unsavable(value, f"{value.__qualname__} is a function of the host")
    return f"f{name[0]}:{name[1]}".encode()


def _signature_item(encoder: Encoder, value: Signature) -> bytes:
    name = encoder.names.signature(value)
    if name is None:
        raise Unsavable(value, f"{value.key} is not registered")
    return b"g" + name.encode()


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


_MAP = (rows.MAP,)
_STR = frozenset((str,))

_INLINE: dict[type, Callable[[Encoder, Any], Any]] = {
    Long: _long_item,
    Byte: _byte_item,
    Decimal: _decimal_item,
    str: _text_item,  # only asked when strings are looked at with care
    Type: _type_item,
    FunctionType: _function_item,
    Signature: _signature_item,
}

_CODES: dict[type, int] = {Long: LONG, Byte: BYTE, Decimal: DECIMAL, _Big: MIXED}
_CODES.update({kind: MIXED for kind in _INLINE if kind not in _CODES})


def _learn_singletons() -> None:
    """Take in the classes of singletons that were named since the last checkpoint, by modules imported meanwhile."""
    global _learned
    if _learned != len(SINGLETONS):
        _learned = len(SINGLETONS)
        for value in SINGLETONS.values():
            _INLINE[type(value)] = _singleton_item
            _CODES[type(value)] = MIXED
        _CODES_OF.clear()


_learned = 0

# Remembered from one checkpoint to the next, for most of them are alike: codes by types, special fields by codes.
_CODES_OF: dict[tuple[type, ...], bytes] = {}
_SPECIAL: dict[bytes, list[tuple[int, int]]] = {}


def _remember(table: dict[Any, Any], key: Any, value: Any) -> None:
    if len(table) >= 10_000:
        table.clear()
    table[key] = value


_ROWS: dict[type, Callable[[Encoder, Any], None]] = {
    list: Encoder.sequence,
    dict: Encoder.simple_map,
    NamedArgs: Encoder.named,
    tuple: Encoder.environment,
    Cell: Encoder.cell,
    Array: Encoder.array,
    Key: Encoder.key,
    MethodType: Encoder.method,
    Frame: Encoder.frame,
    type(iter([])): Encoder.iterator,
}
