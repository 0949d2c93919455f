"""Tokens and trees -> readable text, for `explain --tokens`, `explain --tree` and the golden files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..structs import fields_of
from .lexer import tokenize
from .nodes import Node

_HIDDEN = frozenset(
    ("pos", "first_pos", "name_pos", "open_pos", "end_pos", "label_pos", "assign_pos", "in_pos", "default_pos")
)
_RESOLVED = frozenset(
    (
        "type", "is_const", "const", "may_suspend", "result_used", "variable", "function", "class_info", "member",
        "target", "is_chained", "for_in", "info", "main", "captures", "loop", "it", "bindings", "operation",
        "create_missing", "create_type", "path_pos",
    )
)  # fmt: skip


def dump_tokens(source: str) -> str:
    """One token a line: line:column, kind, text."""
    lines = []
    for token in tokenize(source):
        line = source.count("\n", 0, token.pos) + 1
        column = token.pos - (source.rfind("\n", 0, token.pos) + 1) + 1
        shown = "" if token.kind == token.text else f" {token.text!r}"
        value = f" -> {token.value!r}" if token.value is not None and token.value != token.text else ""
        lines.append(f"{line}:{column}\t{token.kind}{shown}{value}")
    return "\n".join(lines) + "\n"


def dump_tree(node: Node, source: str) -> str:
    """One node a line, indented below its parent, with its position and plain fields."""
    return "\n".join(_lines(node, source, 0, "")) + "\n"


def _lines(node: Node, source: str, depth: int, label: str) -> Iterator[str]:
    line = source.count("\n", 0, node.pos) + 1
    column = node.pos - (source.rfind("\n", 0, node.pos) + 1) + 1
    plain, children = _fields(node)
    shown = "".join(f" {name}={value!r}" for name, value in plain)
    yield f"{'  ' * depth}{label}{type(node).__name__} {line}:{column}{shown}"
    for name, child in children:
        yield from _lines(child, source, depth + 1, f"{name}: ")


def _fields(node: Node) -> tuple[list[tuple[str, Any]], list[tuple[str, Node]]]:
    plain: list[tuple[str, Any]] = []
    children: list[tuple[str, Node]] = []
    for field in fields_of(type(node)):
        if field.name in _HIDDEN or field.name in _RESOLVED:
            continue
        value = getattr(node, field.name)
        found = list(_nodes_in(field.name, value))
        children += found
        is_literal = field.name == "value" and value is not None
        if not found and (is_literal or value not in (None, False, "", 0, [])):
            plain.append((field.name, value))
    return plain, children


def _nodes_in(name: str, value: Any) -> Iterator[tuple[str, Node]]:
    if isinstance(value, Node):
        yield name, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _nodes_in(f"{name}[{index}]", item)
