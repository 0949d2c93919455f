"""Statements, loops, and the expressions that leave, print, or run a block."""

from __future__ import annotations

from ..errors import CompileError
from ..syntax import nodes
from ..values.types import ANY, BOOLEAN, FUNCTION, Type
from .conversions import is_coercible
from .functions import declare_functions
from .operators import check_condition
from .patterns import check_compatible, resolve_loop_pattern
from .resolver import Resolver, handles
from .types import common_type, resolve_type, set_type, static_type, text
from .variables import declare, exists, is_inferred


def resolve_statements(r: Resolver, statements: list[nodes.Stmt]) -> None:
    """The statements of a block whose scope is open: its functions are known from its start."""
    declare_functions(r, statements)
    _each(r, statements)


def _each(r: Resolver, statements: list[nodes.Stmt]) -> None:
    for statement in statements:
        try:
            r.stmt(statement)
        except CompileError as error:
            r.errors.append(error)


@handles(nodes.Block)
def _block(r: Resolver, node: nodes.Block) -> None:
    with r.in_block(node):
        resolve_statements(r, node.statements)


@handles(nodes.StmtGroup)
def _group(r: Resolver, node: nodes.StmtGroup) -> None:
    _each(r, node.statements)


@handles(nodes.ExprStmt)
def _expression(r: Resolver, node: nodes.ExprStmt) -> None:
    node.expr.result_used = False
    node.expr = r.expr(node.expr)
    node.expr.result_used = False


@handles(nodes.If)
def _if(r: Resolver, node: nodes.If) -> None:
    current: nodes.Stmt | None = node
    while isinstance(current, nodes.If):
        current.condition = r.expr(current.condition)
        check_condition(r, current.condition)
        r.stmt(current.then)
        current = current.otherwise
    r.stmt(current)


@handles(nodes.While)
def _while(r: Resolver, node: nodes.While) -> None:
    loops = r.function.loops
    loops.append(node)
    before, r.is_loop_condition = r.is_loop_condition, True
    try:
        node.condition = r.expr(node.condition)
    finally:
        r.is_loop_condition = before
    check_condition(r, node.condition)
    r.stmt(node.updates)
    r.stmt(node.body)
    loops.pop()


@handles(nodes.ForIn)
def _for_in(r: Resolver, node: nodes.ForIn) -> None:
    with r.in_block():
        node.iterable = _iterable(r, r.expr(node.iterable))
        element = _element_type(r, node.iterable)
        with r.in_block() as block:
            if isinstance(node.variable, nodes.Name) and node.variable.name != "_":
                name = node.variable
                node.variable = nodes.VarDecl(name.name, None, None, pos=name.pos)
            _resolve_loop_pattern(r, node, element)
            loops = r.function.loops
            loops.append(node)
            r.stmt(node.body)
            loops.pop()
        node.matcher = block.captures


def _iterable(r: Resolver, node: nodes.Expr) -> nodes.Expr:
    if isinstance(node, nodes.MethodCall):
        from .calls import chain

        node.for_in = True
        chain(node)
    return node


def _element_type(r: Resolver, node: nodes.Expr) -> Type:
    """The type of what the loop walks over; a literal list's elements become of their common type."""
    type = static_type(node)
    if type.kind == "array" and type.element is not None:
        return type.element
    if not isinstance(node, nodes.ListLiteral) or not node.items:
        return ANY
    common = static_type(node.items[0])
    for item in node.items[1:]:
        common = common_type(common, static_type(item))
    if common.kind in ("null", "class") or (common.kind != "Object" and any(item.type is ANY for item in node.items)):
        return ANY
    node.items = [r.convert(item, common, item.pos) for item in node.items]
    return common


def _resolve_loop_pattern(r: Resolver, node: nodes.ForIn, element: Type) -> None:
    if isinstance(node.variable, nodes.VarDecl):
        _bind(r, node.variable, element)
        return
    node.it = declare(r, "it", element, node.pos)
    resolve_loop_pattern(r, node, element)


def _bind(r: Resolver, node: nodes.VarDecl, element: Type) -> None:
    """The loop's variable: a new one each round. An element that is not of a written type is passed over."""
    if exists(r, node.name):
        r.error(f"Binding variable '{node.name}' shadows another variable of the same name already declared", node.pos)
    type = resolve_type(r, node.type_name)
    if is_inferred(node):
        type = element
    elif not is_coercible(element, type):
        r.error("Type of binding variable not compatible with switch expression type", node.pos)
    elif node.type_name is not None:
        node.type = type
        check_compatible(r, node, element)
    node.variable = declare(r, node.name, type, node.pos)
    node.type = type


# Leaving loops


@handles(nodes.Break, nodes.Continue)
def _leave(r: Resolver, node: nodes.Break | nodes.Continue) -> None:
    node.type = BOOLEAN
    loops = r.function.loops
    word = "break" if isinstance(node, nodes.Break) else "continue"
    if not loops:
        r.error(f"{word} must be within a while/for loop", node.pos)
        return
    if node.label is None:
        node.loop = loops[-1]
        return
    for loop in reversed(loops):
        if loop.label == node.label:
            node.loop = loop
            return
    r.error(f"Could not find enclosing loop with label {node.label}", node.label_pos)


# Printing, dying, evaluating


@handles(nodes.Print)
def _print(r: Resolver, node: nodes.Print) -> None:
    node.value = r.expr(node.value)
    node.type = BOOLEAN


@handles(nodes.Die)
def _die(r: Resolver, node: nodes.Die) -> None:
    node.value = r.optional(node.value)
    node.type = BOOLEAN


@handles(nodes.Eval)
def _eval(r: Resolver, node: nodes.Eval) -> None:
    node.script = r.expr(node.script)
    script = static_type(node.script)
    if script.kind not in ("Object", "String"):
        r.error(f"Eval expects a string to evaluate not {text(script)}", node.script.pos)
    node.globals = r.optional(node.globals)
    if node.globals is not None and static_type(node.globals).kind not in ("Object", "Map"):
        message = f"Global vars for eval must be a Map not {text(static_type(node.globals))}"
        r.error(message, node.globals.pos)
    node.type = ANY


# Blocks as expressions


@handles(nodes.BlockExpr)
def _block_expression(r: Resolver, node: nodes.BlockExpr) -> None:
    """Its value is that of its last statement."""
    r.stmt(node.block)
    mark_used(node.block)
    set_type(node, _type_of_last(node.block))


def _type_of_last(statement: nodes.Stmt | None) -> Type:
    if isinstance(statement, nodes.Block | nodes.StmtGroup):
        return _type_of_last(statement.statements[-1]) if statement.statements else ANY
    if isinstance(statement, nodes.If) and statement.then is not None and statement.otherwise is not None:
        return common_type(_type_of_last(statement.then), _type_of_last(statement.otherwise))
    if isinstance(statement, nodes.ExprStmt):
        return static_type(statement.expr)
    return FUNCTION if isinstance(statement, nodes.FunctionDecl) else ANY


def mark_used(statement: nodes.Stmt | None) -> None:
    """The value of the last statement is used."""
    if isinstance(statement, nodes.Block | nodes.StmtGroup):
        if statement.statements:
            mark_used(statement.statements[-1])
    elif isinstance(statement, nodes.If):
        mark_used(statement.then)
        mark_used(statement.otherwise)
    elif isinstance(statement, nodes.ExprStmt):
        statement.expr.result_used = True
    elif isinstance(statement, nodes.FunctionDecl) and statement.function.info is not None:
        statement.function.info.is_value = True
