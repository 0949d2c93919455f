"""Calls -> direct calls where the function is known, else a call of a function value; each that may suspend is a site.

A user function called with all its arguments is called directly with bare values; with arguments to be filled in or
spread its entry is. A method of a value of unknown type is found by dispatch.find_method, which hands back a bound
function.
"""

from __future__ import annotations

import ast

from ..builtins.standard import LANGUAGE
from ..resolve.calls import closure_of, gives_no_pipeline
from ..resolve.model import FunctionInfo, ParamInfo
from ..resolve.nullness import is_never_null
from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import ANY, FUNCTION, ITERATOR, STRING
from . import names, trees
from .access import is_this
from .builtin_calls import builtin, builtin_method, is_size
from .conversions import boxed, converted
from .functions import environment, has_constant_default, has_plain_form
from .fusing import guarded, pipeline
from .lowerer import Lowerer, lowers, type_of
from .own_classes import method_test
from .receivers import boxed_thunks, check_null, told_at, unless_null
from .receivers import named_arguments as named_arguments
from .variables import slot_of

ARGUMENTS_MAX = 200  # of a direct call


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
    if node.fused is not None:
        return pipeline(lw, node.fused)
    if node.guarded is not None:
        return guarded(lw, node.guarded, lambda: _dynamic_method(lw, node))
    if isinstance(target, FunctionInfo):
        return user_method(lw, node, target)
    if isinstance(target, Signature):
        return builtin_method(lw, node, target)
    return _dynamic_method(lw, node)


# Function values


def _unknown(lw: Lowerer, node: nodes.Call) -> ast.expr:
    """The value is checked to be a function before the arguments are evaluated."""
    known = closure_of(node.callee) if isinstance(node.callee, nodes.Name) else None
    if known is not None and not known.may_suspend and is_complete(node.args, known):
        return _known_closure(lw, node, known)
    if known is not None and _gives_all(node.args, known) and has_plain_form(known):
        return _plain_closure(lw, node, known)
    callee, args = _callee_and_args(lw, node)
    result = lw.suspending(callee, args, node.pos)
    return result if node.is_chained else _materialised(lw, result, node.pos)


def _known_closure(lw: Lowerer, node: nodes.Call, info: FunctionInfo) -> ast.expr:
    """A closure in a variable that is never assigned again: as a function, with the environment that its value has.

    Only one that cannot wait: frames of others stand in older checkpoints, as the dynamic entry's."""
    lw.temp()  # earlier releases had the function in it, and the result in the next one
    env = _environment_of(lw, node.callee, info)
    return _invoke(lw, node.args, info, env, node.pos, trees.name(lw.build.direct_name(info)))


def _environment_of(lw: Lowerer, callee: nodes.Expr, info: FunctionInfo) -> ast.expr:
    """That of the closure's value; nothing is in it where it captures nothing."""
    if info.captures:
        return trees.attribute(lw.lower(callee), "__self__")
    assert isinstance(callee, nodes.Name) and callee.variable is not None
    lw.was_needed.add(slot_of(lw, callee.variable))
    return trees.tuple_of([])


def _gives_all(args: list[nodes.Expr], info: FunctionInfo) -> bool:
    """Is there an argument for each parameter?"""
    return len(args) == len(info.params) and is_complete(args, info) and named_arguments(args) is None


def _plain_closure(lw: Lowerer, node: nodes.Call, info: FunctionInfo) -> ast.expr:
    """One that may wait, by its plain form, whose frames are the dynamic entry's."""
    lw.temp()  # earlier releases had the function in it, and the result in the next one
    plain = names.plain_name(lw.build.entry_name(info))
    lw.build.global_names.add(plain)
    env = _environment_of(lw, node.callee, info)
    result = lw.suspending(trees.name(plain), [env, *lw.operands(boxed_thunks(lw, node.args))], node.pos)
    return result if node.is_chained or gives_no_pipeline(info) else _materialised(lw, result, node.pos)


def _callee_and_args(lw: Lowerer, node: nodes.Call) -> tuple[ast.expr, list[ast.expr]]:
    def callee() -> ast.expr:
        return lw.stable(lw.lower_as(node.callee, FUNCTION))

    values = lw.operands([callee, *boxed_thunks(lw, node.args)])
    return values[0], values[1:]


def _materialised(lw: Lowerer, value: ast.expr, pos: int) -> ast.Name:
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
        return lw.suspending(direct, [env, *values] if info.needs_environment else values, pos)
    values = lw.operands(boxed_thunks(lw, args))
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
            check_null(lw, node, lw.stable(lw.lower(node.parent)))
        env: ast.expr = trees.tuple_of([])
        return _invoke(lw, node.args, info, env, node.name_pos, lw.build.method_function(info))
    receiver = lw.lower(node.parent)
    if is_super(node.parent):
        return _invoke(lw, node.args, info, receiver, node.name_pos, lw.build.method_function(info))
    receiver = lw.stable(receiver)
    if is_this(node.parent):
        return _virtual(lw, node, info, receiver)
    if node.op == "?.":
        return unless_null(lw, receiver, lambda: boxed(lw, _virtual(lw, node, info, receiver), info.return_type))
    if not is_never_null(node.parent):
        check_null(lw, node, receiver)
    return _virtual(lw, node, info, receiver)


def is_super(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "super"


def _virtual(lw: Lowerer, node: nodes.MethodCall, info: FunctionInfo, receiver: ast.expr) -> ast.expr:
    """receiver.m_name(args): Python finds the override."""
    name = info.name or ""
    if is_complete(node.args, info):
        values = _arguments(lw, node.args, info)
        return _attribute_call(lw, receiver, names.method_name(name), values, node.name_pos)
    values = lw.operands(boxed_thunks(lw, node.args))
    result = _attribute_call(lw, receiver, names.entry_name(name), values, node.name_pos)
    return converted(lw, result, ANY, info.return_type, node.name_pos)


def _attribute_call(lw: Lowerer, receiver: ast.expr, attr: str, args: list[ast.expr], pos: int) -> ast.expr:
    line = lw.site(pos)
    lw.may_recurse = True
    temp = lw.temp()
    lw.emit(trees.assign(temp, _attribute(receiver, attr, args, line)))
    lw.results.add(temp)
    return trees.name(temp)


def _attribute(receiver: ast.expr, attr: str, args: list[ast.expr], line: int) -> ast.expr:
    """receiver.attr(args)"""
    return trees.at(trees.call(trees.at(trees.attribute(receiver, attr), line), *args), line)


# Methods of values whose type is not known


def _dynamic_method(lw: Lowerer, node: nodes.MethodCall) -> ast.expr:
    receiver = lw.stable(lw.boxed(node.parent))
    if node.op == "?.":
        return unless_null(lw, receiver, lambda: _found(lw, node, receiver))
    return _found(lw, node, receiver)


def _of_text(name: str) -> Signature | None:
    """The language's own method of Strings with that name, where it can be called without arguments and never waits."""
    signature = LANGUAGE.method(STRING, name)
    if signature is None or signature.receiver is not STRING or signature.is_static:
        return None
    quick = signature.suspends is False and signature.mandatory_count == 0 and not signature.varargs
    return signature if quick and signature.return_type.kind != "iterator" else None


def _found(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr) -> ast.expr:
    """A String's method without arguments, and the size of a list or map, is found at once; all else is looked up."""
    quick = None if node.args or lw.options.stress is not None else _of_text(node.name)
    if quick is None:
        return _looked_up(lw, node, receiver)
    with lw.collecting() as other:
        result = _looked_up(lw, node, receiver)
    lw.results.discard(result.id)
    with lw.collecting() as at_once:
        value = builtin(lw, [], quick, receiver, node.name_pos, node.is_chained)
        at_once.append(trees.assign(result.id, boxed(lw, value, quick.return_type)))
    kinds = ("list", "str", "dict") if is_size(node.name) else ("str",)
    tests = [trees.has_type(receiver, kind) for kind in kinds]
    lw.emit(ast.If(trees.either(*tests), at_once, other))
    return result


def _looked_up(lw: Lowerer, node: nodes.MethodCall, receiver: ast.expr) -> ast.Name:
    """A null receiver is an error before the arguments are evaluated, an unknown method after."""
    if not is_never_null(node.parent) and node.op == ".":
        null = lw.helper("null_method", pos=node.name_pos)
        lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))
    if LANGUAGE.method(ITERATOR, node.name) is not None:
        for arg in node.args:
            told_at(arg, node.name_pos)
    args = lw.operands(boxed_thunks(lw, node.args))
    args = [lw.stable(arg) if not isinstance(arg, ast.Name) else arg for arg in args]
    with lw.collecting() as looked_up:
        function = lw.spill(lw.helper("find_method", receiver, trees.constant(node.name), pos=node.name_pos))
        result = lw.suspending(function, args, node.name_pos)
        if not node.is_chained:
            result = _materialised(lw, result, node.name_pos)
    test = method_test(lw, receiver, node)
    if test is None:
        lw.block += looked_up
        return result
    lw.results.discard(result.id)
    call = _attribute(receiver, names.method_name(node.name), args, lw.site(node.name_pos))
    lw.emit(trees.branch(test, [trees.assign(result.id, call)], looked_up))
    return result
