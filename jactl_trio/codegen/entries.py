"""The body of a function -> the same with the check for the end of the time slice, on each way that may call another.

What comes before the first call ends by itself: `fib(n)` of a small n looks at no flag.
"""

from __future__ import annotations

import ast

from ..continuation.liveness import finds_hint
from ..continuation.sites import blocks, first_part
from . import trees
from .lowerer import Lowerer

_DEPTH_MAX = 4  # of `if` statements that are looked into


def entered(lw: Lowerer, body: list[ast.stmt]) -> list[ast.stmt]:
    """The body with its check; a function that calls none ends by itself."""
    if not (lw.may_recurse or (lw.sites and lw.info.class_info is not None)) or lw.info.kind == "main":
        return body
    return _checked(lw, body, _DEPTH_MAX)


def _checked(lw: Lowerer, body: list[ast.stmt], depth: int) -> list[ast.stmt]:
    """The check before the first statement with a site; inside the branches of an `if` where no site comes after."""
    first = next((index for index, statement in enumerate(body) if _holds_site(lw, statement)), None)
    if first is None:
        return body
    statement = body[first]
    if isinstance(statement, ast.If) and depth and not any(_holds_site(lw, later) for later in body[first + 1 :]):
        statement.body = _checked(lw, statement.body, depth - 1)
        statement.orelse = _checked(lw, statement.orelse, depth - 1)
        return body
    while first and finds_hint(body[first - 1]):
        first -= 1  # they belong to the loop
    tick = trees.at(trees.call(trees.name("tick")), lw.site(lw.info.pos))
    return [*body[:first], ast.If(trees.name("TICK"), [ast.Expr(tick)], []), *body[first:]]


def _holds_site(lw: Lowerer, statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign | ast.Expr | ast.Return) and statement.value is not None:
        return getattr(first_part(statement.value), "lineno", None) in lw.sites
    return any(_holds_site(lw, inner) for block in blocks(statement) for inner in block)
