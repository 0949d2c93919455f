"""Short constructors for the Python `ast` nodes that lowering emits, and their final line numbers.

A node made here has no line yet; `at` gives it one, `locate` hands each node without one its parent's.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)

LOAD = ast.Load()
STORE = ast.Store()


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, LOAD)


def target(identifier: str) -> ast.Name:
    return ast.Name(identifier, STORE)


def constant(value: Any) -> ast.Constant:
    return ast.Constant(value)


def value_of(node: ast.expr) -> Any:
    """The value of a constant; None for any other node."""
    return node.value if isinstance(node, ast.Constant) else None


def none() -> ast.Constant:
    return ast.Constant(None)


def assign(identifier: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([target(identifier)], value)


def walrus(identifier: str, value: ast.expr) -> ast.NamedExpr:
    """Only in expressions without suspending calls."""
    return ast.NamedExpr(target(identifier), value)


def call(function: ast.expr, *args: ast.expr) -> ast.Call:
    return ast.Call(function, list(args), [])


def attribute(value: ast.expr, attr: str) -> ast.Attribute:
    return ast.Attribute(value, attr, LOAD)


def store_attribute(value: ast.expr, attr: str, new: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Attribute(value, attr, STORE)], new)


def subscript(value: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(value, index, LOAD)


def store_subscript(value: ast.expr, index: ast.expr, new: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Subscript(value, index, STORE)], new)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, operator, right)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [operator], [right])


def is_same(left: ast.expr, right: ast.expr) -> ast.expr:
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        return constant(left.value is right.value)
    return ast.Compare(left, [ast.Is()], [right])


def has_type(value: ast.expr, python_type: str) -> ast.expr:
    """type(value) is python_type, by its name."""
    return is_same(call(name("type"), value), name(python_type))


def is_not(left: ast.expr, right: ast.expr) -> ast.expr:
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        return constant(left.value is not right.value)
    return ast.Compare(left, [ast.IsNot()], [right])


def is_none(value: ast.expr) -> ast.expr:
    return is_same(value, none())


def is_null(value: ast.expr) -> bool:
    """Is it the constant None?"""
    return isinstance(value, ast.Constant) and value.value is None


def negated(value: ast.expr) -> ast.expr:
    """`not value`, without piling up nots."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        return value.operand
    return ast.UnaryOp(ast.Not(), value)


def both(*values: ast.expr) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(ast.And(), list(values))


def either(*values: ast.expr) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(ast.Or(), list(values))


def choice(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.IfExp:
    return ast.IfExp(test, then, otherwise)


def tuple_of(values: list[ast.expr]) -> ast.Tuple:
    return ast.Tuple(values, LOAD)


def list_of(values: list[ast.expr]) -> ast.List:
    return ast.List(values, LOAD)


def branch(test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt] | None = None) -> ast.stmt:
    """`if`; an empty branch is left out, the test negated where only the other is there."""
    if not then and otherwise:
        return ast.If(negated(test), otherwise, [])
    return ast.If(test, then or [ast.Pass()], otherwise or [])


def at(node: N, line: int) -> N:
    """Give the node its line. The end is set too: CPython takes a method call's line from its attribute's end."""
    node.lineno = node.end_lineno = line  # type: ignore[attr-defined]
    node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
    return node


def locate(root: ast.AST, line: int) -> None:
    """Nodes without a line get their parent's. Iterative: expressions may be deep."""
    todo: list[tuple[ast.AST, int]] = [(root, line)]
    while todo:
        node, line = todo.pop()
        if "lineno" in node._attributes:
            own = getattr(node, "lineno", None)
            line = line if own is None else own
            at(node, line)
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                todo.extend((item, line) for item in value if isinstance(item, ast.AST))
            elif isinstance(value, ast.AST):
                todo.append((value, line))
