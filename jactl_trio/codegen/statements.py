"""Statements other than loops -> Python statements; the expressions that leave a function or run a block."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import ExitStack

from ..resolve.model import Variable
from ..syntax import nodes
from ..values.types import ANY, MAP, STRING, Type
from . import trees
from .builtin_calls import is_save, saved
from .conversions import boxed, converted
from .functions import function_value
from .lowerer import Lowerer, lowers, type_of
from .ranges import where
from .regex import new_matcher
from .stages import give
from .strings import text
from .variables import default_value, write
from .wrapping import is_wrapped


@lowers(nodes.Block)
def _block(lw: Lowerer, node: nodes.Block) -> None:
    new_matcher(lw, node.matcher)
    with ExitStack() as known:
        for statement in node.statements:
            if isinstance(statement, nodes.While) and statement is node.statements[-1]:
                lw.ending = frozenset(_declared_in(node))
            lw.statement(statement)
            _know_after(lw, statement, known)


def _know_after(lw: Lowerer, statement: nodes.Stmt, known: ExitStack) -> None:
    """Behind `if (test) return` the test does not hold."""
    if isinstance(statement, nodes.If) and statement.otherwise is None and not lw.given and _leaves(statement.then):
        known.enter_context(where(lw, statement.condition, False))


def _leaves(statement: nodes.Stmt | None) -> bool:
    """Does nothing behind the statement run after it?"""
    while isinstance(statement, nodes.Block) and statement.statements:
        statement = statement.statements[-1]
    return isinstance(statement, nodes.ExprStmt) and isinstance(statement.expr, _LEAVING)


_LEAVING = (nodes.Return, nodes.Break, nodes.Continue, nodes.Die)


def _declared_in(block: nodes.Block) -> Iterator[Variable]:
    for statement in block.statements:
        declared = statement.expr if isinstance(statement, nodes.ExprStmt) else None
        if isinstance(declared, nodes.VarDecl) and declared.variable is not None:
            yield declared.variable


@lowers(nodes.StmtGroup)
def _group(lw: Lowerer, node: nodes.StmtGroup) -> None:
    for statement in node.statements:
        lw.statement(statement)


@lowers(nodes.ExprStmt)
def _expression(lw: Lowerer, node: nodes.ExprStmt) -> None:
    lw.effect(saved(lw, node.expr) if is_save(node.expr) else lw.lower(node.expr))


@lowers(nodes.If)
def _if(lw: Lowerer, node: nodes.If) -> None:
    # `else if` chains are walked, not recursed into: a chain of thousands is still one nesting level of ours.
    outer = lw.block
    current: nodes.Stmt | None = node
    with ExitStack() as known:
        while isinstance(current, nodes.If):
            test = lw.condition(current.condition)
            with lw.collecting() as then, where(lw, current.condition, True):
                lw.statement(current.then)
            if current.otherwise is None:
                lw.emit(trees.branch(test, then))
                break
            known.enter_context(where(lw, current.condition, False))
            otherwise: list[ast.stmt] = []
            lw.emit(ast.If(test, then or [ast.Pass()], otherwise))
            lw.block = otherwise
            current = current.otherwise
            if not isinstance(current, nodes.If):
                lw.statement(current)
                if not otherwise:
                    otherwise.append(ast.Pass())
    lw.block = outer


@lowers(nodes.FunctionDecl)
def _function(lw: Lowerer, node: nodes.FunctionDecl) -> None:
    """Functions are compiled on their own; the name is bound where it is used, in the REPL also as a global."""
    if node.kept_as is not None and node.function.info is not None:
        write(lw, node.kept_as, function_value(lw, node.function.info), node.pos)


@lowers(nodes.ClassDecl, nodes.Import)
def _nothing(lw: Lowerer, node: nodes.Stmt) -> None:
    """Classes are built with the unit."""


@lowers(nodes.Return)
def _return(lw: Lowerer, node: nodes.Return) -> ast.expr:
    if lw.given:
        give(lw, node.value or nodes.Literal(None, pos=node.pos))
    elif isinstance(node.value, nodes.Ternary) and not node.value.is_const and lw.options.stress is None:
        _return_either(lw, node.value)
    elif node.value is None:
        _return_value(lw, trees.none(), ANY, node.pos)
    else:
        _return_value(lw, lw.lower(node.value), type_of(node.value), node.value.pos)
    return trees.none()


def _return_either(lw: Lowerer, node: nodes.Ternary) -> None:
    """A return on each way is faster than a value that both assign."""
    test = lw.condition(node.condition)
    blocks = []
    for side, holds in ((node.then, True), (node.otherwise, False)):
        with lw.collecting() as block, where(lw, node.condition, holds):
            _return_value(lw, lw.lower_as(side, type_of(node)), type_of(node), node.pos)
        blocks.append(block)
    lw.emit(trees.branch(test, *blocks))


def _return_value(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> None:
    value = converted(lw, value, source, lw.return_type, pos)
    if lw.returns_boxed:
        value = boxed(lw, lw.taken(value), lw.return_type)
    value = lw.taken(value)
    lw.emit(ast.Return(lw.spill(value) if is_wrapped(value) else value))


@lowers(nodes.Print)
def _print(lw: Lowerer, node: nodes.Print) -> ast.expr:
    value = text(lw, node.value)
    return lw.helper("print_line" if node.newline else "print_text", value, pos=node.pos)


@lowers(nodes.Die)
def _die(lw: Lowerer, node: nodes.Die) -> ast.expr:
    value = trees.constant("") if node.value is None else text(lw, node.value)
    return lw.helper("die", value, pos=node.pos)


@lowers(nodes.Eval)
def _eval(lw: Lowerer, node: nodes.Eval) -> ast.expr:
    thunks = [lambda: lw.lower_as(node.script, STRING)]
    if node.globals is not None:
        variables = node.globals
        thunks.append(lambda: lw.lower_as(variables, MAP))
    args = lw.operands(thunks)
    return lw.suspending_helper("eval_script", *args, *([] if len(args) == 2 else [trees.none()]), pos=node.pos)


@lowers(nodes.BlockExpr)
def _block_value(lw: Lowerer, node: nodes.BlockExpr) -> ast.expr:
    return value_of_statement(lw, node.block, type_of(node))


def value_of_statement(lw: Lowerer, statement: nodes.Stmt | None, type: Type) -> ast.expr:
    """Emit a statement and give the value of the last expression in it; the type's default where there is none."""
    if isinstance(statement, nodes.Block | nodes.StmtGroup):
        if isinstance(statement, nodes.Block):
            new_matcher(lw, statement.matcher)
        with ExitStack() as known:
            for inner in statement.statements[:-1]:
                lw.statement(inner)
                _know_after(lw, inner, known)
            return value_of_statement(lw, statement.statements[-1] if statement.statements else None, type)
    if isinstance(statement, nodes.ExprStmt):
        return lw.lower_as(statement.expr, type)
    if isinstance(statement, nodes.FunctionDecl):
        return lw.lower(statement.function)
    if isinstance(statement, nodes.If):
        return _value_of_if(lw, statement, type)
    lw.statement(statement)
    return default_value(lw, type) if type.is_primitive else trees.none()


def _value_of_if(lw: Lowerer, statement: nodes.If, type: Type) -> ast.expr:
    temp = lw.variable_temp()
    test = lw.condition(statement.condition)
    blocks = []
    for branch, holds in ((statement.then, True), (statement.otherwise, False)):
        with lw.collecting() as block, where(lw, statement.condition, holds):
            value = lw.taken(value_of_statement(lw, branch, type))
            lw.emit(trees.assign(temp, value))
        blocks.append(block)
    lw.emit(trees.branch(test, *blocks))
    lw.stable_names.add(temp)
    return trees.name(temp)
