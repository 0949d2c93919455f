"""Making instances of Jactl classes from maps, and what initialisers ask of their arguments."""

from __future__ import annotations

from typing import Any

from ..errors import RuntimeError
from ..values.arguments import UNSET
from ..values.casts import is_of_class
from ..values.suspension import transparent
from ..values.typenames import type_name
from ..values.types import Type


@transparent
def to_instance(value: Any, type_: Type) -> Any:
    """null and instances as they are; a Map becomes an instance, by the class's initialiser."""
    if value is None or is_of_class(value, type_):
        return value
    python_class = getattr(type_.cls, "python_class", None)
    descriptor = getattr(python_class, "jactl", None)
    if isinstance(value, dict) and descriptor is not None:
        from_map = descriptor.from_map
        return from_map((), value)
    raise RuntimeError(f"{type_name(value)} cannot be cast to Instance<{type_.name}>")


def check_field_names(
    values: dict[Any, Any], names: tuple[str, ...], mandatory: tuple[str, ...], class_name: str
) -> None:
    """The keys of a map are fields of the class, and none that must be there is missing."""
    missing = next((name for name in mandatory if name not in values), None)
    if missing is not None:
        raise RuntimeError(f"Missing value for mandatory field '{missing}'")
    unknown = [str(key) for key in values if key not in names]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise RuntimeError(f"No such field{plural}: {', '.join(unknown)} in object of type {class_name}")


def field_value(values: dict[Any, Any], name: str) -> Any:
    """A field's value in a map, or UNSET."""
    return values.get(name, UNSET)


@transparent
def from_map(python_class: Any, values: dict[Any, Any]) -> Any:
    """An instance of a class from a map of its fields."""
    make = python_class.jactl.from_map
    return make((), values)
