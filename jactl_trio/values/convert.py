"""Values of the embedding Python program <-> values of the language: globals, arguments and results of host functions.

Lists and dicts keep their identity: what needs changing inside them (numbers of Python's own width, tuples, keys) is
changed in place on the way in, and copied on the way out, since the script goes on using its own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import is_not
from types import FunctionType, MethodType
from typing import Any

from ..errors import UsageError
from .arrays import Array
from .hosttypes import Opaque
from .instances import is_instance
from .keys import Key, to_key
from .numbers import INT_MAX, INT_MIN, LONG_MAX, LONG_MIN, Byte, Long


def from_host(value: Any, is_known: Callable[[type], bool] | None = None, admits_any: bool = False) -> Any:
    """A Python value as a script sees it.

    int: int, long or Decimal by its size; float: double; tuple: List; dict: Map; None: null. Values of registered host
    types (is_known(type) says which) pass as they are. Anything else, bytes and sets among it, raises UsageError, or,
    where a Context allows host access (admits_any), becomes an Opaque; what holds one is then a copy, since the host
    goes on with its own.
    """
    convert = _LEAVES.get(type(value))
    if convert is not None:
        return convert(value)
    if admits_any:
        copier = _Incoming(is_known, admits_any, copies=True)
        copy = copier.value(value)
        copier.finish()
        if copier.has_wrapped:
            return copy
    converter = _Incoming(is_known, admits_any)
    result = converter.value(value)
    converter.finish()
    return result


def to_host(value: Any) -> Any:
    """A script's value as Python sees it; the same object unless a map in it has keys that are neither String nor int.

    Such a map is copied, with what holds it: its keys become bool, float, Decimal, (for a List) tuple and so on. Where
    two keys that the language tells apart are one in Python (1 and 1.0), the second stays a values.keys.Key. An Opaque
    becomes its object again; what holds one is copied too.
    """
    if type(value) in _LEAVES:
        return value
    if isinstance(value, (list, dict)):
        return _unwrapped(value) if _holds_keys(value) else value
    return value.value if type(value) is Opaque else value


class _Incoming:
    def __init__(self, is_known: Callable[[type], bool] | None, admits_any: bool = False, copies: bool = False) -> None:
        self.is_known = is_known
        self.admits_any = admits_any
        self.copies = copies  # lists and dicts, instead of changing them in place
        self.has_wrapped = False
        self.done: dict[int, Any] = {}
        self.originals: list[Any] = []  # keeps ids in `done` from being used again
        self.todo: list[Any] = []

    def value(self, value: Any) -> Any:
        """The converted value; what is inside a container is left to finish()."""
        convert = _LEAVES.get(type(value))
        if convert is not None:
            return convert(value)
        if isinstance(value, (list, tuple, dict)):
            return self.container(value)
        return self.other(value)

    def container(self, value: Any) -> Any:
        known = self.done.get(id(value))
        if known is None:
            if isinstance(value, dict):
                known = value if type(value) is dict and not self.copies else dict(value)
            else:
                known = value if type(value) is list and not self.copies else list(value)
            self.done[id(value)] = self.done[id(known)] = known
            self.originals.append(value)
            self.todo.append(known)
        return known

    def other(self, value: Any) -> Any:
        kind = type(value)
        if isinstance(value, Array) or is_instance(value) or (self.is_known is not None and self.is_known(kind)):
            return value
        if isinstance(value, bool | int | float | str | Decimal):
            for base in (int, float, str, Decimal):  # a subclass, such as an IntEnum's member
                if isinstance(value, base):
                    return _LEAVES[base](base(value))
        if getattr(kind, "jactl_iterator", False) or (isinstance(value, type) and hasattr(value, "jactl")):
            return value
        if kind is Opaque or (kind is MethodType and _is_of_scripts(value.__func__)):
            return value
        if self.admits_any:
            self.has_wrapped = True
            return Opaque(value)
        is_bytes = isinstance(value, bytes | bytearray)
        hint = (
            ": use a list of int, or str" if is_bytes else ": its class is not registered (nor allow_host_access set)"
        )
        raise UsageError(f"A value of Python type {kind.__name__} cannot be given to a script{hint}")

    def finish(self) -> None:
        while self.todo:
            container = self.todo.pop()
            if type(container) is list:
                for index, item in enumerate(container):
                    converted = self.value(item)
                    if converted is not item:
                        container[index] = converted
            else:
                self.entries(container)

    def entries(self, container: dict[Any, Any]) -> None:
        for key, item in container.items():
            convert = _LEAVES.get(type(item))
            if convert is _same:
                continue
            converted = self.value(item) if convert is None else convert(item)
            if converted is not item:
                container[key] = converted  # replaces a value: the iteration stays valid
        if not _KEYS.issuperset(map(type, container)):
            self.rekey(container)

    def rekey(self, container: dict[Any, Any]) -> None:
        old = list(container)
        keys = [key if type(key) in _KEYS else self.key(key) for key in old]
        if any(map(is_not, keys, old)):
            items = list(zip(keys, container.values(), strict=True))
            container.clear()
            container.update(items)

    def key(self, key: Any) -> Any:
        if type(key) is tuple:
            return to_key(from_host(list(key), self.is_known, self.admits_any))
        return to_key(self.value(key))


def _integer(value: int) -> Any:
    if INT_MIN <= value <= INT_MAX:
        return value
    return Long(value) if LONG_MIN <= value <= LONG_MAX else Decimal(value)


def _decimal(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise UsageError(f"Decimal {value} cannot be given to a script: it is not a number")
    return value if value else value.copy_abs()


def _same(value: Any) -> Any:
    return value


_LEAVES: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    bool: _same,
    int: _integer,
    Long: _same,
    Byte: _same,
    float: _same,
    str: _same,
    Decimal: _decimal,
}
_KEYS = frozenset((str, Key))  # as they are in a Map


def _is_of_scripts(function: Any) -> bool:
    """Is it a function of a script or of the language? A bound method of Python's own is no function for scripts."""
    if type(function) is not FunctionType:
        return False
    return "__unit__" in function.__globals__ or (function.__module__ or "").startswith("jactl_trio.")


def _holds_keys(value: Any) -> bool:
    seen = {id(value)}
    todo = [value]
    while todo:
        container = todo.pop()
        if isinstance(container, dict):
            if Key in map(type, container):
                return True
            container = container.values()
        for item in container:
            if type(item) in _LEAVES:
                continue
            if type(item) is Opaque:
                return True
            if isinstance(item, (list, dict)) and id(item) not in seen:
                seen.add(id(item))
                todo.append(item)
    return False


def _unwrapped(value: Any) -> Any:
    copies: dict[int, Any] = {}
    todo: list[tuple[Any, Any]] = []

    def copied(item: Any) -> Any:
        if not isinstance(item, list | dict):
            return item.value if type(item) is Opaque else item
        copy = copies.get(id(item))
        if copy is None:
            copy = copies[id(item)] = [] if isinstance(item, list) else {}
            todo.append((item, copy))
        return copy

    result = copied(value)
    while todo:
        source, target = todo.pop()
        if isinstance(source, list):
            target.extend(map(copied, source))
        else:
            for key, item in source.items():
                target[_host_key(key, target)] = copied(item)
    return result


def _host_key(key: Any, target: dict[Any, Any]) -> Any:
    if type(key) is not Key:
        return key
    plain = key.value
    if type(plain) is list:
        plain = tuple(plain)
    elif type(plain) is Opaque:
        plain = plain.value
    try:
        return key if plain in target else plain
    except TypeError:  # not hashable in Python
        return key
