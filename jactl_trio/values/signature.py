"""What can be called: the description of a built-in or host function or method.

The resolver reads it (types, argument count, names), the code generator calls `implementation`, and
dynamic calls go through `entry`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ..structs import Struct
from .types import ANY, Type


class _Mandatory:
    def __repr__(self) -> str:
        return "MANDATORY"


MANDATORY: Final = _Mandatory()


@dataclass(slots=True, frozen=True)
class Param:
    """A parameter of a built-in or host function."""

    name: str
    type: Type = ANY
    default: Any = MANDATORY  # a boxed value, or MANDATORY
    minimum: int | None = None  # a smaller argument that is written in the call is an error there
    too_small: str = ""  # the message of that error


class Signature(Struct):
    """A built-in or host function (receiver None), method, or static method (is_static, receiver its class).

    implementation(receiver, *params) for a method, implementation(*params) for a function or static method: every
    parameter present (defaults filled in by the caller), already converted to the parameter's type (an
    `int` param gets an int, ANY any boxed value); returns a boxed value.
    entry(env, *args): the dynamic calling convention (see docs/architecture.md), env is the receiver, () for functions;
    made by builtins.registry from `implementation`.
    suspends: True always may; False never; a tuple of argument numbers (0 the receiver): only if one of those may.
    """

    name: str
    params: tuple[Param, ...]
    return_type: Type
    implementation: Callable[..., Any]
    receiver: Type | None = None
    is_static: bool = False
    varargs: bool = False  # the last parameter collects the rest as a list
    suspends: bool | tuple[int, ...] = False
    entry: Callable[..., Any] | None = None
    aliases: tuple[tuple[str, ...], ...] = field(default=())  # other names of each parameter
    host: Any = None  # builtins.hosting.HostFunction of a function of the host

    @property
    def mandatory_count(self) -> int:
        return sum(1 for param in self.params if param.default is MANDATORY)

    @property
    def key(self) -> str:
        """The stable name in checkpoints and generated code: 'sleep', 'List.map', 'LocalDate.of'."""
        return self.name if self.receiver is None else f"{self.receiver.name}.{self.name}"

    def __repr__(self) -> str:
        return f"<built-in {self.key}>"
