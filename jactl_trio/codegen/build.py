"""A resolved unit -> Python module -> functions and classes in a continuation Unit, with sites and positions.

Functions are lowered as they are asked for: the main function and every method first, then what their code
refers to, the direct function or the dynamic entry or both.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..continuation.unit import Code, Site, Unit
from ..errors import CompileError, InternalError, Location
from ..limits import BLOCKS_MAX
from ..resolve.model import ClassInfo, FunctionInfo, UnitInfo
from ..values.argument_lists import Shape
from ..values.arguments import UNSET
from ..values.closures import OPTIONAL, ORDER, PLAIN
from ..values.options import Options
from ..values.signature import Signature
from ..values.types import Type
from . import names, trees
from .classes import build_classes, want_classes
from .functions import build_direct, build_entry, has_constant_default, natural_order, plain_form
from .lowerer import Lowerer
from .namespace import BUILTINS

RECURSION_LIMIT = 30_000  # for the time of lowering: sources may nest limits.NESTING_MAX deep


def generate(info: UnitInfo, options: Options, used: Sequence[Unit] = ()) -> Unit:
    """Build a unit's functions and classes."""
    with _deep_recursion():
        return UnitBuild(info, options, list(used)).build()


class UnitBuild:
    """What the functions of one unit share while they are lowered."""

    def __init__(self, info: UnitInfo, options: Options, used: list[Unit]) -> None:
        self.info = info
        self.options = options
        self.positions: list[int] = [0, 0]  # by line, from 1; line 1 is no operation's
        self.global_names: set[str] = set()  # constants, functions and classes of the unit: stable
        self.values: dict[str, Any] = {}  # values of constants
        self.class_sets: dict[tuple[ClassInfo, ...], set[Any]] = {}
        self.lowered: dict[str, Lowerer] = {}  # by the Code's key, in the order of the module
        self.unit = Unit(_identity(info, used), info.source, info.name, info.package, {}, used=used, info=info)
        self._numbers: dict[FunctionInfo | ClassInfo, int] = {}
        self._constants: dict[Any, str] = {}
        self._wanted: list[tuple[str, FunctionInfo, Callable[[UnitBuild, FunctionInfo], Lowerer]]] = []
        self._asked: set[str] = set()
        self._direct: set[FunctionInfo] = set()

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
        if kind is float and value == value and abs(value) != float("inf"):
            return trees.constant(value)
        if kind is list:
            return trees.list_of([self.constant(item) for item in value])
        if kind is tuple:
            return trees.tuple_of([self.constant(item) for item in value])
        if kind is dict:
            return ast.Dict([self.constant(key) for key in value], [self.constant(item) for item in value.values()])
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

    def implementation_constant(self, signature: Signature) -> ast.expr:
        return self.named((signature, "implementation"), signature.implementation)

    def entry_constant(self, signature: Signature) -> ast.expr:
        return self.named((signature, "entry"), signature.entry)

    def builtin_value(self, signature: Signature) -> ast.expr:
        """A built-in function as a value."""
        return trees.call(trees.name("MethodType"), self.entry_constant(signature), trees.tuple_of([]))

    def shape_constant(self, info: FunctionInfo) -> ast.expr:
        """What an entry's helper needs to know of the parameters."""
        defaults = tuple(
            param.default.const if len(info.params) == 1 and param.default and has_constant_default(param) else UNSET
            for param in info.params
        )
        shape = Shape(
            tuple(param.name for param in info.params), tuple(param.is_mandatory for param in info.params), defaults
        )
        return self.named((info, "shape"), shape)

    # Functions and classes

    def direct_name(self, info: FunctionInfo) -> str:
        """The Python name of the direct function, which is built."""
        self._direct.add(info)
        return self.want(self.function_name(info), info.path, info, build_direct)

    def entry_name(self, info: FunctionInfo) -> str:
        """The Python name of the dynamic entry, which is built."""
        return self.want(
            names.function_entry_name(self.number(info), info.name), info.path + "!entry", info, build_entry
        )

    def method_function(self, info: FunctionInfo) -> ast.expr:
        """The direct function of a method, of this unit or of another."""
        if self.is_own(info.class_info):
            return trees.name(self.direct_name(info))
        return self._of_other_unit(info, info.path)

    def method_entry(self, info: FunctionInfo) -> ast.expr:
        """The dynamic entry of a method, of this unit or of another."""
        if self.is_own(info.class_info):
            return trees.name(self.entry_name(info))
        return self._of_other_unit(info, f"{info.path}!entry")

    def _of_other_unit(self, info: FunctionInfo, key: str) -> ast.expr:
        if info.class_info is None or info.class_info.python_class is None:
            raise InternalError(f"{info.path} is not compiled")
        unit: Unit = info.class_info.python_class.jactl.unit
        return self.named((info, key), unit.codes[key].function)

    def class_value(self, info: ClassInfo) -> ast.expr:
        """The Python class of a Jactl class."""
        if not self.is_own(info):
            return self.named((info, "class"), info.python_class)
        name = names.class_name(self.number(info), info.name)
        self.global_names.add(name)
        return trees.name(name)

    def class_set(self, infos: Sequence[ClassInfo]) -> ast.expr:
        """A set of classes of the unit, filled when they are built."""
        return self.named(tuple(infos), self.class_sets.setdefault(tuple(infos), set()))

    def is_own(self, info: ClassInfo | None) -> bool:
        """Is it a class of this unit?"""
        return info in self.info.classes

    def function_name(self, info: FunctionInfo) -> str:
        return names.function_name(self.number(info), info.name)

    def is_direct(self, info: FunctionInfo) -> bool:
        """Is there a direct function that the entry can call?"""
        return info in self._direct or info.kind in ("method", "static")

    def number(self, info: FunctionInfo | ClassInfo) -> int:
        return self._numbers.setdefault(info, len(self._numbers))

    def want(self, name: str, key: str, info: FunctionInfo, make: Callable[[UnitBuild, FunctionInfo], Lowerer]) -> str:
        """Ask for a function under a key of its own, made by `make` when its turn comes; its Python name."""
        if key not in self._asked:
            self._asked.add(key)
            self._wanted.append((key, info, make))
            self.global_names.add(name)
        return name

    # Building

    def build(self) -> Unit:
        main = self.info.main
        if main is not None:
            self.direct_name(main)
        want_classes(self)
        self._lower_wanted()
        self._compile()
        build_classes(self)
        if main is not None:
            self.unit.main = self.unit.codes[main.path].function
        return self.unit

    def _lower_wanted(self) -> None:
        while self._wanted:
            # Entries last: by then it is known whether there is a direct function for them to call.
            self._wanted.sort(key=lambda wanted: wanted[2] is build_entry)
            key, info, make = self._wanted.pop(0)
            self.lowered[key] = make(self, info)

    def _compile(self) -> None:
        unit = self.unit
        definitions: list[ast.stmt] = [lowered.tree for lowered in self.lowered.values()]
        plain = {key: form for key, lowered in self.lowered.items() if (form := plain_form(lowered)) is not None}
        module = ast.Module([*definitions, *plain.values()], [])
        for tree in module.body:
            trees.locate(tree, 1)
        unit.tree = ast.Module(definitions, [])
        unit.positions = self.positions
        unit.namespace.update(self.values)
        unit.namespace["__builtins__"] = BUILTINS
        unit.namespace[names.UNIT] = unit
        file_name = f"<jactl {unit.name or 'script'}>"
        try:
            python = compile(module, file_name, "exec", dont_inherit=True)
        except SyntaxError:
            self._check_blocks(module)
            raise
        exec(python, unit.namespace)
        for key, lowered in self.lowered.items():
            function = unit.namespace[lowered.tree.name]
            if lowered.returns_boxed and self.options.stress is None and (order := natural_order(lowered.info))[0]:
                function.__dict__[ORDER] = order
            if len(lowered.info.params) == 2 and not all(param.is_mandatory for param in lowered.info.params):
                function.__dict__[OPTIONAL] = True
            code = Code(key, function, lowered.tree, unit.namespace, unit, lowered.sites)
            if key in plain:
                code.plain = function.__dict__[PLAIN] = unit.namespace[plain[key].name]
            code.handles_errors = lowered.handles_errors
            code.was_cell = frozenset(lowered.was_cell)
            code.was_needed = frozenset(lowered.was_needed)
            unit.codes[key] = code

    def _check_blocks(self, module: ast.Module) -> None:
        """CompileError at the first loop that stands too deep for CPython."""
        waiting: list[tuple[ast.AST, int]] = [(module, 0)]
        while waiting:
            node, depth = waiting.pop()
            depth += isinstance(node, ast.While | ast.For | ast.Try)
            if depth > BLOCKS_MAX:
                pos = next((self.positions[line] for line in _lines(node) if line > 1), 0)
                where = Location(self.info.source, pos, self.info.name)
                raise CompileError(f"Loops or '?:' more than {BLOCKS_MAX} deep in one function", where) from None
            waiting += ((child, depth) for child in ast.iter_child_nodes(node))


def _lines(node: ast.AST) -> Iterator[int]:
    return (part.lineno for part in ast.walk(node) if isinstance(part, ast.stmt | ast.expr))


def _identity(info: UnitInfo, used: list[Unit]) -> str:
    digest = hashlib.blake2b(digest_size=32)
    for part in (info.source, info.name, info.package, *(unit.identity for unit in used)):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    if before < RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        yield
    finally:
        if before < RECURSION_LIMIT:
            sys.setrecursionlimit(before)
