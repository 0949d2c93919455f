"""Values -> JSON text: what toJson() gives. A walk with a stack of its own, so any depth will do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from ..errors import LimitError, RuntimeError
from ..limits import STRING_CHARS_MAX
from . import decimals
from .arrays import Array
from .instances import instance_fields, is_instance
from .keys import from_key
from .numbers import Byte, Long, double_text
from .typenames import type_name

_END = object()


def encode(value: Any) -> str:
    """The JSON of a value. Keys of maps must be Strings; arrays stand only in fields declared as arrays."""
    out = _Output()
    walks: list[tuple[Iterator[tuple[str, Any]], str, Any]] = []
    inside: set[int] = set()
    _put(value, out, walks, inside, False)
    while walks:
        items, end, container = walks[-1]
        lead, item = next(items, (end, _END))
        out.add(lead)
        if item is _END:
            inside.discard(id(container))
            walks.pop()
        else:
            _put(item, out, walks, inside, is_instance(container) or type(container) is Array)
    return "".join(out.parts)


class _Output:
    __slots__ = ("parts", "size")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        self.size += len(text)
        if self.size > STRING_CHARS_MAX:
            raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
        self.parts.append(text)


def _put(value: Any, out: _Output, walks: list[Any], inside: set[int], array_allowed: bool) -> None:
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        out.add(scalar(value))
        return
    items, end = _opened(value, array_allowed)
    if id(value) in inside:
        raise RuntimeError(f"Circular reference in toJson(): {type_name(value)} contains itself")
    inside.add(id(value))
    out.add("[" if end == "]" else "{")
    walks.append((items, end, value))


def _opened(value: Any, array_allowed: bool) -> tuple[Iterator[tuple[str, Any]], str]:
    if type(value) is list:
        return _items(value), "]"
    if isinstance(value, dict):
        return _entries(value), "}"
    if is_instance(value):
        return _fields(value), "}"
    if type(value) is Array and array_allowed:
        return _items(value.items), "]"
    raise RuntimeError(f"toJson() not supported for type {type_name(value)}")


def _items(items: list[Any]) -> Iterator[tuple[str, Any]]:
    lead = ""
    for item in items:
        yield lead, item
        lead = ","


def _entries(entries: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    lead = ""
    for key, item in entries.items():
        if type(key) is not str and key is not None:
            raise RuntimeError(f"Key of type {type_name(from_key(key))} in toJson(): must be String")
        yield f"{lead}{_quoted(key) if key is not None else 'null'}:", item
        lead = ","


def _fields(instance: Any) -> Iterator[tuple[str, Any]]:
    lead = ""
    for name, item in instance_fields(instance):
        yield f"{lead}{_quoted(name)}:", item
        lead = ","


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
