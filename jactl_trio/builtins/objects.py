"""The methods that every value has: toString, toJson, className."""

from __future__ import annotations

from typing import Any

from ..values.json import json_text
from ..values.signature import Param
from ..values.suspension import transparent
from ..values.text import structure_text, to_text
from ..values.typenames import class_name
from ..values.types import ANY, INT, STRING
from .declare import method


@method(ANY, "toString", returns=STRING, params=(Param("indent", INT, 0),), suspends=True)
@transparent
def object_to_string(receiver: Any, indent: int) -> str:
    if (indent > 0 and isinstance(receiver, (dict, list))) or getattr(type(receiver), "jactl", None) is not None:
        return structure_text(receiver, indent)
    return to_text(receiver)


@method(ANY, "toJson", returns=STRING, suspends=True)
@transparent
def object_to_json(receiver: Any) -> str:
    return json_text(receiver)


@method(ANY, "className", returns=STRING)
def object_class_name(receiver: Any) -> str:
    return class_name(receiver)
