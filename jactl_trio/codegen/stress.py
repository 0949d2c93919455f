"""Options.stress: each value goes through a suspension, or through a checkpoint's bytes, before it is used.

Any script must give the same result then: the proof that no value is ever held where a suspension would lose it.
"""

from __future__ import annotations

import ast

from ..syntax import nodes
from ..values.types import ANY
from .conversions import boxed, converted
from .lowerer import Lowerer, type_of

_EXCLUDED = (
    nodes.Return,
    nodes.Give,
    nodes.Break,
    nodes.Continue,
    nodes.TypeExpr,
    nodes.Current,
    nodes.ClassPath,
    nodes.ExprList,
)


def stressed(lw: Lowerer, expr: nodes.Expr, value: ast.expr) -> ast.expr:
    """value, waited for."""
    source = type_of(expr)
    if isinstance(expr, _EXCLUDED) or source.kind in ("class", "iterator", "void") or not expr.result_used:
        return value
    if isinstance(expr, nodes.Name | nodes.ListLiteral) and expr.type is None:
        return value
    helper = "stress_checkpoint" if lw.options.stress == "checkpoint" else "stress_suspend"
    result = lw.suspending_helper(helper, boxed(lw, value, source), pos=expr.pos)
    return _bare(lw, result, expr)


def _bare(lw: Lowerer, value: ast.expr, expr: nodes.Expr) -> ast.expr:
    """A boxed long is a long too; a boxed byte stands where an int may be wanted exactly."""
    source = type_of(expr)
    return converted(lw, value, ANY, source, expr.pos) if source.kind == "byte" else value
