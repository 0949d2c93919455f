"""Read the reference's cases and compare values with what they expect.

The folder is `../shared/conformance` beside the checkout (or $JACTL_CONFORMANCE): one JSON object a line, a file a
suite.  It is not part of the project; where it is absent nothing here runs.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jactl_trio as jactl
from jactl_trio.values import dates, types
from jactl_trio.values.array_casts import boxed_items
from jactl_trio.values.arrays import Array
from jactl_trio.values.dates import ZoneId
from jactl_trio.values.keys import Key
from jactl_trio.values.numbers import Byte, Long

FOLDER = Path(
    os.environ.get("JACTL_CONFORMANCE", Path(__file__).resolve().parents[2].parent / "shared" / "conformance")
)


@dataclass(frozen=True)
class Case:
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def suite(self) -> str:
        return str(self.data["suite"])

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    def flag(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)


def suites() -> list[Path]:
    return sorted(FOLDER.glob("*.jsonl"))


def read(path: Path) -> Iterator[Case]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Case(json.loads(line))


class Unsupported(Exception):
    """A global of the case has no counterpart outside the JVM."""


_SCALARS = {
    "null": lambda text: None,
    "boolean": lambda text: text == "true",
    "byte": lambda text: Byte(int(text) & 255),
    "int": int,
    "long": lambda text: Long(int(text)),
    "double": float,
    "Decimal": Decimal,
    "String": str,
}


def to_value(typed: dict[str, Any]) -> Any:
    """A global of a case as a value of this implementation."""
    kind = typed["t"]
    if kind in _SCALARS:
        return _SCALARS[kind](typed.get("v", ""))
    if kind == "List":
        return [to_value(item) for item in typed["v"]]
    if kind == "Map":
        return {to_value(key): to_value(value) for key, value in typed["v"]}
    if kind == "java.time.ZoneRegion":
        return ZoneId.of(typed["v"])
    if kind.startswith("java.time."):
        return getattr(dates, kind.rsplit(".", 1)[1]).parse(typed["v"])
    if kind == "JactlType":
        return _OF_TYPE[typed["v"].removeprefix("Instance<").removesuffix(">").rpartition("/")[2]]
    if kind == "int[]":
        return jactl_array("int", [to_value(item) for item in typed["v"]])
    raise Unsupported(kind)


_OF_TYPE: dict[str, Any] = {  # a value of each type that a global is compiled with
    **dict.fromkeys(("boolean", "Boolean"), False),
    **dict.fromkeys(("byte", "Byte"), Byte(0)),
    **dict.fromkeys(("int", "Integer"), 0),
    **dict.fromkeys(("long", "Long"), Long(0)),
    **dict.fromkeys(("double", "Double"), 0.0),
    "BigDecimal": Decimal(0),
    "String": "",
    "List": [],
    "Map": {},
    "Object": None,
    "[I": Array(types.INT, []),
}


def jactl_array(element: str, items: list[Any]) -> Array:
    from jactl_trio.values import types

    return Array({"int": types.INT, "long": types.LONG, "String": types.STRING}[element], items)


def text_of(value: Any) -> str:
    """The language's text of a value."""
    return str(jactl.to_text(value))


def differs(typed: dict[str, Any], value: Any) -> str | None:
    """None where `value` is what the case expects, in type and value; else a short reason."""
    kind = typed["t"]
    if kind == "java.lang.Object":
        return None
    if kind == "instance":
        return None if str(typed["v"]) == text_of(value) else f"text {text_of(value)!r}"
    actual = jactl.type_name(value)
    if actual != _OUR_NAMES.get(kind, kind.removeprefix("java.time.")):
        return f"type {actual}, not {kind}"
    return (
        _COMPARISONS.get(kind, _differs_text)(typed, value) if not kind.endswith("[]") else _differs_items(typed, value)
    )


def _differs_double(typed: dict[str, Any], value: Any) -> str | None:
    expected = float(typed["v"].replace("Infinity", "inf"))
    same = (
        expected == value
        or (math.isnan(expected) and math.isnan(value))
        or math.isclose(expected, value, rel_tol=1e-15)
    )
    return None if same else f"{value!r}, not {expected!r}"


def _differs_decimal(typed: dict[str, Any], value: Any) -> str | None:
    return None if Decimal(typed["v"]) == value and str(typed["v"]) == text_of(value) else f"{value}, not {typed['v']}"


def _differs_items(typed: dict[str, Any], value: Any) -> str | None:
    # an array of long or byte holds bare ints; its element type says what they are
    expected, actual = typed["v"], boxed_items(value) if isinstance(value, Array) else list(value)
    if len(expected) != len(actual):
        return f"{len(actual)} items, not {len(expected)}"
    reasons = (differs(want, got) for want, got in zip(expected, actual, strict=True))
    return next((f"item: {reason}" for reason in reasons if reason), None)


def _differs_map(typed: dict[str, Any], value: Any) -> str | None:
    if len(typed["v"]) != len(value):
        return f"{len(value)} entries, not {len(typed['v'])}"
    for (want_key, want), (key, got) in zip(typed["v"], value.items(), strict=True):
        reason = differs(want_key, _of_script(key)) or differs(want, got)
        if reason:
            return f"entry: {reason}"
    return None


def _of_script(key: Any) -> Any:
    """A key as the script has it: a host sees a List as a tuple, and what Python cannot tell apart as a Key."""
    if isinstance(key, Key):
        return key.value
    return [_of_script(item) for item in key] if isinstance(key, tuple) else key


def _differs_text(typed: dict[str, Any], value: Any) -> str | None:
    if typed["t"] == "null":
        return None
    text = text_of(value)
    return None if text == typed["v"] else f"{text!r}, not {typed['v']!r}"


_OUR_NAMES = {"java.time.ZoneOffset": "ZoneId", "java.time.ZoneRegion": "ZoneId"}
_COMPARISONS = {
    "double": _differs_double,
    "Decimal": _differs_decimal,
    "List": _differs_items,
    "Map": _differs_map,
}
