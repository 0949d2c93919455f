"""A value -> its text, as string expressions, println and toString() show it.

The walk over nested data keeps a stack of its own (no recursion, whatever the depth) and hands each instance whose
class has a toString() of its own to its caller: that is script code and may suspend (values.text drives it).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from types import MethodType
from typing import Any

from ..errors import LimitError
from ..limits import PLAIN_TEXT_CHARS_MAX, STRING_CHARS_MAX
from . import decimals
from .arrays import Array
from .instances import instance_fields, is_instance
from .keys import from_key
from .numbers import Byte, Long, double_text
from .plain_data import singleton
from .suspension import WALK_STEPS

CIRCULAR = "<CIRCULAR_REF>"


class _Pause:
    """What a long walk gives where it may give way."""

    __slots__ = ()


PAUSE = singleton("display.pause", _Pause())

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


def plain_text(value: Any, chars_max: int = PLAIN_TEXT_CHARS_MAX) -> str:
    """The text of any value, instances shown by their fields (their toString() is not called)."""
    text = scalar_text(value)
    if text is not None:
        return text
    walk = start_walk(value, own_text=False)
    while run_walk(walk) is PAUSE:
        if walk["size"] > chars_max:
            raise LimitError(f"String of more than {chars_max} characters")
    return walk_result(walk)


def host_text(value: Any) -> str:
    """The text of a value as scripts see it, for the host: a script's own toString() is not called.

    LimitError: it has more than STRING_CHARS_MAX characters.
    """
    return plain_text(value, STRING_CHARS_MAX)


def register_scalar(python_type: type, show: Callable[[Any], str]) -> None:
    """Tell how a built-in or host type's values are shown."""
    _SCALARS[python_type] = show


def key_text(key: Any) -> str:
    """A map key (as it stands in the dict) as a map's text shows it."""
    if type(key) is str:
        return key if _IDENTIFIER.match(key) else f"'{key}'"
    value = from_key(key)
    return "null" if value is None else f"({plain_text(value)})"


def start_walk(value: Any, indent: int = 0, own_text: bool = True) -> dict[str, Any]:
    """The state of a walk over `value`: plain data, so that it can wait in a checkpoint.

    `todo` holds steps as three items each, the next one last: depth, value, kind of step ("top", "value": show it;
    "text": as it is; "leave": the container is complete). `outer` are the containers being shown: meeting one
    again is a cycle.
    """
    return {"parts": [], "size": 0, "todo": [0, value, "top"], "outer": [], "indent": indent, "own": own_text}


def run_walk(walk: dict[str, Any]) -> Any:
    """Go on to the end (None), for WALK_STEPS (PAUSE), or to an instance whose toString() must be called; then
    supply(walk, its text)."""
    todo: list[Any] = walk["todo"]
    outer: list[Any] = walk["outer"]
    inside = {id(container) for container in outer}
    steps = WALK_STEPS + len(outer)
    while todo:
        steps -= 1
        if steps < 0:
            join_tail(walk["parts"])
            return PAUSE
        step, value, depth = todo.pop(), todo.pop(), todo.pop()
        if step == "text":
            supply(walk, value)
        elif step == "leave":
            inside.discard(id(outer.pop()))
        elif type(value) is str:
            supply(walk, f"'{value}'" if step == "value" else value)
        elif id(value) in inside:
            supply(walk, CIRCULAR)
        else:
            text = scalar_text(value)
            if text is not None:
                supply(walk, text)
            elif walk["own"] and own_to_string(value) is not None:
                return value
            else:
                inside.add(id(value))
                outer.append(value)
                todo.extend(_sequence(value) if _is_sequence(value) else _mapping(value, depth, walk["indent"]))
    return None


def supply(walk: dict[str, Any], text: str) -> None:
    """Add text to the result."""
    walk["size"] += len(text)
    if walk["size"] > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    walk["parts"].append(text)


def join_tail(parts: list[str]) -> None:
    """The parts added since the last time become one: few long strings take less room than many short ones."""
    start = len(parts)
    while start and len(parts[start - 1]) < WALK_STEPS:
        start -= 1
    parts[start:] = ["".join(parts[start:])]


def walk_result(walk: dict[str, Any]) -> str:
    return "".join(walk["parts"])


def _is_sequence(value: Any) -> bool:
    return isinstance(value, list) or type(value) is Array


def _sequence(value: Any) -> list[Any]:
    """The steps that show a list or array, last first."""
    items = value.items if type(value) is Array else value
    flat = flat_text(items)
    if flat is not None:
        return [0, None, "leave", 0, flat, "text"]
    steps: list[Any] = [0, None, "leave", 0, "]", "text"]
    for index in range(len(items) - 1, -1, -1):
        steps += (-1, items[index], "value")
        if index:
            steps += (0, ", ", "text")
    steps += (0, "[", "text")
    return steps


def flat_text(items: list[Any]) -> str | None:
    """The whole text of a list that holds scalars only (most lists do), if it is not too long."""
    parts = []
    size = 0
    for item in items:
        show = _SCALARS.get(type(item))
        if show is None:
            return None
        text = f"'{item}'" if type(item) is str else show(item)
        size += len(text) + 2
        if size > STRING_CHARS_MAX:
            return None
        parts.append(text)
    return f"[{', '.join(parts)}]"


def _mapping(value: Any, depth: int, indent: int) -> list[Any]:
    """The steps that show a map, or an instance by its fields, last first."""
    if depth < 0:
        indent = 0  # what stands inside a list is shown in one line
    lead = "\n" + " " * (indent * (depth + 1)) if indent else ""
    end = "\n" + " " * (indent * depth) + "]" if indent else "]"
    steps: list[Any] = [0, None, "leave", 0, end, "text"]
    entries = list(value.items() if isinstance(value, dict) else instance_fields(value))
    if not entries:
        steps += (0, ":", "text")
    for index in range(len(entries) - 1, -1, -1):
        key, item = entries[index]
        steps += (
            depth + 1 if indent else -1,
            item,
            "value",
            0,
            f"{', ' if index else ''}{lead}{key_text(key)}:",
            "text",
        )
    steps += (0, "[", "text")
    return steps


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
