"""A unit -> the Python text of its functions, for `jactl-trio explain --python`."""

from __future__ import annotations

import ast
from types import FunctionType

from ..continuation.unit import Unit
from ..values.argument_lists import Shape
from .names import UNIT


def python_text(unit: Unit) -> str:
    """The generated module as Python source, its constants as comments at the head."""
    constants = [
        f"# {name} = {_shown(value)}"
        for name, value in unit.namespace.items()
        if name.startswith("K") and name[1:].isdigit() and name != UNIT
    ]
    tree = unit.tree or ast.Module([], [])
    body = "\n\n\n".join(ast.unparse(definition) for definition in tree.body)
    return "\n".join([*constants, "", "", body, ""]) if constants else body + "\n"


def _shown(value: object) -> str:
    """A constant without addresses: the text of a unit is the same each time."""
    if isinstance(value, FunctionType | type):
        return f"{value.__module__.rpartition('.')[2]}.{value.__qualname__}"
    if isinstance(value, Shape):
        return f"Shape({', '.join(value.names)})"
    return repr(value)
