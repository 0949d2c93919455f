"""A value and a method's name, known only at run time -> the bound function to call.

Nothing here suspends or calls script code: compiled code makes the call itself, so that no frame stands between.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from ..continuation.current import current
from ..errors import NullError, RuntimeError
from ..values.casts import boxed
from ..values.hosttypes import Opaque
from ..values.typenames import type_name
from ..values.types import JACTL_CLASS
from .registry import SHARED_METHODS, Registry, share_method

_fallback: list[Registry] = []


def find_method(receiver: Any, name: str) -> MethodType:
    """What `receiver.name(...)` calls, bound to the receiver: its method, or the function in its field or map entry."""
    kind = type(receiver)
    entries = SHARED_METHODS.get(kind) or getattr(kind, "jactl_entries", None)
    if entries is not None:
        entry = entries.get(name)
        if entry is not None:
            return MethodType(entry, receiver)
    return _find(receiver, name)


def as_callable(value: Any) -> MethodType:
    """The function to call where a value is called: `value(...)`."""
    if type(value) is MethodType:
        return value
    raise not_callable(value)


def not_callable(value: Any) -> RuntimeError:
    """The error for calling what is no function."""
    if value is None:
        return NullError("Null value for Function")
    return RuntimeError(f"Object of type {type_name(value)} cannot be cast to Function")


def registry_now() -> Registry:
    """The registry of the running Context; the standard one where nothing runs."""
    run = current.run
    if run is not None and run.context is not None:
        return run.context.registry  # type: ignore[no-any-return]
    if not _fallback:
        _fallback.append(Registry.standard())
    return _fallback[0]


def builtin_method(receiver: Any, name: str) -> MethodType | None:
    """The built-in or host method, bound, or None."""
    entry = registry_now().entry_for(receiver, name)
    return None if entry is None else MethodType(entry, receiver)


def instance_member(instance: Any, name: Any) -> Any:
    """A field's value, bound method, constant, static method or built-in method of an instance of a Jactl class."""
    descriptor = type(instance).jactl
    field = descriptor.fields.get(name)
    if field is not None:
        value = field.slot.__get__(instance)
        return boxed(value, field.type) if field.type.kind in ("long", "byte") else value
    method = descriptor.methods.get(name)
    if method is not None:
        return MethodType(method, instance)
    found, value = static_member(descriptor, name)
    if found:
        return value
    built_in = builtin_method(instance, name)
    if built_in is None:
        raise RuntimeError(f"No such field '{name}' for type {descriptor.full_name}")
    return built_in


def static_member(descriptor: Any, name: Any) -> tuple[bool, Any]:
    """(True, value) of a constant or static method (fromJson too) of a Jactl class; (False, None) if none."""
    static = descriptor.statics.get(name)
    if static is not None:
        return True, MethodType(static, ())
    if name in descriptor.constants:
        return True, descriptor.constants[name]
    given = registry_now().method(JACTL_CLASS, name)
    if given is not None and given.entry is not None and given.receiver is JACTL_CLASS:
        return True, MethodType(given.entry, descriptor.python_class)
    return False, None


def _find(receiver: Any, name: str) -> MethodType:
    if receiver is None:
        raise NullError("Tried to invoke method on null value")
    kind = type(receiver)
    if getattr(kind, "jactl", None) is not None:
        return _callable(instance_member(receiver, name), name, receiver)
    if kind is type:
        return _find_static(receiver, name)
    entry = registry_now().entry_for(receiver, name)
    if entry is not None:
        share_method(kind, name, entry)
        return MethodType(entry, receiver)
    check_is_open(receiver)
    return _callable(receiver.get(name) if isinstance(receiver, dict) else None, name, receiver)


def host_field(value: Any, name: str) -> tuple[bool, Any]:
    """(True, value) of a field of an object of an opened class of the host; (False, None) if it has none."""
    registry = registry_now()
    if registry.host_classes is None:
        return False, None
    return registry.host_classes.read(value, name)


def check_is_open(value: Any) -> None:
    """RuntimeError for an object of the host whose class scripts may not use."""
    if type(value) is Opaque:
        raise RuntimeError(
            f"Access to host class '{value.class_name}' not allowed (see allow_host_class_lookup setting)"
        )


def _find_static(python_class: Any, name: str) -> MethodType:
    descriptor = getattr(python_class, "jactl", None)
    found, value = static_member(descriptor, name) if descriptor is not None else (False, None)
    return _callable(value, name, python_class) if found else _callable(builtin_method(python_class, name), name, None)


def _callable(value: Any, name: Any, receiver: Any) -> MethodType:
    if type(value) is MethodType:
        return value
    if value is None:
        raise RuntimeError(f"No such method '{name}' for type {type_name(receiver)}")
    raise RuntimeError(f"Cannot invoke value of '{name}' (type is {type_name(value)})")
