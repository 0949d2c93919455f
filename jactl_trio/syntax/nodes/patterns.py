"""`switch`, and the patterns that only stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...structs import field
from .base import Expr, Node, TypeName

if TYPE_CHECKING:
    from ...resolve.model import Variable


class Switch(Expr):
    """`switch (subject) { ... }`."""

    subject: Expr | None  # None: `it`
    cases: list[SwitchCase]
    default: Expr | None
    default_pos: int = field(default=0, kw_only=True)
    # resolved
    it: Variable | None = field(default=None, kw_only=True)


class SwitchCase(Node):
    """patterns: (pattern, guard or None). A pattern is a Literal, RegexMatch, TypeExpr, Name (`_`, `*`,
    a binding, `$x` and `${...}` as the expression itself in an ExprPattern), VarDecl (typed binding),
    ListLiteral or MapLiteral of patterns, ConstructorPattern, StringTemplate."""

    patterns: list[tuple[Expr, Expr | None]]
    result: Expr
    # resolved
    bindings: list[Variable] = field(default_factory=list, kw_only=True)
    matcher: Variable | None = field(default=None, kw_only=True)  # of the regexes in its patterns


class ConstructorPattern(Expr):
    """`X(1, _)`: args a ListLiteral; `X(i:1)`: args a MapLiteral."""

    type_name: TypeName
    args: Expr


class ExprPattern(Expr):
    """`$x` or `${expr}` in a pattern: compare with the value of expr."""

    expr: Expr
