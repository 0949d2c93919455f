"""Calls -> direct calls where the function is known, else a call of a function value; each that may suspend is a site.

A user function called with all its arguments is called directly with bare values; with arguments to be filled in or
spread its entry is. A method of a value of unknown type is found by dispatch.find_method, which hands back a bound
function.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial

from ..errors import InternalError
from ..resolve.model import ClassInfo, FunctionInfo, ParamInfo
from ..syntax import nodes
from ..values.signature import MANDATORY, Param, Signature
from ..values.types import ANY, FUNCTION, ITERATOR, JACTL_CLASS
from . import names, trees
from .access import is_this
from .conversions import boxed, converted
from .functions import environment, has_constant_default
from .lowerer import Lowerer, lowers, type_of

ARGUMENTS_MAX = 200  # of a direct call
_REST = Param("rest")  # an argument that a parameter list of any length takes


@lowers(nodes.Call)
def _call(lw: Lowerer, node: nodes.Call) -> ast.expr:
    target = node.target
    if isinstance(target, FunctionInfo):
        return user_function(lw, node, target)
    if isinstance(target, Signature):
        return builtin(lw, node.args, target, None, node.pos, node.is_chained)
    return _unknown(lw, node)


@lowers(nodes.MethodCall)
def _method_call(lw: Lowerer, node: nodes.MethodCall) -> ast.expr:
    target = node.target
    if isinstance(target, FunctionInfo):
        return user_method(lw, node, target)
    if isinstance(target, Signature):
        return _builtin_method(lw, node, target)
    return _dynamic_method(lw, node)


# Function values


def _unknown(lw: Lowerer, node: nodes.Call) -> ast.expr:
    """The value is checked to be a function before the arguments are evaluated."""
    callee, args = _callee_and_args(lw, node)
    result = lw.suspending(callee, args, node.pos)
    return result if node.is_chained else _materialised(lw, result, node.pos)


def _callee_and_args(lw: Lowerer, node: nodes.Call) -> tuple[ast.expr, list[ast.expr]]:
    def callee() -> ast.expr:
        return lw.stable(lw.lower_as(node.callee, FUNCTION))

    values = lw.operands([callee, *_boxed_thunks(lw, node.args)])
    return values[0], values[1:]


def _boxed_thunks(lw: Lowerer, args: Sequence[nodes.Expr]) -> list[Callable[[], ast.expr]]:
    return [partial(lw.boxed, arg) for arg in args]


def _materialised(lw: Lowerer, value: ast.expr, pos: int) -> ast.expr:
    """A pipeline that a function value gave becomes a list, unless a method is called on it at once."""
    if not isinstance(value, ast.Name):
        value = lw.spill(value)
    call = trees.at(trees.call(trees.name("materialise"), value), lw.site(pos))
    test = ast.Compare(trees.call(trees.name("type"), value), [ast.In()], [trees.name("ITERATORS")])
    lw.emit(ast.If(test, [trees.assign(value.id, call)], []))
    return value


# Functions of the script


def user_function(lw: Lowerer, node: nodes.Call, info: FunctionInfo) -> ast.expr:
    """A function, closure or method that is called by its name."""
    if info.kind in ("method", "static"):
        receiver: ast.expr = trees.tuple_of([]) if info.kind == "static" else trees.name(names.THIS)
        return _invoke(lw, node.args, info, receiver, node.pos, lw.build.method_function(info))
    direct = trees.name(lw.build.direct_name(info)) if is_complete(node.args, info) else None
    return _invoke(lw, node.args, info, environment(lw, info), node.pos, direct)


def _invoke(
    lw: Lowerer, args: list[nodes.Expr], info: FunctionInfo, env: ast.expr, pos: int, direct: ast.expr | None
) -> ast.expr:
    if is_complete(args, info) and direct is not None:
        values = _arguments(lw, args, info)
        return lw.suspending(direct, [env, *values], pos)
    values = lw.operands(_boxed_thunks(lw, args))
    entry = lw.build.method_entry(info) if info.kind in ("method", "static") else None
    if entry is None:
        entry = trees.name(lw.build.entry_name(info))
    result = lw.suspending(entry, [env, *values], pos)
    return converted(lw, result, ANY, info.return_type, pos)


def is_complete(args: list[nodes.Expr], info: FunctionInfo) -> bool:
    """Can the direct function be called: is there a value for each parameter, without running code for a default?"""
    params = info.params
    named = named_arguments(args)
    if named is not None:
        known = {param.name for param in params}
        return all(name in known for name in named) and all(
            param.name in named or has_constant_default(param) for param in params
        )
    if len(args) > len(params) or len(args) > ARGUMENTS_MAX:
        return False
    if len(args) == 1 and _may_be_spread(args[0], params):
        return False
    return all(has_constant_default(param) for param in params[len(args) :])


def named_arguments(args: list[nodes.Expr]) -> dict[str, nodes.Expr] | None:
    """The arguments by name, where they were given so."""
    if len(args) == 1 and isinstance(args[0], nodes.MapLiteral) and args[0].is_named_args:
        return {str(key.value): value for key, value in args[0].entries if isinstance(key, nodes.Literal)}
    return None


def _may_be_spread(arg: nodes.Expr, params: list[ParamInfo]) -> bool:
    """May the one argument be a List of the values of several parameters?"""
    kind = type_of(arg).kind
    mandatory = sum(1 for param in params if param.is_mandatory)
    if kind not in ("Object", "List") or len(params) == 1 or mandatory == 1:
        return False
    return mandatory > 1 or not params or kind == "Object" or params[0].type.kind != "List"


def _arguments(lw: Lowerer, args: list[nodes.Expr], info: FunctionInfo) -> list[ast.expr]:
    """One converted value for each parameter, evaluated in the order of the source."""
    named = named_arguments(args)
    given = named if named is not None else dict(zip((param.name for param in info.params), args, strict=False))
    types = {param.name: param.type for param in info.params}
    thunks = [lambda n=name, a=arg: lw.lower_as(a, types[n]) for name, arg in given.items()]
    values = dict(zip(given, lw.operands(thunks), strict=True))
    if named is not None:
        values = {name: lw.stable(value) for name, value in values.items()}
    return [values[param.name] if param.name in values else _default(lw, param) for param in info.params]


def _default(lw: Lowerer, param: ParamInfo) -> ast.expr:
    assert param.default is not None
    return lw.lower_as(param.default, param.type)


def user_method(lw: Lowerer, node: nodes.MethodCall, info: FunctionInfo) -> ast.expr:
    """A method of a Jactl class that is known; which override is called is found by the receiver's class."""
    if info.kind == "static":
        if type_of(node.parent).kind != "class":
            _check_null(lw, node, lw.stable(lw.lower(node.parent)))
        env: ast.expr = trees.tuple_of([])
        return _invoke(lw, node.args, info, env, node.name_pos, lw.build.method_function(info))
    receiver = lw.lower(node.parent)
    if is_super(node.parent):
        return _invoke(lw, node.args, info, receiver, node.name_pos, lw.build.method_function(info))
    receiver = lw.stable(receiver)
    if is_this(node.parent):
        return _virtual(lw, node, info, receiver)
    if node.op == "?.":
        return _unless_null(lw, node, receiver, lambda: boxed(lw, _virtual(lw, node, info, receiver), info.return_type))
    _check_null(lw, node, receiver)
    return _virtual(lw, node, info, receiver)


def is_super(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "super"


def _virtual(lw: Lowerer, node: nodes.MethodCall, info: FunctionInfo, receiver: ast.expr) -> ast.expr:
    """receiver.m_name(args): Python finds the override."""
    name = info.name or ""
    if is_complete(node.args, info):
        values = _arguments(lw, node.args, info)
        return _attribute_call(lw, receiver, names.method_name(name), values, node.name_pos)
    values = lw.operands(_boxed_thunks(lw, node.args))
    result = _attribute_call(lw, receiver, names.entry_name(name), values, node.name_pos)
    return converted(lw, result, ANY, info.return_type, node.name_pos)


def _attribute_call(lw: Lowerer, receiver: ast.expr, attr: str, args: list[ast.expr], pos: int) -> ast.expr:
    line = lw.site(pos)
    lw.may_recurse = True
    temp = lw.temp()
    function = trees.at(trees.attribute(receiver, attr), line)
    lw.emit(trees.assign(temp, trees.at(trees.call(function, *args), line)))
    lw.results.add(temp)
    return trees.name(temp)


def _unless_null(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr, call: Callable[[], ast.expr]) -> ast.expr:
    temp = lw.variable_temp()
    with lw.collecting() as block:
        value = call()
        block.append(trees.assign(temp, lw.taken(value)))
    lw.emit(trees.branch(trees.is_none(receiver), [trees.assign(temp, trees.none())], block))
    lw.stable_names.add(temp)
    return trees.name(temp)


# Built-in and host functions


def builtin(
    lw: Lowerer,
    args: list[nodes.Expr],
    signature: Signature,
    receiver: ast.expr | None,
    pos: int,
    is_chained: bool,
) -> ast.expr:
    """A built-in or host function or method, its parameters filled in."""
    named = named_arguments(args)
    if _is_spread(args, signature) or (named is not None and not _names_all(named, signature)):
        return _builtin_entry(lw, args, signature, receiver, pos, is_chained)
    if named is not None:
        values = _named_builtin_arguments(lw, named, signature, pos)
    else:
        values = _builtin_arguments(lw, args, signature, pos)
    if receiver is not None:
        values = [receiver, *values]
    function = lw.build.implementation_constant(signature)
    if signature.suspends is False:
        result: ast.expr = lw.at(trees.call(function, *values), pos)
    else:
        result = lw.suspending(function, values, pos)
    return _result(lw, result, signature, pos, is_chained)


def _result(lw: Lowerer, result: ast.expr, signature: Signature, pos: int, is_chained: bool) -> ast.expr:
    if signature.return_type.kind == "iterator" and not is_chained:
        held = lw.spill(lw.taken(result)) if not isinstance(result, ast.Name) else result
        return lw.suspending_helper("materialise", held, pos=pos)
    return result


def _builtin_entry(
    lw: Lowerer, args: list[nodes.Expr], signature: Signature, receiver: ast.expr | None, pos: int, is_chained: bool
) -> ast.expr:
    if receiver is not None:
        receiver = lw.stable(receiver)
    values = lw.operands(_boxed_thunks(lw, args))
    env = receiver if receiver is not None else trees.tuple_of([])
    result = lw.suspending(lw.build.entry_constant(signature), [env, *values], pos)
    return _result(lw, result, signature, pos, is_chained)


def _is_spread(args: list[nodes.Expr], signature: Signature) -> bool:
    if len(args) != 1 or signature.varargs:
        return False
    params = signature.params
    kind = type_of(args[0]).kind
    if kind not in ("Object", "List") or len(params) == 1 or signature.mandatory_count == 1:
        return False
    return signature.mandatory_count > 1 or not params or kind == "Object" or params[0].type.kind != "List"


def _builtin_arguments(lw: Lowerer, args: list[nodes.Expr], signature: Signature, pos: int) -> list[ast.expr]:
    params = signature.params
    fixed = len(params) - 1 if signature.varargs else len(params)
    thunks = []
    for number, arg in enumerate(args):
        thunks.append(partial(_builtin_argument, lw, arg, params[number] if number < fixed else _REST, pos))
    values = lw.operands(thunks)
    for param in params[len(args) : fixed]:
        values.append(_builtin_default(lw, param))
    if signature.varargs:
        values[fixed:] = [trees.list_of(values[fixed:])]
    return values


def _builtin_argument(lw: Lowerer, arg: nodes.Expr, param: Param, pos: int) -> ast.expr:
    """The value of an argument; a missing function is the call's error, all else the argument's."""
    source = type_of(arg)
    value = lw.lower(arg)
    if param.type is FUNCTION and source.kind in ("Object", "null"):
        value = lw.stable(value)
        lw.emit(trees.branch(trees.is_none(value), [ast.Expr(lw.helper("null_function", pos=pos))]))
    value = converted(lw, value, source, param.type, arg.pos)
    if param.minimum is None or (isinstance(value, ast.Constant) and trees.value_of(value) >= param.minimum):
        return value
    return lw.helper("at_least", value, trees.constant(param.minimum), trees.constant(param.too_small), pos=arg.pos)


def _names_all(named: dict[str, nodes.Expr], signature: Signature) -> bool:
    """Do the names fit the parameters as they are, none missing and none to be spread?"""
    names = [param.name for param in signature.params]
    return (
        not signature.varargs
        and all(name in names for name in named)
        and all(param.name in named or param.default is not MANDATORY for param in signature.params)
    )


def _named_builtin_arguments(
    lw: Lowerer, named: dict[str, nodes.Expr], signature: Signature, pos: int
) -> list[ast.expr]:
    """Evaluated in the order of the source, given in the order of the parameters."""
    params = {param.name: param for param in signature.params}
    thunks = [partial(_builtin_argument, lw, arg, params[name], pos) for name, arg in named.items()]
    values = {name: lw.stable(value) for name, value in zip(named, lw.operands(thunks), strict=True)}
    return [values[name] if name in values else _builtin_default(lw, param) for name, param in params.items()]


def _builtin_default(lw: Lowerer, param: Param) -> ast.expr:
    if param.default is MANDATORY:
        raise InternalError(f"No value for parameter {param.name}")
    return lw.constant(param.default)


def _builtin_method(lw: Lowerer, node: nodes.MethodCall, signature: Signature) -> ast.expr:
    if signature.is_static:
        if type_of(node.parent).kind != "class":
            _checked(lw, node, signature, lw.lower(node.parent))
        return builtin(lw, node.args, signature, None, node.name_pos, node.is_chained)
    source = type_of(node.parent)
    receiver = lw.lower(node.parent)
    wanted = signature.receiver or ANY
    receiver = boxed(lw, receiver, source) if wanted.kind not in ("long", "byte") else receiver
    never_null = source.is_primitive or source.kind == "class" or is_this(node.parent)
    if wanted is ITERATOR and source not in (ITERATOR, ANY) and not never_null:
        receiver = lw.stable(receiver)
        null = lw.helper("null_iterable", pos=node.parent.pos)  # also where `?.` would give null
        lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))
        never_null = True
    if never_null or isinstance(receiver, ast.Constant | ast.List | ast.Dict):
        pass
    elif node.op == "?.":
        receiver = lw.stable(receiver)
        return _unless_null(
            lw,
            node,
            receiver,
            lambda: boxed(lw, _call_builtin(lw, node, signature, receiver), signature.return_type),
        )
    else:
        receiver = _checked(lw, node, signature, receiver)
    if wanted is JACTL_CLASS and isinstance(source.cls, ClassInfo):
        receiver = lw.class_value(source.cls)  # the class is that of the static type, as for a static method
    return _call_builtin(lw, node, signature, receiver)


def _checked(lw: Lowerer, node: nodes.MethodCall, signature: Signature, receiver: ast.expr) -> ast.expr:
    receiver = lw.stable(receiver)
    _check_null(lw, node, receiver, signature.name)
    return receiver


def _check_null(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr, name: str = "") -> None:
    null = lw.helper("null_receiver", trees.constant(f"{name or node.name}()"), pos=node.name_pos)
    lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))


def _call_builtin(lw: Lowerer, node: nodes.MethodCall, signature: Signature, receiver: ast.expr) -> ast.expr:
    if node.args:
        receiver = lw.stable(receiver)
    return builtin(lw, node.args, signature, receiver, node.name_pos, node.is_chained)


# Methods of values whose type is not known


def _dynamic_method(lw: Lowerer, node: nodes.MethodCall) -> ast.expr:
    receiver = lw.stable(lw.boxed(node.parent))
    if node.op == "?.":
        return _unless_null(lw, node, receiver, lambda: _found(lw, node, receiver))
    return _found(lw, node, receiver)


def _found(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr) -> ast.expr:
    """A null receiver is an error before the arguments are evaluated, an unknown method after."""
    if not is_this(node.parent) and node.op == ".":
        null = lw.helper("null_method", pos=node.name_pos)
        lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))
    args = lw.operands(_boxed_thunks(lw, node.args))
    args = [lw.stable(arg) if not isinstance(arg, ast.Name) else arg for arg in args]
    function = lw.spill(lw.helper("find_method", receiver, trees.constant(node.name), pos=node.name_pos))
    result = lw.suspending(function, args, node.name_pos)
    return result if node.is_chained else _materialised(lw, result, node.name_pos)
