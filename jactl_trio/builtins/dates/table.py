"""Rows of (name, parameters, result, Python function) -> registered methods of one type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import NullError, RuntimeError
from ...values.numbers import Long
from ...values.signature import MANDATORY, Param
from ...values.types import LONG, Type
from ..declare import method, static_method

Row = tuple[str, str, Type, Callable[..., Any]]


def declare_methods(receiver: Type, rows: list[Row], types: dict[str, Type]) -> None:
    """Register instance methods; a row writes its parameters 'days' or 'second nano=0', `types` gives their types."""
    for name, parameters, result, implementation in rows:
        method(receiver, name, returns=result, params=_params(parameters, types))(_checked(implementation, result))


def declare_statics(receiver: Type, rows: list[Row], types: dict[str, Type]) -> None:
    """Register static methods, written as in declare_methods."""
    for name, parameters, result, implementation in rows:
        declared = static_method(receiver, name, returns=result, params=_params(parameters, types))
        declared(_checked(implementation, result))


def _params(parameters: str, types: dict[str, Type]) -> list[Param]:
    params = []
    for word in parameters.split():
        name, _, default = word.partition("=")
        params.append(Param(name, types[name], int(default) if default else MANDATORY))
    return params


def _checked(implementation: Callable[..., Any], result: Type) -> Callable[..., Any]:
    """The function with a long result boxed, and with a clear error for null arguments."""

    def call(*args: Any) -> Any:
        try:
            value = implementation(*args)
        except (TypeError, AttributeError):
            if None in args:
                raise NullError("Null value for argument") from None
            raise
        except OverflowError as error:
            raise RuntimeError(str(error)) from None
        return Long(value) if result is LONG else value

    return call
