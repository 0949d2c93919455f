"""What compiled code checks of a built-in's arguments itself, so that the error stands where the argument does."""

from __future__ import annotations

from ..errors import NullError, RuntimeError


def at_least(value: int, minimum: int, message: str) -> int:
    """The value, unless it is smaller."""
    if value < minimum:
        raise RuntimeError(message)
    return value


def null_function() -> None:
    """null where a method needs a function."""
    raise NullError("Null value for Function")


def null_iterable() -> None:
    """A method of everything iterable, called on null."""
    raise NullError("Cannot iterate over null object")
