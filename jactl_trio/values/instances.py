"""Instances of Jactl classes as other values meet them: read through the descriptor, never by attribute name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .numbers import Byte, Long
from .objects import HIDDEN

_BOXES = {"long": Long, "byte": Byte}


def is_instance(value: Any) -> bool:
    """Is value an instance of a Jactl class?"""
    return getattr(type(value), "jactl", None) is not None


def instance_fields(instance: Any) -> Iterator[tuple[str, Any]]:
    """The fields with their boxed values, in the order of declaration, those of the base class first."""
    for name, field in type(instance).jactl.fields.items():
        if not name.startswith(HIDDEN):
            value = field.slot.__get__(instance)
            make = _BOXES.get(field.type.kind)
            yield name, value if make is None else make(value)
