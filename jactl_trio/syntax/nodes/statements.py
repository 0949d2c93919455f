"""Blocks, branches and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...structs import field
from .base import Expr, Stmt

if TYPE_CHECKING:
    from ...resolve.model import Variable
    from ...values.types import Type


class Block(Stmt):
    """A scope. `BEGIN { }`/`END { }` blocks of a script have kind 'begin'/'end'."""

    statements: list[Stmt]
    kind: str = ""
    first_pos: int = 0  # of what follows the brace, be it a new line
    end_pos: int = 0
    # resolved
    matcher: Variable | None = field(default=None, kw_only=True)  # of its regex matches: a new Matcher at its begin


class StmtGroup(Stmt):
    """Several statements without a scope of their own (`int x = 1, y = 2`)."""

    statements: list[Stmt]


class ExprStmt(Stmt):
    """An expression whose value nobody asks for, or the last one of its block."""

    expr: Expr


class If(Stmt):
    """`if`, `unless` (condition already negated), and the trailing forms."""

    condition: Expr
    then: Stmt | None
    otherwise: Stmt | None


class While(Stmt):
    """`while`, `until` (negated), `do ... while/until` (is_do), counting `for` (init is a Stmt before, in a Block)."""

    condition: Expr
    body: Stmt | None
    updates: Stmt | None = None
    label: str | None = None
    is_do: bool = False


class ForIn(Stmt):
    """`for (TYPE name in iterable) body`; pattern instead of name where the language allows destructuring."""

    variable: Expr  # VarDecl | Name | pattern
    iterable: Expr
    body: Stmt | None
    label: str | None = None
    in_pos: int = 0
    strict: bool = False  # written with `:`: an element that the pattern does not match is an error
    # resolved
    bindings: list[Variable] = field(default_factory=list, kw_only=True)  # of a pattern; new ones each round
    element: Type | None = field(default=None, kw_only=True)  # what each element certainly is: resolve/contents.py
    it: Variable | None = field(default=None, kw_only=True)  # the element that a pattern is matched with
    matcher: Variable | None = field(default=None, kw_only=True)  # of the regexes in the pattern
