"""The arguments of a dynamic call of a script's function -> one value for each parameter, UNSET for those left out."""

from __future__ import annotations

from typing import Any

from ..errors import RuntimeError
from .arguments import UNSET, NamedArgs


class Shape:
    """What an entry needs to know of its parameters: names, which are mandatory, defaults that are constants."""

    __slots__ = ("defaults", "mandatory", "names")

    def __init__(self, names: tuple[str, ...], mandatory: tuple[bool, ...], defaults: tuple[Any, ...]) -> None:
        self.names = names
        self.mandatory = mandatory
        self.defaults = defaults  # UNSET where the function computes the default itself


def arguments(shape: Shape, given: tuple[Any, ...], rest: tuple[Any, ...]) -> tuple[Any, ...]:
    """`given` holds one value for each parameter, UNSET where none was passed; `rest` what was too much."""
    if rest:
        raise RuntimeError("Too many arguments")
    count = _count(given)
    if count == 1:
        first = given[0]
        if type(first) is NamedArgs:
            return _named(shape, first)
        if isinstance(first, list) and len(given) != 1 and sum(shape.mandatory) != 1:
            return _positional(shape, tuple(first))
    return _positional(shape, given[:count])


def no_arguments(shape: Shape, rest: tuple[Any, ...]) -> None:
    """A function without parameters was given arguments: only an empty List or no named ones will do."""
    if len(rest) == 1 and isinstance(rest[0], list):
        rest = tuple(rest[0])
    elif len(rest) == 1 and type(rest[0]) is NamedArgs:
        _named(shape, rest[0])
        return
    if rest:
        raise RuntimeError("Too many arguments")


def _count(given: tuple[Any, ...]) -> int:
    """How many arguments were passed."""
    return sum(1 for value in given if value is not UNSET)


def _positional(shape: Shape, args: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(args) > len(shape.names):
        raise RuntimeError("Too many arguments")
    if len(args) < sum(shape.mandatory) or any(
        mandatory and (number >= len(args) or args[number] is UNSET) for number, mandatory in enumerate(shape.mandatory)
    ):
        raise RuntimeError("Missing mandatory arguments")
    return args + shape.defaults[len(args) :]


def _named(shape: Shape, named: NamedArgs) -> tuple[Any, ...]:
    left = dict(named)
    values = []
    for name, mandatory, default in zip(shape.names, shape.mandatory, shape.defaults, strict=True):
        if name in left:
            values.append(left.pop(name))
        elif mandatory:
            raise RuntimeError(f"Missing value for mandatory parameter '{name}'")
        else:
            values.append(default)
    if left:
        raise RuntimeError(f"No such parameter{'s' if len(left) > 1 else ''}: {', '.join(map(str, left))}")
    return tuple(values)
