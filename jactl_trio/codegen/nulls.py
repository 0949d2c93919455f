"""`a ?: b`: the one place, with `?=`, where compiled code catches an error: a NullError on the left counts as null."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..syntax import nodes
from . import trees
from .conversions import converted
from .lowerer import Lowerer, type_of


def default_for_null(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`left ?: right`"""
    target, source = type_of(node), type_of(node.left)
    if source.is_primitive:
        return lw.lower_as(node.left, target)
    left = null_on_error(lw, lambda: lw.lower(node.left), _cannot_fail(node.left))
    with lw.collecting() as present:
        value = converted(lw, left, source, target, node.left.pos)
    with lw.collecting() as missing:
        other = lw.lower_as(node.right, target)
    if isinstance(value, ast.Name) and value.id == left.id and not present and not missing:
        return trees.choice(trees.is_not(left, trees.none()), left, other)
    result = lw.temp()
    lw.assign_in(present, result, value)
    lw.assign_in(missing, result, other)
    lw.emit(trees.branch(trees.is_none(left), missing, present))
    return trees.name(result)


def not_null(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    """`??value`"""
    if type_of(node.operand).is_primitive:
        lw.effect(lw.lower(node.operand))
        return trees.constant(True)
    value = null_on_error(lw, lambda: lw.lower(node.operand), _cannot_fail(node.operand))
    return trees.is_not(value, trees.none())


def null_on_error(lw: Lowerer, evaluate: Callable[[], ast.expr], is_safe: bool) -> ast.Name:
    """The value in a temporary; null where a NullError came instead."""
    lw.catching += 1
    with lw.collecting() as block:
        value = lw.taken(evaluate())
    lw.catching -= 1
    if is_safe and not block and isinstance(value, ast.Name):
        return value if lw.is_stable(value) else lw.spill(value)
    temp = lw.variable_temp()
    block.append(trees.assign(temp, value))
    if is_safe:
        lw.block.extend(block)
    else:
        lw.emit(catching_null(lw, block, [trees.assign(temp, trees.none())]))
    lw.stable_names.add(temp)
    return trees.name(temp)


def catching_null(lw: Lowerer, block: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
    """try: block; except NullError: otherwise"""
    lw.handles_errors = True
    handler = ast.ExceptHandler(trees.name("NullError"), None, otherwise)
    return ast.Try(block, [handler], [], [])


def _cannot_fail(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name | nodes.Literal) or node.is_const
