"""Types of the host that scripts may hold and call: a Python class, its name in the language, how it is saved.

The date and time types are registered this way too. Scripts never reach a Python attribute: only the methods in
the registry exist for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .types import Type


@dataclass(slots=True, eq=False)
class HostType:
    """One registered class. encode(value) gives plain data (scalars, strings, lists, maps); decode(data) the value."""

    name: str  # as scripts write it: "LocalDate"
    python_class: type
    package: str = ""
    base: HostType | None = None
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None
    type: Type | None = None  # its static type, made by the registry

    @property
    def full_name(self) -> str:
        return f"{self.package}.{self.name}" if self.package else self.name
