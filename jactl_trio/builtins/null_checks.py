"""The errors for null where compiled code itself finds it, before it reads a field or calls a method."""

from __future__ import annotations

from typing import NoReturn

from ..errors import NullError


def null_parent() -> NoReturn:
    """null[...]"""
    raise NullError("Cannot retrieve field from null parent")


def null_object() -> NoReturn:
    """A field or method of null where a Jactl class is declared."""
    raise NullError("Trying to access field/element of null object")


def null_receiver(method: str) -> NoReturn:
    """A call of a method that is known, on null."""
    raise NullError(f"Cannot invoke method {method} on null object")


def null_method() -> NoReturn:
    """A call of a method that is not known, on null."""
    raise NullError("Tried to invoke method on null value")
