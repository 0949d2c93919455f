"""Class declarations -> ClassInfo: bases, fields, methods, initialisers; and `new`.

Three rounds, so that classes may refer to one another: all are declared, then their bases, fields and methods get
types, then initialisers and bodies are resolved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from ..values.hosttypes import HostType
from ..values.types import ANY, JACTL_CLASS, Type
from .arguments import check_arguments, constructor_parameters, is_named
from .conversions import check_initialiser, constant_as
from .host_classes import new_host_object, opened_class
from .model import ClassInfo, FieldInfo, FunctionInfo, ParamInfo, Variable
from .resolver import handles
from .types import class_type, instance_type, resolve_type, static_type, text

if TYPE_CHECKING:
    from .resolver import Resolver


def declare_classes(r: Resolver, declarations: list[nodes.ClassDecl], outer: ClassInfo | None = None) -> None:
    """Make a ClassInfo for each class and those inside it."""
    for node in declarations:
        package = r.unit.package
        if outer is not None:
            full_name = f"{outer.full_name}${node.name}"
        else:
            full_name = f"{package}.{node.name}" if package else node.name
        if full_name in r.own_classes:
            r.error(f"Class '{node.name}' already exists", node.pos)
            continue
        info = ClassInfo(node.name, full_name, package, outer=outer, node=node)
        info.unit = r.unit
        instance_type(info)
        node.info = info
        r.own_classes[full_name] = info
        if outer is not None:
            outer.inner[node.name] = info
        declare_classes(r, node.inner_classes, info)


def prepare_classes(r: Resolver) -> None:
    """Bases, then fields and methods, of all classes; the unit gets them with bases before subclasses."""
    for info in r.own_classes.values():
        _base(r, info)
    for info in r.own_classes.values():
        _check_cycle(r, info)
    for info in r.own_classes.values():
        _add(r, info)
    for info in r.unit.classes:
        _members(r, info)


def _add(r: Resolver, info: ClassInfo) -> None:
    if info in r.unit.classes:
        return
    if info.base is not None and info.base.unit is r.unit:
        _add(r, info.base)
    r.unit.classes.append(info)


def _base(r: Resolver, info: ClassInfo) -> None:
    node = info.node
    if node is None or node.base is None:
        return
    if info.outer is not None:  # a class does not see its own inner classes there
        r.classes.append(info.outer)
    found = r.find_class(node.base.path, node.base.pos)
    if info.outer is not None:
        r.classes.pop()
    if isinstance(found, Type):
        host = found.cls
        if isinstance(host, HostType) and host.package.startswith("jactl"):
            r.error(f"Class {found.name} is a built-in type and cannot be extended", node.base.pos)
        else:
            r.error(f"Classes cannot extend host classes ({found.name})", node.base.pos)
    elif found is not None:
        info.base = found


def _check_cycle(r: Resolver, info: ClassInfo) -> None:
    seen = {info}
    base = info.base
    while base is not None:
        if base in seen:
            message = "Class cannot extend itself" if base is info and info.base is info else "Cyclic inheritance"
            pos = info.node.base.pos if info.node is not None and info.node.base is not None else 0
            r.error(message, pos)
            info.base = None
            return
        seen.add(base)
        base = base.base


# Members


def _members(r: Resolver, info: ClassInfo) -> None:
    node = info.node
    if node is None:
        return
    with r.in_class(info):
        for constant in node.constants:
            _constant(r, info, constant)
        for declared in node.fields:
            _field(r, info, declared)
        for method in node.methods:
            _method(r, info, method)
        _check_given_names(r, info, node)
    info.init = _init_info(r, info)


def _check_given_names(r: Resolver, info: ClassInfo, node: nodes.ClassDecl) -> None:
    """What every class is given, such as fromJson, cannot be declared."""
    declared = [node.name for node in (*node.constants, *node.fields)]
    for name in (*declared, *(method.name or "" for method in node.methods)):
        given = r.registry.method(class_type(info), name)
        if given is not None and given.receiver is JACTL_CLASS:
            message = f"Method name '{name}' clashes with another field or method of the same name in class"
            r.error(f"{message} {info.full_name}", node.pos)


def _field(r: Resolver, info: ClassInfo, node: nodes.VarDecl) -> None:
    if r.registry.method(ANY, node.name) is not None:
        r.error(f"Field name '{node.name}' clashes with built-in method of same name", node.pos)
    if node.name in info.fields:
        message = f"Variable '{node.name}' in scope {info.name} clashes with previously declared field of same name"
        r.error(message, node.pos)
        return
    if _is_taken(info, node.name):
        message = f"Field '{node.name}' clashes with another field or method of the same name in class {info.full_name}"
        r.error(message, node.pos)
        return
    field = FieldInfo(node.name, resolve_type(r, node.type_name), node.value, is_final=node.is_final)
    field.owner, field.pos = info, node.pos
    info.fields[node.name] = field


def _constant(r: Resolver, info: ClassInfo, node: nodes.VarDecl) -> None:
    if r.registry.method(ANY, node.name) is not None:
        r.error(f"Field name '{node.name}' clashes with built-in method of same name", node.pos)
    if _is_taken(info, node.name):
        message = f"Static field '{node.name}' clashes with another field or method of the same name"
        r.error(f"{message} in class {info.full_name}", node.pos)
        return
    field = FieldInfo(node.name, ANY, None, is_const=True, is_static=True)
    field.owner, field.pos = info, node.pos
    info.constants[node.name] = field
    value = _constant_value(r, info, node)
    if node.type_name is None:
        field.type = static_type(value) if value is not None else ANY
    else:
        field.type = resolve_type(r, node.type_name)
    if value is not None and value.is_const:
        pos = node.pos if value.const is None else node.assign_pos
        field.const = constant_as(r, value.const, field.type, pos)
    elif value is not None:
        r.error("Constants must be initialised to simple constant values", value.pos)


def _constant_value(r: Resolver, info: ClassInfo, node: nodes.VarDecl) -> nodes.Expr | None:
    if node.value is None:
        return None
    function = FunctionInfo(None, f"{info.full_name}.<constants>", "static", None, class_info=info)
    with r.in_function(function, is_static=True), r.in_block():
        return r.expr(node.value)


def _is_taken(info: ClassInfo, name: str) -> bool:
    return (
        name in info.fields
        or name in info.constants
        or name in info.methods
        or (
            info.base is not None
            and (info.base.find_field(name) is not None or info.base.find_method(name) is not None)
        )
    )


def _method(r: Resolver, info: ClassInfo, node: nodes.FunctionNode) -> None:
    name = node.name or ""
    kind = "static" if node.is_static else "method"
    if name in info.methods or info.find_field(name) is not None:
        message = (
            f"Method name '{name}' clashes with another field or method of the same name in class {info.full_name}"
        )
        r.error(message, node.name_pos)
        return
    method = r.new_function(node, kind, f"{info.full_name}.{name}")
    method.class_info, method.is_final = info, node.is_final
    info.methods[name] = method


def _init_info(r: Resolver, info: ClassInfo) -> FunctionInfo:
    """The initialiser: a parameter for each field, inherited ones first."""
    init = FunctionInfo("<init>", f"{info.full_name}.<init>", "init", info.node, class_info=info)
    init.pos = info.node.pos if info.node is not None else 0
    for field in info.all_fields().values():
        variable = Variable(field.name, field.type, "param", init, field.pos, is_initialised=True)
        init.params.append(ParamInfo(field.name, field.type, field.default, variable))
    r.unit.functions.append(init)
    return init


def _check_overrides(r: Resolver, info: ClassInfo) -> None:
    if info.base is None:
        return
    for name, method in info.methods.items():
        overridden = info.base.find_method(name)
        if overridden is not None and method.kind == "method" and overridden.kind == "method":
            _check_override(r, method, overridden, info.base)


def _check_override(r: Resolver, method: FunctionInfo, overridden: FunctionInfo, base: ClassInfo) -> None:
    node = method.node
    assert isinstance(node, nodes.FunctionNode)
    name = method.name
    if overridden.is_final:
        r.error(f"Method {name}() is final in base class {base.name} and cannot be overridden", node.pos)
    ours, theirs = method.return_type, overridden.return_type
    if ours is not theirs and not _is_below(ours, theirs):
        message = f"Method {name}(): return type '{text(ours)}' not compatible with return type of base method"
        r.error(f"{message} '{text(theirs)}'", node.pos)
    if len(method.params) != len(overridden.params):
        r.error("Overriding method has different number of parameters than base method", node.name_pos)
    for ours_param, theirs_param in zip(method.params, overridden.params, strict=False):
        if ours_param.type is not theirs_param.type:
            message = "Overriding method has different parameter type to base method for parameter"
            r.error(f"{message} '{ours_param.name}'", ours_param.variable.pos)
    for ours_param, theirs_param in zip(method.params, overridden.params, strict=False):
        if ours_param.name != theirs_param.name:
            message = "Overriding method has different parameter name to base method parameter"
            r.error(f"{message} '{theirs_param.name}'", ours_param.variable.pos)


def _is_below(ours: Type, theirs: Type) -> bool:
    from .types import is_assignable

    return ours.kind == "instance" and theirs.kind == "instance" and is_assignable(theirs, ours)


# Bodies


def resolve_class_bodies(r: Resolver) -> None:
    """Initialisers and methods of all classes of the unit."""
    for info in r.unit.classes:
        _check_overrides(r, info)
        with r.in_class(info):
            _initialisers(r, info)
            for method in info.methods.values():
                assert isinstance(method.node, nodes.FunctionNode)
                r.resolve_function(method.node, method)


def _initialisers(r: Resolver, info: ClassInfo) -> None:
    init, node = info.init, info.node
    if init is None or node is None:
        return
    r.undeclared_fields = {declared.name for declared in node.fields}
    with r.in_function(init), r.in_block():
        for declared in node.fields:
            field = info.fields.get(declared.name)
            if field is not None and declared.value is not None:
                _initialiser(r, field, declared)
            r.undeclared_fields.discard(declared.name)
    r.undeclared_fields = set()
    for param in init.params:
        owner_field = info.all_fields()[param.name]
        param.default, param.type = owner_field.default, owner_field.type
        param.variable.type = owner_field.type


def _initialiser(r: Resolver, field: FieldInfo, node: nodes.VarDecl) -> None:
    assert node.value is not None
    written = node.value
    value = r.expr(written)
    node.value = field.default = value
    if node.type_name is not None and node.type_name.path == ["var"]:
        field.type = ANY if value.unless_null is not None else static_type(value)
    if not r.errors:
        check_initialiser(r, written, value, field.type, node.assign_pos)


@handles(nodes.ClassDecl, nodes.Import)
def _statement(r: Resolver, node: nodes.Stmt) -> None:
    """Classes and imports are resolved before the statements around them."""


@handles(nodes.TypeExpr)
def _type_expression(r: Resolver, node: nodes.TypeExpr) -> None:
    from .types import CLASS

    resolve_type(r, node.type_name)
    node.type = CLASS


@handles(nodes.ClassPath)
def _class_path(r: Resolver, node: nodes.ClassPath) -> nodes.Expr | None:
    from .imports import host_class, is_package

    if not is_package(r, node.package) and host_class(r, node.package, node.name) is None:
        return _as_access(r, node)
    found = r.find_class([node.package, node.name], node.pos)
    node.class_info = found if isinstance(found, ClassInfo) else None
    node.type = ANY if found is None else class_type(found)
    return None


def _as_access(r: Resolver, node: nodes.ClassPath) -> nodes.Expr:
    """`a.b.X` where a is a variable: fields of it after all."""
    first, *rest = [*node.package.split("."), node.name]
    expr: nodes.Expr = nodes.Name(first, pos=node.pos)
    pos = node.pos + len(first)
    for name in rest:
        expr = nodes.Access(expr, ".", nodes.Literal(name, pos=pos + 1), pos=pos)
        pos += len(name) + 1
    return r.expr_or_class(expr)


@handles(nodes.New)
def _new(r: Resolver, node: nodes.New) -> nodes.Expr | None:
    if node.args is None:
        from .calls import resolve_new_array

        resolve_new_array(r, node)
        return None
    host = opened_class(r, node.type_name)
    if host is not None:
        return new_host_object(r, node, host)
    node.type = resolve_type(r, node.type_name)
    node.args = [r.expr(arg) for arg in node.args]
    cls = node.type.cls
    if isinstance(cls, ClassInfo):
        args = node.args
        r.at_end.append(lambda: _check_constructor(r, args, cls, node))
    elif isinstance(cls, HostType):
        r.error(f"Class {node.type.name} is a built-in type and cannot be extended", node.pos)
    return None


def _check_constructor(r: Resolver, args: list[nodes.Expr], info: ClassInfo, node: nodes.New) -> None:
    if not args and not is_named(args) and not constructor_parameters(info).mandatory_count:
        return
    check_arguments(r, args, constructor_parameters(info), node.open_pos or node.pos)
