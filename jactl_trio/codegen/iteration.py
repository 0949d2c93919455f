"""`for (x in items)` -> Python's `for` over the iterator of a list, or a while loop by index.

What is iterated becomes a list (or a string, or a Count for a large number) first. Where it is known to be a list, its
iterator is walked: that is a list and a place in it, and can be saved. The others are plain data, and their index an
int. A list that grows inside the loop is walked to its new end.
"""

from __future__ import annotations

import ast

from ..resolve.model import Variable
from ..syntax import nodes
from ..values.types import ANY, DOUBLE, INT, LIST, STRING, Type
from . import trees
from .comparisons import type_test
from .conversions import converted
from .loops import Loop, checks, count, emit_loop, inside, tick
from .lowerer import Lowerer, lowers, type_of
from .ranges import enter_loop, forget
from .regex import new_matcher
from .variables import declare, initialise, write


@lowers(nodes.ForIn)
def _for_in(lw: Lowerer, node: nodes.ForIn) -> None:
    enter_loop(lw, node)
    if isinstance(node.iterable, nodes.MethodCall | nodes.Call) and type_of(node.iterable).kind in (
        "Object",
        "iterator",
    ):
        _over_iterator(lw, node)
        return
    if type_of(node.iterable).kind in _LISTS:
        _over_list(lw, node)
        return
    items, element = _items(lw, node)
    items = lw.stable(items)
    index = lw.variable_temp()
    lw.emit(trees.assign(index, trees.constant(0)))
    loop = Loop(node)
    with lw.collecting() as body:
        checks(lw, node.pos)
        value = trees.subscript(items, trees.name(index))
        advance = trees.assign(index, trees.binary(trees.name(index), ast.Add(), trees.constant(1)))
        new_matcher(lw, node.matcher)
        _bind(lw, node, value, element, advance, loop)
        inside(lw, loop, node.body)
    test = trees.compare(trees.name(index), ast.Lt(), trees.call(trees.name("len"), items))
    emit_loop(lw, loop, ast.While(test, body, []))


def _over_list(lw: Lowerer, node: nodes.ForIn) -> None:
    items, element = _items(lw, node)
    iterator = lw.spill(lw.helper("iter", items))
    held = _own_slot(lw, node, element) or lw.temp()
    loop = Loop(node)
    with lw.collecting() as body:
        checks(lw, node.pos)
        new_matcher(lw, node.matcher)
        _bind(lw, node, trees.name(held), element, None, loop)
        inside(lw, loop, node.body)
    emit_loop(lw, loop, ast.For(trees.target(held), iterator, body, []))


def _own_slot(lw: Lowerer, node: nodes.ForIn, element: Type) -> str | None:
    """The local of the loop's variable, if an element stands in it as it is."""
    declared = node.variable.variable if isinstance(node.variable, nodes.VarDecl) else None
    if declared is None or declared.kind != "local" or declared.is_cell or declared.unless_null is not None:
        return None
    is_held = declared.type is element or _of_exact_type(node.variable, element) is not None
    return declare(lw, declared) if is_held else None


def _over_iterator(lw: Lowerer, node: nodes.ForIn) -> None:
    """A pipeline is not collected first: its closures run as the loop goes."""
    iterator = lw.stable(lw.helper("iterator_over", lw.boxed(node.iterable), pos=node.iterable.pos))
    loop = Loop(node)
    with lw.collecting() as body:
        tick(lw, node.pos)
        line = lw.site(node.iterable.pos)
        following = trees.at(trees.attribute(iterator, "next"), line)
        element = lw.temp()
        lw.emit(trees.assign(element, trees.at(trees.call(following), line)))
        lw.emit(trees.branch(trees.is_same(trees.name(element), trees.name("END")), [ast.Break()]))
        count(lw, node.pos)  # of a round, which there is only now
        new_matcher(lw, node.matcher)
        _bind(lw, node, trees.name(element), ANY, None, loop)
        inside(lw, loop, node.body)
    emit_loop(lw, loop, ast.While(trees.constant(True), body, []))


def _items(lw: Lowerer, node: nodes.ForIn) -> tuple[ast.expr, Type]:
    """What is walked, and the static type of its elements."""
    type = type_of(node.iterable)
    value = lw.boxed(node.iterable) if type.kind == "byte" else lw.lower(node.iterable)
    if type.kind == "array" and type.element is not None:
        return lw.helper("loop_array", value, pos=node.iterable.pos), type.element
    if type.kind == "List" and isinstance(node.iterable, nodes.ListLiteral):
        return value, ANY
    return lw.helper("loop_items", value, pos=node.iterable.pos), node.element or ANY


def _takes_all(variable: nodes.VarDecl | nodes.Name) -> bool:
    """Is it no pattern that an element might not match?"""
    written = None if isinstance(variable, nodes.Name) else variable.type_name
    return written is None or (written.path in (["def"], ["var"], ["Object"]) and not written.dimensions)


def _bind(lw: Lowerer, node: nodes.ForIn, value: ast.expr, element: Type, advance: ast.stmt | None, loop: Loop) -> None:
    """The element into the loop's variable; a pattern that does not match goes on with the next one."""
    variable = node.variable
    if isinstance(variable, nodes.VarDecl | nodes.Name) and variable.variable is not None:
        declared = variable.variable
        if _takes_all(variable) or declared.type is element:
            held = converted(lw, value, element, declared.type, variable.pos)
            if isinstance(variable, nodes.VarDecl):
                _initialise(lw, declared, held, variable.pos)
            else:
                write(lw, declared, held, variable.pos)
            if advance is not None:
                lw.emit(advance)
            return
    if advance is not None:
        value = lw.spill(value)
        lw.emit(advance)
    held = value
    if node.it is not None:
        initialise(lw, node.it, held, node.pos)
    from .patterns import matches

    exact = _of_exact_type(variable, element)
    test = type_test(lw, held, exact.type) if exact is not None else matches(lw, variable, held, element)
    with lw.collecting() as failed:
        if node.strict:
            lw.emit(ast.Expr(lw.helper("no_match", held, pos=node.iterable.pos)))
        else:
            loop.has_continue = True
            lw.emit(ast.Continue())
    lw.emit(trees.branch(trees.negated(test), failed))
    if exact is not None:
        _initialise(lw, exact, held, variable.pos)


def _initialise(lw: Lowerer, variable: Variable, held: ast.expr, pos: int) -> None:
    """The variable's first value, unless it stands in its local already."""
    if isinstance(held, ast.Name) and held.id == lw.slots.get(variable):
        forget(lw, held.id)
    else:
        initialise(lw, variable, held, pos)


def _of_exact_type(variable: nodes.Expr, element: Type) -> Variable | None:
    """The variable of `for (int x in ...)`: one test of the class tells, and the element stands in it as it is."""
    declared = variable.variable if isinstance(variable, nodes.VarDecl) else None
    return declared if declared is not None and element is ANY and declared.type in _AS_HELD else None


_AS_HELD = frozenset((INT, DOUBLE, STRING, LIST))
_LISTS = frozenset(("List", "array", "Map"))  # static types of what loop_items makes a list of
