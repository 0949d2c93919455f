"""Lowered statements of a loop -> the lists that they may make longer, if nothing else in them changes a length.

What may wait has a site, where others may change anything; but a function that is entered again there makes its ranges
and looks for room anew. So only what runs in between counts: here it must be known to run no code of scripts or hosts.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..resolve.model import Variable

# Helpers that run no script's code and change no list or map.
_HARMLESS = frozenset(
    (
        *("len", "type", "str", "int", "bool", "float", "Long", "Byte", "Cell", "order", "range"),
        *("tick", "count_loop", "wrap_int", "wrap_long", "wrap_byte", "float_to_int", "float_to_long", "double_text"),
        *("float_divide", "float_modulo", "float_remainder", "divide_ints", "divide_longs", "divide_bytes"),
        *("modulo_ints", "modulo_longs", "remainder_ints", "add_to_number", "subtract", "multiply", "divide", "modulo"),
        *("exact_add", "exact_subtract", "exact_multiply"),
        *("bit_and", "bit_or", "bit_xor", "negate", "less", "less_equal", "greater", "greater_equal", "truthy"),
        *("concat_texts", "coerce_int", "coerce_long", "coerce_double", "coerce_string", "coerce_boolean"),
        *("list_element", "in_text_or_array"),
        *("null_parent", "null_object", "null_receiver", "null_method", "null_array", "null_changed"),
    )
)


@dataclass(slots=True)
class Growth:
    """grown: the locals whose lists get longer; appends: how often in a round at most; stored: locals that change."""

    grown: set[str] = field(default_factory=set)
    appends: int = 0
    stored: set[str] = field(default_factory=set)
    stores_entries: bool = False  # `x[k] = v`, which may be a new entry of a map

    def merge(self, other: Growth) -> None:
        self.grown |= other.grown
        self.appends += other.appends
        self.stored |= other.stored
        self.stores_entries |= other.stores_entries


def may_keep_sizes(growth: Growth, sized: Sequence[Variable], slots: Mapping[Variable, str]) -> bool:
    """May the lists and maps keep their lengths, if none of those that grow is one of them?"""
    if growth.stores_entries and any(variable.type.kind == "Map" for variable in sized):
        return False
    return not growth.grown & (growth.stored | {slots[variable] for variable in sized})


def growth_of(body: Sequence[ast.stmt], inside: str = "", counter: str = "") -> Growth | None:
    """What a round changes; None if that is not known. inside, counter: a list and a local that is an index of it."""
    found = Growth()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.While | ast.For):
            inner = growth_of([*node.body, *node.orelse], inside, counter)
            if inner is None or inner.appends:
                return None
            found.merge(inner)
            waiting += [node.test] if isinstance(node, ast.While) else [node.iter, node.target]
            continue
        if isinstance(node, ast.Try) and inside and _stores_at(node, inside, counter):
            waiting += node.body
            continue
        if isinstance(node, ast.If) and _is_append(node):
            found.appends += 1
            found.grown.add(node.body[0].value.func.value.id)  # type: ignore[attr-defined]
            waiting += [node.test, *node.body[0].value.args]  # type: ignore[attr-defined]
            continue
        if isinstance(node, ast.Call) and not _is_harmless(node):
            return None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.stored.add(node.id)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found.stores_entries = True
        waiting += ast.iter_child_nodes(node)
    return found


def _is_harmless(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr in ("get", "lower", "upper")
    if not isinstance(function, ast.Name):
        return False
    if function.id in ("equal", "not_equal"):  # two objects of the host's are compared by code of the host
        return any(isinstance(argument, ast.Constant) for argument in call.args)
    return function.id in _HARMLESS


def _is_append(node: ast.If) -> bool:
    """Is it `if ...: items.append(value) else: items = ...`, as variables.py makes of `<<=`?"""
    if len(node.body) != 1 or len(node.orelse) != 1:
        return False
    call, other = _call_of(node.body[0]), _call_of(node.orelse[0])
    method = call.func if call is not None else None
    if not isinstance(method, ast.Attribute) or method.attr != "append" or not isinstance(method.value, ast.Name):
        return False
    first = other.args[0] if other is not None and other.args else None
    return isinstance(first, ast.Name) and first.id == method.value.id


def _call_of(statement: ast.stmt) -> ast.Call | None:
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    return value if isinstance(value, ast.Call) else None


def _stores_at(node: ast.Try, inside: str, counter: str) -> bool:
    """Is it `try: items[counter] = value`? Then the except clause, for an index that is none, is never reached."""
    first = node.body[0]
    target = first.targets[0] if isinstance(first, ast.Assign) else None
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return False
    index = target.slice
    return target.value.id == inside and isinstance(index, ast.Name) and index.id == counter
