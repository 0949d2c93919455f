"""JSON text -> values: what fromJson() gives, free or directed by the fields of a class.

One loop over a stack of open containers: nesting of the text costs memory only. Offsets in messages count
as the reference counts them (mostly just past the character that is wrong).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import RuntimeError
from .arrays import Array
from .json_reading import EOS, Reader, shown
from .plain_data import plain_data
from .types import ANY, Type

DONE = object()
OPENED = object()


class Shape:
    """What the decoder has to know of a class: its names, its fields (of base classes too), which must be present."""

    __slots__ = ("fields", "full_name", "mandatory", "name")

    def __init__(self, name: str, full_name: str, fields: dict[str, Type], mandatory: frozenset[str]) -> None:
        self.name = name
        self.full_name = full_name
        self.fields = fields
        self.mandatory = mandatory


@plain_data("instance from JSON")
class PendingInstance:
    """An instance to be made: its type and the values of the fields that the text gave (bare ints for int types).

    Instances inside are PendingInstances too, in `values` or in the items of arrays.
    """

    __slots__ = ("type", "values")

    def __init__(self, type: Type, values: dict[str, Any]) -> None:
        self.type = type
        self.values = values


def decode(text: str) -> Any:
    """The value of a whole JSON text; an empty text is null."""
    reader = Reader(text)
    value = _Decoder(reader, _no_classes).run(ANY)
    reader.skip_whitespace()
    if reader.offset != reader.length:
        raise RuntimeError(f"Offset {reader.offset}: Extra data found at end of json")
    return value


def decode_instance(
    text: str, type: Type, shape_of: Callable[[Type], Shape]
) -> tuple[PendingInstance | None, list[PendingInstance]]:
    """X.fromJson(text): the instance to be made (or null), and all instances inside it, inner ones first."""
    decoder = _Decoder(Reader(text), shape_of)
    return decoder.run(type), decoder.pending


def _no_classes(type: Type) -> Shape:
    raise AssertionError(type)


class _Decoder:
    def __init__(self, reader: Reader, shape_of: Callable[[Type], Shape]) -> None:
        self.reader = reader
        self.shape_of = shape_of
        self.open: list[Any] = []
        self.pending: list[PendingInstance] = []

    def run(self, type: Type) -> Any:
        value = self.start(type, "")
        if value is not OPENED:
            return value
        while True:
            container = self.open[-1]
            wanted = container.advance(self.reader)
            if wanted is DONE:
                self.open.pop()
                value = container.result(self)
                if not self.open:
                    return value
                self.open[-1].accept(self.reader, value)
            else:
                value = self.start(wanted, container.field)
                if value is not OPENED:
                    container.accept(self.reader, value)

    def start(self, type: Type, field: str) -> Any:
        """Read a scalar of that type, or open a container."""
        kind = type.kind
        if kind == "Object":
            return self.any_value()
        scalar = _TYPED.get(kind)
        if scalar is not None:
            return scalar(self.reader)
        if kind == "function":
            raise self.reader.fault(f"Field {field} of type function/closure cannot be instantiated from json")
        opener = "[" if kind in ("List", "array") else "{"
        if not self.reader.expect_or_null(opener):
            return None
        if kind == "instance":
            return self.opened(_InstanceFields(type, self.shape_of(type)))
        return self.opened(_MapEntries() if kind == "Map" else _ListItems(type if kind == "array" else None))

    def any_value(self) -> Any:
        reader = self.reader
        char = reader.next_char()
        if char == '"':
            return reader.string()
        if char == "{":
            return self.opened(_MapEntries())
        if char == "[":
            return self.opened(_ListItems(None))
        if char == EOS:
            return None
        if char in "-0123456789":
            return reader.number(char)
        return reader.word(char)

    def opened(self, container: Any) -> Any:
        reader = self.reader
        if reader.offset >= reader.length and container.at_end:
            raise reader.fault(f"Unexpected end of JSON decoding {container.at_end}")
        self.open.append(container)
        return OPENED


class _ListItems:
    """An open list, or array of the given type."""

    field = ""

    def __init__(self, array: Type | None) -> None:
        self.array = array
        self.element = ANY if array is None else array.element or ANY
        self.items: list[Any] = []
        self.at_end = "list" if array is None else ""

    def advance(self, reader: Reader) -> Any:
        char = reader.skip_whitespace()
        if char == "]":
            reader.offset += 1
            return DONE
        if self.array is not None:
            if self.items and char != ",":
                raise reader.fault(f"Expecting ',' or ']' but got {shown(char)}", reader.offset - 1)
        elif char == EOS:
            raise reader.fault("Unexpected end of JSON decoding list")
        elif self.items and char != ",":
            raise reader.fault(f"Expected ',': unexpected character '{char}' while decoding list")
        if self.items:
            reader.offset += 1
        return self.element

    def accept(self, reader: Reader, value: Any) -> None:
        self.items.append(value)

    def result(self, decoder: _Decoder) -> Any:
        return self.items if self.array is None else Array(self.element, self.items)


class _MapEntries:
    at_end = "map"
    field = ""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.first = True
        self.key = ""
        self.key_offset = 0

    def advance(self, reader: Reader) -> Any:
        char = reader.next_char()
        if char == EOS:
            raise reader.fault("Unexpected end of JSON decoding map")
        if char == "}":
            return DONE
        if not self.first:
            if char != ",":
                raise reader.fault(f"Expected ',': unexpected character '{char}' while decoding map")
            char = reader.next_char()
        self.first = False
        if char != '"':
            raise reader.fault(f"Expected '\"' but found {shown(char)} while decoding map key")
        self.key_offset = reader.offset
        self.key = reader.string()
        char = reader.next_char()
        if char != ":":
            raise reader.fault(f"Expected ':' but found {shown(char)} while decoding map")
        return ANY

    def accept(self, reader: Reader, value: Any) -> None:
        if self.entries.get(self.key) is not None:
            raise reader.fault(f"Duplicate field '{self.key}' when decoding json", self.key_offset)
        self.entries[self.key] = value

    def result(self, decoder: _Decoder) -> Any:
        return self.entries


class _InstanceFields:
    at_end = ""

    def __init__(self, type: Type, shape: Shape) -> None:
        self.type = type
        self.shape = shape
        self.values: dict[str, Any] = {}
        self.first = True
        self.field = ""

    def advance(self, reader: Reader) -> Any:
        char = reader.next_char()
        if char == "}":
            return DONE
        if not self.first:
            if char != ",":
                raise reader.fault(f"Expecting ',' or '}}' but got {shown(char)}", reader.offset - 1)
            char = reader.next_char()
        self.first = False
        if char != '"':
            raise reader.fault(f"Expecting '\"' but got {shown(char)}", reader.offset - 1)
        field = self.field = reader.string()
        if field in self.values:
            raise reader.fault(f"Field '{field}' for class {self.shape.name} appears multiple times in JSON data")
        type = self.shape.fields.get(field)
        if type is None:
            raise reader.fault(f"{field} field in JSON data does not exist in {self.shape.name}", reader.offset)
        reader.expect(":")
        return type

    def accept(self, reader: Reader, value: Any) -> None:
        self.values[self.field] = value

    def result(self, decoder: _Decoder) -> Any:
        missing = [name for name in self.shape.fields if name in self.shape.mandatory and name not in self.values]
        if missing:
            names = ",".join(missing)
            raise decoder.reader.fault(f"For class {self.shape.full_name}, missing mandatory field(s): {names}")
        instance = PendingInstance(self.type, self.values)
        decoder.pending.append(instance)
        return instance


_TYPED: dict[str, Callable[[Reader], Any]] = {
    "boolean": Reader.boolean_field,
    "byte": Reader.byte_field,
    "int": Reader.int_field,
    "long": Reader.long_field,
    "double": Reader.double_field,
    "Decimal": Reader.decimal_field,
    "String": Reader.string_field,
}
