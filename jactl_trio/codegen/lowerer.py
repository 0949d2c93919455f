"""Lower the resolved tree of one function to Python statements, by handlers that node classes are registered with.

`lower(expr)` gives a Python expression and emits statements into the current block where it needs some. The value has
the representation of the expression's static type (a bare int where that is long or byte); `boxed(expr)` gives it as
untyped places want it, `lower_as(expr, type)` converted to a type.

The rule that keeps evaluation in the order of the source: a value that was lowered is not yet evaluated. Before
statements that belong to a later operand are emitted, it must be spilled, unless it is stable (a constant, a
temporary, a variable that is never reassigned) or a local that those statements leave alone. `lower_all` and
`operands` do this for a sequence of operands; a handler that emits statements itself calls `stable` on what it holds
first.

Each operation that may fail gets a line (`at`, `helper`, `suspending`), and Unit.positions tells its source offset.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ..continuation.sites import first_part, with_first_part
from ..errors import InternalError
from ..resolve.model import ClassInfo, FunctionInfo, Signature, Variable
from ..structs import Struct
from ..syntax import nodes
from ..values.types import ANY, Type
from . import trees
from .names import LocalNames
from .namespace import HELPERS
from .wrapping import assigned

if TYPE_CHECKING:
    from .build import UnitBuild

Handler = Callable[["Lowerer", Any], Any]
N = TypeVar("N", bound=ast.AST)

EXPRESSIONS: dict[type, Handler] = {}
STATEMENTS: dict[type, Handler] = {}


def lowers(*classes: type[nodes.Node]) -> Callable[[Handler], Handler]:
    """Register a handler: `(lowerer, node) -> ast.expr` for expressions, `-> None` for statements."""

    def register(handler: Handler) -> Handler:
        for node_class in classes:
            table = STATEMENTS if issubclass(node_class, nodes.Stmt) else EXPRESSIONS
            table[node_class] = handler
        return handler

    return register


class Mark(Struct):
    """How many there were so far: statements in the block, sites and writes in the function."""

    statements: int
    sites: int
    writes: int


class IntBranch(Struct):
    """An operation on values of no known type: its `if`, the name of its result, its branches for ints and for others.

    of_long: where an int meets an unknown value, that value, and what is computed if it is a long. is_dropped: nothing
    but the variable that it goes into takes the result, so that a long need not be boxed on its way there.
    """

    statement: ast.stmt
    result: str
    inline: list[ast.stmt]
    other: list[ast.stmt]
    of_long: tuple[ast.expr, ast.expr] | None = None
    is_dropped: bool = False


class Held(Struct):
    """The type of a value, unless it is null. node: kept, so that its id stays its own."""

    node: ast.expr
    type: Type
    may_be_null: bool


_PYTHON_TYPES = {"int": "int", "String": "str"}


class Lowerer:
    """Lowers one function. `block` is the list that statements are emitted into."""

    def __init__(self, build: UnitBuild, info: FunctionInfo) -> None:
        self.build = build
        self.options = build.options
        self.info = info
        self.names = LocalNames()
        self.block: list[ast.stmt] = []
        self.pos = 0  # source offset of what is being lowered
        self.slots: dict[Variable, str] = {}  # the Python local of each variable
        self.stable_names: set[str] = set()
        self.results: set[str] = set()  # temporaries of calls that nothing uses yet
        self.held: dict[
            str | int, Held
        ] = {}  # by a temporary's name or a node's id: what is known of values of type def
        self.writes = 0  # to variables' locals so far
        self.last_write: dict[str, int] = {}  # of each variable's local: how many writes there were with its last one
        self.copies: dict[str, tuple[str, int | None]] = {}  # temporaries that hold a local as it was after that write
        self.bounds: dict[str, tuple[int, int]] = {}  # of integer locals, where they are narrower than the type's
        self.currents: list[ast.expr] = []  # what Current nodes stand for, innermost assignment last
        self.catching = 0  # how many handlers of NullError are around the current expression
        self.return_type = info.return_type
        self.returns_boxed = False  # in a dynamic entry
        self.arguments_test: ast.stmt | None = None  # its statement that tests them
        # The last operation on values of no known type: its `if`, its result, its branches for ints and for others.
        self.int_branch: IntBranch | None = None
        self.dropped_branch: IntBranch | None = None  # the one before whose converted result goes into one variable
        self.given: list[tuple[str | None, Type]] = []  # where a Stage's results go, innermost last; see stages.py
        self.was_cell: set[str] = set()  # locals of variables that earlier releases kept in cells
        self.was_needed: set[str] = set()  # locals that earlier releases had
        self.ending: frozenset[Variable] = frozenset()  # those whose scope ends with the statement that comes next
        self.loops: list[Any] = []  # of the loops around the current statement, innermost last; see loops.py
        self.tree: ast.FunctionDef  # the lowered function, when it is done
        self.may_recurse = False  # it calls functions: its entry checks for the end of the time slice
        self.handles_errors = False  # it has a try statement
        self.sites: dict[int, Any] = {}  # line -> Site of this function
        self._ordinals: dict[int, int] = {}

    # Expressions and statements

    def lower(self, expr: nodes.Expr) -> ast.expr:
        """The expression's value, represented as its static type is."""
        if expr.is_const and not isinstance(expr, nodes.VarDecl | nodes.Assign):
            return self.constant_of(expr)
        return self.handle(expr)

    def constant_of(self, expr: nodes.Expr) -> ast.expr:
        """A folded value as its static type is represented."""
        if type_of(expr).kind in ("int", "long", "byte"):
            return trees.constant(int(expr.const))
        return self.constant(expr.const)

    def handle(self, expr: nodes.Expr) -> ast.expr:
        """`lower` without looking at is_const."""
        handler = EXPRESSIONS.get(type(expr))
        if handler is None:
            raise InternalError(f"No lowering for {type(expr).__name__}")
        outer, self.pos = self.pos, expr.pos
        value: ast.expr = handler(self, expr)
        if self.options.stress is not None:
            value = self.stressed(expr, value)
        if expr.holds is not None:
            self.hold(value, expr.holds, not expr.never_null)
        self.pos = outer
        return value

    def hold(self, value: ast.expr, type: Type, may_be_null: bool) -> None:
        """Keep in mind what a value of type def is."""
        if not isinstance(value, ast.Constant):
            self.held[value.id if isinstance(value, ast.Name) else id(value)] = Held(value, type, may_be_null)

    def test_of(self, value: ast.expr, python_type: str) -> ast.expr | None:
        """A test that is true where the value is of a Python type; None where it certainly is."""
        held = self._held(value)
        if held is None or _PYTHON_TYPES.get(held.type.kind) != python_type:
            return trees.has_type(value, python_type)
        return trees.is_not(value, trees.none()) if held.may_be_null else None

    def _held(self, value: ast.expr) -> Held | None:
        return self.held.get(value.id if isinstance(value, ast.Name) else id(value))

    def _hold_in(self, temp: str, value: ast.expr) -> None:
        """The value goes into a temporary."""
        held = self._held(value)
        if held is not None:
            self.held[temp] = held

    def stressed(self, expr: nodes.Expr, value: ast.expr) -> ast.expr:
        """The value sent through a suspension, where Options.stress asks for it."""
        from .stress import stressed

        return stressed(self, expr, value)

    def lower_as(self, expr: nodes.Expr, type: Type, pos: int | None = None) -> ast.expr:
        """The value converted to a static type; the conversion's errors are reported at pos."""
        from .conversions import converted

        return converted(self, self.lower(expr), type_of(expr), type, expr.pos if pos is None else pos)

    def boxed(self, expr: nodes.Expr) -> ast.expr:
        """The value as it stands in untyped places."""
        return self.lower_as(expr, ANY)

    def condition(self, expr: nodes.Expr) -> ast.expr:
        """The value's truth, for `if` and `while`: a bool or something Python finds true and false alike."""
        from .conversions import truth

        return truth(self, self.lower(expr), type_of(expr), expr.pos)

    def statement(self, stmt: nodes.Stmt | None) -> None:
        """Emit a statement."""
        if stmt is None:
            return
        handler = STATEMENTS.get(type(stmt))
        if handler is None:
            raise InternalError(f"No lowering for {type(stmt).__name__}")
        outer, self.pos = self.pos, stmt.pos
        handler(self, stmt)
        self.pos = outer

    def lower_all(self, exprs: Iterable[nodes.Expr], as_type: Type | None = None) -> list[ast.expr]:
        """Operands in their order, each spilled where a later one emits statements."""
        if as_type is None:
            return self.operands([lambda e=expr: self.lower(e) for expr in exprs])  # type: ignore[misc]
        return self.operands([lambda e=expr: self.lower_as(e, as_type) for expr in exprs])  # type: ignore[misc]

    def operands(self, thunks: Sequence[Callable[[], ast.expr]]) -> list[ast.expr]:
        """Call each thunk, which lowers an operand; spill earlier operands where a later one emits statements."""
        values: list[ast.expr] = []
        for thunk in thunks:
            mark = self.mark()
            value = thunk()
            values = self.spill_before(values, mark)
            values.append(value)
        return values

    def mark(self) -> Mark:
        """Where the lowering stands, for spill_before."""
        return Mark(len(self.block), len(self.sites), self.writes)

    def spill_before(self, values: list[ast.expr], mark: Mark) -> list[ast.expr]:
        """Values that were lowered before the mark, as they are to be used after the statements that came since."""
        if len(self.block) == mark.statements:
            return values
        spilled: list[ast.stmt] = []
        kept: list[ast.expr] = []
        for value in values:
            if not self.is_stable(value) and not self._is_left_alone(value, mark):
                temp = self.temp()
                spilled.append(trees.assign(temp, value))
                self._hold_in(temp, value)
                if isinstance(value, ast.Name):
                    self.copies[temp] = value.id, self.last_write.get(value.id)
                value = trees.name(temp)
            kept.append(value)
        self.block[mark.statements : mark.statements] = spilled
        return kept

    def _is_left_alone(self, value: ast.expr, mark: Mark) -> bool:
        """Is it a variable's local that nothing has written to since, with no site between?

        At a site it would be another name that a checkpoint holds."""
        if not isinstance(value, ast.Name) or len(self.sites) > mark.sites:
            return False
        return self.last_write.get(value.id, mark.writes + 1) <= mark.writes

    # Emitting

    def emit(self, stmt: ast.stmt) -> None:
        self.block.append(stmt)

    def assign(self, identifier: str, value: ast.expr) -> None:
        """Emit identifier = value."""
        bare, checks = assigned(identifier, value)
        if not isinstance(bare, ast.Name):  # which may be used again
            bare = self.taken(bare)
        self.block += [trees.assign(identifier, bare), *checks]

    def temp(self) -> str:
        """A new temporary that is assigned once on every way: its value is stable."""
        temp = self.names.temp(self.pos)
        self.stable_names.add(temp)
        return temp

    def variable_temp(self) -> str:
        """A new temporary that is assigned again (a flag, an index): it is spilled like a variable."""
        return self.names.temp(self.pos)

    def spill(self, value: ast.expr, temp: str | None = None) -> ast.Name:
        """Evaluate now, into a new temporary."""
        temp = temp or self.temp()
        self.assign(temp, value)
        self._hold_in(temp, value)
        return trees.name(temp)

    def stable(self, value: ast.expr) -> ast.expr:
        """The value itself if it is stable, else a temporary: it can be used more than once, and after statements."""
        if not self.is_stable(value):
            return self.spill(value)
        if isinstance(value, ast.Name):
            self.results.discard(value.id)
        return value

    def is_stable(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Constant) or (
            isinstance(value, ast.Name) and (value.id in self.stable_names or value.id in self.build.global_names)
        )

    def simple(self, value: ast.expr) -> ast.expr:
        """A name or constant: it can be used more than once in one expression."""
        if isinstance(value, ast.Name):
            self.results.discard(value.id)
        return value if isinstance(value, ast.Name | ast.Constant) else self.spill(value)

    def both_simple(self, left: ast.expr, right: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Two operands that were lowered in this order, as names or constants."""
        if not isinstance(left, ast.Name | ast.Constant) or not (
            isinstance(right, ast.Name | ast.Constant) or self.is_stable(left)
        ):
            left = self.spill(left)
        return self.simple(left), self.simple(right)

    def twice(self, value: ast.expr) -> tuple[ast.expr, ast.expr]:
        """For a value used in a test that is always evaluated, and again after it: without a statement of its own."""
        if isinstance(value, ast.Name | ast.Constant):
            return self.simple(value), value
        temp = self.temp()
        self._hold_in(temp, value)
        first, held = trees.walrus(temp, value), self._held(value)
        if held is not None:
            self.hold(first, held.type, held.may_be_null)
        return first, trees.name(temp)

    def taken(self, value: ast.expr) -> ast.expr:
        """For a value that goes into a statement at once: where it begins with the result of a call that was just put
        into a temporary, the call itself stands there."""
        first = first_part(value)
        call = self._last_call(first)
        return value if call is first else with_first_part(value, call)

    def _last_call(self, value: ast.expr) -> ast.expr:
        if isinstance(value, ast.Name) and self.block and value.id in self.results:
            last = self.block[-1]
            if (
                isinstance(last, ast.Assign)
                and isinstance(last.targets[0], ast.Name)
                and last.targets[0].id == value.id
            ):
                self.block.pop()
                return last.value
        return value

    @contextmanager
    def collecting(self) -> Iterator[list[ast.stmt]]:
        """Emit into a new list for the time being."""
        outer, self.block = self.block, []
        try:
            yield self.block
        finally:
            self.block = outer

    def assign_in(self, block: list[ast.stmt], identifier: str, value: ast.expr) -> None:
        """End a block of statements with the assignment of the value that was lowered in it."""
        outer, self.block = self.block, block
        self.assign(identifier, self.taken(value))
        self.block = outer

    def effect(self, value: ast.expr) -> None:
        """Evaluate for the effect only."""
        value = self.taken(value)
        if not isinstance(value, ast.Constant | ast.Name):
            self.emit(ast.Expr(value))

    # Lines, helpers and sites

    def line(self, pos: int) -> int:
        """A line of generated code whose errors are reported at a source offset."""
        return self.build.line(pos)

    def at(self, node: N, pos: int) -> N:
        """Report errors of this node at pos."""
        return trees.at(node, self.build.line(pos))

    def helper(self, name: str, *args: ast.expr, pos: int | None = None) -> ast.Call:
        """A call of a runtime helper that does not suspend."""
        if name not in HELPERS:
            raise InternalError(f"No helper {name}")
        node = trees.call(trees.name(name), *args)
        return node if pos is None else self.at(node, pos)

    def suspending(self, function: ast.expr, args: Sequence[ast.expr], pos: int) -> ast.Name:
        """Emit a call of a function that may call others, alone in its statement, with a site; its result.

        The arguments must be pure (names, constants, calls of helpers that do not suspend); whatever the handler holds
        besides them must have been made stable before (`operands` sees the statement and does it).
        """
        self.may_recurse = True
        return self._waiting(function, args, pos)

    def suspending_helper(self, name: str, *args: ast.expr, pos: int) -> ast.Name:
        """As `suspending`, for a runtime helper by name."""
        if name not in HELPERS:
            raise InternalError(f"No helper {name}")
        return self._waiting(trees.name(name), args, pos)

    def _waiting(self, function: ast.expr, args: Sequence[ast.expr], pos: int) -> ast.Name:
        temp = self.temp()
        node = trees.at(trees.call(function, *args), self.site(pos))
        self.emit(trees.assign(temp, node))
        self.results.add(temp)
        return trees.name(temp)

    def site(self, pos: int) -> int:
        """A line for one call that may suspend."""
        ordinal = self._ordinals.get(pos, 0)
        self._ordinals[pos] = ordinal + 1
        line, site = self.build.site(pos, ordinal)
        self.sites[line] = site
        return line

    # Constants and variables

    def constant(self, value: Any) -> ast.expr:
        """A value known at compile time, boxed or bare."""
        return self.build.constant(value)

    def constant_boxed(self, value: ast.expr, kind: str) -> ast.expr:
        """Long(value) or Byte(value), as a constant of the unit where value is a constant."""
        if isinstance(value, ast.Constant) and type(value.value) is int:
            return self.build.constant(HELPERS[kind](value.value))
        return trees.call(trees.name(kind), value)

    def type_constant(self, type: Type) -> ast.expr:
        """A static type as a value for helpers."""
        return self.build.type_constant(type)

    def builtin_value(self, signature: Signature) -> ast.expr:
        """A built-in or host function as a value."""
        return self.build.builtin_value(signature)

    def class_value(self, info: ClassInfo) -> ast.expr:
        """A Jactl class as a value: its Python class."""
        return self.build.class_value(info)


def type_of(expr: nodes.Expr) -> Type:
    """The static type that the resolver found; `def` where it left none."""
    return expr.type if expr.type is not None else ANY
