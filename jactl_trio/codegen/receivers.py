"""What all calls share: arguments as the source gives them, and receivers that may be null."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial

from ..syntax import nodes
from . import trees
from .lowerer import Lowerer


def boxed_thunks(lw: Lowerer, args: Sequence[nodes.Expr]) -> list[Callable[[], ast.expr]]:
    return [partial(lw.boxed, arg) for arg in args]


def named_arguments(args: list[nodes.Expr]) -> dict[str, nodes.Expr] | None:
    """The arguments by name, where they were given so."""
    if len(args) == 1 and isinstance(args[0], nodes.MapLiteral) and args[0].is_named_args:
        return {str(key.value): value for key, value in args[0].entries if isinstance(key, nodes.Literal)}
    return None


def told_at(arg: nodes.Expr, pos: int) -> None:
    """Wrong arguments of a closure written for a built-in method are that method's error, whoever calls the closure."""
    if isinstance(arg, nodes.FunctionNode) and arg.info is not None and arg.info.kind == "closure":
        arg.info.call_pos = pos


def check_null(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr, name: str = "") -> None:
    null = lw.helper("null_receiver", trees.constant(f"{name or node.name}()"), pos=node.name_pos)
    lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))


def unless_null(lw: Lowerer, receiver: ast.expr, call: Callable[[], ast.expr]) -> ast.expr:
    temp = lw.variable_temp()
    with lw.collecting() as block:
        value = call()
        block.append(trees.assign(temp, lw.taken(value)))
    lw.emit(trees.branch(trees.is_none(receiver), [trees.assign(temp, trees.none())], block))
    lw.stable_names.add(temp)
    return trees.name(temp)
