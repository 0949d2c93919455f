"""A resolved unit -> text, for `jactl-trio explain --resolved` and golden files: the tree with what was found of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax import nodes
from .model import ClassInfo, FunctionInfo, UnitInfo, Variable
from .types import static_type, text
from .walk import children


def dump_resolved(unit: UnitInfo) -> str:
    """One line a node: its kind, names, type (`~` before it: may suspend), constant and binding; indented by depth."""
    lines: list[str] = []
    for info in unit.classes:
        lines += _class_lines(info)
    for function in unit.functions:
        lines += _function_lines(function)
    return "\n".join(lines) + "\n"


def _class_lines(info: ClassInfo) -> Iterator[str]:
    base = f" extends {info.base.full_name}" if info.base is not None else ""
    yield f"class {info.full_name}{base}"
    for name, field in info.fields.items():
        kind = "final " if field.is_final else ""
        yield f"  field {kind}{text(field.type)} {name}{' = ...' if field.default is not None else ''}"
    for name, field in info.constants.items():
        yield f"  const {text(field.type)} {name} = {field.const!r}"
    yield ""


def _function_lines(info: FunctionInfo) -> Iterator[str]:
    params = ", ".join(f"{text(param.type)} {param.name}{'' if param.is_mandatory else '='}" for param in info.params)
    notes = [f"captures {', '.join(map(_shown, info.captures))}"] if info.captures else []
    notes += [note for note, holds in (("may suspend", info.may_suspend), ("is a value", info.is_value)) if holds]
    yield f"{info.kind} {info.path}({params}) -> {text(info.return_type)}{': ' if notes else ''}{'; '.join(notes)}"
    body = info.node.body if isinstance(info.node, nodes.FunctionNode | nodes.Program) else None
    if body is not None:
        yield from _node_lines(body, 1)
    yield ""


def _node_lines(root: nodes.Node, depth: int) -> Iterator[str]:
    waiting = [(root, depth)]
    while waiting:
        node, level = waiting.pop()
        yield "  " * level + _line(node)
        if not isinstance(node, nodes.FunctionNode | nodes.ClassDecl):
            waiting += [(child, level + 1) for child in reversed(children(node))]


def _line(node: nodes.Node) -> str:
    parts = [type(node).__name__, *_names(node)]
    if isinstance(node, nodes.Expr) and node.type is not None:
        parts.append(f":{'~' if node.may_suspend else ''}{text(static_type(node))}")
        if node.is_const and not isinstance(node, nodes.Literal | nodes.VarDecl):
            parts.append(f"= {node.const!r}")
    return " ".join(parts)


def _names(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Literal):
        yield repr(node.value)
    elif isinstance(node, nodes.Name | nodes.VarDecl):
        yield _shown(node.variable) if node.variable is not None else node.name
    elif isinstance(node, nodes.Binary | nodes.Unary | nodes.Assign | nodes.Access):
        yield repr(node.op)
    elif isinstance(node, nodes.MethodCall):
        yield node.name
    elif isinstance(node, nodes.Pipeline):
        yield node.end
    elif isinstance(node, nodes.Stage):
        yield f"{node.kind} {', '.join(map(_shown, node.variables))} :{text(node.type)}"
    elif isinstance(node, nodes.FunctionNode) and node.info is not None:
        yield node.info.path
    if isinstance(node, nodes.Call | nodes.MethodCall) and node.target is not None:
        yield f"-> {node.target.path if isinstance(node.target, FunctionInfo) else node.target.name}"


def _shown(variable: Variable) -> str:
    """Its name and how it is kept."""
    return f"{variable.name}({'cell' if variable.is_cell else variable.kind})"
