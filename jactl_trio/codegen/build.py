"""A resolved unit -> Python module -> functions and classes in a continuation Unit, with sites and positions."""

from __future__ import annotations

import ast
import builtins as python
import hashlib
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from decimal import Decimal
from types import FunctionType
from typing import Any, Iterator

from ..continuation.unit import Code, Site, Unit
from ..resolve.model import ClassInfo, FunctionInfo, UnitInfo
from ..values.options import Options
from ..values.types import Type
from . import names, trees
from .lowerer import Lowerer
from .namespace import BUILTINS

RECURSION_LIMIT = 20_000  # for the time of lowering: sources may nest limits.NESTING_MAX deep


def generate(info: UnitInfo, options: Options, used: Sequence[Unit] = ()) -> Unit:
    """Build a unit's functions and classes."""
    with _deep_recursion():
        return UnitBuild(info, options, list(used)).build()


class UnitBuild:
    """What the functions of one unit share while they are lowered."""

    def __init__(self, info: UnitInfo, options: Options, used: list[Unit]) -> None:
        self.info = info
        self.options = options
        self.used = used
        self.positions: list[int] = [0, 0]  # lines count from 1; line 1 is no operation's
        self.global_names: set[str] = set()  # constants, functions and classes of the unit: stable
        self.values: dict[str, Any] = {}  # their values, for those that are not defined by code
        self.defs: list[tuple[str, FunctionInfo, ast.FunctionDef, dict[int, Site]]] = []
        self.numbers: dict[int, int] = {}  # id(FunctionInfo or ClassInfo) -> number in its Python name
        self._constants: dict[Any, str] = {}

    # Lines and constants

    def line(self, pos: int) -> int:
        self.positions.append(pos)
        return len(self.positions) - 1

    def site(self, pos: int, ordinal: int) -> tuple[int, Site]:
        line = self.line(pos)
        return line, Site(line, f"{pos}.{ordinal}", pos)

    def constant(self, value: Any) -> ast.expr:
        """Python's own constants as they are, others by a name in the unit's namespace."""
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return trees.constant(value)
        if kind is float and value == value and value not in (float("inf"), float("-inf")):
            return trees.constant(value)
        return self.named((kind, repr(value)), value)

    def type_constant(self, type: Type) -> ast.expr:
        return self.named(type, type)

    def named(self, key: Any, value: Any) -> ast.Name:
        """A value in the unit's namespace, one for each key."""
        name = self._constants.get(key)
        if name is None:
            name = self._constants[key] = names.constant_name(len(self._constants))
            self.global_names.add(name)
            self.values[name] = value
        return trees.name(name)

    # Names of functions and classes

    def function_name(self, info: FunctionInfo) -> str:
        return names.function_name(self._number(info), info.name)

    def entry_name(self, info: FunctionInfo) -> str:
        return names.function_entry_name(self._number(info), info.name)

    def class_name(self, info: ClassInfo) -> str:
        return names.class_name(self._number(info), info.name)

    def _number(self, info: Any) -> int:
        return self.numbers.setdefault(id(info), len(self.numbers))

    # Building

    def build(self) -> Unit:
        raise NotImplementedError


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    if before < RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
