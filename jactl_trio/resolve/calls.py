"""Calls of functions, methods and values; array creation. A target known at compile time is put in the node."""

from __future__ import annotations

from ..syntax import nodes
from ..values.hosttypes import HostType
from ..values.promotion import RANKS, int_value
from ..values.signature import Signature
from ..values.text import to_text
from ..values.types import ANY, FUNCTION, INT, ITERATOR, JACTL_CLASS, LIST, Type
from .access import find_method, is_static_method
from .arguments import check_arguments, check_minimums, is_named, parameters_of
from .conversions import is_castable
from .host_classes import is_of_opened_class
from .model import ClassInfo, FunctionInfo, Variable
from .resolver import Resolver, handles
from .types import boxed, instance_type, resolve_type, set_type, static_type, text
from .variables import bind, find


@handles(nodes.Call)
def _call(r: Resolver, node: nodes.Call) -> nodes.Expr | None:
    callee = node.callee
    if isinstance(callee, nodes.Name) and callee.type is None:
        replacement = _call_name(r, node, callee)
        if replacement is not None:
            return replacement
    else:
        node.callee = r.expr(callee)
        node.args = [r.expr(arg) for arg in node.args]
    if node.target is None:
        _call_value(r, node)
    return None


def _call_name(r: Resolver, node: nodes.Call, callee: nodes.Name) -> nodes.Expr | None:
    """`f(args)`: a function, a built-in, a method of the class, or a variable that holds a function."""
    inherited = _inherited_method(r, node, callee)
    if inherited is not None:
        return inherited
    found = find(r, callee.name, callee.pos, calling=True)
    if isinstance(found, Variable) and found.kind == "function" and found.function is not None:
        return _call_function(r, node, callee, found, found.function)
    if found is None:
        callee.type = ANY
    else:
        replacement = bind(r, callee, found)
        if replacement is not None:
            node.callee = replacement
    if callee.type is not None and callee.type.kind == "class":
        r.error_class_as_value(callee)
    node.args = [r.expr(arg) for arg in node.args]
    if isinstance(found, Signature):
        _call_builtin(r, node, found, callee.pos)
    return None


def _inherited_method(r: Resolver, node: nodes.Call, callee: nodes.Name) -> nodes.Expr | None:
    """In a class with a base class, the base's methods (and those of every object) are called on `this`."""
    info = r.class_info
    if info is None or info.base is None or info.base.type is None or _is_local(r, callee.name):
        return None
    if callee.name in info.methods or find_method(r, info.base.type, callee.name) is None:
        return None
    return _on_this(r, node, callee)


def _is_local(r: Resolver, name: str) -> bool:
    return any(name in block.variables for scope in r.functions for block in scope.blocks)


def _on_this(r: Resolver, node: nodes.Call, callee: nodes.Name) -> nodes.Expr:
    this = nodes.Name("this", pos=callee.pos)
    call = nodes.MethodCall(this, ".", callee.name, node.args, callee.pos, pos=node.open_pos or node.pos)
    call.is_chained, call.result_used = node.is_chained, node.result_used
    return r.expr(call)


def _call_function(
    r: Resolver, node: nodes.Call, callee: nodes.Name, variable: Variable, info: FunctionInfo
) -> nodes.Expr | None:
    if info.kind == "method":
        return _on_this(r, node, callee)
    callee.variable, callee.type = variable, FUNCTION
    node.args = [r.expr(arg) for arg in node.args]
    node.target = info
    set_type(node, info.return_type)
    r.at_end.append(lambda: _check(r, node.args, info, callee.pos))
    return None


def _check(r: Resolver, args: list[nodes.Expr], target: FunctionInfo | Signature, pos: int) -> None:
    check_arguments(r, args, parameters_of(target), pos)


def _call_builtin(r: Resolver, node: nodes.Call, signature: Signature, pos: int) -> None:
    node.target = signature
    _set_result(node, signature, node.is_chained)
    r.at_end.append(lambda: _check(r, node.args, signature, pos))


def _set_result(node: nodes.Expr, signature: Signature, is_chained: bool) -> None:
    """A pipeline that is not chained on becomes a list."""
    result = signature.return_type
    if result is ITERATOR and not is_chained:
        result = LIST
    set_type(node, ANY if result.kind == "void" else result)


def _call_value(r: Resolver, node: nodes.Call) -> None:
    callee = node.callee
    type = static_type(callee)
    if type is not FUNCTION and type is not ANY:
        r.error(f"Expression of type {text(type)} cannot be called", callee.pos)
    if callee.is_const and callee.const is None:
        r.error("Null value for Function", node.pos)
    node.type = ANY
    if isinstance(callee, nodes.Name):
        name = callee
        r.at_end.append(lambda: _check_closure(r, node, name))


def _check_closure(r: Resolver, node: nodes.Call, callee: nodes.Name) -> None:
    """A variable that is never assigned again and holds a closure: its arguments are known after all."""
    info = closure_of(callee)
    if info is not None and check_arguments(r, node.args, parameters_of(info), callee.pos):
        node.args = _as_parameters(node.args, info)


def _as_parameters(args: list[nodes.Expr], info: FunctionInfo) -> list[nodes.Expr]:
    """Arguments converted where they stand: what does not fit is an error there, not at the parameter."""
    named = args[0] if is_named(args) else None
    if isinstance(named, nodes.MapLiteral):
        types = {param.name: param.type for param in info.params}
        named.entries = [
            (key, _as_parameter(value, types.get(str(key.value), ANY) if isinstance(key, nodes.Literal) else ANY))
            for key, value in named.entries
        ]
        return args
    return [
        *(_as_parameter(arg, param.type) for arg, param in zip(args, info.params, strict=False)),
        *args[len(info.params) :],
    ]


def _as_parameter(arg: nodes.Expr, type: Type) -> nodes.Expr:
    if type is ANY or static_type(arg) is type:
        return arg
    converted = nodes.Convert(arg, pos=arg.pos)
    converted.type = type
    return converted


def closure_of(callee: nodes.Name) -> FunctionInfo | None:
    variable = callee.variable
    if variable is None or variable.is_reassigned or variable.kind != "local":
        return None
    value = variable.initialiser
    return value.info if isinstance(value, nodes.FunctionNode) else None


def gives_no_pipeline(info: FunctionInfo) -> bool:
    """Is the body of a closure one expression whose value is certainly no pipeline?"""
    part: nodes.Node | None = info.node.body if isinstance(info.node, nodes.FunctionNode) else None
    while isinstance(part, nodes.Block | nodes.ExprStmt | nodes.Return):
        if isinstance(part, nodes.Block):
            part = part.statements[0] if len(part.statements) == 1 else None
        else:
            part = part.expr if isinstance(part, nodes.ExprStmt) else part.value
    return _is_no_pipeline(part)


def _is_no_pipeline(value: nodes.Node | None) -> bool:
    if isinstance(value, nodes.Ternary):
        return _is_no_pipeline(value.then) and _is_no_pipeline(value.otherwise)
    if isinstance(value, nodes.Name):
        return value.variable is not None and value.variable.kind in ("local", "param")
    if isinstance(value, nodes.Binary):
        return value.op != "?:"
    return isinstance(value, nodes.Literal | nodes.StringTemplate | nodes.ListLiteral | nodes.FunctionNode | nodes.New)


# Methods


@handles(nodes.MethodCall)
def _method_call(r: Resolver, node: nodes.MethodCall) -> None:
    if isinstance(node.parent, nodes.MethodCall | nodes.Call):
        chain(node.parent)
    node.parent = r.expr_or_class(node.parent)
    node.args = [r.expr(arg) for arg in node.args]
    parent = static_type(node.parent)
    node.type = ANY
    if parent is ANY:
        _unchain(r, node)
        _check_sizes(r, node)
        return
    target = find_method(r, parent, node.name)
    if target is None:
        _check_unknown(r, node, parent)
        return
    if parent.kind == "class" and not is_static_method(target):
        r.error(f"No static method '{node.name}' exists for {text(parent)}", node.pos)
    if is_of_opened_class(parent, target):
        return  # which method it is, the object's own class says
    if parent is ITERATOR and isinstance(target, Signature) and target.receiver is ANY:
        parent = _collected(node.parent)
    node.target = target
    _set_method_result(r, node, target)
    r.at_end.append(lambda: _check(r, node.args, target, node.pos))


def _unchain(r: Resolver, node: nodes.MethodCall) -> None:
    """What a call of unknown type gave is a list for each method but those of iterables: it may be a pipeline."""
    iterable = r.registry.method(ITERATOR, node.name)
    if isinstance(node.parent, nodes.MethodCall) and (iterable is None or iterable.receiver is ANY):
        node.parent.is_chained = False


def _check_sizes(r: Resolver, node: nodes.MethodCall) -> None:
    """On a value of unknown type, a constant argument that the method of iterables of that name refuses."""
    iterable = r.registry.method(ITERATOR, node.name)
    if iterable is not None:
        params = parameters_of(iterable)
        r.at_end.append(lambda: check_minimums(r, node.args, params))


def chain(parent: nodes.MethodCall | nodes.Call) -> None:
    """The result of this call is the receiver of another: a pipeline goes on as such."""
    parent.is_chained = True
    if isinstance(parent.target, Signature) and parent.target.return_type is ITERATOR:
        parent.type = ITERATOR


def _collected(pipeline: nodes.Expr) -> Type:
    """What every value has, such as toString(), a pipeline has as the list of its elements."""
    if isinstance(pipeline, nodes.MethodCall | nodes.Call):
        pipeline.is_chained = False
        pipeline.type = LIST
    return static_type(pipeline)


def _set_method_result(r: Resolver, node: nodes.MethodCall, target: FunctionInfo | Signature) -> None:
    if isinstance(target, FunctionInfo):
        result = target.return_type
        set_type(node, boxed(result) if node.op == "?." else result)
        if r.functions:
            r.calls.add_method(r.function.info, target, node.pos)
        return
    _set_result(node, target, node.is_chained)
    cls = static_type(node.parent).cls
    if target.receiver is JACTL_CLASS and target.return_type is JACTL_CLASS and isinstance(cls, ClassInfo):
        set_type(node, instance_type(cls))
    if node.op == "?." and node.type is not None:
        set_type(node, boxed(static_type(node)))


def _check_unknown(r: Resolver, node: nodes.MethodCall, parent: Type) -> None:
    """A field may hold a function, an entry of a map too; otherwise there is no such method."""
    cls = parent.cls
    if parent.kind == "instance" and isinstance(cls, ClassInfo):
        field = cls.find_field(node.name)
        if field is None or (field.type is not FUNCTION and field.type is not ANY):
            message = f"No such method/field '{node.name}' for object of type {text(parent)}"
            r.error(message, node.name_pos)
    elif parent.kind == "instance" and isinstance(cls, HostType):
        r.error(f"No such method/field '{node.name}' for object of type {text(parent)}", node.name_pos)
    elif parent.kind != "Map":
        r.error(f"No such method '{node.name}' for object of type {text(parent)}", node.name_pos)


# new int[3][]


def resolve_new_array(r: Resolver, node: nodes.New) -> None:
    """`new T[n][m]...`"""
    type = resolve_type(r, node.type_name)
    for index, length in enumerate(node.lengths):
        type = type.array()
        if length is not None:
            node.lengths[index] = _length(r, length)
    node.type = type


def _length(r: Resolver, node: nodes.Expr) -> nodes.Expr:
    length = r.expr(node)
    value = length.const if length.is_const else None
    if type(value) in RANKS and int_value(value) < 0:
        r.late_error(f"Invalid array size ({to_text(value)}): cannot be negative", length.pos)
    elif not is_castable(static_type(length), INT):
        r.late_error(f"Cannot convert {text(static_type(length))} to int", length.pos)
    return length
