"""What tests tell of the bounds of integer locals, for the code that runs only where they hold.

Inside `while (i < n) { ... i++ }` the sum cannot leave the int's range, and no check of it is made. `Lowerer.bounds`
holds what is known where the lowering stands. An assignment ends it; so does the entry of a loop that assigns, since
the loop's code also runs after the assignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..resolve.model import Variable
from ..resolve.walk import descendants
from ..syntax import nodes
from .lowerer import Lowerer, type_of
from .wrapping import BOUNDS

Bounds = tuple[int, int]

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "!=": "=="}


@contextmanager
def where(lw: Lowerer, condition: nodes.Expr, holds: bool) -> Iterator[None]:
    """Lower code that runs only where the condition holds, or only where it does not."""
    before: dict[str, Bounds | None] = {}
    for slot, bounds in _facts(lw, condition, holds, written_in(condition)):
        before.setdefault(slot, lw.bounds.get(slot))
        lw.bounds[slot] = bounds
    try:
        yield
    finally:
        for slot, old in before.items():
            if slot in lw.bounds:  # else it was assigned in between
                del lw.bounds[slot]
                if old is not None:
                    lw.bounds[slot] = old


def forget(lw: Lowerer, slot: str) -> None:
    """A local is assigned."""
    lw.bounds.pop(slot, None)
    lw.writes += 1
    lw.last_write[slot] = lw.writes


def enter_loop(lw: Lowerer, loop: nodes.Node) -> None:
    """Forget what is assigned anywhere in the loop."""
    if lw.bounds:
        for variable in written_in(loop):
            lw.bounds.pop(lw.slots.get(variable, ""), None)


def bounds_of(lw: Lowerer, node: nodes.Expr) -> Bounds | None:
    """The bounds of an integer expression; None for others."""
    if node.is_const and type(node.const) is int:
        return node.const, node.const
    slot = _slot(lw, node)
    return lw.bounds.get(slot, BOUNDS.get(type_of(node).kind)) if slot else BOUNDS.get(type_of(node).kind)


def written_in(node: nodes.Node) -> set[Variable]:
    """The variables that are assigned inside a node."""
    found: set[Variable] = set()
    for one in descendants(node, into_functions=False):
        targets: list[nodes.Expr] = []
        if isinstance(one, nodes.Assign):
            targets = [one.target]
        elif isinstance(one, nodes.Unary | nodes.Postfix) and one.op in ("++", "--"):
            targets = [one.operand]
        elif isinstance(one, nodes.ExprList):
            targets = one.items
        elif isinstance(one, nodes.VarDecl):
            targets = [one]
        for target in targets:
            if isinstance(target, nodes.Name | nodes.VarDecl) and target.variable is not None:
                found.add(target.variable)
    return found


def _facts(lw: Lowerer, condition: nodes.Expr, holds: bool, written: set[Variable]) -> Iterator[tuple[str, Bounds]]:
    if isinstance(condition, nodes.Unary) and condition.op in ("!", "not"):
        yield from _facts(lw, condition.operand, not holds, written)
    elif isinstance(condition, nodes.Binary):
        if condition.op in (("&&", "and") if holds else ("||", "or")):
            yield from _facts(lw, condition.left, holds, written)
            yield from _facts(lw, condition.right, holds, written)
            return
        op = condition.op if holds else _NEGATED.get(condition.op, "")
        if op in _FLIPPED:
            yield from _fact(lw, condition.left, op, condition.right, written)
            yield from _fact(lw, condition.right, _FLIPPED[op], condition.left, written)


def _fact(
    lw: Lowerer, node: nodes.Expr, op: str, other: nodes.Expr, written: set[Variable]
) -> Iterator[tuple[str, Bounds]]:
    """What `node op other` tells of a local."""
    slot = _slot(lw, node)
    known, limits = bounds_of(lw, node), bounds_of(lw, other)
    if not slot or known is None or limits is None or (isinstance(node, nodes.Name) and node.variable in written):
        return
    low, high = known
    if op in ("<", "<=", "=="):
        high = min(high, limits[1] - (op == "<"))
    if op in (">", ">=", "=="):
        low = max(low, limits[0] + (op == ">"))
    if low <= high:
        yield slot, (low, high)


def _slot(lw: Lowerer, node: nodes.Expr) -> str:
    """The Python local of an int or long variable that stands in no cell; '' for other expressions."""
    variable = node.variable if isinstance(node, nodes.Name) else None
    if variable is None or variable.kind not in ("local", "param") or variable.is_cell or node.is_const:
        return ""
    return lw.slots.get(variable, "") if variable.type.kind in ("int", "long") else ""
