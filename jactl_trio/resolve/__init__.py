"""Syntax tree -> resolved tree: bindings, types, constants, captures, and who may suspend."""

from __future__ import annotations

from ..syntax.nodes import Program
from .model import UnitInfo
from .scope import Scope

__all__ = ["Scope", "UnitInfo", "resolve"]


def resolve(program: Program, source: str, scope: Scope) -> UnitInfo:
    """Annotate the tree of a script or class file; raises CompileError holding every error found."""
    from .program import resolve_program

    return resolve_program(program, source, scope)
