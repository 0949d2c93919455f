"""Values -> texts that are equal if and only if the values are the same to a script and its host.

Types count (1 is no 1L, 1.0 no 1.00), the order of entries counts, and so does what is shared: a list that stands in
two places is not the same as two equal lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MethodType
from typing import Any

from ..errors import JactlError
from ..values.arrays import Array
from ..values.display import plain_text
from ..values.keys import from_key
from ..values.objects import JactlObject
from ..values.typenames import type_name

_SUFFIXES = {"long": "L", "byte": "b", "double": "d"}


@dataclass(frozen=True)
class Answer:
    """What became of a script: its value with the globals it leaves behind, or its error with its place."""

    value: str | None = None
    globals: str | None = None
    error: str | None = None

    def without_globals(self) -> Answer:
        """What the store keeps of it."""
        return Answer(self.value, None, self.error)

    def __str__(self) -> str:
        return f"error {self.error}" if self.error is not None else f"{self.value}"


def answer_of(value: Any, globals: dict[str, Any]) -> Answer:
    """The answer of a script that gave a value."""
    shown = _Shown()
    return Answer(shown.text(value), shown.text(globals))


def answer_of_error(error: JactlError) -> Answer:
    """The answer of a script that failed."""
    return Answer(error=f"{error.code} {error.message} @ {error.line}:{error.column}")


def text_of(value: Any) -> str:
    """One value."""
    return _Shown().text(value)


class _Shown:
    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}  # of containers that were met, by identity
        self.kept: list[Any] = []

    def text(self, value: Any) -> str:
        if value is None or isinstance(value, bool):
            return plain_text(value)
        if isinstance(value, str):
            return repr(value)
        if isinstance(value, int | float | Decimal):
            name = type_name(value)
            return f"{value}{_SUFFIXES.get(name, 'D' if isinstance(value, Decimal) else '')}"
        if isinstance(value, MethodType):
            return f"<{value.__func__.__name__}>"
        if isinstance(value, list | dict | Array | JactlObject):
            return self.container(value)
        return f"{type_name(value)} {plain_text(value)}"

    def container(self, value: Any) -> str:
        known = self.numbers.get(id(value))
        if known is not None:
            return f"#{known}"
        self.numbers[id(value)] = len(self.numbers)
        self.kept.append(value)
        if isinstance(value, dict):
            return (
                "["
                + (", ".join(f"{self.text(from_key(key))}:{self.text(item)}" for key, item in value.items()) or ":")
                + "]"
            )
        if isinstance(value, JactlObject):
            fields = value.jactl.fields.items()
            shown = ", ".join(f"{name}:{self.text(slot.slot.__get__(value))}" for name, slot in fields)
            return f"{type_name(value)}({shown})"
        items = value if isinstance(value, list) else value.items
        shown = ", ".join(map(self.text, items))
        return f"[{shown}]" if isinstance(value, list) else f"{type_name(value)}[{shown}]"
