"""Functions and closures: their signatures, parameters, bodies, and the value that the last statement returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..syntax import nodes
from ..values.types import ANY, FUNCTION, Type
from .conversions import check_initialiser, check_null, is_castable, is_for_as
from .model import FunctionInfo, ParamInfo, Variable
from .resolver import Resolver, handles
from .types import is_null, resolve_type, static_type, text
from .variables import declare, function_variable, infer, is_inferred

_DEFAULTS: dict[str, Any] = {
    "boolean": False,
    "byte": 0,
    "int": 0,
    "long": 0,
    "double": 0.0,
    "Decimal": Decimal(0),
    "String": "",
}


# Signatures


def new_function(r: Resolver, node: nodes.FunctionNode, kind: str, path: str) -> FunctionInfo:
    """Make the FunctionInfo of a node, with the types of its parameters and result, and add it to the unit."""
    parent = r.functions[-1].info if r.functions and kind in ("function", "closure") else None
    info = FunctionInfo(
        node.name,
        unique_path(r, path),
        kind,
        node,
        return_type=resolve_type(r, node.return_type),
        parent=parent,
        class_info=r.class_info,
        is_final=node.is_final,
        pos=node.pos,
    )
    if not node.has_parameters and not node.parameters:
        node.parameters = [_it(node)]
    info.params = [_parameter(r, info, parameter) for parameter in node.parameters]
    node.info = info
    r.unit.functions.append(info)
    return info


def unique_path(r: Resolver, path: str) -> str:
    """Functions of one name in two blocks of a function: the second one's path gets a number."""
    count = r.paths[path] = r.paths.get(path, 0) + 1
    return path if count == 1 else f"{path}#{count}"


def _it(node: nodes.FunctionNode) -> nodes.Parameter:
    """The parameter that a closure without a parameter list has."""
    return nodes.Parameter("it", None, nodes.Literal(None, pos=node.pos), pos=node.pos)


def _parameter(r: Resolver, info: FunctionInfo, parameter: nodes.Parameter) -> ParamInfo:
    type = resolve_type(r, parameter.type_name)
    variable = Variable(
        parameter.name,
        type,
        "param",
        info,
        parameter.pos,
        is_final=parameter.is_final,
        is_initialised=True,
    )
    parameter.variable = variable
    return ParamInfo(parameter.name, type, parameter.default, variable)


# Bodies


def resolve_function(r: Resolver, node: nodes.FunctionNode, info: FunctionInfo) -> None:
    """Resolve parameters and body."""
    add_return(r, node.body, info.return_type)
    with r.in_function(info, is_static=node.is_static), r.in_block(node.body):
        for parameter, param in zip(node.parameters, info.params, strict=True):
            _resolve_parameter(r, parameter, param)
        from .statements import resolve_statements

        resolve_statements(r, node.body.statements)


def _resolve_parameter(r: Resolver, parameter: nodes.Parameter, param: ParamInfo) -> None:
    declared = declare(r, param.name, param.type, parameter.pos, "param")
    r.block.variables[param.name] = param.variable
    del declared
    if parameter.default is None:
        return
    written = parameter.default
    r.declaring.append(param.variable)
    try:
        parameter.default = param.default = r.expr(written)
    finally:
        r.declaring.remove(param.variable)
    if is_inferred(parameter):
        infer(r, param.variable, parameter.default)
        param.type = param.variable.type
    elif not r.errors:
        check_initialiser(r, written, parameter.default, param.type, parameter.default.pos)


@handles(nodes.FunctionNode)
def _closure(r: Resolver, node: nodes.FunctionNode) -> None:
    scope = r.function
    scope.closure_count += 1
    info = new_function(r, node, "closure", f"{scope.info.path}/{{{scope.closure_count}}}")
    info.is_value = True
    resolve_function(r, node, info)
    r.calls.add_closure(scope.info, info, node.pos)
    node.type = FUNCTION


# Named functions


def declare_functions(r: Resolver, statements: list[nodes.Stmt]) -> None:
    """Declare a block's functions, so that statements before them can use them."""
    for statement in statements:
        if isinstance(statement, nodes.FunctionDecl):
            _declare_function(r, statement)
        elif isinstance(statement, nodes.StmtGroup):
            declare_functions(r, statement.statements)


def _declare_function(r: Resolver, statement: nodes.FunctionDecl) -> None:
    from .variables import is_at_top_level

    node = statement.function
    info = new_function(r, node, "function", f"{r.function.info.path}/{node.name}")
    variable = function_variable(info, r.function.info)
    variable.pos = node.name_pos
    declared = declare(r, variable.name, FUNCTION, node.name_pos, "function")
    del declared
    r.block.variables[variable.name] = variable
    if is_at_top_level(r) and r.options.repl_mode:
        info.is_value = True
        held = Variable(variable.name, ANY, "global", pos=node.name_pos, is_initialised=True, is_reassigned=True)
        r.scope.repl_variables[variable.name] = held
        statement.kept_as = held


@handles(nodes.FunctionDecl)
def _function(r: Resolver, statement: nodes.FunctionDecl) -> None:
    info = statement.function.info
    if info is not None:
        resolve_function(r, statement.function, info)
        statement.function.type = FUNCTION


# What is returned


@handles(nodes.Return)
def _return(r: Resolver, node: nodes.Return) -> None:
    if node.value is None:
        node.value = nodes.Literal(None, pos=node.pos)
    node.value = r.expr(node.value)
    node.type = ANY
    info = r.function.info
    source = static_type(node.value)
    if not is_castable(source, info.return_type):
        name = info.name or f"closure<{info.path}>"
        message = f"Expression type {text(source)} not compatible with function {name}() return type of "
        r.error(message + text(info.return_type), node.value.pos)
    elif is_for_as(source, info.return_type):
        r.late_error(f"Cannot convert {text(source)} to {text(info.return_type)}", node.value.pos)
    elif is_null(node.value):
        check_null(r, info.return_type, node.value.pos)


def add_return(r: Resolver, block: nodes.Block, return_type: Type) -> None:
    """Let each way through a function's body end with a Return: of the last statement's value, or of null."""
    _return_last(r, block.statements, return_type, block.first_pos or block.pos)


def _return_last(r: Resolver, statements: list[nodes.Stmt], type: Type, pos: int) -> None:
    if not statements:
        if type.is_primitive:
            r.error(f"Implicit return of null not compatible with return type of {text(type)}", pos)
        statements.append(_return_default(type, pos))
        return
    statements[-1] = returning(r, statements[-1], type)


def returning(r: Resolver, statement: nodes.Stmt, type: Type) -> nodes.Stmt:
    """The statement so that it returns its value."""
    if isinstance(statement, nodes.Block | nodes.StmtGroup):
        _return_last(r, statement.statements, type, statement.pos)
        return statement
    if isinstance(statement, nodes.If):
        _return_branches(r, statement, type)
        return statement
    if isinstance(statement, nodes.ExprStmt):
        return _return_expression(statement)
    if isinstance(statement, nodes.FunctionDecl):
        name = nodes.Name(statement.function.name or "", pos=statement.function.name_pos)
        return nodes.StmtGroup([statement, _return_value(name)], pos=statement.pos)
    if type.is_primitive:
        r.error(f"Implicit return of null incompatible with function return type of {text(type)}", statement.pos)
    return nodes.StmtGroup([statement, _return_value(nodes.Literal(None, pos=statement.pos))], pos=statement.pos)


def _return_branches(r: Resolver, statement: nodes.If, type: Type) -> None:
    while True:
        if (statement.then is None or statement.otherwise is None) and type.is_primitive:
            which = "true" if statement.then is None else "false"
            message = f"Implicit return of null for {which} condition of if statement"
            r.error(f"{message} not compatible with return type of {text(type)}", statement.pos)
        then, otherwise = statement.then, statement.otherwise
        statement.then = _return_default(type, statement.pos) if then is None else returning(r, then, type)
        if not isinstance(otherwise, nodes.If):
            break
        statement = otherwise
    statement.otherwise = _return_default(type, statement.pos) if otherwise is None else returning(r, otherwise, type)


def _return_expression(statement: nodes.ExprStmt) -> nodes.Stmt:
    if isinstance(statement.expr, nodes.Return):
        return statement
    return _return_value(statement.expr)


def _return_value(value: nodes.Expr) -> nodes.Stmt:
    return nodes.ExprStmt(nodes.Return(value, pos=value.pos), pos=value.pos)


def _return_default(type: Type, pos: int) -> nodes.Stmt:
    return _return_value(default_value(type, pos))


def default_value(type: Type, pos: int) -> nodes.Expr:
    """What stands for the value of a way that has none: zero, an empty text or collection, or null."""
    if type.kind == "Map":
        return nodes.MapLiteral([], pos=pos)
    if type.kind == "List":
        return nodes.ListLiteral([], pos=pos)
    literal = nodes.Literal(_DEFAULTS.get(type.kind), pos=pos)
    literal.type = type
    literal.is_const, literal.const = True, literal.value
    return literal
