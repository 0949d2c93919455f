"""A function of the resolved tree -> its Python functions: the direct one, and the entry for dynamic calls.

direct(env, a, b)            all parameters present, bare values of their static types; the result likewise; without
                             env where there is nothing in it
entry(env, a=UNSET, *rest)   whatever a dynamic call gives: boxed, some missing, named, or one List for several
                             parameters; fills in defaults, converts, and runs the body (or calls the direct
                             function, if there is one); the result is boxed
plain(env, a)                the entry of a closure of one or two parameters without tests of the arguments, for what
                             calls it once for each element; a frame of it is saved as one of the entry

env is the tuple of captured values (cells and plain values), the instance for methods, the map of globals for a
script's main function. Errors about the arguments of a dynamic call are the caller's: their lines have position -1,
or that of the built-in method that a closure is written for (a lazy one calls it later, when another pulls).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..errors import InternalError
from ..resolve.model import FunctionInfo, ParamInfo, Variable
from ..syntax import nodes
from ..values.types import ANY
from . import names, trees
from .conversions import boxed, converted
from .entries import entered
from .lowerer import Lowerer, lowers
from .variables import captured, declare

if TYPE_CHECKING:
    from .build import UnitBuild

CALLER = -1  # the position of lines whose errors belong to the calling function


@lowers(nodes.FunctionNode)
def _function_expression(lw: Lowerer, node: nodes.FunctionNode) -> ast.expr:
    if node.info is None:
        raise InternalError("A function that is not resolved")
    return function_value(lw, node.info)


def function_value(lw: Lowerer, info: FunctionInfo) -> ast.expr:
    """The function as a value: its entry bound to its environment."""
    if info.kind in ("method", "static"):
        return method_value(lw, info)
    entry = trees.name(lw.build.entry_name(info))
    return trees.call(trees.name("MethodType"), entry, environment(lw, info))


def method_value(lw: Lowerer, info: FunctionInfo) -> ast.expr:
    """A method named without its receiver, inside its class."""
    receiver: ast.expr = trees.tuple_of([]) if info.kind == "static" else trees.name(names.THIS)
    if info.kind == "static":
        return trees.call(trees.name("MethodType"), lw.build.method_entry(info), receiver)
    return trees.attribute(receiver, names.entry_name(info.name or ""))


def environment(lw: Lowerer, info: FunctionInfo) -> ast.expr:
    """What the function gets as its first argument when called from here."""
    if info is lw.info and info.captures and info.kind in ("function", "closure"):
        return trees.name(names.ENV)
    return trees.tuple_of([captured(lw, variable) for variable in info.captures])


def build_direct(build: UnitBuild, info: FunctionInfo) -> Lowerer:
    """Lower the direct function."""
    lw = Lowerer(build, info)
    parameters = [declare(lw, param.variable) for param in info.params]
    with lw.collecting() as body:
        _prologue(lw)
        for param in info.params:
            _into_cell(lw, param.variable)
        _body(lw)
    lw.block = entered(lw, body)
    if info.needs_environment:
        parameters.insert(0, first_parameter(info))
    else:
        lw.was_needed.add(names.ENV)
    lw.tree = _definition(build.function_name(info), parameters, lw.block)
    return lw


def build_entry(build: UnitBuild, info: FunctionInfo) -> Lowerer:
    """Lower the dynamic entry."""
    lw = Lowerer(build, info)
    lw.returns_boxed = True
    parameters = [declare(lw, param.variable) for param in info.params]
    with lw.collecting() as body:
        _arranged(lw, parameters)
        lw.arguments_test = body[-1]
        _prologue(lw)
        calls_direct = build.is_direct(info) and not _defaults_share_cells(info)
        for param, slot in zip(info.params, parameters, strict=True):
            _parameter(lw, param, slot)
            if not calls_direct:
                _into_cell(lw, param.variable)
        if calls_direct:
            _call_direct(lw, parameters)
        else:
            _body(lw)
    lw.block = body if calls_direct else entered(lw, body)
    defaults = [_python_default(lw, param) for param in info.params]
    lw.tree = _definition(build.entry_name(info), [first_parameter(info), *parameters], lw.block, defaults)
    return lw


def has_plain_form(info: FunctionInfo) -> bool:
    """Is it a closure of one or two parameters, all of which are given where it is called once for each element?"""
    params = info.params
    if info.kind != "closure" or not 1 <= len(params) <= 2:
        return False
    return all(param.is_mandatory or (len(params) == 1 and has_constant_default(param)) for param in params)


def plain_form(lw: Lowerer) -> ast.FunctionDef | None:
    """The plain form of an entry that was lowered, if it has one. The statements are the same, so their lines are."""
    if lw.arguments_test is None or not has_plain_form(lw.info):
        return None
    slots = [param.arg for param in lw.tree.args.posonlyargs]
    body = [statement for statement in lw.block if statement is not lw.arguments_test]
    return _definition(names.plain_name(lw.tree.name), slots, body)


def natural_order(info: FunctionInfo) -> tuple[int, str | None]:
    """Closures that compare as <=> does: (1, None) for `{ a, b -> a <=> b }`, (-1, None) for `{ a, b -> b <=> a }`.

    (1, 'x') and (-1, 'x') for those of `{ a, b -> a.x <=> b.x }`; (0, None) for all others.
    """
    if info.kind != "closure" or len(info.params) != 2 or not isinstance(info.node, nodes.FunctionNode):
        return 0, None
    expr: nodes.Node | None = info.node.body
    while isinstance(expr, nodes.Block | nodes.ExprStmt | nodes.Return):
        if isinstance(expr, nodes.Block):
            expr = expr.statements[0] if len(expr.statements) == 1 else None
        else:
            expr = expr.expr if isinstance(expr, nodes.ExprStmt) else expr.value
    if not isinstance(expr, nodes.Binary) or expr.op != "<=>":
        return 0, None
    name = _field_name(expr.left)
    pair = (expr.left, expr.right)
    if name is not None and name == _field_name(expr.right):
        pair = (expr.left.parent, expr.right.parent)  # type: ignore[attr-defined]
    sides = [side.variable if isinstance(side, nodes.Name) else None for side in pair]
    params = [param.variable for param in info.params if param.is_mandatory and param.type is ANY]
    sign = 1 if sides == params else -1 if sides == params[::-1] else 0
    return (sign, name) if sign else (0, None)


def _field_name(node: nodes.Expr) -> str | None:
    """x of `value.x`"""
    if not isinstance(node, nodes.Access) or node.op != "." or node.member is not None or node.create_missing:
        return None
    return node.key.const if node.key.is_const and type(node.key.const) is str else None


def _defaults_share_cells(info: FunctionInfo) -> bool:
    """May a default value change or capture a parameter that lives in a cell? The body must then have the same cell."""
    has_code = any(param.default is not None and not param.default.is_const for param in info.params)
    return has_code and any(param.variable.is_cell for param in info.params)


def first_parameter(info: FunctionInfo) -> str:
    """The name under which a function finds its environment."""
    if info.kind == "main":
        return names.GLOBALS
    return names.THIS if info.kind in ("method", "init") else names.ENV


def _definition(
    name: str, parameters: list[str], body: list[ast.stmt], defaults: list[ast.expr] | None = None
) -> ast.FunctionDef:
    is_entry = defaults is not None
    arguments = ast.arguments(
        posonlyargs=[ast.arg(parameter) for parameter in parameters],
        args=[],
        vararg=ast.arg(names.REST) if is_entry else None,
        kwonlyargs=[],
        kw_defaults=[],
        defaults=defaults or [],
    )
    tree = ast.FunctionDef(name=name, args=arguments, body=body or [ast.Pass()], decorator_list=[])
    tree.type_params = []  # type: ignore[attr-defined] # wanted from 3.12 on
    return tree


def _prologue(lw: Lowerer) -> None:
    """Captured values into locals."""
    info = lw.info
    if info.kind in ("method", "static", "init"):
        if info.uses_globals:
            lw.emit(trees.assign(names.GLOBALS, lw.helper("current_globals")))
            lw.stable_names.add(names.GLOBALS)
        return
    if info.kind == "main":
        lw.stable_names.add(names.GLOBALS)
        return
    slots = [_captured_slot(lw, variable) for variable in info.captures]
    env = trees.name(names.ENV)
    if len(slots) == 1:
        lw.emit(trees.assign(slots[0], trees.subscript(env, trees.constant(0))))
    elif slots:
        targets: list[ast.expr] = [trees.target(slot) for slot in slots]
        lw.emit(ast.Assign([ast.Tuple(targets, trees.STORE)], env))


def _captured_slot(lw: Lowerer, variable: Variable) -> str:
    if variable.kind in ("globals", "this"):
        slot = names.GLOBALS if variable.kind == "globals" else names.THIS
        lw.slots[variable] = slot
        lw.stable_names.add(slot)
        return slot
    slot = lw.names.variable(variable.name)
    lw.slots[variable] = slot
    lw.stable_names.add(slot)
    return slot


def _body(lw: Lowerer) -> None:
    node = lw.info.node
    if isinstance(node, nodes.FunctionNode | nodes.Program):
        lw.statement(node.body)
    else:
        raise InternalError(f"{lw.info.path} has no body")


def _into_cell(lw: Lowerer, variable: Variable) -> None:
    if variable.is_cell:
        slot = lw.slots[variable]
        lw.emit(trees.assign(slot, trees.call(trees.name("Cell"), trees.name(slot))))


# Dynamic entries


def _arranged(lw: Lowerer, slots: list[str]) -> None:
    """Where the arguments are not simply one for each parameter: a helper that sorts them."""
    info = lw.info
    shape = lw.build.shape_constant(info)
    rest = trees.name(names.REST)
    if not slots:
        check = lw.helper("no_arguments", shape, rest, pos=info.call_pos)
        lw.emit(trees.branch(rest, [ast.Expr(check)]))
        return
    tests: list[ast.expr] = [rest, *_unusual(lw, slots)]
    given = trees.tuple_of([trees.name(slot) for slot in slots])
    call = lw.helper("arguments", shape, given, rest, pos=info.call_pos)
    targets: list[ast.expr] = [trees.target(slot) for slot in slots]
    if len(slots) == 1:
        call_value: ast.expr = trees.subscript(call, trees.constant(0))
        lw.emit(trees.branch(trees.either(*tests), [trees.assign(slots[0], call_value)]))
        return
    lw.emit(trees.branch(trees.either(*tests), [ast.Assign([ast.Tuple(targets, trees.STORE)], call)]))


def _unusual(lw: Lowerer, slots: list[str]) -> list[ast.expr]:
    """Tests for missing arguments, named arguments, and one List that stands for several arguments."""
    mandatory = sum(1 for param in lw.info.params if param.is_mandatory)
    first = trees.name(slots[0])
    unset = trees.name("UNSET")
    if mandatory >= 2:
        last = max(index for index, param in enumerate(lw.info.params) if param.is_mandatory)
        return [trees.is_same(trees.name(slots[last]), unset)]
    tests: list[ast.expr] = []
    if mandatory:
        index = next(index for index, param in enumerate(lw.info.params) if param.is_mandatory)
        tests.append(trees.is_same(trees.name(slots[index]), unset))
    kind = trees.call(trees.name("type"), first)
    tests.append(trees.is_same(kind, trees.name("NamedArgs")))
    if not mandatory and len(slots) > 1:
        tests.append(trees.has_type(first, "list"))
    return tests


def _python_default(lw: Lowerer, param: ParamInfo) -> ast.expr:
    if len(lw.info.params) > 1 or param.default is None or not has_constant_default(param):
        return trees.name("UNSET")  # one List for several parameters is known by the others being unset
    return lw.constant(param.default.const)


def has_constant_default(param: ParamInfo) -> bool:
    """Can a call put the default value in without running code of the function?"""
    return param.default is not None and param.default.is_const


def _parameter(lw: Lowerer, param: ParamInfo, slot: str) -> None:
    """Fill in the default, convert to the parameter's type."""
    name = trees.name(slot)
    pos = param.variable.pos
    with lw.collecting() as given:
        value = converted(lw, name, ANY, param.type, _conversion_pos(param))
        if value is not name:
            given.append(trees.assign(slot, lw.taken(value)))
    if param.default is None or (has_constant_default(param) and len(lw.info.params) == 1):
        lw.block.extend(given)
        return
    with lw.collecting() as missing:
        missing_value = lw.lower_as(param.default, param.type, pos)
        missing.append(trees.assign(slot, lw.taken(missing_value)))
    lw.emit(trees.branch(trees.is_same(name, trees.name("UNSET")), missing, given))


def _conversion_pos(param: ParamInfo) -> int:
    return CALLER if param.type.kind == "instance" else param.variable.pos


def _call_direct(lw: Lowerer, slots: list[str]) -> None:
    info = lw.info
    direct = trees.name(lw.build.direct_name(info))
    args = [trees.name(slot) for slot in slots]
    if info.needs_environment:
        args.insert(0, trees.name(first_parameter(info)))
    result = lw.suspending(direct, args, info.pos)
    lw.emit(ast.Return(boxed(lw, lw.taken(result), info.return_type)))
