"""`for (int i = a; i < b; i++)` -> Python's `for` over a range, where nothing but `i++` writes i, and b stays as it is.

It takes two thirds of the time of a `while` that compares and adds. The range need not be saved: the counter says where
it stands, and a function that is entered again in the middle counts on and makes a new one (continuation/resume.py). A
`while` whose body ends by counting is the same loop.

Only where the counter certainly stays in its type up to its last value, for a range does not wrap.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeGuard

from ..resolve.model import Variable
from ..resolve.walk import descendants
from ..syntax import nodes
from ..values.types import INT
from . import trees
from .lowerer import Lowerer, type_of
from .ranges import bounds_of, writes_in
from .wrapping import BOUNDS

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TESTS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_UP = ("<", "<=")
_STEADY = frozenset("+-*")  # operators that a bound may have


@dataclass(slots=True)
class Counter:
    """The counter of a loop. step: what is added each round; body, updates: the loop's without what adds it."""

    slot: str
    step: ast.expr
    body: nodes.Stmt | None
    updates: nodes.Stmt | None
    is_visible: bool  # behind the loop too


def counter_of(lw: Lowerer, node: nodes.While, ending: frozenset[Variable]) -> Counter | None:
    """The counter of a loop that can be a `for`; None for others. ending: the variables whose scope ends with it."""
    parts = _parts(node)
    if parts is None:
        return None
    count, body, updates = parts
    writes = [variable for variable, _ in writes_in(node)]
    for name, op, bound in _comparisons(node.condition):
        variable = name.variable
        if variable is None or not _may_count(lw, variable) or writes.count(variable) != 1:
            continue
        step = _step(count, "+" if op in _UP else "-", variable)
        if step is None or not _is_steady(step, writes) or not _is_steady(bound, writes):
            continue
        if _stays_in_type(lw, variable, op, bound, step):
            amount = lw.lower(step)
            amount = amount if op in _UP else _negative(amount)
            return Counter(lw.slots[variable], amount, body, updates, variable not in ending)
    return None


@contextmanager
def unstressed(lw: Lowerer) -> Iterator[None]:
    """Lower what is no place to wait at, also where Options.stress asks for one in every expression."""
    options, lw.options = lw.options, replace(lw.options, stress=None)
    try:
        yield
    finally:
        lw.options = options


def is_comparison(test: ast.expr) -> TypeGuard[ast.Compare]:
    """Did nothing but one comparison come of a condition?"""
    return isinstance(test, ast.Compare) and len(test.ops) == 1


def over_range(counter: Counter, test: ast.Compare, body: list[ast.stmt]) -> ast.For:
    """The loop, by the comparison that a `while` would make."""
    left, op, stop = test.left, _TESTS[type(test.ops[0])], test.comparators[0]
    if not (isinstance(left, ast.Name) and left.id == counter.slot):
        op, stop = _FLIPPED[op], left
    if op in ("<=", ">="):
        one = 1 if op == "<=" else -1
        held = trees.value_of(stop)
        stop = trees.binary(stop, ast.Add(), trees.constant(one)) if held is None else trees.constant(held + one)
    arguments = [trees.name(counter.slot), stop]
    if trees.value_of(counter.step) != 1:
        arguments.append(counter.step)
    after: list[ast.stmt] = []
    if counter.is_visible:  # the test failed at the value after the last one
        beyond = trees.binary(trees.name(counter.slot), ast.Add(), copy.deepcopy(counter.step))
        after.append(ast.If(copy.deepcopy(test), [trees.assign(counter.slot, beyond)], []))
    return ast.For(trees.target(counter.slot), trees.call(trees.name("range"), *arguments), body, after)


# What the loop must look like


def _parts(node: nodes.While) -> tuple[nodes.Expr, nodes.Stmt | None, nodes.Stmt | None] | None:
    """What comes last in each round, and the loop's body and updates without it."""
    holder = node.body if node.updates is None else node.updates
    if node.is_do or not isinstance(holder, nodes.Block | nodes.StmtGroup) or not holder.statements:
        return None
    *rest, last = holder.statements
    if not isinstance(last, nodes.ExprStmt):
        return None
    if node.updates is not None:
        return last.expr, node.body, nodes.StmtGroup(rest, pos=holder.pos) if rest else None
    if any(isinstance(one, nodes.Continue) and one.loop is node for one in descendants(node, into_functions=False)):
        return None  # it would not count
    shorter = copy.copy(holder)
    shorter.statements = rest
    return last.expr, shorter, None


def _comparisons(condition: nodes.Expr) -> Iterator[tuple[nodes.Name, str, nodes.Expr]]:
    """The condition as `name op other`, and the other way round."""
    if isinstance(condition, nodes.Binary) and condition.op in _FLIPPED:
        if isinstance(condition.left, nodes.Name):
            yield condition.left, condition.op, condition.right
        if isinstance(condition.right, nodes.Name):
            yield condition.right, _FLIPPED[condition.op], condition.left


def _may_count(lw: Lowerer, variable: Variable) -> bool:
    is_local = variable.kind in ("local", "param") and not variable.is_cell and variable in lw.slots
    return is_local and variable.type.kind in ("int", "long")


def _step(count: nodes.Expr, sign: str, variable: Variable) -> nodes.Expr | None:
    """What is added to the variable, or taken from it, as the sign says: a constant or a name."""
    if isinstance(count, nodes.Postfix | nodes.Unary) and count.op == sign * 2 and _is(count.operand, variable):
        return nodes.Literal(1, type=INT, is_const=True, const=1, pos=count.pos)
    if isinstance(count, nodes.Assign) and count.op == sign + "=" and _is(count.target, variable):
        return count.value if count.value.is_const or isinstance(count.value, nodes.Name) else None
    return None


def _is(node: nodes.Expr, variable: Variable) -> bool:
    return isinstance(node, nodes.Name) and node.variable is variable


def _is_steady(node: nodes.Expr, written: Collection[Variable]) -> bool:
    """Has the integer expression the same value as long as the loop runs?"""
    if type_of(node).kind not in ("int", "long"):
        return False
    if node.is_const:
        return type(node.const) is int
    if isinstance(node, nodes.Name):
        variable = node.variable
        is_local = variable is not None and variable.kind in ("local", "param") and not variable.is_cell
        return is_local and variable not in written
    if isinstance(node, nodes.Binary):
        return node.op in _STEADY and _is_steady(node.left, written) and _is_steady(node.right, written)
    return False


def _stays_in_type(lw: Lowerer, variable: Variable, op: str, bound: nodes.Expr, step: nodes.Expr) -> bool:
    """Is there room for one step more behind the last value?"""
    ends, steps = bounds_of(lw, bound), bounds_of(lw, step)
    if ends is None or steps is None or steps[0] < 1:
        return False
    least, most = BOUNDS[variable.type.kind]
    nearest = 1 if op in ("<", ">") else 0
    return ends[1] - nearest + steps[1] <= most if op in _UP else ends[0] + nearest - steps[1] >= least


def _negative(value: ast.expr) -> ast.expr:
    held = trees.value_of(value)
    return ast.UnaryOp(ast.USub(), value) if held is None else trees.constant(-held)
