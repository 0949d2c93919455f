"""The annotations in a class's body -> its slots, and an `__init__` that is made when the first of its objects is.

    class Sleep(Struct):
        milliseconds: int
        value: Any = None

`dataclass(slots=True, eq=False)` makes the same, but at once, from text that Python compiles: 0.3 ms for each class.
We have a hundred, a small script makes objects of a few, and the start of a process is most of what it costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, field
from reprlib import recursive_repr
from typing import Any, dataclass_transform

__all__ = ["Struct", "StructType", "field", "fields_of"]


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class StructType(type):
    """The type of such classes. Parameters are the fields in their order, those of the base class first; one that has
    `field(kw_only=True)` is given by name. has_weakrefs: there may be weak references to the objects."""

    struct_fields: dict[str, Field[Any]]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, has_weakrefs: bool = False
    ) -> StructType:
        if "__init__" in namespace:
            raise TypeError(f"{name}: a struct's __init__ is made of its annotations")
        inherited = {name: each for base in bases for name, each in getattr(base, "struct_fields", {}).items()}
        own = {name: _field(name, type_, namespace) for name, type_ in namespace.get("__annotations__", {}).items()}
        slots = [name for name in own if name not in inherited]
        namespace["__slots__"] = (*slots, "__weakref__") if has_weakrefs else tuple(slots)
        namespace["__init__"] = _first_init
        made = super().__new__(mcs, name, bases, namespace)
        made.struct_fields = inherited | own
        return made


def _field(name: str, type_: Any, namespace: dict[str, Any]) -> Field[Any]:
    given = namespace.pop(name, MISSING)
    made: Field[Any] = given if isinstance(given, Field) else field(default=given)
    made.name, made.type = name, type_
    return made


def _first_init(self: Any, *args: Any, **kwargs: Any) -> None:
    struct: Any = type(self)
    struct.__init__ = _initializer(struct)
    struct.__init__(self, *args, **kwargs)


def _initializer(struct: StructType) -> Callable[..., None]:
    parameters: list[str] = []
    by_name: list[str] = []
    lines = ["pass"]
    namespace: dict[str, Any] = {"_MISSING": MISSING}
    for name, each in struct.struct_fields.items():
        parameter = value = name
        if each.default_factory is not MISSING:
            namespace[f"_make_{name}"] = each.default_factory
            parameter, value = f"{name}=_MISSING", f"_make_{name}() if {name} is _MISSING else {name}"
        elif each.default is not MISSING:
            namespace[f"_{name}"] = each.default
            parameter = f"{name}=_{name}"
        (by_name if each.kw_only is True else parameters).append(parameter)
        lines.append(f"self.{name} = {value}")
    signature = ", ".join(("self", *parameters, *(("*", *by_name) if by_name else ())))
    source = f"def __init__({signature}):\n " + "\n ".join(lines)
    exec(compile(source, f"<{struct.__name__}>", "exec"), namespace)
    made: Callable[..., None] = namespace["__init__"]
    return made


class Struct(metaclass=StructType):
    """Base of classes whose fields are annotations; objects are compared by identity."""

    @recursive_repr()
    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name, '?')!r}" for name in type(self).struct_fields)
        return f"{type(self).__name__}({shown})"


def fields_of(struct: StructType) -> list[Field[Any]]:
    """Those of a class, in their order."""
    return list(struct.struct_fields.values())
