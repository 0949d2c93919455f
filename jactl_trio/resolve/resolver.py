"""Annotate a syntax tree with bindings, types and constants, by handlers that node classes are registered with.

A handler takes the resolver and a node, resolves the operands (`node.left = r.expr(node.left)`), sets `node.type`
and, if known, `is_const` and `const`, and returns None or the expression that takes the node's place. A fault of the
source is told with `r.error(message, pos)`, which collects it; the handler then goes on as well as it can (type
`def`), so that several faults are reported at once; `raise r.failure(message, pos)` gives the statement up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import CompileError, InternalError, Location
from ..syntax import nodes
from ..values.types import ANY, Type
from .captures import CallGraph
from .model import ClassInfo, FunctionInfo, UnitInfo, Variable
from .scope import BlockScope, FunctionScope, Scope

Handler = Callable[["Resolver", Any], "nodes.Expr | None"]

HANDLERS: dict[type, Handler] = {}


def handles(*classes: type[nodes.Node]) -> Callable[[Handler], Handler]:
    """Register a handler: `(resolver, node) -> Expr | None` (statements: None)."""

    def register(handler: Handler) -> Handler:
        for node_class in classes:
            HANDLERS[node_class] = handler
        return handler

    return register


class Resolver:
    """Resolves one source. Public state: the unit, the current function scope and class, the errors so far."""

    def __init__(self, program: nodes.Program, source: str, scope: Scope) -> None:
        self.program = program
        self.source = source
        self.scope = scope
        self.options = scope.options
        self.registry = scope.registry
        package = program.package if program.package is not None else scope.package
        self.unit = UnitInfo(source, scope.name, package, program, None)
        self.errors: list[CompileError] = []
        self.functions: list[FunctionScope] = []  # around the current node, innermost last
        self.classes: list[ClassInfo] = []  # around the current node, innermost last
        self.globals: dict[str, Variable] = {}  # those met so far
        self.imported_classes: dict[str, ClassInfo | Type] = {}  # by the name they are used under: imports.py
        self.imported_packages: list[str] = []  # `import a.b.*`
        self.imported_names: dict[str, Variable] = {}  # static imports: imports.py
        self.own_classes: dict[str, ClassInfo] = {}  # of this source, by full name: classes.py
        self.undeclared_fields: set[str] = set()  # of the current class, declared below the initialiser we are in
        self.members: dict[tuple[ClassInfo, str], Variable] = {}  # fields and methods by their plain names
        self.this_variables: dict[
            tuple[FunctionInfo, str], Variable
        ] = {}  # this, super, $globals of a method or script
        self.reported: set[tuple[str, int]] = set()  # names and places about which an error has been told
        self.declaring: list[Variable] = []  # whose initialisers are being resolved
        self.calls: CallGraph = CallGraph()  # who uses which function: captures.py, suspension.py
        self.untyped: list[Variable] = []  # locals declared without a type but with a value: narrowing.py
        self.late_errors: list[CompileError] = []  # told only where nothing else is wrong
        self.at_end: list[Callable[[], None]] = []  # checks that need to know which variables are never assigned again
        self.paths: dict[str, int] = {}  # of functions: how often each has been given out
        self.loops_with_global_match: list[nodes.While | nodes.ForIn] = []
        self.is_loop_condition = False  # in the condition of a while: regexes may be global there

    # Walking

    def expr(self, node: nodes.Expr) -> nodes.Expr:
        """Resolve an expression; what stands in its place from now on (usually itself). A class's name is refused."""
        resolved = self.expr_or_class(node)
        if resolved.type is not None and resolved.type.kind == "class" and not isinstance(resolved, _MAY_BE_CLASS):
            self.error_class_as_value(resolved)
        return resolved

    def expr_or_class(self, node: nodes.Expr) -> nodes.Expr:
        """As `expr`, where the name of a class may stand (`X.f()`, `X.CONST`)."""
        if node.type is not None:
            return node  # resolved already
        # Chains that lean left (a + b + c..., a.b.c...) may be thousands deep: down along them and up again, no
        # recursion.
        spine: list[tuple[nodes.Expr, str]] = []
        while (attribute := _LEFT.get(type(node))) is not None:
            child = getattr(node, attribute)
            if child is None or child.type is not None or type(child) not in _LEFT:
                break
            spine.append((node, attribute))
            node = child
        resolved = self._resolved(node)
        for parent, attribute in reversed(spine):
            setattr(parent, attribute, resolved)
            resolved = self._resolved(parent)
        return resolved

    def _resolved(self, node: nodes.Expr) -> nodes.Expr:
        replacement = self._handle(node)
        resolved = node if replacement is None else replacement
        if resolved.type is None:
            resolved.type = ANY
        return resolved

    def optional(self, node: nodes.Expr | None) -> nodes.Expr | None:
        return None if node is None else self.expr(node)

    def stmt(self, node: nodes.Stmt | None) -> None:
        """Resolve a statement."""
        if node is not None:
            self._handle(node)

    def _handle(self, node: nodes.Node) -> nodes.Expr | None:
        handler = HANDLERS.get(type(node))
        if handler is None:
            raise InternalError(f"No resolver for {type(node).__name__}")
        return handler(self, node)

    # Errors

    def error(self, message: str, pos: int) -> None:
        """Collect an error and go on."""
        self.errors.append(self.failure(message, pos))

    def late_error(self, message: str, pos: int) -> None:
        """Collect an error that the reference finds when it makes code: told only where there is no other."""
        self.late_errors.append(self.failure(message, pos))

    def failure(self, message: str, pos: int) -> CompileError:
        """An error to be raised: the statement is given up, the next one is resolved."""
        return CompileError(message, Location(self.source, pos, self.scope.name))

    def error_class_as_value(self, node: nodes.Expr) -> None:
        self.error("Class name not allowed here", node.pos)

    # Where we are

    @property
    def function(self) -> FunctionScope:
        """The innermost function around the current node."""
        return self.functions[-1]

    @property
    def block(self) -> BlockScope:
        """The innermost block around the current node."""
        return self.functions[-1].blocks[-1]

    @property
    def class_info(self) -> ClassInfo | None:
        """The innermost class around the current node; None in a script outside its classes."""
        return self.classes[-1] if self.classes else None

    @contextmanager
    def in_function(self, info: FunctionInfo, *, is_static: bool = False) -> Iterator[FunctionScope]:
        """For the time of resolving a function: its parent is the function that we are in."""
        parent = self.functions[-1] if self.functions else None
        scope = FunctionScope(info, parent, is_static=is_static)
        self.functions.append(scope)
        try:
            yield scope
        finally:
            self.functions.pop()

    @contextmanager
    def in_block(self, node: nodes.Block | None = None) -> Iterator[BlockScope]:
        """For the time of resolving a block: names declared go there."""
        block = BlockScope(node=node)
        self.function.blocks.append(block)
        try:
            yield block
        finally:
            self.function.blocks.pop()

    @contextmanager
    def in_class(self, info: ClassInfo) -> Iterator[None]:
        """For the time of resolving a class: functions around it are not visible inside."""
        functions, self.functions = self.functions, []
        self.classes.append(info)
        try:
            yield
        finally:
            self.classes.pop()
            self.functions = functions

    # Names: variables.py

    def declare(
        self,
        name: str,
        type: Type,
        pos: int,
        *,
        kind: str = "local",
        is_const: bool = False,
        is_final: bool = False,
        initialised: bool = True,
    ) -> Variable:
        """A new variable in the innermost block; an error if the block (or the parameter list) has that name."""
        from .variables import declare

        return declare(self, name, type, pos, kind, is_const, is_final, initialised)

    def lookup(self, name: str, pos: int) -> Variable | None:
        """The variable of that name as seen from here, captured by the functions between; None if unknown."""
        from .variables import lookup

        return lookup(self, name, pos)

    def use_globals(self) -> None:
        """The current function reads or writes a global: it and the functions around it capture the map."""
        from .variables import use_globals

        use_globals(self)

    # Types and classes

    def resolve_type(self, name: nodes.TypeName | None) -> Type:
        """The type that was written; ANY for None, `def` and `var` (which the caller looks at itself)."""
        from .types import resolve_type

        return resolve_type(self, name)

    def find_class(self, path: list[str], pos: int) -> ClassInfo | Type | None:
        """A class by its name as written: of this source, imported, of the package, of the registry. imports.py"""
        from .imports import find_class

        return find_class(self, path, pos)

    def class_named(self, name: str) -> ClassInfo | Type | None:
        """As `find_class` for a single name, but an unknown one is no error. imports.py"""
        from .imports import class_named

        return class_named(self, name)

    # Conversions: conversions.py

    def convert(self, node: nodes.Expr, target: Type, pos: int) -> nodes.Expr:
        """The expression as `target`: itself, folded, or in a Convert node; an error at pos if that cannot be."""
        from .conversions import convert

        return convert(self, node, target, pos)

    # Functions: functions.py

    def resolve_function(self, node: nodes.FunctionNode, info: FunctionInfo) -> None:
        """Resolve parameters and body of a function, method or closure whose FunctionInfo has been made."""
        from .functions import resolve_function

        resolve_function(self, node, info)

    def new_function(self, node: nodes.FunctionNode, kind: str, path: str) -> FunctionInfo:
        """Make (and add to the unit) the FunctionInfo of a node, with the types of its parameters and result."""
        from .functions import new_function

        return new_function(self, node, kind, path)


# of expressions whose first operand may be a chain itself
_LEFT: dict[type, str] = {
    nodes.Binary: "left",
    nodes.Access: "parent",
    nodes.MethodCall: "parent",
    nodes.Call: "callee",
}
_MAY_BE_CLASS = (nodes.TypeExpr, nodes.ClassPath)
