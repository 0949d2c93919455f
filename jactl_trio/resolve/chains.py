"""A method call -> the chain that ends with it, `source.map{ ... }.filter{ ... }.sum()`, if that can be fused.

Only what is known when the script is compiled counts: the methods are the language's own, the closures are written in
the chain, and its source is of a type whose elements a list's iterator walks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..builtins import collecting, pipelines, reducing, sorting, strings
from ..structs import Struct
from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import ANY, ITERATOR, LIST, STRING, Type
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


class Chain(Struct):
    """links: the closures in the order in which an element goes through them, each with its stage's kind."""

    source: nodes.Expr
    end: str
    argument: nodes.Expr | None
    links: list[tuple[str, nodes.FunctionNode]]
    first: nodes.MethodCall  # the call whose receiver is the source

    @property
    def is_guarded(self) -> bool:
        """Is it fused for the case only that the source is a list?"""
        return static_type(self.source) is ANY


class Chains:
    """methods: the built-in method of a type by its name."""

    def __init__(self, methods: Callable[[Type, str], Signature | None]) -> None:
        self.methods = methods

    def ending_with(self, node: nodes.MethodCall, parent: nodes.Node) -> Chain | None:
        """The chain that ends with the node, which stands in `parent`."""
        chain = self._ended(node, parent)
        if chain is None:
            return None
        while (kind := self._named(chain.source, _STAGES)) is not None:
            assert isinstance(chain.source, nodes.MethodCall)
            args = chain.source.args
            if len(args) != 1 or not isinstance(args[0], nodes.FunctionNode):
                return None
            chain.links.insert(0, (kind, args[0]))
            chain.first, chain.source = chain.source, chain.source.parent
        if not chain.links or not _is_source(chain.source) or not _fits(chain):
            return None
        return None if chain.is_guarded and not self._is_of_lists(chain.first) else chain

    def _is_of_lists(self, node: nodes.MethodCall) -> bool:
        """Do lists have no method of their own in the place of that of everything iterable?"""
        return node.target is None and self.methods(LIST, node.name) is self.methods(ITERATOR, node.name)

    def _ended(self, node: nodes.MethodCall, parent: nodes.Node) -> Chain | None:
        """The chain with its end alone."""
        if self._named(node, _STAGES) is not None:
            is_list = not node.for_in and (not node.is_chained or self._drains(parent))
            return Chain(node, "list", None, [], node) if is_list else None
        end = self._named(node, _ENDS)
        if end is None:
            return None
        args = list(node.args)
        argument = args.pop(0) if args and end in _TAKING_A_VALUE else None
        links: list[tuple[str, nodes.FunctionNode]] = []
        if end in _TAKING_A_CLOSURE and len(args) == 1 and isinstance(args[0], nodes.FunctionNode):
            links = [(_TAKING_A_CLOSURE[end], args[0])]
        elif args or end in ("each", "groupBy", "reduce"):
            return None
        return Chain(node.parent, end, argument, links, node)

    def _named(self, node: nodes.Expr, table: dict[Callable[..., Any], str]) -> str | None:
        """What the table calls the method of the language that is called."""
        return table.get(implementation) if (implementation := self._called(node)) is not None else None

    def _called(self, node: nodes.Node) -> Callable[..., Any] | None:
        """The method of the language that a call by `.` calls; of an unknown receiver: if that is a list."""
        if not isinstance(node, nodes.MethodCall) or node.op != ".":
            return None
        if any(isinstance(arg, nodes.MapLiteral) and arg.is_named_args for arg in node.args):
            return None
        target = node.target
        if target is None and static_type(node.parent) is ANY:
            target = self.methods(ITERATOR, node.name)
        return target.implementation if isinstance(target, Signature) and target.host is None else None

    def _drains(self, consumer: nodes.Node) -> bool:
        function = self._called(consumer)
        if function is None or not isinstance(consumer, nodes.MethodCall):
            return False
        return function in _DRAINING or (function in _DRAINING_WITHOUT_CLOSURE and not consumer.args)


def _is_source(source: nodes.Expr) -> bool:
    type = static_type(source)
    return type.kind in _SOURCES or type is ANY or (type is ITERATOR and is_split(source))


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
