"""`for (int i = a; i < b; i++)` -> Python's `for` over a range, where nothing but `i++` writes i, and b stays as it is.

It takes two thirds of the time of a `while` that compares and adds. The range need not be saved: the counter says where
it stands, and a function that is entered again in the middle counts on and makes a new one (continuation/resume.py). A
`while` whose body ends by counting is the same loop.

The length of a list stays where the loop's lowered body shows that it does (lengths.py). Where it may be that of
another list that grows, and where an int might be counted beyond its range, a test before the loop chooses between the
range and a generator that does what the `while` would.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeGuard

from ..continuation.sites import blocks
from ..limits import COLLECTION_ITEMS_MAX
from ..resolve.model import Variable
from ..resolve.walk import descendants
from ..syntax import nodes
from ..values.numbers import INT_MAX
from ..values.signature import Signature
from ..values.types import INT
from . import trees
from .lowerer import Lowerer, type_of
from .ranges import SIZES, bounds_of, writes_in
from .wrapping import BOUNDS

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TESTS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_UP = ("<", "<=")
_STEADY = frozenset("+-*")  # operators that a bound may have


@dataclass(slots=True)
class Counter:
    """The counter of a loop. step: what `count` adds each round; body, updates: the loop's without it."""

    slot: str
    step: ast.expr
    count: nodes.Stmt
    body: nodes.Stmt | None
    updates: nodes.Stmt | None
    sized: list[Variable]  # lists and maps whose lengths the bound is made of
    may_wrap: bool  # beyond the largest int
    is_visible: bool  # behind the loop too


def counter_of(lw: Lowerer, node: nodes.While, ending: frozenset[Variable]) -> Counter | None:
    """The counter of a loop that may be a `for`; None for others. ending: the variables whose scope ends with it."""
    parts = _parts(node)
    if parts is None:
        return None
    count, body, updates = parts
    writes = [variable for variable, _ in writes_in(node)]
    for name, op, bound in _comparisons(node.condition):
        variable = name.variable
        if variable is None or not _may_count(lw, variable) or writes.count(variable) != 1:
            continue
        step = _step(count.expr, "+" if op in _UP else "-", variable)
        if step is None or not _is_steady(step, writes, None):
            continue
        sized: list[Variable] = []
        may_wrap = _may_wrap(lw, variable, op, bound, step)
        if may_wrap is None or not _is_steady(bound, writes, sized):
            continue
        with unstressed(lw):
            amount = lw.lower(step)
        amount = amount if op in _UP else _negative(amount)
        return Counter(lw.slots[variable], amount, count, body, updates, sized, may_wrap, variable not in ending)
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


def over_range(counter: Counter, test: ast.Compare, body: list[ast.stmt], growing: Sequence[str]) -> ast.For | None:
    """The loop, by the comparison that a `while` would make. growing: the lists that get longer; None if it may be one
    of those whose length is looked at."""
    stop = _stop(counter, test)
    arguments = [trees.name(counter.slot), stop]
    if trees.value_of(counter.step) != 1:
        arguments.append(counter.step)
    walked: ast.expr = trees.call(trees.name("range"), *arguments)
    if counter.may_wrap:
        room = _within(stop, counter.step)
        walked = trees.choice(room, walked, _call("count_up", trees.name(counter.slot), stop, counter.step))
    elif counter.sized and growing:
        size = _size(stop)
        if size is None or len(arguments) > 2 or size in growing:
            return None
        others = [trees.is_not(trees.name(name), trees.name(size)) for name in growing]
        walked = trees.choice(trees.both(*others), walked, _call("indices", trees.name(counter.slot), trees.name(size)))
    after: list[ast.stmt] = []
    if counter.is_visible:  # the test failed at the value after the last one
        beyond: ast.expr = trees.binary(trees.name(counter.slot), ast.Add(), copy.deepcopy(counter.step))
        beyond = _call("wrap_int", beyond) if counter.may_wrap else beyond
        after.append(ast.If(copy.deepcopy(test), [trees.assign(counter.slot, beyond)], []))
    return ast.For(trees.target(counter.slot), walked, body, after)


def _stop(counter: Counter, test: ast.Compare) -> ast.expr:
    """The first value that is not counted."""
    left, op, stop = test.left, _TESTS[type(test.ops[0])], test.comparators[0]
    if not (isinstance(left, ast.Name) and left.id == counter.slot):
        op, stop = _FLIPPED[op], left
    return _plus(stop, {"<=": 1, ">=": -1}.get(op, 0))


def _plus(value: ast.expr, number: int) -> ast.expr:
    held = trees.value_of(value)
    if held is not None:
        return trees.constant(held + number)
    return trees.binary(value, ast.Add(), trees.constant(number)) if number else value


def _within(stop: ast.expr, step: ast.expr) -> ast.expr:
    """A test that all that is counted, and one step more, is an int."""
    beyond = trees.binary(stop, ast.Add(), step) if trees.value_of(step) != 1 else stop
    most = INT_MAX + 1 if beyond is not stop else INT_MAX
    tests = [trees.compare(beyond, ast.LtE(), trees.constant(most))]
    if trees.value_of(step) is None:
        tests.insert(0, trees.compare(step, ast.Gt(), trees.constant(0)))
    return trees.both(*tests)


def _size(stop: ast.expr) -> str | None:
    """The list whose length it is, and nothing else."""
    if isinstance(stop, ast.Call) and isinstance(stop.func, ast.Name) and stop.func.id == "len":
        return stop.args[0].id if isinstance(stop.args[0], ast.Name) else None
    return None


def _call(helper: str, *arguments: ast.expr) -> ast.expr:
    return trees.call(trees.name(helper), *arguments)


def room_before(loop: ast.For, name: str, appends: int) -> ast.expr:
    """Is the list so short that it stays within the limit, though each round may append so many elements?"""
    walked = loop.iter.body if isinstance(loop.iter, ast.IfExp) else loop.iter
    assert isinstance(walked, ast.Call)
    first, stop, *step = walked.args
    is_down = bool(step) and isinstance(step[0], ast.Constant) and trees.value_of(step[0]) < 0
    rounds = trees.binary(first, ast.Sub(), stop) if is_down else trees.binary(stop, ast.Sub(), first)
    more = rounds if appends == 1 else trees.binary(rounds, ast.Mult(), trees.constant(appends))
    size = trees.binary(_call("len", trees.name(name)), ast.Add(), more)
    test: ast.expr = trees.compare(size, ast.LtE(), trees.constant(COLLECTION_ITEMS_MAX))
    if isinstance(loop.iter, ast.IfExp):
        test = trees.both(loop.iter.test, test)
    return copy.deepcopy(test)


def count_before_going_on(body: list[ast.stmt], count: list[ast.stmt]) -> None:
    """Put the counting before each `continue` of a loop that becomes a `while` after all."""
    for index in range(len(body) - 1, -1, -1):
        statement = body[index]
        if isinstance(statement, ast.Continue):
            body[index:index] = copy.deepcopy(count)
        elif not isinstance(statement, ast.While | ast.For):
            for block in blocks(statement):
                count_before_going_on(block, count)


# What the loop must look like


def _parts(node: nodes.While) -> tuple[nodes.ExprStmt, nodes.Stmt | None, nodes.Stmt | None] | None:
    """What comes last in each round, and the loop's body and updates without it."""
    holder = node.body if node.updates is None else node.updates
    if node.is_do or not isinstance(holder, nodes.Block | nodes.StmtGroup) or not holder.statements:
        return None
    *rest, last = holder.statements
    if not isinstance(last, nodes.ExprStmt):
        return None
    if node.updates is not None:
        return last, node.body, nodes.StmtGroup(rest, pos=holder.pos) if rest else None
    if any(isinstance(one, nodes.Continue) and one.loop is node for one in descendants(node, into_functions=False)):
        return None  # it would not count
    shorter = copy.copy(holder)
    shorter.statements = rest
    return last, shorter, None


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


def _is_steady(node: nodes.Expr, written: Collection[Variable], sized: list[Variable] | None) -> bool:
    """Has the integer expression the same value as long as the loop runs? sized: takes lists that must keep theirs."""
    if type_of(node).kind not in ("int", "long"):
        return False
    if node.is_const:
        return type(node.const) is int
    if isinstance(node, nodes.Name):
        return _is_steady_local(node, written)
    if isinstance(node, nodes.Binary):
        sides = (node.left, node.right)
        return node.op in _STEADY and all(_is_steady(side, written, sized) for side in sides)
    if not isinstance(node, nodes.MethodCall) or not isinstance(node.target, Signature) or node.op != ".":
        return False
    if node.target.name not in SIZES or node.target.host is not None or not _is_steady_local(node.parent, written):
        return False
    if type_of(node.parent).kind in ("List", "Map"):
        if sized is None:
            return False
        sized.append(node.parent.variable)  # type: ignore[attr-defined]
    return True


def _is_steady_local(node: nodes.Expr, written: Collection[Variable]) -> bool:
    variable = node.variable if isinstance(node, nodes.Name) else None
    is_local = variable is not None and variable.kind in ("local", "param") and not variable.is_cell
    return is_local and variable not in written


def _may_wrap(lw: Lowerer, variable: Variable, op: str, bound: nodes.Expr, step: nodes.Expr) -> bool | None:
    """May one step more behind the last value leave the type? None: and nothing is done about it."""
    ends, steps = bounds_of(lw, bound), bounds_of(lw, step)
    if ends is None or steps is None or steps[1] < 1:
        return None
    least, most = BOUNDS[variable.type.kind]
    nearest = 1 if op in ("<", ">") else 0
    if op not in _UP:
        return False if steps[0] > 0 and ends[0] + nearest - steps[1] >= least else None
    if steps[0] > 0 and ends[1] - nearest + steps[1] <= most:
        return False
    return True if variable.type is INT and type_of(bound) is INT and type_of(step) is INT else None


def _negative(value: ast.expr) -> ast.expr:
    held = trees.value_of(value)
    return ast.UnaryOp(ast.USub(), value) if held is None else trees.constant(-held)
