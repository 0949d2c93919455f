"""A method call -> the chain that ends with it, `source.map{ ... }.filter{ ... }.sum()`, if that can be fused.

Only what is known when the script is compiled counts: the methods are the language's own, the closures are written in
the chain, and its source is of a type whose elements a list's iterator walks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..builtins import collecting, pipelines, reducing, sorting, strings
from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import ITERATOR, STRING
from .model import ParamInfo
from .types import static_type
from .walk import descendants

_STAGES: dict[Callable[..., Any], str] = {pipelines.iterable_map: "map", pipelines.iterable_filter: "filter"}
_ENDS: dict[Callable[..., Any], str] = {
    collecting.iterable_collect: "list",
    collecting.iterable_each: "each",
    collecting.iterable_group_by: "groupBy",
    collecting.iterable_join: "join",
    collecting.iterable_size: "size",
    reducing.iterable_reduce: "reduce",
    reducing.iterable_sum: "sum",
}
_TAKING_A_CLOSURE = {"list": "map", "each": "each", "groupBy": "groupBy", "reduce": "reduce"}  # as which stage
_TAKING_A_VALUE = frozenset(("join", "reduce"))
# What takes all elements before it does anything else: it may as well get a list.
_DRAINING = frozenset((collecting.iterable_reverse, reducing.iterable_avg, sorting.iterable_sort))
_DRAINING_WITHOUT_CLOSURE = frozenset((reducing.iterable_max, reducing.iterable_min))
_SOURCES = frozenset(("int", "String", "List", "Map", "array"))
_CHANGING = (nodes.Call, nodes.MethodCall, nodes.New, nodes.Assign, nodes.Postfix, nodes.Unary, nodes.Eval)


@dataclass(slots=True)
class Chain:
    """links: the closures in the order in which an element goes through them, each with its stage's kind."""

    source: nodes.Expr
    end: str
    argument: nodes.Expr | None
    links: list[tuple[str, nodes.FunctionNode]]


def chain_of(node: nodes.MethodCall, parent: nodes.Node) -> Chain | None:
    """The chain that ends with the node, which stands in `parent`."""
    chain = _ended(node, parent)
    if chain is None:
        return None
    while (kind := _named(chain.source, _STAGES)) is not None:
        assert isinstance(chain.source, nodes.MethodCall)
        args = chain.source.args
        if len(args) != 1 or not isinstance(args[0], nodes.FunctionNode):
            return None
        chain.links.insert(0, (kind, args[0]))
        chain.source = chain.source.parent
    return chain if chain.links and _is_source(chain.source) and _fits(chain) else None


def _ended(node: nodes.MethodCall, parent: nodes.Node) -> Chain | None:
    """The chain with its end alone."""
    if _named(node, _STAGES) is not None:
        is_list = not node.for_in and (not node.is_chained or _drains(parent))
        return Chain(node, "list", None, []) if is_list else None
    end = _named(node, _ENDS)
    if end is None:
        return None
    args = list(node.args)
    argument = args.pop(0) if args and end in _TAKING_A_VALUE else None
    links: list[tuple[str, nodes.FunctionNode]] = []
    if end in _TAKING_A_CLOSURE and len(args) == 1 and isinstance(args[0], nodes.FunctionNode):
        links = [(_TAKING_A_CLOSURE[end], args[0])]
    elif args or end in ("each", "groupBy", "reduce"):
        return None
    return Chain(node.parent, end, argument, links)


def _named(node: nodes.Expr, table: dict[Callable[..., Any], str]) -> str | None:
    """What the table calls the method of the language that is called, by `.` and without named arguments."""
    if not isinstance(node, nodes.MethodCall) or not isinstance(node.target, Signature) or node.op != ".":
        return None
    if any(isinstance(arg, nodes.MapLiteral) and arg.is_named_args for arg in node.args):
        return None
    return table.get(node.target.implementation)


def _drains(consumer: nodes.Node) -> bool:
    if not isinstance(consumer, nodes.MethodCall) or not isinstance(consumer.target, Signature) or consumer.op != ".":
        return False
    function = consumer.target.implementation
    return function in _DRAINING or (function in _DRAINING_WITHOUT_CLOSURE and not consumer.args)


def _is_source(source: nodes.Expr) -> bool:
    type = static_type(source)
    return type.kind in _SOURCES or (type is ITERATOR and is_split(source))


def is_split(node: nodes.Expr) -> bool:
    """Is it a text that is split: an iterator of a list of texts?"""
    return (
        isinstance(node, nodes.MethodCall)
        and isinstance(node.target, Signature)
        and node.target.implementation is strings.string_split
        and node.op == "."
        and all(static_type(arg) is STRING for arg in node.args)
    )


def _fits(chain: Chain) -> bool:
    """Do the closures take what they are given here, and is the end's argument evaluated without any effect?"""
    is_pair = static_type(chain.source).kind == "Map"
    for kind, closure in chain.links:
        params = closure.info.params if closure.info is not None else []
        if kind == "reduce":
            fits = len(params) == 2 and all(param.is_mandatory for param in params)
        elif len(params) == 2:
            fits = is_pair and all(param.is_mandatory for param in params)
        else:
            fits = len(params) == 1 and _takes_one(params[0])
        if not fits:
            return False
        is_pair = is_pair and kind == "filter"
    argument = chain.argument
    if chain.end == "join":
        return argument is None or (argument.is_const and type(argument.const) is str)
    if argument is None:
        return True
    return not any(isinstance(node, _CHANGING) for node in descendants(argument, into_functions=True))


def _takes_one(param: ParamInfo) -> bool:
    return param.default is None or param.default.is_const
