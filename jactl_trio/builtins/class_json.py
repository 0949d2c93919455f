"""X.fromJson(text): JSON text -> an instance of a Jactl class, with the instances inside it.

The whole text is decoded first; then the instances are made from the innermost outwards, each by its class's
initialiser, which is script code (default values of fields) and may suspend.
"""

from __future__ import annotations

from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import NullError, RuntimeError
from ..values.arrays import Array
from ..values.json import PendingInstance, Shape, decode_instance
from ..values.signature import Param
from ..values.suspension import resumable
from ..values.types import JACTL_CLASS, STRING, Type
from .declare import method

_MADE = ""  # no field's name: in `values` of a PendingInstance that has been made, the instance


@method(JACTL_CLASS, "fromJson", returns=JACTL_CLASS, params=(Param("json", STRING),), suspends=True)
@resumable
def class_from_json(receiver: Any, json: str | None) -> Any:
    pending = decoded(receiver, json)
    made: list[Any] = []
    while len(made) < len(pending):
        if FLAG.is_up:
            tick()
        instance = pending[len(made)]
        make = maker_of(instance)
        values = field_values(instance)
        value = make((), values)
        made.append(value)
        instance.values = {_MADE: value}
    return made[-1] if made else None


def decoded(receiver: Any, json: str | None) -> list[PendingInstance]:
    """The instances to be made: that of the receiver's class last; none for the JSON text `null`."""
    if json is None:
        raise NullError("Null value for json")
    return decode_instance(json, Type("instance", receiver.jactl.name, cls=receiver.jactl.info), shape_of)[1]


def shape_of(type_: Type) -> Shape:
    descriptor = getattr(getattr(type_.cls, "python_class", None), "jactl", None)
    if descriptor is None:
        raise RuntimeError(f"Field of type {type_.name} cannot be instantiated from json")
    fields = {name: slot.type for name, slot in descriptor.fields.items()}
    return Shape(descriptor.name, descriptor.full_name, fields, frozenset(descriptor.mandatory))


def maker_of(instance: PendingInstance) -> Any:
    return instance.type.cls.python_class.jactl.from_map


def field_values(instance: PendingInstance) -> dict[str, Any]:
    """The values for the initialiser's map, with the instances made so far in their places."""
    return {name: _with_instances(value) for name, value in instance.values.items()}


def _with_instances(value: Any) -> Any:
    """Arrays may hold instances at any depth of dimensions; lists and maps hold plain JSON values."""
    if isinstance(value, PendingInstance):
        return value.values[_MADE]
    if isinstance(value, Array) and not value.element.is_primitive:
        value.items[:] = [_with_instances(item) for item in value.items]
    return value
