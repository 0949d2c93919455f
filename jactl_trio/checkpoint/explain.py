"""A value that cannot be saved -> where the script holds it, for the error; asked only when saving has failed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from types import MethodType
from typing import Any

from ..continuation.frames import Frame
from ..errors import Location
from ..values.arrays import Array
from ..values.cells import Cell
from ..values.hosttypes import Opaque, python_name
from ..values.instances import instance_fields, is_instance
from ..values.keys import Key, from_key
from ..values.plain_data import PLAIN_CLASSES
from .snapshot import Snapshot

_STEPS_MAX = 10  # of a path that is shown

_VARIABLE = re.compile(r"v\d*_(.*)", re.DOTALL)
_ENCODED = re.compile(r"_x([0-9a-f]+)_")


def described(value: Any) -> str:
    """Why a value has no place in a checkpoint."""
    kind = type(value.value if type(value) is Opaque else value)
    return f"{python_name(kind)} is neither data of the language nor a host type with a codec"


def place_of(snapshot: Snapshot, value: Any) -> tuple[str, Location | None]:
    """The shortest way from a variable to the value, and the place in the source where the script stands there."""
    todo: deque[tuple[Any, tuple[str, ...], Location | None]] = deque(_roots(snapshot))
    seen: set[int] = set()
    while todo:
        here, path, location = todo.popleft()
        if here is value:
            shown = path if len(path) <= _STEPS_MAX else (*path[:_STEPS_MAX], "...")
            return "".join(shown), location
        if id(here) not in seen:
            seen.add(id(here))
            todo.extend((inner, (*path[:_STEPS_MAX], step), location) for step, inner in _inside(here))
    return "A value", None


def shown_name(name: str) -> str:
    """A Python local of compiled code as the script calls it; a temporary stays what it is."""
    match = _VARIABLE.fullmatch(name)
    if match is None:
        return name
    return _ENCODED.sub(lambda code: chr(int(code[1], 16)), match[1])


def location_of(frame: Frame) -> Location | None:
    unit = frame.code.unit
    return None if unit is None else Location(unit.source, frame.site.pos, unit.name)


def _roots(snapshot: Snapshot) -> Iterator[tuple[Any, tuple[str, ...], Location | None]]:
    for name, value in snapshot.globals.items():
        yield value, (f"Global variable {name}",), _innermost(snapshot.frames)
    location = None
    places = []
    for frame in snapshot.frames:
        location = location_of(frame) or location
        places.append((frame, location))
    for frame, place in reversed(places):
        for name, value in frame.locals.items():
            if value is not snapshot.globals:
                yield value, (f"Variable {shown_name(name)}",), place
    title = "The value to resume with" if snapshot.frames else "The value"  # of a message, of a result
    yield snapshot.value, (title,), _innermost(snapshot.frames)


def _innermost(frames: list[Frame]) -> Location | None:
    return next((place for frame in reversed(frames) if (place := location_of(frame))), None)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """The values that one value holds, each with how a script would write it."""
    kind = type(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"[{from_key(key)!r}]" if type(key) is not str else f".{key}", inner
            if type(key) is Key:
                yield " (a key)", key.value
    elif kind is list or kind is tuple or kind is Array:
        for index, inner in enumerate(value.items if kind is Array else value):
            yield f"[{index}]" if kind is not tuple else " (captured)", inner
    elif kind is Cell:
        yield "", value.v
    elif kind is MethodType:
        yield "", value.__self__
    elif kind in PLAIN_CLASSES:
        for slot in PLAIN_CLASSES[kind].slots:
            yield "", getattr(value, slot, None)
    elif kind is _LIST_ITERATOR:
        yield "", value.__reduce__()[1][0]
    elif is_instance(value):
        for name, inner in _fields(value):
            yield f".{name}", inner


def _fields(instance: Any) -> Iterator[tuple[str, Any]]:
    try:
        yield from instance_fields(instance)
    except AttributeError:  # its initialiser is still at work
        return


_LIST_ITERATOR: type = type(iter([]))
