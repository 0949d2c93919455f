"""A Python class's dotted name, or an object of it -> its HostType, if the Context's allow_host_class_lookup says yes.

What is asked about is the name that the script has written and the name under which the class was defined (they differ
for a class that another module imports); both must be allowed, and a module is imported only after that. A class is
opened once: its members are put in tables then (host_members), and scripts reach what stands there. Never opened:
classes of classes, modules, functions and frames, and names that begin with an underscore.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from decimal import Decimal
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..values.convert import from_host
from ..values.display import register_scalar
from ..values.hosttypes import HostType, python_name
from ..values.signature import Signature
from ..values.types import ANY, DECIMAL, DOUBLE, LIST, MAP, STRING, Type
from .dispatch import registry_now
from .host_members import Members, defining, members_of

if TYPE_CHECKING:
    from .registry import Registry

# Objects of these lead on to everything: globals of modules, code, frames of the host.
_NEVER = (
    type,
    ModuleType,
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    CodeType,
    FrameType,
    TracebackType,
    GeneratorType,
    CoroutineType,
    AsyncGeneratorType,
)
# An object below one of these becomes a value of the language; scripts can still make one by `new`.
_VALUES: dict[type, Type] = {
    int: ANY,
    float: DOUBLE,
    str: STRING,
    Decimal: DECIMAL,
    list: LIST,
    tuple: LIST,
    dict: MAP,
}
_ANSWERS_MAX = 10_000


class HostClasses:
    """The classes that one Context opens to its scripts."""

    def __init__(self, registry: Registry, allowed: Callable[[str], bool] | bool) -> None:
        self._registry = registry
        self._allowed = allowed
        self._answers: dict[str, bool] = {}
        self._types: dict[type, Type | None] = {}
        self._members: dict[type, Members] = {}
        self._unshown: set[type] = set()

    def copy(self, registry: Registry) -> HostClasses:
        other = HostClasses(registry, self._allowed)
        other._answers = dict(self._answers)
        other._types = dict(self._types)
        other._members = dict(self._members)
        other._unshown = set(self._unshown)
        return other

    # Classes

    def named(self, module: str, name: str) -> Type | None:
        """The class that a script names; its module is imported if the lookup allows the name."""
        if any(part.startswith("_") or not part for part in (*module.split("."), name)):
            return None
        if not self.allows(f"{module}.{name}"):
            return None
        namespace = _module(module)
        return None if namespace is None else self._class(namespace.get(name))

    def inner(self, outer: Type, name: str) -> Type | None:
        """A class that stands inside an opened one."""
        host = outer.cls
        if not isinstance(host, HostType) or not host.is_opened or name.startswith("_"):
            return None
        if not self.allows(f"{host.full_name}.{name}"):
            return None
        return self._class(host.python_class.__dict__.get(name))

    def type_for(self, python_class: type) -> Type | None:
        """The type of objects of exactly this class; None if it is not opened."""
        if python_class not in self._types:
            self._types[python_class] = None  # while it is being opened
            self._types[python_class] = self._opened(python_class)
        return self._types[python_class]

    def allows(self, name: str) -> bool:
        """What allow_host_class_lookup says of a name, which is kept; UsageError if it fails or gives no bool."""
        answer = self._answers.get(name)
        if answer is None:
            if len(self._answers) >= _ANSWERS_MAX:  # scripts choose the names
                self._answers.clear()
            answer = self._answers[name] = self._asked(name)
        return answer

    def _asked(self, name: str) -> bool:
        if isinstance(self._allowed, bool):
            return self._allowed
        try:
            answer = self._allowed(name)
        except Exception as error:
            raise UsageError(f"allow_host_class_lookup failed for {name!r}: {error!r}") from error
        if type(answer) is not bool:  # an async function's coroutine would count as yes
            raise UsageError(f"allow_host_class_lookup gave {answer!r} for {name!r}, not True or False")
        return answer

    def _class(self, found: Any) -> Type | None:
        return self.type_for(found) if issubclass(type(found), type) else None

    def _opened(self, python_class: type) -> Type | None:
        registered = self._registry.type_for(python_class)
        if registered is not None:
            return registered
        if python_class is object or issubclass(python_class, _NEVER):
            return None
        full_name = python_name(python_class)
        if any(part.startswith("_") for part in python_class.__qualname__.split(".")) or not self.allows(full_name):
            return None
        host = HostType(python_class.__name__, python_class, full_name.rpartition(".")[0], is_opened=True)
        host.type = Type("instance", full_name, cls=host)
        host.value_type = next((_VALUES[base] for base in python_class.__mro__ if base in _VALUES), None)
        members = self._members[python_class] = members_of(host, self._may_use, self._registry)
        self._registry.add_opened(host, members.methods)
        if not self._may_show(python_class):
            self._unshown.add(python_class)
            register_scalar(python_class, _text)
        return host.type

    def _may_use(self, base: type) -> bool:
        """May scripts use what this class of an opened class's bases defines?"""
        return base is not object and self.allows(python_name(base))

    def _may_show(self, python_class: type) -> bool:
        """Does a class that scripts may use define the text of objects? Python's own has their address in memory."""
        shows = defining(python_class, "__str__")
        return self._may_use(defining(python_class, "__repr__") if shows is object else shows)

    def shows(self, python_class: type) -> bool:
        """Do scripts see the text that objects of the class give themselves?"""
        return python_class not in self._unshown

    # Members other than methods

    def constructor(self, host: HostType) -> Signature | None:
        """What `new X(...)` calls."""
        return self._members[host.python_class].constructor

    def constant(self, host: HostType, name: str) -> Signature | None:
        """What reads a constant of the class."""
        return self._members[host.python_class].constants.get(name)

    def has_field(self, python_class: type, name: str) -> bool:
        return python_class in self._members and name in self._members[python_class].fields

    def read(self, value: Any, name: str) -> tuple[bool, Any]:
        """(True, the field's value) or, for what has no field of that name, (False, None)."""
        members = self._members.get(type(value)) if self.type_for(type(value)) is not None else None
        field = None if members is None else members.fields.get(name)
        if field is None:
            return False, None
        return True, from_host(field(value), self._registry.knows, True)


def _text(value: Any) -> str:
    """The text of an object whose class some Context opens, but not what defines its text."""
    classes = registry_now().host_classes
    return str(value) if classes is None or classes.shows(type(value)) else f"<{python_name(type(value))}>"


def _module(name: str) -> dict[str, Any] | None:
    """The namespace of a module; None if there is no such module."""
    try:
        return importlib.import_module(name).__dict__
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            return None
        raise UsageError(f"Module {name}, which allow_host_class_lookup allows, cannot be imported: {error}") from error
    except Exception as error:
        raise UsageError(f"Module {name}, which allow_host_class_lookup allows, cannot be imported: {error}") from error
