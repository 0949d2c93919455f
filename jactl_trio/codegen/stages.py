"""A closure that has become a Stage, and the element that it gets -> its body, in the loop of its Pipeline."""

from __future__ import annotations

import ast

from ..resolve.model import Variable
from ..syntax import nodes
from ..values.types import ANY, Type
from . import trees
from .conversions import converted, truth
from .lowerer import Lowerer, lowers
from .ranges import forget
from .variables import declare, initialise


def first_local(lw: Lowerer, stage: nodes.Stage, type: Type) -> str:
    """Where the loop puts an element: the local of the first stage's variable, if it may stand in it as it is."""
    variable = _own(stage)
    return declare(lw, variable) if variable is not None and _stands_in(variable, type) else lw.temp()


def mapped(lw: Lowerer, stage: nodes.Stage, element: ast.expr, type: Type) -> ast.expr:
    """What a stage makes of the element."""
    bind(lw, stage, element, type)
    return given(lw, stage, stage.type)


def filtered(lw: Lowerer, stage: nodes.Stage, element: ast.expr, type: Type) -> ast.expr:
    """The element, where the stage lets it pass; the loop goes on with the next one where it does not."""
    element = bind(lw, stage, element, type)
    last = _only_result(stage)
    if last is None:
        test = truth(lw, given(lw, stage, ANY), ANY, stage.pos)
    else:
        _all_but_the_last(lw, stage)
        test = lw.condition(last)
    lw.emit(trees.branch(trees.negated(test), [ast.Continue()]))
    return element


def bind(lw: Lowerer, stage: nodes.Stage, element: ast.expr, type: Type) -> ast.expr:
    """The element into the stage's variables; a name or constant that it is found under in later stages."""
    variable = _own(stage)
    if variable is None:
        element = lw.simple(element)
        for index, one in enumerate(stage.variables):
            part = trees.subscript(element, trees.constant(index))
            initialise(lw, one, converted(lw, part, ANY, one.type, one.pos), one.pos)
        return element
    if isinstance(element, ast.Name) and element.id == lw.slots.get(variable):
        return element
    stands = _stands_in(variable, type)
    if not stands:
        element = lw.simple(element)
    initialise(lw, variable, converted(lw, element, type, variable.type, variable.pos), variable.pos)
    return trees.name(lw.slots[variable]) if stands else element


def given(lw: Lowerer, stage: nodes.Stage, type: Type) -> ast.expr:
    """The body, and what it gives as a value of the type."""
    last = _only_result(stage)
    if last is not None:
        _all_but_the_last(lw, stage)
        return lw.lower_as(last, type)
    result = lw.variable_temp()
    _body(lw, stage, result, type)
    lw.stable_names.add(result)
    return trees.name(result)


def run(lw: Lowerer, stage: nodes.Stage) -> None:
    """The body, for what it does only."""
    _body(lw, stage, None, ANY)


def _body(lw: Lowerer, stage: nodes.Stage, result: str | None, type: Type) -> None:
    lw.given.append((result, type))
    lw.statement(stage.body)
    lw.given.pop()


@lowers(nodes.Give)
def _give(lw: Lowerer, node: nodes.Give) -> ast.expr:
    give(lw, node.value)
    return trees.none()


def give(lw: Lowerer, value: nodes.Expr) -> None:
    """A value at an end of the body that is being lowered."""
    result, type = lw.given[-1]
    if result is None:
        lw.effect(lw.lower(value))
    else:
        lw.assign(result, lw.taken(lw.lower_as(value, type)))
        forget(lw, result)


def _own(stage: nodes.Stage) -> Variable | None:
    """The variable that takes the element."""
    if stage.kind == "reduce":
        return stage.variables[1]
    return stage.variables[0] if len(stage.variables) == 1 else None


def _stands_in(variable: Variable, type: Type) -> bool:
    """Is the element the same in the variable as outside, as long as the stage runs?"""
    return not variable.is_reassigned and not variable.is_captured and variable.type in (type, ANY)


def _only_result(stage: nodes.Stage) -> nodes.Expr | None:
    """What the body gives, where its last statement is that value."""
    last = stage.body.statements[-1]
    end = last.expr if isinstance(last, nodes.ExprStmt) else None
    return end.value if isinstance(end, nodes.Give | nodes.Return) else None


def _all_but_the_last(lw: Lowerer, stage: nodes.Stage) -> None:
    for statement in stage.body.statements[:-1]:
        lw.statement(statement)
