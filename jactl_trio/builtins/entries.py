"""A built-in's signature -> its dynamic entry: counts and converts arguments, fills in defaults, tail-calls.

entry(receiver or (), *boxed arguments). One maker for each small number of parameters, so that no call between frames
collects arguments with a star: only functions that cannot suspend have more than three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import RuntimeError
from ..values.arguments import UNSET, NamedArgs
from ..values.casts import coerce, coerce_any, coerce_number, coercion, is_of_class
from ..values.promotion import RANKS
from ..values.signature import MANDATORY, Param, Signature
from ..values.suspension import transparent
from ..values.typenames import type_name
from ..values.types import Type

Entry = Callable[..., Any]


def make_entry(signature: Signature) -> Entry:
    """The dynamic entry of a built-in or host function."""
    with_receiver = signature.receiver is not None and not signature.is_static
    count = len(signature.params)
    if signature.varargs or count > 3:
        return (_method_n if with_receiver else _function_n)(signature)
    makers = _METHODS if with_receiver else _FUNCTIONS
    return makers[count](signature)


def converter(param: Param, function: str) -> Callable[[Any], Any]:
    """What turns an argument of the named function into the parameter's type."""
    type = param.type
    if type.kind in ("Object", "iterator"):
        return coerce_any
    if type.kind == "Number":
        return _number
    return _instance_check(type, function) if type.kind == "instance" else _coercion(type)


def _coercion(type: Type) -> Callable[[Any], Any]:
    known = coercion(type)
    if known is not None:
        return known

    def convert(value: Any) -> Any:
        return coerce(value, type)

    return convert


def _number(value: Any) -> Any:
    if value is not None and type(value) not in RANKS:
        raise RuntimeError(f"Cannot convert from {type_name(value)} to type java.lang.Number")
    return coerce_number(value)


def _instance_check(type: Type, function: str) -> Callable[[Any], Any]:
    """Nothing becomes an instance by itself: the argument is one, or null."""

    def check(value: Any) -> Any:
        if value is None or is_of_class(value, type):
            return value
        reason = f"Cannot cast {type_name(value)} to {type.name}"
        raise RuntimeError(f"Incompatible argument type for {function}(): {reason}")

    return check


def arranged(signature: Signature, args: tuple[Any, ...]) -> list[Any]:
    """Arguments as they came -> one converted value for each parameter."""
    args = tuple(arg for arg in args if arg is not UNSET)
    if len(args) == 1:
        if type(args[0]) is NamedArgs:
            return _named(signature, args[0])
        if isinstance(args[0], list) and len(signature.params) != 1 and signature.mandatory_count != 1:
            args = tuple(args[0])  # a List given for several parameters stands for their values
    _check_count(signature, args)
    params = signature.params
    values: list[Any] = []
    for number, param in enumerate(params):
        if signature.varargs and number == len(params) - 1:
            values.append(list(args[number:]))
        elif number < len(args):
            values.append(converter(param, signature.name)(args[number]))
        else:
            values.append(param.default)
    return values


def _check_count(signature: Signature, args: tuple[Any, ...]) -> None:
    if args and type(args[0]) is NamedArgs:
        raise RuntimeError("Named args not supported for built-in functions")
    mandatory, most = signature.mandatory_count, len(signature.params)
    if len(args) < mandatory:
        at_least = "" if mandatory == most and not signature.varargs else "at least "
        raise RuntimeError(f"Missing mandatory arguments (arg count of {len(args)} but expected {at_least}{mandatory})")
    if len(args) > most and not signature.varargs:
        raise RuntimeError(f"Too many arguments (passed {len(args)} but expected only {most})")


def _named(signature: Signature, given: NamedArgs) -> list[Any]:
    left = dict(given)
    values: list[Any] = []
    for number, param in enumerate(signature.params):
        if param.name in left:
            value = left.pop(param.name)
            if signature.varargs and number == len(signature.params) - 1:
                values.append(list(value) if isinstance(value, list) else [value])
            else:
                values.append(None if value is None else converter(param, signature.name)(value))
        elif param.default is MANDATORY:
            raise RuntimeError(f"Missing value for mandatory parameter '{param.name}'")
        else:
            values.append(param.default)
    if left:
        plural = "s" if len(left) > 1 else ""
        raise RuntimeError(f"No such parameter{plural}: {', '.join(map(str, left))}")
    return values


def _method_0(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(receiver: Any, *rest: Any) -> Any:
        if rest:
            arranged(signature, rest)
        return implementation(receiver)

    return entry


def _method_1(signature: Signature) -> Entry:
    implementation, convert = signature.implementation, converter(signature.params[0], signature.name)
    default = signature.params[0].default

    @transparent
    def entry(receiver: Any, a: Any = UNSET, *rest: Any) -> Any:
        if a is UNSET and default is not MANDATORY and not rest:
            a = default
        elif a is UNSET or rest or type(a) is NamedArgs:
            (a,) = arranged(signature, (a, *rest))
        else:
            a = convert(a)
        return implementation(receiver, a)

    return entry


def _method_2(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(receiver: Any, a: Any = UNSET, b: Any = UNSET, *rest: Any) -> Any:
        a, b = arranged(signature, (a, b, *rest))
        return implementation(receiver, a, b)

    return entry


def _method_3(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(receiver: Any, a: Any = UNSET, b: Any = UNSET, c: Any = UNSET, *rest: Any) -> Any:
        a, b, c = arranged(signature, (a, b, c, *rest))
        return implementation(receiver, a, b, c)

    return entry


def _method_n(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(receiver: Any, *args: Any) -> Any:
        return implementation(receiver, *arranged(signature, args))

    return entry


def _function_0(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(env: Any, *rest: Any) -> Any:
        if rest:
            arranged(signature, rest)
        return implementation()

    return entry


def _function_1(signature: Signature) -> Entry:
    implementation, convert = signature.implementation, converter(signature.params[0], signature.name)

    @transparent
    def entry(env: Any, a: Any = UNSET, *rest: Any) -> Any:
        if a is UNSET or rest or type(a) is NamedArgs:
            (a,) = arranged(signature, (a, *rest))
        else:
            a = convert(a)
        return implementation(a)

    return entry


def _function_2(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(env: Any, a: Any = UNSET, b: Any = UNSET, *rest: Any) -> Any:
        a, b = arranged(signature, (a, b, *rest))
        return implementation(a, b)

    return entry


def _function_3(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(env: Any, a: Any = UNSET, b: Any = UNSET, c: Any = UNSET, *rest: Any) -> Any:
        a, b, c = arranged(signature, (a, b, c, *rest))
        return implementation(a, b, c)

    return entry


def _function_n(signature: Signature) -> Entry:
    implementation = signature.implementation

    @transparent
    def entry(env: Any, *args: Any) -> Any:
        return implementation(*arranged(signature, args))

    return entry


_METHODS: tuple[Callable[[Signature], Entry], ...] = (_method_0, _method_1, _method_2, _method_3)
_FUNCTIONS: tuple[Callable[[Signature], Entry], ...] = (_function_0, _function_1, _function_2, _function_3)
