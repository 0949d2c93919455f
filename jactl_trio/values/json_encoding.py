"""Values -> JSON text: what toJson() gives. A walk with a stack of its own, so any depth will do."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..errors import LimitError, RuntimeError
from ..limits import STRING_CHARS_MAX
from . import decimals
from .arrays import Array
from .display import join_tail
from .instances import instance_fields, is_instance
from .keys import from_key
from .numbers import Byte, Long, double_text
from .plain_data import plain_data
from .suspension import WALK_STEPS, give_way, resumable
from .typenames import type_name


@plain_data("json.Encoding")
class Encoding:
    """A walk that makes JSON: the text so far, and the containers around the place where it stands.

    walks: per container itself, its keys (None for sequences), its items, the index of the next one, and its end.
    """

    __slots__ = ("parts", "size", "walks")

    def __init__(self, value: Any) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.walks: list[list[Any]] = []
        scalar = _SCALARS.get(type(value))
        if scalar is not None:
            self.add(scalar(value))
        else:
            self.open(value, False)

    def add(self, text: str) -> None:
        self.size += len(text)
        if self.size > STRING_CHARS_MAX:
            raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
        self.parts.append(text)

    def open(self, value: Any, array_allowed: bool) -> None:
        keys, items, end = _opened(value, array_allowed)
        self.add("[" if keys is None else "{")
        self.walks.append([value, keys, items, 0, end])

    def text(self) -> str:
        return "".join(self.parts)


@resumable
def json_text(value: Any) -> str:
    """The JSON of a value; gives way where it takes long. Keys of maps must be Strings; arrays stand only in fields
    declared as arrays."""
    encoding = Encoding(value)
    while run_encoding(encoding):
        give_way()
    return encoding.text()


def encode(value: Any) -> str:
    """The JSON of a value, made in one go: for hosts."""
    encoding = Encoding(value)
    while run_encoding(encoding):
        pass
    return encoding.text()


def run_encoding(encoding: Encoding) -> bool:
    """Go on for some steps; whether there is more to do."""
    walks = encoding.walks
    inside = {id(walk[0]) for walk in walks}
    steps = WALK_STEPS + len(walks)
    while walks and steps > 0:
        walk = walks[-1]
        container, keys, items, index, end = walk
        while index < len(items):
            steps -= 1
            item = items[index]
            lead = "," if index else ""
            if keys is not None:
                lead = f"{lead}{_key(keys[index])}:"
            index += 1
            scalar = _SCALARS.get(type(item))
            if scalar is None:
                encoding.add(lead)
                if id(item) in inside:
                    raise RuntimeError(f"Circular reference in toJson(): {type_name(item)} contains itself")
                encoding.open(item, is_instance(container) or type(container) is Array)
                inside.add(id(item))
                break
            encoding.add(lead + scalar(item))
            if steps <= 0:
                break
        else:
            encoding.add(end)
            inside.discard(id(container))
            walks.pop()
        walk[3] = index
    if walks:
        join_tail(encoding.parts)
    return bool(walks)


def _opened(value: Any, array_allowed: bool) -> tuple[list[Any] | None, list[Any], str]:
    """The keys (None: there are none), the items and the end of a container."""
    if isinstance(value, list):
        return None, value, "]"
    if isinstance(value, dict):
        return list(value), list(value.values()), "}"
    if is_instance(value):
        fields = list(instance_fields(value))
        return [name for name, _ in fields], [item for _, item in fields], "}"
    if type(value) is Array and array_allowed:
        return None, value.items, "]"
    raise RuntimeError(f"toJson() not supported for type {type_name(value)}")


def _key(key: Any) -> str:
    if type(key) is str:
        return _quoted(key)
    if key is None:
        return "null"
    raise RuntimeError(f"Key of type {type_name(from_key(key))} in toJson(): must be String")


_SPECIAL = re.compile(r"[^ !#-\[\]-~]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text: str) -> str:
    if len(text) > STRING_CHARS_MAX // 6 and len(text) > STRING_CHARS_MAX - 2:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    short = _SHORT.get(char)
    if short is not None:
        return short
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04X}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04X}\\u{0xDC00 + (code & 0x3FF):04X}"


def _double(x: float) -> str:
    if x - x != 0.0:  # NaN or infinite
        raise RuntimeError(f"Cannot encode double value '{double_text(x)}'")
    return double_text(x)


_SCALARS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",
    str: _quoted,
    int: int.__repr__,
    Long: int.__repr__,
    Byte: int.__repr__,
    bool: lambda value: "true" if value else "false",
    float: _double,
    Decimal: decimals.plain_text,
}
