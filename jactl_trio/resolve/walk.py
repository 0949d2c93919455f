"""The children of a syntax node, in the order of the source, and walks over whole trees without recursion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..structs import StructType, fields_of
from ..syntax import nodes

# fields that refer to nodes elsewhere, or that hold no nodes
_NOT_CHILDREN = frozenset(
    (
        *("loop", "it", "info", "variable", "type", "const", "target", "member", "captures", "create_type"),
        *("results", "guarded", "first", "holds", "element"),
    )
)
_SCALARS = frozenset(("bool", "int", "str", "str | None"))  # annotations of fields that hold no nodes either
_CHILDREN: dict[type, tuple[str, ...]] = {}
_TARGETS = (nodes.Assign,)  # whose `target` is a child


def child_fields(node_class: StructType) -> tuple[str, ...]:
    names = _CHILDREN.get(node_class)
    if names is None:
        keep = ("target",) if node_class in _TARGETS else ()
        names = tuple(
            each.name
            for each in fields_of(node_class)
            if (each.name not in _NOT_CHILDREN or each.name in keep) and each.type not in _SCALARS
        )
        _CHILDREN[node_class] = names
    return names


def children(node: nodes.Node) -> list[nodes.Node]:
    """The nodes directly below."""
    if type(node) is nodes.MethodCall and node.fused is not None:
        return [node.fused]
    found: list[nodes.Node] = []
    for name in child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            found.append(value)
        elif value and isinstance(value, list | tuple):
            _add_nodes(value, found)
    return found


def _add_nodes(values: Iterable[Any], found: list[nodes.Node]) -> None:
    for value in values:
        if isinstance(value, nodes.Node):
            found.append(value)
        elif isinstance(value, list | tuple):
            _add_nodes(value, found)


def descendants(node: nodes.Node, *, into_functions: bool) -> Iterator[nodes.Node]:
    """The node and all below it; children come after their parents. A node that stands in two places comes once."""
    waiting = [node]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if into_functions or current is node or not isinstance(current, nodes.FunctionNode | nodes.ClassDecl):
            waiting += reversed(children(current))


def children_first(node: nodes.Node) -> Iterator[nodes.Node]:
    """The node and all below it, but for other functions' and classes'; each node once, after all its children."""
    waiting: list[tuple[nodes.Node, Iterator[nodes.Node]]] = [(node, iter(children(node)))]
    seen = {id(node)}
    while waiting:
        current, below = waiting[-1]
        for child in below:
            if id(child) not in seen:
                seen.add(id(child))
                is_other = isinstance(child, nodes.FunctionNode | nodes.ClassDecl)
                waiting.append((child, iter(() if is_other else children(child))))
                break
        else:
            waiting.pop()
            yield current
