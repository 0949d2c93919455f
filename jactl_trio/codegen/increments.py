"""`++` and `--`, before and after, of variables, elements and fields."""

from __future__ import annotations

import ast

from ..resolve.model import Variable
from ..syntax import nodes
from ..values.types import ANY, Type
from . import arithmetic, trees, wrapping
from .assignment import change
from .conversions import boxed, converted, for_variable
from .lowerer import Lowerer, lowers, type_of
from .ranges import forget
from .variables import read, write
from .wrapping import BOUNDS


def prefix(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    """`++x`: the new value."""
    return _step(lw, node, is_prefix=True)


@lowers(nodes.Postfix)
def _postfix(lw: Lowerer, node: nodes.Postfix) -> ast.expr:
    """`x++`: the old value."""
    return _step(lw, node, is_prefix=False)


def _step(lw: Lowerer, node: nodes.Unary | nodes.Postfix, is_prefix: bool) -> ast.expr:
    operand = node.operand
    if isinstance(operand, nodes.Name) and operand.variable is not None and operand.variable.kind != "captures":
        return _variable(lw, node, operand.variable, is_prefix)
    if isinstance(operand, nodes.Access):
        wanted_new = is_prefix and node.result_used
        old, new, _ = change(
            lw, operand, node.pos, lambda value, type: _next(lw, node, value, type), give_stored=wanted_new
        )
        return new if is_prefix else old
    value = lw.stable(lw.lower(operand))
    new, source = _next(lw, node, value, type_of(operand))
    if not is_prefix:
        lw.effect(new)
        return value
    return converted(lw, new, source, type_of(node), node.pos)


def _variable(lw: Lowerer, node: nodes.Unary | nodes.Postfix, variable: Variable, is_prefix: bool) -> ast.expr:
    present = read(lw, variable, node.operand.pos)
    plain = isinstance(present, ast.Name)
    if variable.type.kind in ("int", "long") and plain and variable.kind in ("local", "param"):
        return _integer_local(lw, node, variable, present, is_prefix)
    old = lw.spill(present) if not plain or (node.result_used and not is_prefix) else present
    new, source = _next(lw, node, old, variable.type)
    new = for_variable(lw, new, source, variable, node.pos)
    if node.result_used and is_prefix:
        new = lw.stable(new)
    write(lw, variable, new, node.pos)
    if not node.result_used:
        return trees.none()
    return new if is_prefix else old


def _integer_local(
    lw: Lowerer, node: nodes.Unary | nodes.Postfix, variable: Variable, present: ast.expr, is_prefix: bool
) -> ast.expr:
    """Two statements: the sum, and the wrap where it is needed."""
    assert isinstance(present, ast.Name)
    old = lw.spill(present) if node.result_used and not is_prefix else present
    operator: ast.operator = ast.Add() if node.op == "++" else ast.Sub()
    lw.emit(trees.assign(present.id, trees.binary(present, operator, trees.constant(1))))
    low, high = lw.bounds.get(present.id, BOUNDS[variable.type.kind])
    step = 1 if node.op == "++" else -1
    tests = wrapping.tests_of(low + step, high + step, variable.type.kind)
    if tests:
        lw.emit(wrapping.wrap_local(present.id, tests, variable.type.kind))
    forget(lw, present.id)
    if not node.result_used:
        return trees.none()
    return lw.spill(present) if is_prefix else old


def _next(lw: Lowerer, node: nodes.Unary | nodes.Postfix, value: ast.expr, type: Type) -> tuple[ast.expr, Type]:
    """The value one up or down, and its static type."""
    if type.kind in BOUNDS:
        low, high = BOUNDS[type.kind]
        step = 1 if node.op == "++" else -1
        operator: ast.operator = ast.Add() if step > 0 else ast.Sub()
        result = arithmetic.Raw(trees.binary(value, operator, trees.constant(1)), low + step, high + step)
        return arithmetic.wrapped(lw, result, type), type
    if type.kind == "double":
        sign: ast.operator = ast.Add() if node.op == "++" else ast.Sub()
        return trees.binary(value, sign, trees.constant(1.0)), type
    helper = "increment" if node.op == "++" else "decrement"
    if type is ANY and isinstance(node.operand, nodes.Access):
        helper += "_element"
    call = lw.helper(helper, boxed(lw, value, type), pos=node.pos)
    if type.kind == "Object" and isinstance(value, ast.Name):
        return _inline_step(lw, node, value, call), ANY
    return call, ANY if type.kind != "Decimal" else type


def _inline_step(lw: Lowerer, node: nodes.Unary | nodes.Postfix, value: ast.Name, call: ast.expr) -> ast.expr:
    """An int one up or down; anything else by the helper."""
    is_int = lw.test_of(value, "int")
    low, high = BOUNDS["int"]
    step = 1 if node.op == "++" else -1
    operator: ast.operator = ast.Add() if step > 0 else ast.Sub()
    new, again = lw.twice(trees.binary(value, operator, trees.constant(1)))
    if is_int is None and isinstance(again, ast.Name):
        lw.was_needed.add(again.id)  # it was assigned behind a test, so that frames held it
    in_range = wrapping.in_range(new, again, wrapping.tests_of(low + step, high + step, "int"))
    return trees.choice(trees.both(is_int, in_range) if is_int is not None else in_range, again, call)
