"""What every node has; types as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...structs import Struct, field

if TYPE_CHECKING:
    from ...values.types import Type


class Node(Struct):
    """What all have: their place."""

    pos: int = field(kw_only=True)


class Expr(Node):
    """What has a value."""

    # resolved
    type: Type | None = field(default=None, kw_only=True)
    is_const: bool = field(default=False, kw_only=True)  # then `const` is the folded value
    const: Any = field(default=None, kw_only=True)
    unless_null: Type | None = field(default=None, kw_only=True)  # what it is unless null; then `type` is ANY
    holds: Type | None = field(default=None, kw_only=True)  # where `type` says less: its type unless null; contents.py
    never_null: bool = field(default=False, kw_only=True)  # then: nor is it null
    may_suspend: bool = field(default=False, kw_only=True)  # this expression or one inside it
    parenthesised: bool = field(default=False, kw_only=True)  # set by the parser
    result_used: bool = field(default=True, kw_only=True)


class Stmt(Node):
    """What has none."""

    # resolved
    may_suspend: bool = field(default=False, kw_only=True)


class TypeName(Node):
    """`int`, `def`, `var`, `a.b.X.Y`, each with array dimensions: `int[][]`."""

    path: list[str]
    dimensions: int = 0
    # resolved
    type: Type | None = field(default=None, kw_only=True)


class TypeExpr(Expr):
    """A type standing where an expression is expected: right of instanceof, in a switch pattern."""

    type_name: TypeName
