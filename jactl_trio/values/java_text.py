"""A value -> its text as Java's own toString() has it, where the language passes values to Java: %s of sprintf().

Lists are [1, a], maps {a=1}: strings inside stand without quotes. Decimals may show an exponent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..errors import LimitError
from ..limits import PLAIN_TEXT_CHARS_MAX
from .display import plain_text, scalar_text
from .keys import from_key
from .numbers import Byte

CIRCULAR_LIST, CIRCULAR_MAP = "(this Collection)", "(this Map)"


def java_text(value: Any) -> str:
    """The text of any value, iteratively."""
    if not isinstance(value, list | dict):
        return _leaf(value)
    parts: list[str] = []
    size = 0
    inside: set[int] = set()
    todo: list[tuple[bool, Any]] = [(False, value)]  # (is it text already?, item), last first
    while todo:
        is_text, item = todo.pop()
        if is_text and type(item) is not str:
            inside.discard(id(item))
            continue
        if not is_text:
            if isinstance(item, list | dict):
                if id(item) not in inside:
                    inside.add(id(item))
                    todo.extend(_steps(item))
                    continue
                item = CIRCULAR_LIST if isinstance(item, list) else CIRCULAR_MAP
            else:
                item = _leaf(item)
        size += len(item)
        if size > PLAIN_TEXT_CHARS_MAX:
            raise LimitError(f"String of more than {PLAIN_TEXT_CHARS_MAX} characters")
        parts.append(item)
    return "".join(parts)


def _steps(value: Any) -> list[tuple[bool, Any]]:
    steps: list[tuple[bool, Any]] = [(True, value)]
    if isinstance(value, list):
        steps.append((True, "]"))
        for index in range(len(value) - 1, -1, -1):
            steps.append((False, value[index]))
            if index:
                steps.append((True, ", "))
        steps.append((True, "["))
        return steps
    steps.append((True, "}"))
    for index, (key, item) in reversed(list(enumerate(value.items()))):
        steps += ((False, item), (True, "="), (False, from_key(key)))
        if index:
            steps.append((True, ", "))
    steps.append((True, "{"))
    return steps


def _leaf(value: Any) -> str:
    if type(value) is Decimal:
        return str(value)  # the same rules as BigDecimal.toString: 1E+5, 1E-7
    if type(value) is Byte:
        return int.__repr__(value - 256 if value > 127 else value)
    text = scalar_text(value)
    return plain_text(value) if text is None else text
