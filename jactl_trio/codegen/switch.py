"""Switch expressions -> a chain of if and else, one for each case; the result in a temporary."""

from __future__ import annotations

import ast

from ..errors import InternalError
from ..syntax import nodes
from ..values.types import Type
from . import trees
from .conversions import truth
from .lowerer import Lowerer, lowers, type_of
from .patterns import matches
from .regex import new_matcher
from .variables import default_value, initialise


@lowers(nodes.Switch)
def _switch(lw: Lowerer, node: nodes.Switch) -> ast.expr:
    if node.it is None or node.subject is None:
        raise InternalError("A switch that is not resolved")
    subject = node.it.type
    held = lw.spill(lw.lower_as(node.subject, subject))
    initialise(lw, node.it, held, node.pos)
    result = lw.variable_temp()
    # Chains of cases are walked, not recursed into.
    outer = lw.block
    for case in node.cases:
        test = _case_test(lw, case, held, subject)
        with lw.collecting() as block:
            value = lw.lower_as(case.result, type_of(node))
            lw.emit(trees.assign(result, lw.taken(value)))
        if isinstance(test, ast.Constant) and test.value is True and lw.options.stress is None:
            lw.block.extend(block)
            break
        otherwise: list[ast.stmt] = []
        lw.emit(ast.If(test, block, otherwise))
        lw.block = otherwise
    else:
        value = trees.none() if node.default is None else lw.lower_as(node.default, type_of(node))
        lw.emit(trees.assign(result, lw.taken(value)))
    lw.block = outer
    lw.stable_names.add(result)
    return trees.name(result)


def _case_test(lw: Lowerer, case: nodes.SwitchCase, held: ast.expr, subject: Type) -> ast.expr:
    """Does one of the case's patterns match, and its guard hold?"""
    if len(case.patterns) == 1:
        return _guarded(lw, case, case.patterns[0], held, subject)
    for variable in case.bindings:
        initialise(lw, variable, default_value(lw, variable.type), variable.pos)
    flag: str | None = None
    tests: list[ast.expr] = []
    for pattern in case.patterns:
        with lw.collecting() as block:
            test = _guarded(lw, case, pattern, held, subject)
        if not block and flag is None:
            tests.append(test)
            continue
        if flag is None:
            flag = lw.variable_temp()
            lw.emit(trees.assign(flag, trees.either(*tests) if tests else trees.constant(False)))
        block.append(trees.assign(flag, test))
        lw.emit(trees.branch(trees.negated(trees.name(flag)), block))
    return trees.either(*tests) if flag is None else trees.name(flag)


def _guarded(
    lw: Lowerer, case: nodes.SwitchCase, pattern: tuple[nodes.Expr, nodes.Expr | None], held: ast.expr, subject: Type
) -> ast.expr:
    new_matcher(lw, case.matcher)
    test = matches(lw, pattern[0], held, subject)
    guard = pattern[1]
    if guard is None:
        return test
    flag = lw.variable_temp()
    lw.emit(trees.assign(flag, test))
    with lw.collecting() as block:
        value = truth(lw, lw.lower(guard), type_of(guard), guard.pos)
        lw.emit(trees.assign(flag, value))
    lw.emit(trees.branch(trees.name(flag), block))
    return trees.name(flag)
