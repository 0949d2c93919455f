"""A Python function of the host -> a Signature that scripts can call.

Annotations give the parameters' types (int: long, float: double, dict: Map...; anything else: def), defaults say which
may be left out, `*args` takes the rest. A synchronous function is called at once, inside the script; an asynchronous
or threaded one suspends the script with a HostCall, which the runtime answers with `HostFunction.result`. A function
marked @resumable gets the script's own values and may call closures.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..continuation.current import RunState, current
from ..continuation.requests import HostCall
from ..errors import HostFunctionError, JactlError, UsageError
from ..structs import Struct
from ..values.casts import boxed, coerce
from ..values.convert import from_host, to_host
from ..values.signature import MANDATORY, Param, Signature
from ..values.suspension import RESUMABLE, Suspend, transparent
from ..values.types import ANY, BOOLEAN, DECIMAL, DOUBLE, LIST, LONG, MAP, STRING, Type
from .registry import Registry

CONTEXT_PARAMETER = "ctx"
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ANNOTATIONS: dict[Any, Type] = {
    bool: BOOLEAN,
    int: LONG,
    float: DOUBLE,
    Decimal: DECIMAL,
    str: STRING,
    list: LIST,
    tuple: LIST,
    dict: MAP,
}


@dataclass(slots=True, frozen=True)
class CallContext:
    """What a host function that takes `ctx` learns of the call; the first three are its idempotency key."""

    instance_id: uuid.UUID | None
    checkpoint_id: int
    call_ordinal: int
    application_context: Any
    invocation_context: Any


class HostFunction(Struct):
    """The Python function behind a Signature."""

    name: str
    function: Callable[..., Any]
    is_async: bool
    is_threaded: bool
    takes_context: bool
    returns: Type

    def result(self, value: Any, run: RunState) -> Any:
        """What the function returned, as the script of that run sees it: converted to the declared type, boxed."""
        if run.context is None:
            converted = from_host(value)
        else:
            registry = run.context.registry
            converted = from_host(value, registry.knows, registry.host_classes is not None)
        return converted if self.returns is ANY else boxed(coerce(converted, self.returns), self.returns)

    def failure(self, error: Exception) -> JactlError:
        """What a script sees of an exception of the function: its text, never the traceback."""
        if isinstance(error, JactlError):
            return error
        wrapped = HostFunctionError(f"Error invoking {self.name}(): {error or type(error).__name__}")
        wrapped.__cause__ = error
        return wrapped

    def arguments(self, call: HostCall, run: RunState) -> tuple[Any, ...]:
        """The positional arguments for the Python function."""
        return (call_context(run, call.ordinal), *call.args) if self.takes_context else call.args


def call_context(run: RunState, ordinal: int) -> CallContext:
    application = getattr(run.context, "application_context", None)
    return CallContext(run.instance_id, run.checkpoint_id, ordinal, application, run.invocation_context)


def host_signature(
    function: Callable[..., Any],
    registry: Registry,
    *,
    name: str | None = None,
    receiver: Type | None = None,
    is_static: bool = False,
    is_threaded: bool = False,
) -> Signature:
    """Describe a Python function for scripts; for a method its first parameter (after ctx) is the receiver."""
    if not callable(function):
        raise UsageError(f"What scripts are to call is a function, not {function!r}")
    name = _checked_name(getattr(function, "__name__", "") if name is None else name)
    parameters = list(inspect.signature(function).parameters.values())
    hints = type_hints(function)
    takes_context = bool(parameters) and parameters[0].name == CONTEXT_PARAMETER
    if takes_context:
        del parameters[0]
    if receiver is not None and not is_static:
        if not parameters:
            raise UsageError(f"Method {function.__name__} needs a parameter for its receiver")
        del parameters[0]
    returns = annotated_type(hints.get("return", Any), registry)
    is_async = inspect.iscoroutinefunction(function)
    host = HostFunction(name, function, is_async, is_threaded, takes_context, returns)
    signature = Signature(
        host.name,
        tuple(_param(parameter, hints, registry) for parameter in parameters),
        returns,
        function,
        receiver=receiver,
        is_static=is_static,
        varargs=bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_POSITIONAL,
        suspends=is_async or is_threaded or _is_resumable(function),
        host=host,
    )
    if not _is_resumable(function):
        implement(signature)
    return signature


def _checked_name(name: str) -> str:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise UsageError(f"Scripts cannot call a function with the name {name!r}: give it another one (name=...)")
    return name


def implement(signature: Signature) -> None:
    """Give a signature the implementation that calls its host function, or suspends for it."""
    host: HostFunction = signature.host
    signature.implementation = (_waiting if host.is_async or host.is_threaded else _immediate)(signature)


def type_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a Python function, evaluated."""
    try:
        return typing.get_type_hints(function)
    except Exception:  # a name that only a type checker knows: the function is as good without types
        return {}


def _is_resumable(function: Callable[..., Any]) -> bool:
    return getattr(function, "__code__", None) in RESUMABLE


def _waiting(signature: Signature) -> Callable[..., Any]:
    @transparent
    def call(*arguments: Any) -> Any:
        run = current.run
        ordinal = run.call_ordinal
        run.call_ordinal += 1
        raise Suspend(HostCall(signature, _flat(signature, arguments), None, ordinal))

    return call


def _immediate(signature: Signature) -> Callable[..., Any]:
    host: HostFunction = signature.host

    def call(*arguments: Any) -> Any:
        run = current.run
        ordinal = run.call_ordinal
        run.call_ordinal += 1
        given = _flat(signature, arguments)
        if host.takes_context:
            given = (call_context(run, ordinal), *given)
        try:
            result = host.function(*given)
        except Exception as error:
            raise host.failure(error) from error
        return host.result(result, run)

    return call


def _flat(signature: Signature, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    if signature.varargs:
        arguments = (*arguments[:-1], *arguments[-1])
    return tuple(map(to_host, arguments))


def annotated_type(annotation: Any, registry: Registry) -> Type:
    """The type of the language that a Python annotation stands for."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not type(None)]
        inner = annotated_type(members[0], registry) if len(members) == 1 else ANY
        return ANY if inner.is_primitive else inner  # null is no value of a primitive type
    kind = origin or annotation
    known = _ANNOTATIONS.get(kind) if isinstance(kind, type) else None
    if known is None and isinstance(kind, type):
        known = registry.type_for(kind)
    return known or ANY


def _param(parameter: inspect.Parameter, hints: dict[str, Any], registry: Registry) -> Param:
    kinds = inspect.Parameter
    if parameter.kind is kinds.VAR_POSITIONAL:
        return Param(parameter.name, ANY.array(), ())
    if parameter.kind in (kinds.VAR_KEYWORD, kinds.KEYWORD_ONLY):
        raise UsageError(f"Parameter {parameter.name}: host functions take positional parameters only")
    type = annotated_type(hints.get(parameter.name, Any), registry)
    if parameter.default is kinds.empty:
        return Param(parameter.name, type, MANDATORY)
    default = from_host(parameter.default, registry.knows)
    return Param(parameter.name, ANY if default is None and type.is_primitive else type, default)
