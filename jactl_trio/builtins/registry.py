"""The functions, methods and types that scripts of one Context can use, found by name and receiver type.

The language's own are declared with the decorators of builtins.declare; a Context takes `Registry.standard()` and adds
the host's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from types import MethodType
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..values.arguments import NamedArgs
from ..values.arrays import Array
from ..values.fixed_lists import FixedList
from ..values.hosttypes import HostType
from ..values.numbers import Byte, Long
from ..values.objects import JactlObject
from ..values.signature import Signature
from ..values.typenames import register_type_name
from ..values.types import (
    ANY,
    BOOLEAN,
    BYTE,
    DECIMAL,
    DOUBLE,
    FUNCTION,
    INT,
    ITERATOR,
    JACTL_CLASS,
    LIST,
    LONG,
    MAP,
    NULL,
    NUMBER,
    STRING,
    Type,
)
from .entries import make_entry

if TYPE_CHECKING:
    from .host_classes import HostClasses

OBJECT_ARRAY = ANY.array()
_ITERABLE = frozenset(("List", "Map", "String", "byte", "int", "long", "double", "Decimal", "array"))
# What dispatch.find_method looks at first: a lookup that needs neither the run nor its registry.
SHARED_METHODS: dict[type, dict[str, Any]] = {}
_HOST_NAMES: set[str] = set()  # of methods that any host has registered: each registry answers for itself
_CACHED_MAX = 10_000  # scripts choose the names that are looked up
_NUMBERS = frozenset(("byte", "int", "long", "double", "Decimal"))


class Registry:
    """Functions by name; methods by name and receiver type; static methods by type; types by name."""

    def __init__(self) -> None:
        self.functions: dict[str, Signature] = {}
        self.types: dict[str, Type] = {}  # host and date types by the name scripts use
        self._methods: dict[str, dict[Type, Signature]] = {}
        self._statics: dict[Type, dict[str, Signature]] = {}
        self._python_types: dict[type, Type] = {}
        self._signatures: dict[Any, Signature] = {}  # entry function -> what it belongs to
        self._by_key: dict[str, Signature] = {}
        self._found: dict[tuple[Any, str], Any] = {}  # cache of `entry_for`
        self.host_classes: HostClasses | None = None  # what allow_host_class_lookup opens; None without host access

    @classmethod
    def standard(cls) -> Registry:
        """A new registry with everything that the language itself has."""
        from .standard import LANGUAGE

        return LANGUAGE.copy()

    def copy(self) -> Registry:
        other = Registry()
        other.functions = dict(self.functions)
        other.types = dict(self.types)
        other._methods = {name: dict(by_type) for name, by_type in self._methods.items()}
        other._statics = {type_: dict(by_name) for type_, by_name in self._statics.items()}
        other._python_types = dict(self._python_types)
        other._signatures = dict(self._signatures)
        other._by_key = dict(self._by_key)
        other.host_classes = None if self.host_classes is None else self.host_classes.copy(other)
        return other

    # Looking up at compile time

    def function(self, name: str) -> Signature | None:
        """The global function of that name."""
        return self.functions.get(name)

    def method(self, type: Type, name: str) -> Signature | None:
        """The method `name` of values of a static type: its own, else one of iterables, numbers, any value."""
        by_type = self._methods.get(name)
        if by_type is None:
            return None
        for candidate in _candidates(type):
            signature = by_type.get(candidate)
            if signature is not None:
                return signature
        return None

    def instance_method(self, type: Type, name: str) -> Signature | None:
        """What `value.name(...)` calls for a value of a static type: a method, else a static method of its type."""
        return self.method(type, name) or self.static_method(type, name)

    def static_method(self, type: Type, name: str) -> Signature | None:
        """The static method of a host or date type."""
        return self._statics.get(type, {}).get(name)

    def type_named(self, name: str) -> Type | None:
        """The instance type of a host or date type."""
        return self.types.get(name)

    def method_names(self, type: Type) -> list[str]:
        """Names of all methods that values of a type have, for completion and documentation."""
        return sorted(name for name in self._methods if self.method(type, name) is not None)

    def host_signatures(self) -> list[Signature]:
        """The functions and methods that the host has registered."""
        return [signature for signature in self._by_key.values() if signature.host is not None]

    # Looking up at run time

    def type_of(self, value: Any) -> Type:
        """The type under which the methods of a value are registered; JACTL_CLASS for Jactl classes and instances."""
        known = _PYTHON_TYPES.get(type(value))
        if known is not None:
            return known
        if type(value) is Array:
            return value.element.array()
        if issubclass(value if isinstance(value, type) else type(value), JactlObject):
            return JACTL_CLASS
        return self._host_type(type(value))

    def _host_type(self, python_type: type) -> Type:
        if getattr(python_type, "jactl_iterator", False):
            return ITERATOR
        for base in python_type.__mro__:
            found = self._python_types.get(base)
            if found is not None:
                return found
        opened = None if self.host_classes is None else self.host_classes.type_for(python_type)
        return ANY if opened is None else opened

    def knows(self, python_type: type) -> bool:
        """Is it a registered type of the host, or below one, or an opened class?"""
        if any(base in self._python_types for base in python_type.__mro__):
            return True
        opened = None if self.host_classes is None else self.host_classes.type_for(python_type)
        return opened is not None and opened.cls.value_type is None

    def type_for(self, python_type: type) -> Type | None:
        """The static type of a registered Python class."""
        return self._python_types.get(python_type)

    def entry_for(self, value: Any, name: str) -> Any:
        """The dynamic entry of the built-in or host method `name` for this value, or None."""
        key = (value.element if type(value) is Array else type(value), name)
        found = self._found.get(key, _NOT_CACHED)
        if found is _NOT_CACHED:
            signature = self.instance_method(self.type_of(value), name)
            found = None if signature is None else signature.entry
            if len(self._found) > _CACHED_MAX:
                self._found.clear()
            self._found[key] = found
        return found

    def signature_of(self, entry: Any) -> Signature | None:
        """What the function half of a built-in function value (a MethodType) belongs to; used by checkpoints."""
        return self._signatures.get(entry)

    def by_key(self, key: str) -> Signature | None:
        """The signature whose `key` that is; used by checkpoints."""
        return self._by_key.get(key)

    # Registering

    def register(self, signature: Signature, *names: str) -> Signature:
        """Add a function, method or static method under its name and any further names."""
        if signature.entry is None:
            signature.entry = make_entry(signature)
        for name in (signature.name, *names):
            if signature.receiver is None:
                self.functions[name] = signature
            elif signature.is_static:
                self._statics.setdefault(signature.receiver, {})[name] = signature
            else:
                self._methods.setdefault(name, {})[signature.receiver] = signature
                if signature.host is not None:
                    _not_shared(name)
        self._signatures[signature.entry] = signature
        self._by_key[signature.key] = signature
        self._found.clear()
        return signature

    def register_type(self, host: HostType) -> Type:
        """Add a host or date type; its methods are registered under the Type that is returned."""
        if host.name in self.types:
            raise UsageError(f"A type named {host.name} is registered already")
        if host.type is None:
            host.type = Type("instance", host.full_name, cls=host)
        self.types[host.name] = host.type
        self.types.setdefault(host.full_name, host.type)
        self._python_types[host.python_class] = host.type
        register_type_name(host.python_class, host.name)
        self._found.clear()
        return host.type

    def add_opened(self, host: HostType, signatures: Iterable[Signature]) -> None:
        """Add an opened class, by its full name only, and its methods."""
        assert host.type is not None
        self.types.setdefault(host.full_name, host.type)
        for signature in signatures:
            signature.entry = make_entry(signature)
            if signature.is_static:
                self._statics.setdefault(host.type, {})[signature.name] = signature
            else:
                self._methods.setdefault(signature.name, {})[host.type] = signature
            self._signatures[signature.entry] = signature
            self._by_key.setdefault(signature.key, signature)
        self._found.clear()

    def remove_function(self, name: str) -> None:
        """Take a function away, for a Context that disables it."""
        self.functions.pop(name, None)


def share_method(python_type: type, name: str, entry: Any) -> None:
    """Remember a method of the language for all registries, unless some host has one of that name."""
    if name not in _HOST_NAMES and (python_type in _PYTHON_TYPES or getattr(python_type, "jactl_iterator", False)):
        SHARED_METHODS.setdefault(python_type, {})[name] = entry


def _not_shared(name: str) -> None:
    _HOST_NAMES.add(name)
    for methods in SHARED_METHODS.values():
        methods.pop(name, None)


def _candidates(type: Type) -> Iterable[Type]:
    """The receiver types to look under, the nearest first."""
    yield type
    kind = type.kind
    if kind == "array" and type.element is not None and not type.element.is_primitive:
        yield OBJECT_ARRAY
    if kind in _ITERABLE:
        yield ITERATOR
    if kind in _NUMBERS:
        yield NUMBER
    if kind in ("class", "instance") and type.cls is not None and not isinstance(type.cls, HostType):
        yield JACTL_CLASS
    if isinstance(type.cls, HostType):
        base = type.cls.base
        while base is not None:
            if base.type is not None:
                yield base.type
            base = base.base
    yield ANY


_NOT_CACHED: Callable[..., Any] = lambda: None  # noqa: E731 - a unique value with a callable's type

_PYTHON_TYPES: dict[type, Type] = {
    bool: BOOLEAN,
    int: INT,
    Long: LONG,
    Byte: BYTE,
    float: DOUBLE,
    Decimal: DECIMAL,
    str: STRING,
    list: LIST,
    FixedList: LIST,
    dict: MAP,
    NamedArgs: MAP,
    MethodType: FUNCTION,
    type(None): NULL,
}
