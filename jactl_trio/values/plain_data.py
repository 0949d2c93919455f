"""Classes and objects of the runtime itself that may stand in a checkpoint: plain data, saved by name.

A runtime function that waits may hold iterators, walks and the like in its locals.  Their classes are marked
`@plain_data(name)`: every slot is saved, and restored without calling anything.  Objects that exist once, such as
`UNSET`, are named with `singleton`.  The iterator of a list may stand there too: it is a list and an index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import InternalError
from ..structs import Struct
from .arguments import UNSET
from .signature import MANDATORY

T = TypeVar("T")
C = TypeVar("C", bound=type)


class PlainClass(Struct):
    """How one marked class is saved: its name in checkpoints and its slots, those of base classes first."""

    name: str
    python_class: type
    slots: tuple[str, ...]


PLAIN_CLASSES: dict[type, PlainClass] = {}
PLAIN_NAMES: dict[str, PlainClass] = {}
SINGLETONS: dict[str, Any] = {}
SINGLETON_NAMES: dict[int, str] = {}  # by id
_MAKERS: dict[str, Callable[[], Any]] = {}


def plain_data(name: str, saved: tuple[str, ...] | None = None) -> Callable[[C], C]:
    """Mark a class with `__slots__` whose instances a checkpoint may hold.

    `name` is what checkpoints call it for ever, also when the class moves or is renamed.  `saved`: slots, and
    properties in the place of slots whose values cannot be saved; all slots where it is not given.
    """

    def mark(python_class: C) -> C:
        if python_class.__dictoffset__:
            raise InternalError(f"{python_class.__qualname__}: plain data needs __slots__ in the class and its bases")
        plain = PlainClass(name, python_class, saved or _all_slots(python_class))
        if PLAIN_NAMES.setdefault(name, plain).python_class is not python_class:
            raise InternalError(f"Two classes are saved under the name {name}")
        PLAIN_CLASSES[python_class] = PLAIN_NAMES[name]
        return python_class

    return mark


def singleton(name: str, value: T) -> T:
    """Name an object that exists once, so that it is itself again after a restore."""
    if SINGLETONS.setdefault(name, value) is not value:
        raise InternalError(f"Two objects are saved under the name {name}")
    SINGLETON_NAMES[id(value)] = name
    return value


def made_when_needed(name: str, make: Callable[[], Any]) -> None:
    """Name an object that exists once, and that `make` gives where it is asked for first."""
    if _MAKERS.setdefault(name, make) is not make:
        raise InternalError(f"Two objects are saved under the name {name}")


def singleton_named(name: str) -> Any:
    """The object of that name; KeyError where there is none."""
    if name not in SINGLETONS and name in _MAKERS:
        singleton(name, _MAKERS[name]())
    return SINGLETONS[name]


LIST_ITERATOR: type = type(iter([]))


def list_iterator_state(iterator: Any) -> tuple[list[Any], int]:
    """The list that the iterator of a list goes through, and the index that comes next."""
    state = iterator.__reduce__()
    return (state[1][0], state[2]) if len(state) == 3 else ([], 0)


def list_iterator_at(items: list[Any], index: int) -> Any:
    """The iterator of a list, from an index on."""
    iterator = iter(items)
    iterator.__setstate__(index)  # type: ignore[attr-defined]
    return iterator


def _all_slots(python_class: type) -> tuple[str, ...]:
    slots: list[str] = []
    for base in reversed(python_class.__mro__):
        own = base.__dict__.get("__slots__", ())
        slots.extend([own] if isinstance(own, str) else own)
    return tuple(slot for slot in slots if slot != "__weakref__")


singleton("UNSET", UNSET)
singleton("MANDATORY", MANDATORY)


class _Absent:
    """What stands in a checkpoint for a slot that has no value yet."""

    __slots__ = ()


ABSENT = singleton("ABSENT", _Absent())
