"""Convert by `as`: reads numbers from text, turns lists, maps, strings, arrays and instances into one another."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ..errors import LimitError, NullError, RuntimeError
from ..limits import COLLECTION_ITEMS_MAX
from . import decimals
from .array_casts import boxed_items
from .arrays import Array
from .instances import instance_fields, is_instance
from .keys import from_key, to_key
from .numbers import INT_MAX, INT_MIN, LONG_MAX, LONG_MIN
from .promotion import RANKS, double_value, int_value, long_value, to_decimal
from .truth import truthy
from .typenames import type_name


def as_boolean(value: Any) -> bool:
    return truthy(value)


def as_byte(value: Any) -> int:
    if type(value) in RANKS:
        return int_value(value) & 0xFF
    number = _parsed_int(_text(value, "byte"), INT_MIN, INT_MAX)
    if number is None:
        raise _invalid(value, "number")
    return number & 0xFF


def as_int(value: Any) -> int:
    if type(value) in RANKS:
        return int_value(value)
    number = _parsed_int(_text(value, "int"), INT_MIN, INT_MAX)
    if number is None:
        raise _invalid(value, "int")
    return number


def as_long(value: Any) -> int:
    if type(value) in RANKS:
        return long_value(value)
    number = _parsed_int(_text(value, "long"), LONG_MIN, LONG_MAX)
    if number is None:
        raise _invalid(value, "long")
    return number


def as_double(value: Any) -> float:
    if type(value) in RANKS:
        return double_value(value)
    number = _parsed_double(_text(value, "double"))
    if number is None:
        raise _invalid(value, "double")
    return number


def as_decimal(value: Any) -> Decimal:
    if type(value) in RANKS:
        return to_decimal(value)
    number = decimals.parse(_text(value, "Decimal"))
    if number is None:
        raise RuntimeError("String value is not a valid Decimal")
    return number


def as_list(value: Any) -> list[Any] | None:
    """Entries of a map, characters of a string, items of an array; a list as it is."""
    if value is None or isinstance(value, list):
        return value
    if type(value) is str:
        if len(value) > COLLECTION_ITEMS_MAX:
            raise LimitError(f"List of more than {COLLECTION_ITEMS_MAX} elements")
        return list(value)
    if isinstance(value, dict):
        return [[from_key(key), item] for key, item in value.items()]
    if type(value) is Array:
        return boxed_items(value)
    raise RuntimeError(f"Cannot coerce object of type {type_name(value)} to List")


def as_map(value: Any) -> dict[Any, Any] | None:
    """A list of [key, value] pairs, or the fields of an instance; a map as it is."""
    if value is None or isinstance(value, dict):
        return value
    if isinstance(value, list):
        result: dict[Any, Any] = {}
        for entry in value:
            add_entry(result, entry)
        return result
    if is_instance(value):
        return _fields_as_map(value)
    raise RuntimeError(f"Cannot coerce object of type {type_name(value)} to Map")


def add_entry(target: dict[Any, Any], entry: Any) -> None:
    """Put one [key, value] pair into a map, as collectEntries and `as Map` do."""
    if type(entry) is Array and not entry.element.is_primitive:
        entry = entry.items
    if not isinstance(entry, list):
        raise RuntimeError(f"Expected Map entry [key,value] but got {type_name(entry)}")
    if len(entry) != 2:
        entries = "entry" if len(entry) == 1 else "entries"
        raise RuntimeError(f"Expected list with [key,value] but got list of {len(entry)} {entries}")
    target[to_key(entry[0])] = entry[1]


_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL_TEXT = r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_HEX_TEXT = r"0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+"
_DOUBLE = re.compile(rf"([+-]?(?:NaN|Infinity|{_DECIMAL_TEXT}|{_HEX_TEXT}))[dDfF]?\Z")


def _text(value: Any, target: str) -> str:
    if type(value) is str:
        return value
    if value is None:
        raise NullError(f"Null value cannot be coerced to {target}")
    raise RuntimeError(f"Cannot coerce object of type {type_name(value)} to {target}")


def _invalid(value: str, target: str) -> RuntimeError:
    if target == "double" and not value.strip():
        return RuntimeError("String value is not a valid double: empty String")
    shown = value if len(value) <= 100 else value[:100] + "..."
    return RuntimeError(f'String value is not a valid {target}: For input string: "{shown}"')


def _parsed_int(text: str, low: int, high: int) -> int | None:
    if len(text) > 1000 or not _INTEGER.match(text):
        return None
    number = int(text)
    return number if low <= number <= high else None


def _parsed_double(text: str) -> float | None:
    found = _DOUBLE.match(text.strip()) if len(text) <= 100_000 else None
    if found is None:
        return None
    digits = found[1]
    try:
        return float.fromhex(digits) if "x" in digits.lower() else float(digits)
    except (ValueError, OverflowError):
        return None


def _fields_as_map(instance: Any) -> dict[str, Any]:
    """Fields by name; instances in fields become maps too; one that contains itself has no such map."""
    result: dict[str, Any] = {}
    done = {id(instance): result}
    outer = {id(instance)}
    todo: list[tuple[Any, Any]] = [(instance, instance_fields(instance))]
    while todo:
        source, fields = todo[-1]
        entry = next(fields, None)
        if entry is None:
            outer.discard(id(source))
            todo.pop()
            continue
        name, value = entry
        if is_instance(value):
            if id(value) in outer:
                raise RuntimeError(f"Self-referential data-structure detected in {type_name(value)}")
            if id(value) not in done:
                done[id(value)] = {}
                outer.add(id(value))
                todo.append((value, instance_fields(value)))
            value = done[id(value)]
        done[id(source)][name] = value
    return result
