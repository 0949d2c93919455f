"""What is code rather than data <-> its name in a checkpoint: functions, classes, types, signatures, units.

A value that a script holds may be a function or a class. Checkpoints hold no code, so these are saved by name:
a compiled function by its unit and key, a built-in by its signature's key, a runtime function by module and name.
`Names` is the way out, `Things` the way back; nothing is imported or looked up by attribute on the way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, Protocol

from ..continuation.runtime_functions import code_named, key_of
from ..continuation.unit import Code, Site, Unit
from ..errors import CheckpointDecodeError, UnknownScriptError
from ..values import types
from ..values.hosttypes import HostType
from ..values.signature import Signature
from ..values.suspension import RESUMABLE
from ..values.types import Type
from .rows import BUILTIN, RUNTIME
from .snapshot import UnitReference

Resolver = Callable[[UnitReference], Unit | None]


class Registry(Protocol):
    """What a checkpoint asks builtins.registry.Registry."""

    def signature_of(self, entry: Any) -> Signature | None: ...
    def by_key(self, key: str) -> Signature | None: ...
    def type_of(self, value: Any) -> Type: ...
    def type_named(self, name: str) -> Type | None: ...


class Names:
    """Names of things for one checkpoint, with the list of the units that they belong to."""

    __slots__ = ("evaluated", "numbers", "registry", "units")

    def __init__(self, unit: Unit, evaluated: Sequence[Unit], registry: Registry | None) -> None:
        self.registry = registry
        self.units = [unit]
        self.numbers = {unit.identity: 0}
        self.evaluated = evaluated

    def unit(self, unit: Unit) -> int:
        number = self.numbers.get(unit.identity)
        if number is None:
            number = self.numbers[unit.identity] = len(self.units)
            self.units.append(unit)
        return number

    def numbered(self, parts: tuple[Any, ...]) -> list[Any]:
        """Parts with numbers in place of units."""
        return [self.unit(part) if type(part) is Unit else part for part in parts]

    def unit_fields(self) -> list[Any]:
        """What `units` of the format is."""
        fields: list[Any] = []
        evaluated = {one.identity for one in self.evaluated}
        for one in self.units:
            source = one.source if one.identity in evaluated else None
            fields += (bytes.fromhex(one.identity), one.name, one.package, source)
        return fields

    def function(self, function: Any) -> tuple[Unit | int, str] | None:
        """Where a function is found and its key there; None for one that has no name in checkpoints."""
        if type(function) is not FunctionType:
            return None
        unit = function.__globals__.get("__unit__")
        if unit is not None:
            key = key_in_unit(unit, function)
            return None if key is None else (unit, key)
        signature = self.registry.signature_of(function) if self.registry else None
        if signature is not None:
            return BUILTIN, signature.key
        if function.__code__ in RESUMABLE and RESUMABLE[function.__code__] is function:
            return RUNTIME, key_of(function)
        return None

    def host_type(self, python_type: type, value: Any) -> HostType | None:
        """The registered type of a host value, if it can be saved."""
        host = self.registry.type_of(value).cls if self.registry else None
        return host if isinstance(host, HostType) and host.encode is not None else None

    def python_class(self, python_class: type) -> tuple[Unit, str] | None:
        """Unit and full name of a Jactl class."""
        descriptor = getattr(python_class, "jactl", None)
        return None if descriptor is None else (descriptor.unit, descriptor.full_name)

    def type(self, type_: Type) -> str | None:
        dimensions = 0
        while type_.kind == "array" and type_.element is not None:
            type_ = type_.element
            dimensions += 1
        if type_.cls is not None and not isinstance(type_.cls, HostType):
            python_class = type_.cls.python_class
            name = None if python_class is None else self.python_class(python_class)
            return None if name is None else f"{dimensions}:{self.unit(name[0])}:{name[1]}"
        if type_.name in types.BY_NAME or (self.registry and self.registry.type_named(type_.name)):
            return f"{dimensions}::{type_.name}"
        return None

    def signature(self, signature: Signature) -> str | None:
        known = self.registry.by_key(signature.key) if self.registry else None
        return signature.key if known is signature else None


class Things:
    """Things by name, for one checkpoint that is being read. Each method refuses what it does not know."""

    def __init__(self, units: Sequence[Unit], registry: Registry | None) -> None:
        self.units = units
        self.registry = registry

    def unit(self, number: Any) -> Unit:
        if type(number) is not int or not 0 <= number < len(self.units):
            raise CheckpointDecodeError("The checkpoint refers to a unit that it does not name")
        return self.units[number]

    def code(self, unit_number: Any, key: Any) -> Code:
        """The function of a frame."""
        if type(key) is not str:
            raise CheckpointDecodeError("The checkpoint has a frame without a function")
        code = code_named(key) if unit_number == RUNTIME else self.unit(unit_number).codes.get(key)
        if code is None:
            raise CheckpointDecodeError(f"There is no function {key} that could be continued")
        return code

    def site(self, code: Code, name: Any) -> Site:
        if code.sites_by_name is None:
            code.sites_by_name = {site.name: site for site in code.sites.values()}
        site = code.sites_by_name.get(name) if type(name) is str else None
        if site is None:
            raise CheckpointDecodeError(f"Function {code.key} has no call {name!r} that could be continued")
        return site

    def function(self, where: Any, key: Any) -> Any:
        if type(where) is not int or type(key) is not str:
            raise CheckpointDecodeError("The checkpoint has a function without a name")
        found: Any = None
        if where >= 0:
            found = function_in_unit(self.unit(where), key)
        elif where == RUNTIME:
            code = code_named(key)
            found = None if code is None else code.function
        elif where == BUILTIN:
            found = self.signature(key).entry
        if found is None:
            raise CheckpointDecodeError(f"There is no function {key}")
        return found

    def signature(self, key: Any) -> Signature:
        found = self.registry.by_key(key) if self.registry and type(key) is str else None
        if found is None:
            raise CheckpointDecodeError(f"There is no built-in or host function {key!r}")
        return found

    def python_class(self, unit: Any, full_name: Any) -> Any:
        found = self.unit(unit).classes.get(full_name) if type(full_name) is str else None
        if found is None:
            raise CheckpointDecodeError(f"There is no class {full_name!r}")
        return found

    def host_type(self, name: Any) -> HostType:
        found = self.registry.type_named(name) if self.registry and type(name) is str else None
        if found is None or not isinstance(found.cls, HostType) or found.cls.decode is None:
            raise CheckpointDecodeError(f"There is no host type {name!r} that can be restored")
        return found.cls

    def type(self, text: Any) -> Type:
        parts = _TYPE.fullmatch(text) if type(text) is str else None
        if parts is None:
            raise CheckpointDecodeError("The checkpoint has a type without a name")
        dimensions, unit, name = parts.groups()
        if unit:
            found = _class_type(self.unit(int(unit)), name)
        else:
            found = types.BY_NAME.get(name) or (self.registry.type_named(name) if self.registry else None)
        if found is None:
            raise CheckpointDecodeError(f"There is no type {name!r}")
        for _ in range(int(dimensions)):
            found = found.array()
        return found


def found_units(references: Sequence[UnitReference], resolver: Resolver) -> list[Unit]:
    """The units that a checkpoint needs, each exactly the one it was made with."""
    units = []
    for reference in references:
        unit = resolver(reference)
        if unit is None:
            raise UnknownScriptError(f"The script {reference.name or reference.identity} is not known here")
        if unit.identity != reference.identity:
            raise UnknownScriptError(f"The script {reference.name or reference.identity} has changed")
        units.append(unit)
    return units


def key_in_unit(unit: Unit, function: Any) -> str | None:
    """The key of a compiled function."""
    keys = unit.function_keys
    if not keys:
        for key, code in unit.codes.items():
            keys[id(code.function)] = key
            if code.plain is not None:
                keys[id(code.plain)] = key
        for key, other in unit.functions.items():
            keys.setdefault(id(other), key)
    return keys.get(id(function))


def function_in_unit(unit: Unit, key: str) -> Any:
    code = unit.codes.get(key)
    return unit.functions.get(key) if code is None else code.function


def _class_type(unit: Unit, full_name: Any) -> Type | None:
    for info in unit.info.classes if unit.info else ():
        if info.full_name == full_name:
            found: Type | None = info.type
            return found
    return None


_TYPE = re.compile(r"(\d{1,2}):(\d{0,6}):(.+)", re.ASCII | re.DOTALL)
