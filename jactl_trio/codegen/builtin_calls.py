"""Calls of built-in and host functions and methods whose signature is known -> calls of their implementations.

Parameters are filled in here, named arguments put in their places; only a List that may stand for several arguments
goes through the entry.
"""

from __future__ import annotations

import ast
from functools import partial

from ..builtins import globals, lists, strings
from ..builtins.standard import LANGUAGE
from ..errors import InternalError
from ..limits import COLLECTION_ITEMS_MAX
from ..resolve.model import ClassInfo
from ..resolve.nullness import is_never_null
from ..syntax import nodes
from ..values.signature import MANDATORY, Param, Signature
from ..values.types import ANY, FUNCTION, ITERATOR, JACTL_CLASS, LIST, MAP, STRING
from . import trees
from .conversions import boxed, converted
from .loops import note_room
from .lowerer import Lowerer, type_of
from .receivers import boxed_thunks, check_null, named_arguments, told_at, unless_null

# What Python's len() does with a receiver that is not null.
_LENGTHS = frozenset((strings.string_size, lists.list_size, lists.map_size))
# What Python's own method of that name does where the default, all characters, is given.
_CASES = {strings.string_to_lower_case: "lower", strings.string_to_upper_case: "upper"}
_REST = Param("rest")  # an argument that a parameter list of any length takes


def is_size(name: str) -> bool:
    """Is it the method of Strings, lists and maps that Python's len() is?"""
    found = [LANGUAGE.method(type, name) for type in (STRING, LIST, MAP)]
    return all(method is not None and method.implementation in _LENGTHS for method in found)


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
        return _entry(lw, args, signature, receiver, pos, is_chained)
    if named is not None:
        values = _named_arguments(lw, named, signature, pos)
    else:
        values = _arguments(lw, args, signature, pos)
    if receiver is not None:
        values = [receiver, *values]
    if signature.implementation in _LENGTHS:
        return trees.call(trees.name("len"), *values)
    case = _CASES.get(signature.implementation)
    if case is not None and not args:
        return lw.at(trees.call(lw.at(trees.attribute(values[0], case), pos)), pos)
    function = lw.build.implementation_constant(signature)
    if signature.suspends is False:
        result: ast.expr = lw.at(trees.call(function, *values), pos)
    else:
        result = lw.suspending(function, values, pos)
    return _result(lw, result, signature, pos, is_chained)


def is_save(node: nodes.Expr) -> bool:
    """Is it checkpoint() without closures?"""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.target, Signature)
        and node.target.implementation is globals.checkpoint
        and not node.args
    )


def saved(lw: Lowerer, node: nodes.Expr) -> ast.expr:
    """Such a one whose value nobody asks for: it needs no frame of its own, which a release before this one had."""
    return lw.suspending_helper("save_checkpoint", pos=node.pos)


def _result(lw: Lowerer, result: ast.expr, signature: Signature, pos: int, is_chained: bool) -> ast.expr:
    if signature.return_type.kind == "iterator" and not is_chained:
        held = lw.spill(lw.taken(result)) if not isinstance(result, ast.Name) else result
        return lw.suspending_helper("materialise", held, pos=pos)
    return result


def _entry(
    lw: Lowerer, args: list[nodes.Expr], signature: Signature, receiver: ast.expr | None, pos: int, is_chained: bool
) -> ast.expr:
    if receiver is not None:
        receiver = lw.stable(receiver)
    values = lw.operands(boxed_thunks(lw, args))
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


def _arguments(lw: Lowerer, args: list[nodes.Expr], signature: Signature, pos: int) -> list[ast.expr]:
    params = signature.params
    fixed = len(params) - 1 if signature.varargs else len(params)
    thunks = []
    for number, arg in enumerate(args):
        thunks.append(partial(_argument, lw, arg, params[number] if number < fixed else _REST, pos))
    values = lw.operands(thunks)
    for param in params[len(args) : fixed]:
        values.append(_default(lw, param))
    if signature.varargs:
        values[fixed:] = [trees.list_of(values[fixed:])]
    return values


def _argument(lw: Lowerer, arg: nodes.Expr, param: Param, pos: int) -> ast.expr:
    """The value of an argument; a missing function is the call's error, all else the argument's."""
    source = type_of(arg)
    told_at(arg, pos)
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


def _named_arguments(lw: Lowerer, named: dict[str, nodes.Expr], signature: Signature, pos: int) -> list[ast.expr]:
    """Evaluated in the order of the source, given in the order of the parameters."""
    params = {param.name: param for param in signature.params}
    thunks = [partial(_argument, lw, arg, params[name], pos) for name, arg in named.items()]
    values = {name: lw.stable(value) for name, value in zip(named, lw.operands(thunks), strict=True)}
    return [values[name] if name in values else _default(lw, param) for name, param in params.items()]


def _default(lw: Lowerer, param: Param) -> ast.expr:
    if param.default is MANDATORY:
        raise InternalError(f"No value for parameter {param.name}")
    return lw.constant(param.default)


def builtin_method(lw: Lowerer, node: nodes.MethodCall, signature: Signature) -> ast.expr:
    """A built-in or host method of a value (or class) of known type."""
    if signature.is_static:
        if type_of(node.parent).kind != "class":
            _checked(lw, node, signature, lw.lower(node.parent))
        return builtin(lw, node.args, signature, None, node.name_pos, node.is_chained)
    source = type_of(node.parent)
    receiver = lw.lower(node.parent)
    wanted = signature.receiver or ANY
    receiver = boxed(lw, receiver, source) if wanted.kind not in ("long", "byte") else receiver
    if not _is_never_null(node.parent, receiver):
        if wanted is ITERATOR and source not in (ITERATOR, ANY):
            receiver = lw.stable(receiver)
            null = lw.helper("null_iterable", pos=node.parent.pos)  # also where `?.` would give null
            lw.emit(trees.branch(trees.is_none(receiver), [ast.Expr(null)]))
        elif node.op == "?.":
            receiver = lw.stable(receiver)
            result = signature.return_type
            return unless_null(lw, receiver, lambda: boxed(lw, _call(lw, node, signature, receiver), result))
        else:
            receiver = _checked(lw, node, signature, receiver)
    if wanted is JACTL_CLASS and isinstance(source.cls, ClassInfo):
        receiver = lw.class_value(source.cls)  # the class is that of the static type, as for a static method
    return _call(lw, node, signature, receiver)


def _is_never_null(parent: nodes.Expr, receiver: ast.expr) -> bool:
    source = type_of(parent)
    if source.kind == "class" or is_never_null(parent):
        return True
    return isinstance(receiver, ast.Constant | ast.List | ast.Dict | ast.JoinedStr)


def _checked(lw: Lowerer, node: nodes.MethodCall, signature: Signature, receiver: ast.expr) -> ast.expr:
    receiver = lw.stable(receiver)
    check_null(lw, node, receiver, signature.name)
    return receiver


def _call(lw: Lowerer, node: nodes.MethodCall, signature: Signature, receiver: ast.expr) -> ast.expr:
    if node.args:
        receiver = lw.stable(receiver)
    is_added = signature.implementation is lists.list_add and named_arguments(node.args) is None
    if is_added and isinstance(receiver, ast.Name):
        return _added(lw, node, signature, receiver)
    return builtin(lw, node.args, signature, receiver, node.name_pos, node.is_chained)


def _added(lw: Lowerer, node: nodes.MethodCall, signature: Signature, items: ast.Name) -> ast.expr:
    """`list.add(value)`, inline while the list is within the limit; the list."""
    pos = node.name_pos
    values = [lw.simple(value) for value in _arguments(lw, node.args, signature, pos)]
    size = trees.call(trees.name("len"), items)
    exact = trees.compare(size, ast.Lt(), trees.constant(COLLECTION_ITEMS_MAX))
    method = lw.at(trees.attribute(items, "append"), pos)  # the list may refuse to be changed
    in_place = ast.Expr(lw.at(trees.call(method, *values), pos))
    otherwise = ast.Expr(lw.at(trees.call(lw.build.implementation_constant(signature), items, *values), pos))
    statement = ast.If(exact, [in_place], [otherwise])
    lw.emit(statement)
    if is_never_null(node.parent):
        note_room(lw, statement, items.id)
    return items
