"""A unit -> the Python text of its functions, for `jactl-trio explain --python`."""

from __future__ import annotations

import ast

from ..continuation.unit import Unit
from .names import UNIT


def python_text(unit: Unit) -> str:
    """The generated module as Python source, its constants as comments at the head."""
    constants = [
        f"# {name} = {value!r}"
        for name, value in unit.namespace.items()
        if name.startswith("K") and name[1:].isdigit() and name != UNIT
    ]
    tree = unit.tree or ast.Module([], [])
    body = "\n\n\n".join(ast.unparse(definition) for definition in tree.body)
    return "\n".join([*constants, "", "", body, ""]) if constants else body + "\n"
