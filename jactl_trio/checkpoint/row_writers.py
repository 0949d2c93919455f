"""Each object of an Encoder's queue -> its row, by its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from types import MethodType
from typing import Any

from ..continuation.frames import Frame
from ..continuation.unit import Unit
from ..values.arguments import NamedArgs
from ..values.arrays import Array
from ..values.cells import Cell
from ..values.keys import Key
from ..values.plain_data import ABSENT, LIST_ITERATOR, PLAIN_CLASSES
from . import rows
from .encoder import Encoder
from .explain import described
from .items import Unsavable, has_surrogate
from .layouts import Layout, kinds_of_variables
from .rows import PLAIN, REF

Handler = Callable[[Encoder, Any], None]

_KEY_CHARS_KEPT_MAX = 1_000  # of a Map's keys: longer ones are data that no unit should hold on to


def write_rows(encoder: Encoder) -> None:
    """Write every row, and the rows that they lead to."""
    queue, tables, handlers = encoder.queue, encoder.tables, encoder.handlers
    row = 0
    while row < len(queue):
        value = queue[row]
        kind = type(value)
        if kind is dict and row in tables:
            count = tables[row]
            if _table(encoder, queue[row : row + count]):
                row += count
                continue
        handler = _HANDLERS.get(kind) or handlers.get(kind) or _met(encoder, kind, value)
        handler(encoder, value)
        row += 1


def _met(encoder: Encoder, kind: type, value: Any) -> Handler:
    """The handler of a class that is met for the first time in this checkpoint."""
    plain = PLAIN_CLASSES.get(kind)
    class_name = encoder.names.python_class(kind)
    if plain is not None:
        found = _object_handler(kind, plain.slots, rows.DATA, (plain.name,), plain.slots)
    elif class_name is not None:
        fields = kind.jactl.fields  # type: ignore[attr-defined]
        slots = [field.slot.__name__ for field in fields.values()]
        found = _object_handler(kind, slots, rows.INSTANCE, class_name, tuple(fields))
    else:
        host = encoder.names.host_type(kind, value)
        if host is None:
            raise Unsavable(value, described(value))
        found = _host_handler(host.full_name, host.encode)
    encoder.handlers[kind] = found
    return found


# Frames


def _frame(encoder: Encoder, value: Frame) -> None:
    fields, site = value.locals, value.site
    key: tuple[Any, ...] = (site, *kinds_of_variables(fields.values()))
    if len(fields) == len(site.live or ()):
        layout = encoder.kept.get(key) or encoder.own.get(key) or _frame_layout(encoder, value, key, is_kept=True)
    else:  # a variable was never written on the way
        key = (*key, *fields)
        layout = encoder.own.get(key) or _frame_layout(encoder, value, key, is_kept=False)
    encoder.shaped(layout, fields.values())


def _frame_layout(encoder: Encoder, value: Frame, key: tuple[Any, ...], *, is_kept: bool) -> Layout:
    code, names = value.code, tuple(value.locals)
    codes = encoder.layouts.of_row(key[1 : 1 + len(names)])
    parts = (rows.RUNTIME if code.unit is None else code.unit, code.key, value.site.name)
    return encoder.new_layout(key, Layout(rows.FRAME, codes, parts, names), is_kept=is_kept)


# Collections


def _map(encoder: Encoder, value: dict[Any, Any]) -> None:
    if len(value) <= rows.SHAPED_KEYS_MAX:
        key = (tuple(value), *[type(field) for field in value.values()])
        layout = encoder.kept.get(key) or encoder.own.get(key) or _map_layout(encoder, key)
        if layout is not None:
            encoder.shaped(layout, value.values())
            return
    encoder.unshaped(rows.DICT)
    encoder.column(value.keys())
    encoder.column(value.values())


def _map_layout(encoder: Encoder, key: tuple[Any, ...]) -> Layout | None:
    """None if the keys cannot stand in a shape."""
    keys, *kinds = key
    if not _are_names(encoder, keys):
        return None
    layout = Layout(rows.MAP, encoder.layouts.of_row(kinds), (), keys)
    return encoder.new_layout(key, layout, is_kept=_may_be_kept(keys))


def _may_be_kept(keys: tuple[str, ...]) -> bool:
    return sum(map(len, keys)) <= _KEY_CHARS_KEPT_MAX


def _are_names(encoder: Encoder, keys: tuple[Any, ...]) -> bool:
    return set(map(type, keys)) <= _STR and not (encoder.careful and any(map(has_surrogate, keys)))


def _table(encoder: Encoder, maps: list[dict[Any, Any]]) -> bool:
    """Write Maps that follow one another column by column; False if their keys differ."""
    keys = tuple(maps[0])
    width = len(keys)
    if not 0 < width <= rows.SHAPED_KEYS_MAX or list(chain.from_iterable(maps)) != [*keys] * len(maps):
        return False
    if not _are_names(encoder, keys):
        return False
    fields = list(chain.from_iterable(map(dict.values, maps)))
    kinds = list(map(type, fields))
    if kinds == kinds[:width] * len(maps):  # as most are, and faster to find out than a set of types is made
        codes = encoder.layouts.of_row(kinds[:width])
    else:
        of_column = encoder.layouts.of_column
        codes = bytes(of_column(set(kinds[index::width])) for index in range(width))
    key = (keys, codes)
    layout = encoder.kept.get(key) or encoder.own.get(key)
    if layout is None:
        layout = encoder.new_layout(key, Layout(rows.MAP, codes, (), keys), is_kept=_may_be_kept(keys))
    encoder.shaped(layout, fields, len(maps))
    return True


def _sequence(encoder: Encoder, value: list[Any]) -> None:
    encoder.unshaped(rows.LIST)
    encoder.column(value)


def _array(encoder: Encoder, value: Array) -> None:
    name = encoder.names.type(value.element)
    if name is None:
        raise Unsavable(value, f"the element type {value.element} has no name")
    encoder.unshaped(rows.ARRAY, name)
    encoder.column(value.items)


# What has a fixed number of fields


def _named(encoder: Encoder, value: NamedArgs) -> None:
    names = tuple(value)
    _write(encoder, (NamedArgs, names), rows.NAMED, (), names, value.values(), is_kept=_may_be_kept(names))


def _environment(encoder: Encoder, value: tuple[Any, ...]) -> None:
    _write(encoder, tuple, rows.TUPLE, (), (), value)


def _key(encoder: Encoder, value: Key) -> None:
    _write(encoder, Key, rows.KEY, (), (), (value.value,))


def _cell(encoder: Encoder, value: Cell) -> None:
    (kind,) = kinds_of_variables((value.v,))
    key = (Cell, kind)
    layout = encoder.kept.get(key) or encoder.own.get(key)
    if layout is None:
        layout = encoder.new_layout(key, Layout(rows.CELL, encoder.layouts.of_row((kind,))))
    encoder.shaped(layout, (value.v,))


def _method(encoder: Encoder, value: MethodType) -> None:
    function, receiver = value.__func__, value.__self__
    key = (function, type(receiver))
    layout = encoder.kept.get(key) or encoder.own.get(key)
    if layout is None:
        name = encoder.names.function(function)
        if name is None:
            raise Unsavable(value, "it is a function that has no name in checkpoints")
        is_kept = type(name[0]) is Unit  # what is registered may change
        codes = encoder.layouts.of_row((type(receiver),))
        layout = encoder.new_layout(key, Layout(rows.METHOD, codes, name), is_kept=is_kept)
    encoder.shaped(layout, (receiver,))


def _iterator(encoder: Encoder, value: Any) -> None:
    _, (source, *_), *index = value.__reduce__()
    if type(source) is not list:
        raise Unsavable(value, described(value))
    encoder.shaped(_ITERATOR, (source, index[0] if index else 0))


def _object_handler(
    python_class: type, slots: Sequence[str], kind: int, parts: tuple[Any, ...], names: tuple[str, ...]
) -> Handler:
    """Rows for the objects of one class with slots."""
    get = attrgetter(*slots) if slots else None
    is_single = len(slots) == 1

    def write(encoder: Encoder, value: Any) -> None:
        try:
            values = () if get is None else (get(value),) if is_single else get(value)
        except AttributeError:  # a slot that is not set yet
            values = tuple(getattr(value, slot, ABSENT) for slot in slots)
        _write(encoder, python_class, kind, parts, names, values)

    return write


def _host_handler(full_name: str, encode: Any) -> Handler:
    def write(encoder: Encoder, value: Any) -> None:
        try:
            plain = encode(value)
        except Exception as error:
            raise Unsavable(value, f"the codec of {full_name} failed: {error}")
        _write(encoder, full_name, rows.HOST, (full_name,), (), (plain,))

    return write


def _write(
    encoder: Encoder,
    key: Any,
    kind: int,
    parts: tuple[Any, ...],
    names: tuple[Any, ...],
    values: Any,
    *,
    is_kept: bool = True,
) -> None:
    """A row whose shape is told by `key` and the types of its fields."""
    key = (key, *[type(value) for value in values])
    layout = encoder.kept.get(key) or encoder.own.get(key)
    if layout is None:
        codes = encoder.layouts.of_row(key[1:])
        layout = encoder.new_layout(key, Layout(kind, codes, parts, names), is_kept=is_kept)
    encoder.shaped(layout, values)


_ITERATOR = Layout(rows.ITERATOR, bytes((REF, PLAIN)))
_STR = frozenset((str,))

_HANDLERS: dict[type, Handler] = {
    list: _sequence,
    dict: _map,
    NamedArgs: _named,
    tuple: _environment,
    Cell: _cell,
    Array: _array,
    Key: _key,
    MethodType: _method,
    Frame: _frame,
    LIST_ITERATOR: _iterator,
}
