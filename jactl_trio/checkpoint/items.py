"""Values that are no objects of their own -> items: a letter that says what it is, and a text (see rows.py)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import FunctionType
from typing import Any

from ..continuation.unit import Unit
from ..values.numbers import Byte, Long
from ..values.plain_data import SINGLETON_NAMES, SINGLETONS
from ..values.signature import Signature
from ..values.types import Type
from .catalogue import Names


class Unsavable(Exception):
    """A value that no checkpoint can hold."""

    def __init__(self, value: Any, reason: str) -> None:
        self.value = value
        self.reason = reason


def class_item(names: Names, value: type) -> bytes:
    name = names.python_class(value)
    if name is None:
        raise Unsavable(value, f"{value.__name__} is a class of the host")
    return f"c{names.unit(name[0])}:{name[1]}".encode()


def learn_singletons() -> int:
    """Take in the classes of singletons, also of modules imported since the last checkpoint; how many there are."""
    if _learned[0] != len(SINGLETONS):
        ITEMS.update(dict.fromkeys(map(type, SINGLETONS.values()), _singleton_item))
        _learned[0] = len(SINGLETONS)
    return _learned[0]


def has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _long_item(names: Names, value: Any) -> bytes:
    return b"l%d" % value


def _byte_item(names: Names, value: Any) -> bytes:
    return b"b%d" % value


def _decimal_item(names: Names, value: Any) -> bytes:
    return b"d" + str(value).encode()


def _text_item(names: Names, value: str) -> Any:
    return b"t" + value.encode("utf-8", "surrogatepass") if has_surrogate(value) else value


def _singleton_item(names: Names, value: Any) -> bytes:
    return b"s" + SINGLETON_NAMES[id(value)].encode()


def _type_item(names: Names, value: Type) -> bytes:
    name = names.type(value)
    if name is None:
        raise Unsavable(value, f"the type {value} has no name")
    return b"y" + name.encode()


def _function_item(names: Names, value: Any) -> bytes:
    name = names.function(value)
    if name is None:
        raise Unsavable(value, f"{value.__qualname__} is a function of the host")
    where = name[0]
    number = names.unit(where) if isinstance(where, Unit) else where
    return f"f{number}:{name[1]}".encode()


def _signature_item(names: Names, value: Signature) -> bytes:
    name = names.signature(value)
    if name is None:
        raise Unsavable(value, f"{value.key} is not registered")
    return b"g" + name.encode()


ITEMS: dict[type, Callable[[Names, Any], Any]] = {
    Long: _long_item,
    Byte: _byte_item,
    Decimal: _decimal_item,
    str: _text_item,  # only asked when strings are looked at with care
    Type: _type_item,
    FunctionType: _function_item,
    Signature: _signature_item,
}
_learned = [0]
