"""Loops -> Python while loops whose whole state is plain data in locals.

Python's `for` is used over lists (iteration.py) and ranges (counting.py) alone: no other iterator can be saved in a
checkpoint, or made again from what is saved. Each round begins with the checks: `if TICK: tick()` gives up the thread
when the time slice is over, `count_loop()` counts where max_loop_iterations is set.

`continue` in a loop with updates runs a copy of them. A `break` or `continue` of an outer loop sets that loop's flag
and leaves the innermost one; behind each loop on the way stands a test of the flag.
"""

from __future__ import annotations

import ast
from contextlib import nullcontext
from dataclasses import dataclass, field

from ..errors import InternalError
from ..syntax import nodes
from . import names, trees
from .counting import (
    Counter,
    count_before_going_on,
    counter_of,
    is_comparison,
    over_range,
    room_before,
    unstressed,
)
from .lengths import Growth, growth_of, may_keep_sizes
from .lowerer import Lowerer, lowers
from .ranges import enter_loop, where

_LEAVE, _GO_ON = 1, 2  # values of a loop's flag; 0: nothing asked for


@dataclass(slots=True, frozen=True)
class Room:
    """A test whether a list may get longer: its `if`, the local of the list, the test without what is known before."""

    statement: ast.If
    slot: str
    exact: ast.expr


@dataclass(slots=True, eq=False)
class Loop:
    """A loop around the statement that is being lowered."""

    node: nodes.While | nodes.ForIn | nodes.Pipeline
    updates: nodes.Stmt | None = None
    flag: str | None = None  # the local that break and continue in inner loops set
    has_continue: bool = False
    rooms: list[Room] | None = None  # where lists are appended to directly in it, if it counts
    exits: dict[Loop, set[int]] = field(default_factory=dict)  # outer loops that are left or gone on with from here


@lowers(nodes.While)
def _while(lw: Lowerer, node: nodes.While) -> None:
    loop = Loop(node, node.updates)
    ending, lw.ending = lw.ending, frozenset()
    enter_loop(lw, node)
    if node.is_do:
        _do(lw, node, loop)
        return
    counter = counter_of(lw, node, ending)
    with lw.collecting() as before, unstressed(lw) if counter else nullcontext():
        test = lw.condition(node.condition)
    if counter is not None and is_comparison(test) and all(_is_null_test(statement) for statement in before):
        lw.block += before  # the variable stays, so that once is enough
        _counted(lw, node, counter, test)
        return
    with lw.collecting() as body, where(lw, node.condition, True):
        checks(lw, node.pos)
        inside(lw, loop, node.body)
        lw.statement(node.updates)
    if before:
        leave = trees.branch(trees.negated(test), [ast.Break()])
        body = [*before, leave, *body]
        test = trees.constant(True)
    emit_loop(lw, loop, ast.While(test, body, []))


def _counted(lw: Lowerer, node: nodes.While, counter: Counter, test: ast.Compare) -> None:
    loop = Loop(node, counter.updates, rooms=[])
    with lw.collecting() as body, where(lw, node.condition, True):
        checks(lw, node.pos)
        inside(lw, loop, counter.body)
        lw.statement(counter.updates)
        with lw.collecting() as count, unstressed(lw):
            lw.statement(counter.count)
    sized = [lw.slots[variable] for variable in counter.sized]
    growth = growth_of(body, sized[0] if sized else "", counter.slot)
    statement: ast.For | ast.While | None = None
    if not sized or (growth is not None and may_keep_sizes(growth, counter.sized, lw.slots)):
        statement = over_range(counter, test, body, sorted(growth.grown) if growth and sized else [])
    if statement is None:
        count_before_going_on(body, count)
        statement = ast.While(test, [*body, *count], [])
    _look_for_room(lw, loop, statement, growth)
    emit_loop(lw, loop, statement)


def _look_for_room(lw: Lowerer, loop: Loop, statement: ast.For | ast.While, growth: Growth | None) -> None:
    """Find out before the loop whether a list can get too long in it; where that is not known, in each round."""
    rooms = loop.rooms or []
    if growth is None or growth.grown & growth.stored or isinstance(statement, ast.While):
        for room in rooms:
            room.statement.test = room.exact
        return
    for slot in sorted({room.slot for room in rooms}):
        lw.emit(trees.assign(names.room_name(slot), room_before(statement, slot, growth.appends)))


def _is_null_test(statement: ast.stmt) -> bool:
    """Is it `if variable is None: null_receiver(...)`?"""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare) or statement.orelse:
        return False
    return isinstance(statement.test.left, ast.Name) and isinstance(statement.test.ops[0], ast.Is)


def _do(lw: Lowerer, node: nodes.While, loop: Loop) -> None:
    """The body comes first. A `continue` must lead to the condition: then a flag says which round is the first."""
    with lw.collecting() as body:
        checks(lw, node.pos)
        inside(lw, loop, node.body)
    with lw.collecting() as after:
        test = lw.condition(node.condition)
        lw.emit(trees.branch(trees.negated(test), [ast.Break()]))
    if not loop.has_continue:
        emit_loop(lw, loop, ast.While(trees.constant(True), body + after, []))
        return
    started = lw.variable_temp()
    lw.emit(trees.assign(started, trees.constant(False)))
    first = [trees.branch(trees.name(started), after), trees.assign(started, trees.constant(True))]
    emit_loop(lw, loop, ast.While(trees.constant(True), [*first, *body], []))


def inside(lw: Lowerer, loop: Loop, body: nodes.Stmt | None) -> None:
    """Lower the body of a loop."""
    lw.loops.append(loop)
    lw.statement(body)
    lw.loops.pop()


def emit_loop(lw: Lowerer, loop: Loop, statement: ast.While | ast.For) -> None:
    """The loop's statement, and behind it the tests of outer loops' flags that are set in it."""
    if loop.flag is not None:
        lw.emit(trees.assign(loop.flag, trees.constant(0)))
    lw.emit(statement)
    for outer, ways in loop.exits.items():
        assert outer.flag is not None
        flag = trees.name(outer.flag)
        if lw.loops[-1] is not outer:
            lw.emit(trees.branch(flag, [ast.Break()]))
            continue
        for way in sorted(ways):
            with lw.collecting() as then:
                if way == _GO_ON:
                    lw.emit(trees.assign(outer.flag, trees.constant(0)))
                _leave_innermost(lw, outer, way)
            lw.emit(trees.branch(trees.compare(flag, ast.Eq(), trees.constant(way)), then))


def note_room(lw: Lowerer, statement: ast.If, slot: str) -> None:
    """`statement` tests whether the list in a local may get longer; a loop that counts may know it before."""
    rooms = lw.loops[-1].rooms if lw.loops else None
    if rooms is not None:
        rooms.append(Room(statement, slot, statement.test))
        statement.test = trees.either(trees.name(names.room_name(slot)), statement.test)


def checks(lw: Lowerer, pos: int) -> None:
    """What each round begins with."""
    tick(lw, pos)
    count(lw, pos)


def count(lw: Lowerer, pos: int) -> None:
    """Count the round where max_loop_iterations is set."""
    if lw.options.max_loop_iterations >= 0:
        lw.emit(ast.Expr(lw.helper("count_loop", pos=pos)))


def tick(lw: Lowerer, pos: int) -> None:
    """Give up the thread when the time slice is over."""
    call = trees.at(trees.call(trees.name("tick")), lw.site(pos))
    lw.emit(ast.If(trees.name("TICK"), [ast.Expr(call)], []))


@lowers(nodes.Break)
def _break(lw: Lowerer, node: nodes.Break) -> ast.expr:
    _leave(lw, node.loop, _LEAVE)
    return trees.none()


@lowers(nodes.Continue)
def _continue(lw: Lowerer, node: nodes.Continue) -> ast.expr:
    _leave(lw, node.loop, _GO_ON)
    return trees.none()


def _leave(lw: Lowerer, node: nodes.While | nodes.ForIn | None, way: int) -> None:
    index = len(lw.loops) - 1
    while index >= 0 and node is not None and lw.loops[index].node is not node:
        index -= 1
    if index < 0:
        raise InternalError("break or continue outside of its loop")
    loop = lw.loops[index]
    if index == len(lw.loops) - 1:
        _leave_innermost(lw, loop, way)
        return
    if loop.flag is None:
        loop.flag = lw.variable_temp()
    for inner in lw.loops[index + 1 :]:
        inner.exits.setdefault(loop, set()).add(way)
    if way == _GO_ON:
        loop.has_continue = True
    lw.emit(trees.assign(loop.flag, trees.constant(way)))
    lw.emit(ast.Break())


def _leave_innermost(lw: Lowerer, loop: Loop, way: int) -> None:
    if way == _LEAVE:
        lw.emit(ast.Break())
        return
    loop.has_continue = True
    if loop.updates is not None:
        lw.statement(loop.updates)
    lw.emit(ast.Continue())
