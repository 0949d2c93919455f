"""A value -> its text, as string expressions, println and toString() show it.

Text.parts walks any data with a stack of its own (no recursion, whatever the depth) and yields to its caller each
instance whose class has a toString() of its own: that is script code and may suspend (values.text drives it).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from types import MethodType
from typing import Any

from ..errors import LimitError
from ..limits import STRING_CHARS_MAX
from . import decimals
from .arrays import Array
from .instances import instance_fields, is_instance
from .keys import from_key
from .numbers import Byte, Long, double_text

CIRCULAR = "<CIRCULAR_REF>"

_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")


def scalar_text(value: Any) -> str | None:
    """The text of a value that holds no others; None for lists, maps, arrays and instances."""
    show = _SCALARS.get(type(value))
    if show is not None:
        return show(value)
    if isinstance(value, (list, dict, Array)) or is_instance(value):
        return None
    if getattr(type(value), "jactl_iterator", False):
        return "Iterator"
    return str(value)


def plain_text(value: Any) -> str:
    """The text of any value, instances shown by their fields (their toString() is not called)."""
    text = scalar_text(value)
    if text is not None:
        return text
    walk = TextWalk(value, own_text=False)
    walk.run()
    return walk.result()


def register_scalar(python_type: type, show: Callable[[Any], str]) -> None:
    """Tell how a built-in or host type's values are shown."""
    _SCALARS[python_type] = show


def key_text(key: Any) -> str:
    """A map key (as it stands in the dict) as a map's text shows it."""
    if type(key) is str:
        return key if _IDENTIFIER.match(key) else f"'{key}'"
    value = from_key(key)
    return "null" if value is None else f"({plain_text(value)})"


class TextWalk:
    """The walk over one value; plain data, so that it can wait in a checkpoint.

    run() gives the next instance whose own toString() is needed, or None at the end; answer with supply(text).
    """

    __slots__ = ("indent", "inside", "own_text", "parts", "size", "todo")

    def __init__(self, value: Any, indent: int = 0, own_text: bool = True) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.indent = indent
        self.own_text = own_text
        self.inside: dict[int, Any] = {}  # id -> container being shown: meeting it again is a cycle
        self.todo: list[tuple[str, Any, int]] = [("top", value, 0)]  # (step, value, depth), last first

    def run(self) -> Any:
        todo = self.todo
        while todo:
            step, value, depth = todo.pop()
            if step == "text":
                self.supply(value)
            elif step == "leave":
                del self.inside[id(value)]
            elif type(value) is str:
                self.supply(f"'{value}'" if step == "value" else value)
            elif id(value) in self.inside:
                self.supply(CIRCULAR)
            else:
                text = scalar_text(value)
                if text is not None:
                    self.supply(text)
                elif self.own_text and own_to_string(value) is not None:
                    return value
                else:
                    self._enter(value, depth)
        return None

    def supply(self, text: str) -> None:
        """Add text: that of the instance which run() gave."""
        self.size += len(text)
        if self.size > STRING_CHARS_MAX:
            raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
        self.parts.append(text)

    def result(self) -> str:
        return "".join(self.parts)

    def _enter(self, value: Any, depth: int) -> None:
        self.inside[id(value)] = value
        self.supply("[")
        steps: list[tuple[str, Any, int]] = []
        if isinstance(value, list) or type(value) is Array:
            self._sequence(value, steps)
        else:
            self._mapping(value, depth, steps)
        steps.append(("text", "]", 0))
        steps.append(("leave", value, 0))
        steps.reverse()
        self.todo.extend(steps)

    def _sequence(self, value: Any, steps: list[tuple[str, Any, int]]) -> None:
        first = True
        for item in value.items if type(value) is Array else value:
            if not first:
                steps.append(("text", ", ", 0))
            first = False
            steps.append(("value", item, 0))

    def _mapping(self, value: Any, depth: int, steps: list[tuple[str, Any, int]]) -> None:
        entries = value.items() if isinstance(value, dict) else instance_fields(value)
        indent = self.indent
        lead = "\n" + " " * (indent * (depth + 1)) if indent else ""
        empty = True
        for key, item in entries:
            steps.append(("text", f"{'' if empty else ', '}{lead}{key_text(key)}:", 0))
            steps.append(("value", item, depth + 1))
            empty = False
        if empty:
            steps.append(("text", ":", 0))
        if indent:
            steps.append(("text", "\n" + " " * (indent * depth), 0))


def own_to_string(value: Any) -> Any:
    """The class's own `toString()` entry without parameters, or None."""
    descriptor = getattr(type(value), "jactl", None)
    if descriptor is None:
        return None
    return descriptor.methods.get("toString")


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _function(value: Any) -> str:
    return f"Function@{id(value) & 0x7FFFFFFF}"


_SCALARS: dict[type, Callable[[Any], str]] = {
    str: str,
    int: str,
    Long: int.__repr__,
    Byte: int.__repr__,
    bool: _boolean,
    float: double_text,
    Decimal: decimals.plain_text,
    type(None): lambda value: "null",
    MethodType: _function,
}
