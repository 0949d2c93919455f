"""What tests and declarations tell of the bounds of integer locals, for the code that runs only where they hold.

Inside `while (i < n) { ... i++ }` the sum cannot leave the int's range, and no check of it is made. `Lowerer.bounds`
holds what is known where the lowering stands. An assignment ends it; so does the entry of a loop that assigns, since
the loop's code also runs after the assignment. The counter of a `for` that only grows keeps its lower bound there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..resolve.model import Variable
from ..resolve.walk import descendants
from ..syntax import nodes
from ..values.numbers import INT_MAX
from ..values.signature import Signature
from ..values.types import INT
from .intervals import RESULT, Bounds
from .lowerer import Lowerer, type_of
from .wrapping import BOUNDS, NEAR

_DEPTH_MAX = 4  # of operators that bounds are found for
SIZES = frozenset(("size", "length"))

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "!=": "==", "==": "!="}


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
    """Forget what is assigned anywhere in the loop; but what it only counts up keeps its lower bound."""
    if not lw.bounds:
        return
    writes = list(writes_in(loop))
    before = dict(lw.bounds)
    for variable, _ in writes:
        lw.bounds.pop(lw.slots.get(variable, ""), None)
    if isinstance(loop, nodes.While) and loop.updates is not None and not loop.is_do:
        for slot, step in _counted_up(lw, loop, writes):
            if slot in before:
                highs = [high for fact, (_, high) in _facts(lw, loop.condition, True, set()) if fact == slot]
                if highs and min(highs) + step <= INT_MAX:
                    lw.bounds[slot] = before[slot][0], INT_MAX


def _counted_up(lw: Lowerer, loop: nodes.While, writes: list[tuple[Variable, nodes.Node]]) -> Iterator[tuple[str, int]]:
    """The ints that are written in the loop's updates alone, once, and only grow; with the largest step."""
    updates = [node for _, node in writes_in(loop.updates)] if loop.updates is not None else []
    for variable, node in writes:
        slot = lw.slots.get(variable, "")
        once = sum(1 for other, _ in writes if other is variable) == 1 and node in updates
        if not once or not slot or variable.is_cell or variable.type.kind != "int":
            continue
        if isinstance(node, nodes.Unary | nodes.Postfix) and node.op == "++":
            yield slot, 1
        elif isinstance(node, nodes.Assign) and node.op == "+=" and type_of(node.value).kind == "int":
            step = bounds_of(lw, node.value)
            if step is not None and step[0] >= 0:
                yield slot, step[1]


def declared(lw: Lowerer, variable: Variable, value: nodes.Expr | None) -> None:
    """A local has its first value: whatever reads it comes after that."""
    slot = lw.slots.get(variable, "")
    if not slot or variable.is_cell or variable.kind != "local" or variable.unless_null is not None:
        return
    if value is not None and variable.type.kind in ("int", "long") and type_of(value).kind in ("int", "byte"):
        bounds = bounds_of(lw, value)
        if bounds is not None and bounds != BOUNDS[type_of(value).kind]:
            lw.bounds[slot] = bounds


def bounds_of(lw: Lowerer, node: nodes.Expr, depth: int = _DEPTH_MAX) -> Bounds | None:
    """The bounds of an integer expression; None for others."""
    if node.is_const and type(node.const) is int:
        return node.const, node.const
    slot = _slot(lw, node)
    if slot in lw.bounds:
        return lw.bounds[slot]
    widest = BOUNDS.get(type_of(node).kind)
    if widest is not None and depth:
        found = _of_operation(lw, node, depth - 1)
        if found is not None and widest[0] <= found[0] and found[1] <= widest[1]:
            return found
    return widest


def _of_operation(lw: Lowerer, node: nodes.Expr, depth: int) -> Bounds | None:
    """Of an operator's result, if it needs no wrapping, and of a size."""
    if isinstance(node, nodes.MethodCall) and isinstance(node.target, Signature) and node.target.name in SIZES:
        return (0, INT_MAX) if node.type is INT else None
    if not isinstance(node, nodes.Binary) or not type_of(node.left).is_integral or not type_of(node.right).is_integral:
        return None
    left, right = bounds_of(lw, node.left, depth), bounds_of(lw, node.right, depth)
    if left is None or right is None:
        return None
    if node.op == "%" and 0 < right[0] <= right[1] <= NEAR:
        return 0, right[1] - 1
    if node.op == "/" and left[0] >= 0 and right[0] > 0:
        return 0, left[1]
    return RESULT[node.op](left, right) if node.op in RESULT else None


def written_in(node: nodes.Node) -> set[Variable]:
    """The variables that are assigned inside a node."""
    return {variable for variable, _ in writes_in(node)}


def writes_in(node: nodes.Node) -> Iterator[tuple[Variable, nodes.Node]]:
    """What is assigned inside a node, each time with the node that does."""
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
                yield target.variable, one


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
    if op == "!=":  # it tells only where the one value is the first or the last
        low += limits == (low, low)
        high -= limits == (high, high)
    if low <= high:
        yield slot, (low, high)


def _slot(lw: Lowerer, node: nodes.Expr) -> str:
    """The Python local of an int or long variable that stands in no cell; '' for other expressions."""
    variable = node.variable if isinstance(node, nodes.Name) else None
    if variable is None or variable.kind not in ("local", "param") or variable.is_cell or node.is_const:
        return ""
    return lw.slots.get(variable, "") if variable.type.kind in ("int", "long") else ""
