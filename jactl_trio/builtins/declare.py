"""Decorators that declare the language's own functions and methods: signature + Python function -> registry entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..values.signature import Param, Signature
from ..values.types import ANY, Type
from .registry import Registry

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGE = Registry()


def function(
    name: str,
    *other_names: str,
    returns: Type = ANY,
    params: Sequence[Param] = (),
    suspends: bool | tuple[int, ...] = False,
    varargs: bool = False,
) -> Callable[[F], F]:
    """A global function: implementation(*params)."""

    def declare(implementation: F) -> F:
        LANGUAGE.register(
            Signature(name, tuple(params), returns, implementation, suspends=suspends, varargs=varargs), *other_names
        )
        return implementation

    return declare


def method(
    receiver: Type,
    name: str,
    *other_names: str,
    returns: Type = ANY,
    params: Sequence[Param] = (),
    suspends: bool | tuple[int, ...] = False,
) -> Callable[[F], F]:
    """A method of a type's values: implementation(receiver, *params)."""

    def declare(implementation: F) -> F:
        LANGUAGE.register(
            Signature(name, tuple(params), returns, implementation, receiver=receiver, suspends=suspends), *other_names
        )
        return implementation

    return declare


def static_method(
    receiver: Type,
    name: str,
    *other_names: str,
    returns: Type = ANY,
    params: Sequence[Param] = (),
    suspends: bool | tuple[int, ...] = False,
) -> Callable[[F], F]:
    """A static method of a registered type: implementation(*params)."""

    def declare(implementation: F) -> F:
        signature = Signature(
            name, tuple(params), returns, implementation, receiver=receiver, is_static=True, suspends=suspends
        )
        LANGUAGE.register(signature, *other_names)
        return implementation

    return declare
