"""An opened Python class -> tables of what scripts may use of it: constructor, methods, fields, constants.

The tables are made once, from the dictionaries of the class and its bases: each name belongs to the first class in the
method resolution order that has it, and is there for scripts only if that class may be used and the name does not begin
with an underscore. So a method that a base class defines which is not allowed does not exist, nor does one that such a
class overrides.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any, Final

from ..errors import HostFunctionError, JactlError
from ..structs import Struct, field
from ..values.hosttypes import HostType
from ..values.signature import MANDATORY, Param, Signature
from ..values.types import ANY, Type
from .hosting import HostFunction, annotated_type, implement, type_hints

if TYPE_CHECKING:
    from .registry import Registry

_KINDS = inspect.Parameter
_STATIC = (staticmethod, classmethod, ClassMethodDescriptorType)
_METHODS = (FunctionType, MethodDescriptorType)


class _LeftOut:
    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT: Final = _LeftOut()  # an argument whose default Python fills in


class Members(Struct):
    """Of one Python class, what scripts may use."""

    constructor: Signature | None = None
    methods: list[Signature] = field(default_factory=list)  # static ones too
    constants: dict[str, Signature] = field(default_factory=dict)
    fields: dict[str, Callable[[Any], Any]] = field(default_factory=dict)


def members_of(host: HostType, may_use: Callable[[type], bool], registry: Registry) -> Members:
    """What scripts may use of a class."""
    members = Members()
    maker = _Maker(host, registry)
    members.constructor = maker.constructor(may_use)
    for name, base, raw in _defined(host.python_class):
        if name.startswith("_") or not may_use(base):
            continue
        if raw is _NO_VALUE or isinstance(raw, property | GetSetDescriptorType | MemberDescriptorType):
            members.fields[name] = maker.field(name, raw)
        elif isinstance(raw, _STATIC + _METHODS) or (callable(raw) and _is_descriptor(raw)):
            signature = maker.method(name, raw)
            if signature is not None:
                members.methods.append(signature)
        elif _is_descriptor(raw) and not isinstance(raw, Enum):
            members.fields[name] = maker.field(name, raw)  # a cached property, for one
        elif not isinstance(raw, type | ModuleType | BuiltinFunctionType):
            members.constants[name] = maker.constant(name, raw)
            if name in inspect.get_annotations(base):
                members.fields[name] = maker.field(name, raw)
    return members


_NO_VALUE: Final = object()  # a field that is only declared: `name: str`


def _defined(python_class: type) -> Iterator[tuple[str, type, Any]]:
    """Each name with the class that defines it and what stands there."""
    seen: set[str] = set()
    if issubclass(python_class, Enum):
        for name, member in python_class.__members__.items():
            seen.add(name)
            yield name, python_class, member
    for base in python_class.__mro__:
        for name, raw in base.__dict__.items():
            if name not in seen:
                seen.add(name)
                yield name, base, raw
        for name in inspect.get_annotations(base):
            if name not in seen:
                seen.add(name)
                yield name, base, _NO_VALUE


def _is_descriptor(raw: Any) -> bool:
    return any("__get__" in base.__dict__ for base in type(raw).__mro__)


class _Maker:
    """Makes the members of one class."""

    def __init__(self, host: HostType, registry: Registry) -> None:
        assert host.type is not None
        self.host, self.type, self.registry = host, host.type, registry

    def constructor(self, may_use: Callable[[type], bool]) -> Signature | None:
        """`new X(...)`: only if a class that may be used says how, and no metaclass of its own does."""
        python_class = self.host.python_class
        if defining(type(python_class), "__call__") is not type or inspect.isabstract(python_class):
            return None
        makers = [base for base in python_class.__mro__ if "__init__" in base.__dict__ or "__new__" in base.__dict__]
        if makers[0] is not object and not may_use(makers[0]):
            return None
        params = _parameters(python_class, None)
        if params is None:
            return None
        returns = self.host.value_type or self.type
        return self._signature("new", params, python_class, f"new {self.host.full_name}", returns, is_static=True)

    def method(self, name: str, raw: Any) -> Signature | None:
        """A method, class method or static method; None if its parameters are none that scripts can give."""
        is_static = isinstance(raw, _STATIC)
        bound = raw.__get__(None, self.host.python_class) if is_static else raw
        params = _parameters(bound, None if is_static else raw)
        if params is None:
            return None
        if is_static:
            function = bound
        else:

            def function(receiver: Any, /, *arguments: Any, **named: Any) -> Any:
                return raw.__get__(receiver, type(receiver))(*arguments, **named)

        full_name = f"{self.host.full_name}.{name}"
        is_async = inspect.iscoroutinefunction(bound)
        return self._signature(name, params, function, full_name, ANY, is_static=is_static, is_async=is_async)

    def constant(self, name: str, value: Any) -> Signature:
        full_name = f"{self.host.full_name}.{name}"
        return self._signature(name, _Parameters([], {}, False), lambda: value, full_name, ANY, is_static=True)

    def field(self, name: str, raw: Any) -> Callable[[Any], Any]:
        """What reads a field of an object."""
        host = self.host
        is_descriptor = raw is not _NO_VALUE and _is_descriptor(raw)

        def read(value: Any) -> Any:
            try:
                found = raw.__get__(value, type(value)) if is_descriptor else value.__dict__.get(name, raw)
            except JactlError:
                raise
            except Exception as error:
                reason = str(error) or type(error).__name__
                raise HostFunctionError(f"Error reading {host.full_name}.{name}: {reason}") from error
            if found is _NO_VALUE:
                raise HostFunctionError(f"Field '{name}' of host class {host.full_name} has no value")
            return found

        return read

    def _signature(
        self,
        name: str,
        params: _Parameters,
        function: Callable[..., Any],
        full_name: str,
        returns: Type,
        *,
        is_static: bool,
        is_async: bool = False,
    ) -> Signature:
        call = _caller(function, params, 0 if is_static else 1)
        signature = Signature(
            name,
            tuple(params.described(self.registry)),
            returns,
            call,
            receiver=self.type,
            is_static=is_static,
            varargs=params.takes_rest,
            suspends=is_async,
            host=HostFunction(full_name, call, is_async, False, False, returns),
        )
        implement(signature)
        return signature


def _initialiser(python_class: type) -> Any:
    return defining(python_class, "__init__").__dict__["__init__"]


def defining(python_class: type, name: str) -> type:
    """The class, this one or a base, that defines a name which every class has."""
    return next(base for base in python_class.__mro__ if name in base.__dict__)


class _Parameters(Struct):
    """The parameters that scripts can give, in order; those by keyword only come last, or are left out."""

    given: list[inspect.Parameter]
    hints: dict[str, Any]
    takes_rest: bool

    def described(self, registry: Registry) -> Iterator[Param]:
        for parameter in self.given:
            hint = self.hints.get(parameter.name, Any)
            if parameter.kind is _KINDS.VAR_POSITIONAL:
                yield Param(parameter.name, ANY.array(), ())
            else:
                default = MANDATORY if parameter.default is _KINDS.empty else LEFT_OUT
                yield Param(parameter.name, annotated_type(hint, registry), default)


def _parameters(function: Any, method: Any) -> _Parameters | None:
    """The parameters of a function, without the receiver of a method; None if one cannot be given."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):  # written in C, and says nothing of its parameters
        return _Parameters([_KINDS("arguments", _KINDS.VAR_POSITIONAL)], {}, True)
    if method is not None and found and found[0].kind is not _KINDS.VAR_POSITIONAL:
        del found[0]
    hints = type_hints(_initialiser(function) if isinstance(function, type) else function)
    takes_rest = any(parameter.kind is _KINDS.VAR_POSITIONAL for parameter in found)
    by_keyword = [
        parameter
        for parameter in found
        if parameter.kind is _KINDS.KEYWORD_ONLY
        and (parameter.default is _KINDS.empty or not parameter.name.startswith("_"))
    ]
    if takes_rest and any(parameter.default is _KINDS.empty for parameter in by_keyword):
        return None
    given = [one for one in found if one.kind not in (_KINDS.KEYWORD_ONLY, _KINDS.VAR_KEYWORD)]
    return _Parameters(given if takes_rest else [*given, *by_keyword], hints, takes_rest)


def _caller(function: Callable[..., Any], params: _Parameters, receivers: int) -> Callable[..., Any]:
    """What calls a Python function with one value for each parameter, of which some are LEFT_OUT."""
    kinds = [(parameter.name, parameter.kind) for parameter in params.given]
    if params.takes_rest:
        del kinds[-1]

    def call(*arguments: Any) -> Any:
        positional = list(arguments[:receivers])
        named: dict[str, Any] = {}
        values = arguments[receivers:]
        is_short = False  # a parameter before was left out: the others go by name
        for (name, kind), value in zip(kinds, values, strict=False):
            if value is LEFT_OUT:
                is_short = True
            elif kind is _KINDS.KEYWORD_ONLY or (is_short and kind is not _KINDS.POSITIONAL_ONLY):
                named[name] = value
            elif is_short:
                raise TypeError(f"argument {name} needs those before it")
            else:
                positional.append(value)
        return function(*positional, *values[len(kinds) :], **named)

    return call
