"""An argument that the embedder gave -> itself, or a UsageError that names it and says what it must be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeVar
from uuid import UUID

from .errors import UsageError

T = TypeVar("T")


def wanted(name: str, value: T, kinds: type | tuple[type, ...], what: str) -> T:
    """A value of one of these classes, of which bool counts as no int."""
    if not isinstance(value, kinds) or (type(value) is bool and kinds is int):
        raise UsageError(f"{name} is {what}, not {value!r}")
    return value


def wanted_function(name: str, value: Any) -> None:
    if not callable(value):
        raise UsageError(f"{name} is a function, not {value!r}")


def wanted_flag(name: str, value: bool) -> bool:
    return wanted(name, value, bool, "True or False")


def wanted_streams(input: Any, output: Any) -> None:
    """What a script reads from and writes to. None: the default."""
    if input is not None and not callable(getattr(input, "readline", None)):
        raise UsageError(f"input has a method readline, as files have; {input!r} has none")
    if output is not None and not callable(getattr(output, "write", None)):
        raise UsageError(f"output has a method write, as files have; {output!r} has none")


def wanted_id(id: UUID) -> UUID:
    return wanted("id", id, UUID, "a UUID")


def wanted_seconds(name: str, value: float, *, or_none: bool = False) -> float:
    """More than 0, or (or_none) 0 too; infinity is a time."""
    is_number = isinstance(value, int | float) and type(value) is not bool
    if not is_number or not (value > 0 or (or_none and value == 0)):
        raise UsageError(f"{name} is a number of seconds{'' if or_none else ' above 0'}, not {value!r}")
    return value


def wanted_lease(lease_s: float) -> float:
    if wanted_seconds("lease_s", lease_s) == math.inf:
        raise UsageError("lease_s is finite: a lease that never runs out would leave a dead host's instances alone")
    return lease_s


def wanted_count(name: str, value: int, least: int) -> int:
    if wanted(name, value, int, "an int") < least:
        raise UsageError(f"{name} is at least {least}, not {value}")
    return value


def wanted_package(package: str | None) -> str | None:
    return wanted("package", package, (str, NoneType), "a str")


def wanted_globals(globals: Any) -> None:
    """Names and values; None: there are none."""
    if globals is None:
        return
    wanted("globals", globals, Mapping, "a dict of names and values")
    for name in globals:
        if not isinstance(name, str):
            raise UsageError(f"globals has a name that is no str: {name!r}")
