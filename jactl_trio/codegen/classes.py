"""Jactl classes -> Python classes: initialisers lowered like functions, the class made when its functions are there.

init(this, a, b)       a value (converted) or UNSET for each field, inherited ones first; runs the base's
                       initialiser, then the own fields in order, each from its value or its default; returns this
from_map((), map)      checks the names, converts the values, and calls init on a new instance
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..errors import InternalError
from ..resolve.model import ClassInfo, FieldInfo, FunctionInfo
from ..resolve.walk import descendants
from ..syntax import nodes
from ..values.arrays import new_array
from ..values.objects import ClassDescriptor, FieldSlot, JactlObject
from ..values.types import ANY, INT, Type
from . import names, trees
from .calls import named_arguments
from .conversions import converted
from .functions import CALLER, _definition
from .lowerer import Lowerer, lowers
from .variables import declare, default_value

if TYPE_CHECKING:
    from .build import UnitBuild


def want_classes(build: UnitBuild) -> None:
    """Ask for every function of the unit's classes."""
    for info in build.info.classes:
        init = info.init
        if init is None:
            raise InternalError(f"{info.full_name} is not resolved")
        build.class_value(info)
        init_name(build, init)
        build.want(from_map_name(build, init), f"{init.path}!entry", init, build_from_map)
        for method in info.methods.values():
            build.direct_name(method)
            build.entry_name(method)


def init_name(build: UnitBuild, info: FunctionInfo) -> str:
    return build.want(names.function_name(build.number(info), "init"), info.path, info, build_init)


def from_map_name(build: UnitBuild, info: FunctionInfo) -> str:
    return names.function_entry_name(build.number(info), "init")


# Initialisers


def build_init(build: UnitBuild, info: FunctionInfo) -> Lowerer:
    lw = Lowerer(build, info)
    owner = _owner(info)
    parameters = [declare(lw, param.variable) for param in info.params]
    slots = dict(zip((param.name for param in info.params), parameters, strict=True))
    with lw.collecting() as body:
        if info.uses_globals:
            lw.emit(trees.assign(names.GLOBALS, lw.helper("current_globals")))
            lw.stable_names.add(names.GLOBALS)
        _base_init(lw, owner, slots)
        if any(_may_see_this(field.default) for field in owner.fields.values()):
            for field in owner.fields.values():
                target = ast.Attribute(trees.name(names.THIS), names.field_name(field.name), ast.Store())
                lw.emit(ast.Assign([target], _unset_value(lw, field.type)))
        for field in owner.fields.values():
            _own_field(lw, field, slots[field.name])
        lw.emit(ast.Return(trees.name(names.THIS)))
    lw.block = body
    name = names.function_name(build.number(info), "init")
    lw.tree = _definition(name, [names.THIS, *parameters], body)
    return lw


def _may_see_this(default: nodes.Expr | None) -> bool:
    """May an initialiser read a field before its turn: by `this`, or in a method that it calls?"""
    if default is None:
        return False
    below = descendants(default, into_functions=True)
    return any(
        isinstance(node, nodes.Name) and node.variable is not None and node.variable.kind == "this" for node in below
    )


def _unset_value(lw: Lowerer, type: Type) -> ast.expr:
    """What a field holds before its initialiser: 0, false or null."""
    return default_value(lw, type) if type.is_primitive else trees.none()


def _owner(info: FunctionInfo) -> ClassInfo:
    if info.class_info is None:
        raise InternalError(f"{info.path} has no class")
    return info.class_info


def _base_init(lw: Lowerer, owner: ClassInfo, slots: dict[str, str]) -> None:
    base = owner.base
    if base is None or base.init is None:
        return
    args = [trees.name(names.THIS), *(trees.name(slots[field]) for field in base.all_fields())]
    lw.effect(lw.suspending(init_function(lw.build, base), args, owner.init.pos if owner.init else 0))


def init_function(build: UnitBuild, info: ClassInfo) -> ast.expr:
    """The initialiser of a class, of this unit or of another."""
    if info.init is None:
        raise InternalError(f"{info.full_name} is not resolved")
    if build.is_own(info):
        return trees.name(init_name(build, info.init))
    descriptor: ClassDescriptor = info.python_class.jactl
    return build.named((info, "init"), descriptor.unit.codes[info.init.path].function)


def _own_field(lw: Lowerer, field: FieldInfo, slot: str) -> None:
    name = trees.name(slot)
    if field.default is not None:
        with lw.collecting() as missing:
            value = lw.lower_as(field.default, field.type, field.pos)
            missing.append(trees.assign(slot, lw.taken(value)))
        lw.emit(trees.branch(trees.is_same(name, trees.name("UNSET")), missing))
    target = ast.Attribute(trees.name(names.THIS), names.field_name(field.name), ast.Store())
    lw.emit(ast.Assign([target], name))


def build_from_map(build: UnitBuild, info: FunctionInfo) -> Lowerer:
    lw = Lowerer(build, info)
    owner = _owner(info)
    values = "values"
    with lw.collecting() as body:
        field_names = tuple(param.name for param in info.params)
        mandatory = tuple(param.name for param in info.params if param.default is None)
        check = lw.helper(
            "check_field_names",
            trees.name(values),
            lw.constant(field_names),
            lw.constant(mandatory),
            trees.constant(owner.full_name),
            pos=CALLER,
        )
        lw.emit(ast.Expr(check))
        fields = owner.all_fields()
        args: list[ast.expr] = [_map_field(lw, values, param.type, fields[param.name]) for param in info.params]
        args = [lw.stable(arg) for arg in args]
        result = _made(lw, owner, args, info.pos)
        lw.emit(ast.Return(lw.taken(result)))
    lw.block = body
    lw.tree = _definition(from_map_name(build, info), [names.ENV, values], body)
    return lw


def _map_field(lw: Lowerer, values: str, type_: Type, field: FieldInfo) -> ast.expr:
    """The value of a field in the map, converted, or UNSET."""
    temp = lw.variable_temp()
    lw.emit(trees.assign(temp, lw.helper("field_value", trees.name(values), trees.constant(field.name))))
    with lw.collecting() as given:
        value = converted(lw, trees.name(temp), ANY, type_, field.pos if _is_own(lw, field) else CALLER)
        if not (isinstance(value, ast.Name) and value.id == temp):
            given.append(trees.assign(temp, lw.taken(value)))
    if given:
        lw.emit(trees.branch(trees.is_not(trees.name(temp), trees.name("UNSET")), given))
    return trees.name(temp)


def _made(lw: Lowerer, info: ClassInfo, args: list[ast.expr], pos: int) -> ast.Name:
    """A new instance, initialised."""
    instance = trees.call(lw.class_value(info))
    return lw.suspending(init_function(lw.build, info), [instance, *args], pos)


# new


@lowers(nodes.New)
def _new(lw: Lowerer, node: nodes.New) -> ast.expr:
    if node.args is None:
        return _new_array(lw, node)
    info = node.type.cls if node.type is not None else None
    if not isinstance(info, ClassInfo) or info.init is None:
        raise InternalError("new of a class that is not resolved")
    pos = node.open_pos or node.pos
    values = _constructor_values(lw, node.args, info)
    args = [values.get(param.name, trees.name("UNSET")) for param in info.init.params]
    return _made(lw, info, args, pos)


def _constructor_values(lw: Lowerer, args: list[nodes.Expr], info: ClassInfo) -> dict[str, ast.expr]:
    """Converted values by field, evaluated in the order of the source."""
    assert info.init is not None
    types = {param.name: param.type for param in info.init.params}
    given = named_arguments(args)
    if given is None:
        mandatory = [param.name for param in info.init.params if param.default is None]
        given = dict(zip(mandatory, args, strict=False))
    is_named = named_arguments(args) is not None
    # an argument that does not fit is an error at the field, where its class can be seen
    places = {name: field.pos for name, field in info.all_fields().items() if is_named and _is_own(lw, field)}
    thunks = [lambda n=name, a=arg: lw.lower_as(a, types[n], places.get(n)) for name, arg in given.items()]
    values = lw.operands(thunks)
    if is_named:
        values = [lw.stable(value) for value in values]
    return dict(zip(given, values, strict=True))


def _is_own(lw: Lowerer, field: FieldInfo) -> bool:
    """Is the field declared in the source that is being compiled?"""
    return field.owner is not None and lw.build.is_own(field.owner)


def _new_array(lw: Lowerer, node: nodes.New) -> ast.expr:
    if node.type is None or node.type.element is None:
        raise InternalError("new of an array that is not resolved")
    lengths = [length for length in node.lengths if length is not None]
    sizes = lw.lower_all(lengths, as_type=INT)
    return lw.helper("new_array", lw.type_constant(node.type.element), *sizes, pos=node.pos)


# The classes themselves


def build_classes(build: UnitBuild) -> None:
    """Make the Python classes, their functions being compiled; bases come before subclasses."""
    for info in build.info.classes:
        python_class = _python_class(build, info)
        info.python_class = python_class
        build.unit.classes[info.full_name] = python_class
        build.unit.namespace[names.class_name(build.number(info), info.name)] = python_class
    for infos, python_classes in build.class_sets.items():
        python_classes.update(info.python_class for info in infos)


def _python_class(build: UnitBuild, info: ClassInfo) -> Any:
    base = info.base.python_class if info.base is not None else JactlObject
    unit = build.unit
    members: dict[str, Any] = {"__slots__": tuple(names.field_name(name) for name in info.fields)}
    for name, method in info.methods.items():
        direct, entry = unit.codes[method.path].function, unit.codes[f"{method.path}!entry"].function
        if method.kind == "method":
            members[names.method_name(name)] = direct
            members[names.entry_name(name)] = entry
        else:
            members[names.method_name(name)] = staticmethod(direct)
            members[names.entry_name(name)] = staticmethod(entry)
    python_class = type(info.name, (base,), members)
    python_class.jactl = _descriptor(build, info, python_class)  # type: ignore[attr-defined]
    return python_class


def _descriptor(build: UnitBuild, info: ClassInfo, python_class: Any) -> ClassDescriptor:
    base: ClassDescriptor | None = info.base.python_class.jactl if info.base is not None else None
    assert info.init is not None
    descriptor = ClassDescriptor(info.name, info.full_name, info.package, build.unit, info, base)
    if base is not None:
        descriptor.fields.update(base.fields)
        descriptor.methods.update(base.methods)
        descriptor.statics.update(base.statics)
        descriptor.constants.update(base.constants)
    for name, field in info.fields.items():
        slot = python_class.__dict__[names.field_name(name)]
        descriptor.fields[name] = FieldSlot(name, field.type, slot, field.is_mandatory, field.is_final)
    for name, constant in info.constants.items():
        descriptor.constants[name] = constant.const
    for name, method in info.methods.items():
        entry = build.unit.codes[f"{method.path}!entry"].function
        (descriptor.methods if method.kind == "method" else descriptor.statics)[name] = entry
    hidden = descriptor.fields
    python_class.jactl_entries = {name: entry for name, entry in descriptor.methods.items() if name not in hidden}
    python_class.jactl_readers = {
        name: field.slot.__get__ for name, field in descriptor.fields.items() if field.type.kind not in ("long", "byte")
    }
    descriptor.from_map = build.unit.codes[f"{info.init.path}!entry"].function
    descriptor.python_class = python_class
    descriptor.create = _creator(descriptor)
    return descriptor


def _creator(descriptor: ClassDescriptor) -> Any:
    """A new instance with every field left to its default."""
    from ..values.suspension import transparent

    make = descriptor.from_map
    assert make is not None

    @transparent
    def create() -> Any:
        return make((), {})

    return create


__all__ = ["build_classes", "new_array", "want_classes"]
