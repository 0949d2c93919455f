"""`+`, `-` and `*` of values that may be Decimals -> the exact operation inline, under the test of types that it needs.

The helper does the same, at the price of a call or two. A result of too many digits is an error where the operation
stands (continuation/failures.py).
"""

from __future__ import annotations

import ast

from ..resolve.nullness import is_never_null
from ..syntax import nodes
from . import trees
from .lowerer import Lowerer, type_of

_EXACT = {"+": "exact_add", "-": "exact_subtract", "*": "exact_multiply"}
_OF_DECIMALS = {"+": "add_decimals", "-": "subtract_decimals", "*": "multiply_decimals"}
_KINDS = frozenset(("Decimal", "Object", "int"))


def may_be_decimals(node: nodes.Binary) -> bool:
    """Can the operands be two Decimals, or one and an int, by their static types?"""
    kinds = {type_of(node.left).kind, type_of(node.right).kind}
    return node.op in _EXACT and kinds <= _KINDS and kinds != {"int"}


def operation(
    lw: Lowerer, node: nodes.Binary, left: ast.expr, right: ast.expr, result: str, other: ast.expr
) -> list[ast.stmt]:
    """Statements that give the result its value; other: the call of the helper. left and right: names or constants."""
    exact: ast.expr = lw.helper(_EXACT[node.op], left, right, pos=node.pos)
    if node.op == "*":  # zero may have a sign, which the helper takes away
        exact = trees.either(exact, lw.helper("multiply", left, right, pos=node.pos))
    tests = [
        trees.has_type(value, "Decimal")
        for side, value in ((node.left, left), (node.right, right))
        if _may_be_other(side)
    ]
    if not tests:
        return [trees.assign(result, exact)]
    return [trees.branch(trees.both(*tests), [trees.assign(result, exact)], [trees.assign(result, other)])]


def where_null(lw: Lowerer, node: nodes.Binary, left: ast.expr, right: ast.expr) -> ast.expr | None:
    """The call of a helper for Decimals alone, where the static types leave nothing else: it tells which is null."""
    if "Object" in (type_of(node.left).kind, type_of(node.right).kind):
        return None
    return lw.helper(_OF_DECIMALS[node.op], left, right, pos=node.pos)


def _may_be_other(side: nodes.Expr) -> bool:
    """May a value of this type be neither a Decimal nor an int?"""
    kind = type_of(side).kind
    return kind == "Object" or (kind == "Decimal" and not is_never_null(side))
