"""The methods of lists, maps and arrays that change or measure the receiver itself."""

from __future__ import annotations

from typing import Any

from ..errors import LimitError, NullError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX
from ..values.arrays import Array
from ..values.keys import to_key
from ..values.signature import Param
from ..values.types import (
    ANY,
    BOOLEAN,
    BYTE,
    DECIMAL,
    DOUBLE,
    INT,
    LIST,
    LONG,
    MAP,
    STRING,
)
from .declare import method


@method(LIST, "size", returns=INT)
def list_size(receiver: list[Any]) -> int:
    return len(receiver)


@method(LIST, "add", returns=LIST, params=(Param("element"),))
def list_add(receiver: list[Any], element: Any) -> list[Any]:
    if len(receiver) >= COLLECTION_ITEMS_MAX:
        raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
    receiver.append(element)
    return receiver


@method(LIST, "addAt", returns=LIST, params=(Param("index", INT), Param("element")))
def list_add_at(receiver: list[Any], index: int, element: Any) -> list[Any]:
    position = _position(receiver, index)
    if position > len(receiver):
        raise RuntimeError(f"Index out of bounds: ({position} is too large)")
    if len(receiver) >= COLLECTION_ITEMS_MAX:
        raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
    receiver.insert(position, element)
    return receiver


@method(LIST, "remove", params=(Param("index", INT),))
def list_remove(receiver: list[Any], index: int) -> Any:
    position = _position(receiver, index)
    if position >= len(receiver):
        raise RuntimeError(f"Index out of bounds:  ({position} is too large)")
    return receiver.pop(position)


def _position(items: list[Any], index: int) -> int:
    position = index + len(items) if index < 0 else index
    if position < 0:
        raise RuntimeError(f"Index out of bounds: negative index ({index}) resolves to location before start of list")
    return position


@method(MAP, "size", returns=INT)
def map_size(receiver: dict[Any, Any]) -> int:
    return len(receiver)


@method(MAP, "remove", params=(Param("key", STRING),))
def map_remove(receiver: dict[Any, Any], key: str | None) -> Any:
    return receiver.pop(key, None)


@method(MAP, "get", params=(Param("key"),))
def map_get(receiver: dict[Any, Any], key: Any) -> Any:
    return receiver.get(to_key(key))


@method(MAP, "put", returns=MAP, params=(Param("key"), Param("value")))
def map_put(receiver: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    receiver[to_key(key)] = value
    return receiver


@method(MAP, "putAll", returns=MAP, params=(Param("values", MAP),))
def map_put_all(receiver: dict[Any, Any], values: dict[Any, Any] | None) -> dict[Any, Any]:
    if values is None:
        raise NullError("Null value for Map")
    receiver.update(values)
    return receiver


def array_size(receiver: Array) -> int:
    return len(receiver.items)


for _element in (BOOLEAN, BYTE, INT, LONG, DOUBLE, DECIMAL, STRING, ANY):
    method(_element.array(), "size", returns=INT)(array_size)
