"""`items[i]` of lists and arrays -> Python's own subscript in a try statement; a helper does what Python refuses.

Python counts a negative index from the end as the language does, and a try statement costs nothing where nothing is
raised. A test of the bounds first cost as much as all else in a short loop: `len` makes an int of the size.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..limits import BLOCKS_MAX
from . import trees
from .lowerer import Lowerer

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


def may_try(lw: Lowerer) -> bool:
    """May a try statement stand here? CPython counts it as two blocks; its limit is for loops."""
    return 2 * (len(lw.loops) + lw.catching) < BLOCKS_MAX


def trying(body: list[ast.stmt], refused: Sequence[str], otherwise: list[ast.stmt]) -> ast.stmt:
    """try: body; except refused: otherwise. There is no site in it, so that a Suspend's answer never comes here."""
    kinds = [trees.name(kind) for kind in refused]
    kind = kinds[0] if len(kinds) == 1 else trees.tuple_of(list(kinds))
    return ast.Try(body, [ast.ExceptHandler(kind, None, otherwise)], [], [])
