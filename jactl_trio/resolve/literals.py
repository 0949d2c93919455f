"""Literals, string templates, lists and maps."""

from __future__ import annotations

from decimal import Decimal

from ..syntax import nodes
from ..values import types as t
from ..values.numbers import Byte, Long
from ..values.types import ANY, LIST, MAP, STRING, Type
from .resolver import Resolver, handles

_TYPES: dict[type, Type] = {
    bool: t.BOOLEAN,
    int: t.INT,
    Long: t.LONG,
    Byte: t.BYTE,
    float: t.DOUBLE,
    Decimal: t.DECIMAL,
    str: STRING,
    type(None): ANY,
}


def literal_type(value: object) -> Type:
    """The static type of a constant of the source."""
    return _TYPES[type(value)]


@handles(nodes.Literal)
def _literal(r: Resolver, node: nodes.Literal) -> None:
    node.type = literal_type(node.value)
    node.is_const, node.const = True, node.value


@handles(nodes.StringTemplate)
def _template(r: Resolver, node: nodes.StringTemplate) -> None:
    node.parts = [r.expr(part) for part in node.parts]
    node.type = STRING


@handles(nodes.ListLiteral)
def _list(r: Resolver, node: nodes.ListLiteral) -> None:
    node.items = [r.expr(item) for item in node.items]
    node.type = LIST


@handles(nodes.MapLiteral)
def _map(r: Resolver, node: nodes.MapLiteral) -> None:
    node.entries = [(r.expr(key), r.expr(value)) for key, value in node.entries]
    node.type = MAP
