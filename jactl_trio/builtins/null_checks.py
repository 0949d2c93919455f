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


def null_on_path(is_created: bool) -> NoReturn:
    """A field of null on the way to a field that is assigned to."""
    raise NullError("Trying to access field/element of null object" + (_NOT_CREATED if is_created else ""))


def null_assigned(field: str, is_created: bool) -> NoReturn:
    """`null.field = x` where a Jactl class is declared."""
    reason = " (could not auto-create due to mandatory fields)" if is_created else ""
    raise NullError(f"Null value for parent accessing field {field}{reason}")


def null_changed() -> NoReturn:
    """`null.field += x`"""
    raise NullError("Cannot load field from null parent")


def null_changed_safely(type_shown: str) -> NoReturn:
    """`null?.field += x`: there is nothing that could be changed."""
    raise NullError(f"Cannot convert null value into {type_shown}")


def null_array() -> NoReturn:
    """`null[i] = x` where an array is declared."""
    raise NullError("Null value for array")


def null_global(name: str, type_shown: str) -> NoReturn:
    """A global that had a value of a primitive type when the script was compiled."""
    raise NullError(f"Null value for global variable '{name}' of type {type_shown}")


_NOT_CREATED = " (could not auto-create parent due to mandatory fields)"
