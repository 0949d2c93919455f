"""Types of the host that scripts may hold and call: a Python class, its name in the language, how it is saved.

The date and time types are registered this way too. Scripts never reach a Python attribute: only the methods in
the registry exist for them. Classes that a Context opens by allow_host_class_lookup are host types too
(builtins.host_classes makes them); an object of a class that it does not open is an Opaque in scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..structs import Struct
from .types import Type


class HostType(Struct):
    """One registered class. encode(value) gives plain data (scalars, strings, lists, maps); decode(data) the value."""

    name: str  # as scripts write it: "LocalDate"
    python_class: type
    package: str = ""
    base: HostType | None = None
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None
    type: Type | None = None  # its static type, made by the registry
    is_opened: bool = False  # by allow_host_class_lookup; its members are found by the exact class of a value
    value_type: Type | None = None  # of an opened class whose values the language has itself: MAP for a dict's subclass

    @property
    def full_name(self) -> str:
        return f"{self.package}.{self.name}" if self.package else self.name


class Opaque:
    """A Python object that scripts may store and hand back, and nothing else: its class is not opened to them."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def class_name(self) -> str:
        return python_name(type(self.value))

    def __eq__(self, other: object) -> bool:
        return type(other) is Opaque and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)

    def __str__(self) -> str:
        return f"<{self.class_name}>"  # never the object's own text, which shows what is inside


def python_name(python_class: type) -> str:
    """The dotted name of a Python class, which allow_host_class_lookup is asked about."""
    return f"{python_class.__module__}.{python_class.__qualname__}"
