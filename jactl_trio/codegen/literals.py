"""Literals, list and map literals -> Python expressions."""

from __future__ import annotations

import ast
from typing import Any

from ..syntax import nodes
from ..values.types import ANY
from . import trees
from .conversions import boxed
from .lowerer import Lowerer, lowers, type_of

CHAIN_MAX = 50  # operands in one Python expression; more go into temporaries


@lowers(nodes.Literal)
def _literal(lw: Lowerer, node: nodes.Literal) -> ast.expr:
    return lw.constant(node.value)


@lowers(nodes.ListLiteral)
def _list(lw: Lowerer, node: nodes.ListLiteral) -> ast.expr:
    return trees.list_of(lw.lower_all(node.items, as_type=ANY))


@lowers(nodes.MapLiteral)
def _map(lw: Lowerer, node: nodes.MapLiteral) -> ast.expr:
    """Keys and values in their order; a key of unknown type goes through to_key."""
    thunks = []
    for key, value in node.entries:
        thunks.append(lambda k=key: map_key(lw, k))
        thunks.append(lambda v=value: lw.boxed(v))
    values = lw.operands(thunks)
    result: ast.expr = ast.Dict(list(values[0::2]), values[1::2])
    return trees.call(trees.name("NamedArgs"), result) if node.is_named_args else result


def map_key(lw: Lowerer, key: nodes.Expr) -> ast.expr:
    """A key of a map literal as it stands in the dict."""
    if key.is_const:
        return constant_key(lw, key.const)
    if isinstance(key, nodes.Literal):
        return constant_key(lw, key.value)
    value, source = lw.lower(key), type_of(key)
    if source.kind == "int":
        return value
    return lw.helper("literal_key", boxed(lw, value, source), pos=key.pos)


def constant_key(lw: Lowerer, value: Any) -> ast.expr:
    if type(value) in (str, int):
        return lw.constant(value)
    return lw.helper("literal_key", lw.constant(value))
