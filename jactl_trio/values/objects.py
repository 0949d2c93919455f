"""Jactl classes as Python classes: the base of their instances, and what is known of each class at run time.

A class becomes a Python class with a slot for each own field, its methods as attributes `m_name` (direct) and
`e_name` (dynamic entry), and a ClassDescriptor as `jactl`. Nothing looks an attribute up by a script's name: dynamic
access goes through the tables of the descriptor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..structs import Struct, field
from .types import Type

HIDDEN = "*"  # begins the names of variables and fields that no script can name


class JactlObject:
    """Base of all instances of Jactl classes."""

    __slots__ = ()

    jactl: ClassDescriptor
    # What is wanted most often of the descriptor: entries of the methods that no field hides, and what reads fields
    # whose values need no boxing.
    jactl_entries: dict[str, Any]
    jactl_readers: dict[str, Any]


class FieldSlot(Struct):
    """An instance field: slot is the member descriptor, read by slot.__get__(instance)."""

    name: str
    type: Type
    slot: Any
    is_mandatory: bool = False
    is_final: bool = False


class ClassDescriptor(Struct):
    """What is known of a class at run time; the tables hold inherited members too.

    from_map(map) makes an instance from values by field name, converting them; create() one with all fields left
    to their defaults. Both run the class's initialisers and may suspend.
    """

    name: str
    full_name: str
    package: str
    unit: Any
    info: Any  # resolve.model.ClassInfo
    base: ClassDescriptor | None = None
    fields: dict[str, FieldSlot] = field(default_factory=dict)
    methods: dict[str, Any] = field(default_factory=dict)  # dynamic entries of instance methods
    statics: dict[str, Any] = field(default_factory=dict)  # dynamic entries of static methods
    constants: dict[str, Any] = field(default_factory=dict)
    from_map: Callable[..., Any] | None = None
    create: Callable[..., Any] | None = None
    python_class: Any = None

    @property
    def mandatory(self) -> list[str]:
        """Names of the fields that have no default, in order."""
        return [name for name, slot in self.fields.items() if slot.is_mandatory]
