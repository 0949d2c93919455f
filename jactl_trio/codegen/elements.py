"""`items[i]` of lists and arrays -> Python's own subscript in a try statement; a helper does what Python refuses.

Read or stored, they are used alike; `store` takes a list that may be something else.

Python counts a negative index from the end as the language does, and a try statement costs nothing where nothing is
raised. A test of the bounds first cost as much as all else in a short loop: `len` makes an int of the size.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from ..limits import BLOCKS_MAX
from ..resolve.nullness import is_never_null
from ..syntax import nodes
from . import trees
from .lowerer import Lowerer, type_of

REFUSED = ("IndexError",)
REFUSED_OR_NULL = ("IndexError", "TypeError")  # null has no elements
REFUSED_OR_NO_ITEMS = ("IndexError", "AttributeError")  # nor has it items


def read(lw: Lowerer, value: ast.expr, refused: Sequence[str], otherwise: ast.expr) -> ast.expr | None:
    """The value, or the other one where Python refuses it; None where a try statement would stand too deep."""
    if not may_try(lw):
        return None
    temp = lw.temp()
    lw.emit(trying([trees.assign(temp, value)], refused, [trees.assign(temp, otherwise)]))
    return trees.name(temp)


def may_be_in_list(lw: Lowerer, target: nodes.Access) -> bool:
    """Is it, or may it be, an element of a list, by an index that certainly is an int?"""
    is_index = target.op == "[" and type_of(target.key).kind == "int"
    return is_index and type_of(target.parent).kind in ("List", "Object") and may_try(lw)


def store(
    lw: Lowerer, target: nodes.Access, parent: ast.expr, key: ast.expr, new: ast.expr, otherwise: ast.expr, pos: int
) -> None:
    """Emit parent[key] = new."""
    inline = lw.at(trees.store_subscript(parent, key, new), pos)  # the list may refuse to be changed
    _emit_for_list(lw, target, parent, [inline], [ast.Expr(otherwise)])


def load(lw: Lowerer, target: nodes.Access, parent: ast.expr, key: ast.expr, otherwise: ast.expr) -> ast.Name:
    """The present value of an element before `parent[key] += x`: 0 for null."""
    temp, held = lw.temp(), lw.names.temp(target.key.pos)  # at its own place: the names of others stay as they were
    element = trees.walrus(held, trees.subscript(parent, key))
    inline = trees.assign(temp, trees.choice(trees.is_not(element, trees.none()), trees.name(held), trees.constant(0)))
    _emit_for_list(lw, target, parent, [inline], [trees.assign(temp, otherwise)])
    return trees.name(temp)


def _emit_for_list(
    lw: Lowerer, target: nodes.Access, parent: ast.expr, inline: list[ast.stmt], otherwise: list[ast.stmt]
) -> None:
    """What is done inline with a list in a try statement; otherwise where Python refuses it, or parent is no list."""
    is_certain = type_of(target.parent).kind == "List"
    refused = REFUSED_OR_NULL if is_certain and not is_never_null(target.parent) else REFUSED
    statement = trying(inline, refused, otherwise)
    if not is_certain:
        is_list = trees.has_type(parent, "list")
        statement = trees.branch(is_list, [statement], copy.deepcopy(otherwise))
    lw.emit(statement)


def may_try(lw: Lowerer) -> bool:
    """May a try statement stand here? CPython counts it as two blocks; its limit is for loops."""
    return 2 * (len(lw.loops) + lw.catching) < BLOCKS_MAX


def trying(body: list[ast.stmt], refused: Sequence[str], otherwise: list[ast.stmt]) -> ast.stmt:
    """try: body; except refused: otherwise. There is no site in it, so that a Suspend's answer never comes here."""
    kinds = [trees.name(kind) for kind in refused]
    kind = kinds[0] if len(kinds) == 1 else trees.tuple_of(list(kinds))
    return ast.Try(body, [ast.ExceptHandler(kind, None, otherwise)], [], [])
