"""Types as written -> static types, and what is asked about types: their text, nullable forms, common types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from ..values import types as t
from ..values.hosttypes import HostType
from ..values.types import ANY, Type
from .model import ClassInfo

if TYPE_CHECKING:
    from .resolver import Resolver

_NAMED = {
    "boolean": t.BOOLEAN,
    "byte": t.BYTE,
    "int": t.INT,
    "long": t.LONG,
    "double": t.DOUBLE,
    "Decimal": t.DECIMAL,
    "String": t.STRING,
    "Map": t.MAP,
    "List": t.LIST,
    "Object": ANY,
    "def": ANY,
    "var": ANY,
}

# What a nullable int is, for checks and messages only: an expression of that type has `type` ANY and this in
# `unless_null`.
_BOXED = {
    t.BOOLEAN: Type("boolean", "Boolean"),
    t.BYTE: Type("byte", "Byte"),
    t.INT: Type("int", "Integer"),
    t.LONG: Type("long", "Long"),
    t.DOUBLE: Type("double", "Double"),
}
_UNBOXED = {nullable: bare for bare, nullable in _BOXED.items()}

CLASS = Type("class", "Class")  # some class, as a value


def resolve_type(r: Resolver, name: nodes.TypeName | None) -> Type:
    """The type that was written; ANY where none was, or where the class is unknown (which is an error)."""
    if name is None:
        return ANY
    if name.type is None:
        name.type = _element_type(r, name)
        for _ in range(name.dimensions):
            name.type = name.type.array()
    return name.type


def _element_type(r: Resolver, name: nodes.TypeName) -> Type:
    if len(name.path) == 1 and name.path[0] in _NAMED:
        return _NAMED[name.path[0]]
    found = r.find_class(name.path, name.pos)
    if isinstance(found, Type) and isinstance(found.cls, HostType) and found.cls.value_type is not None:
        return found.cls.value_type
    return ANY if found is None else instance_type(found)


def instance_type(cls: ClassInfo | Type) -> Type:
    """The type of a class's instances."""
    if isinstance(cls, Type):
        return cls
    if cls.type is None:
        cls.type = Type("instance", cls.full_name, cls=cls)
    return cls.type


def class_type(cls: ClassInfo | Type) -> Type:
    """The type of the class itself as a value."""
    if isinstance(cls, Type):
        return Type("class", cls.name, cls=cls.cls)
    return Type("class", cls.full_name, cls=cls)


def static_type(node: nodes.Expr) -> Type:
    """The type of a resolved expression as the rules see it: a nullable int is an Integer, not `def`."""
    if node.unless_null is not None:
        return _BOXED.get(node.unless_null, node.unless_null)
    return ANY if node.type is None else node.type


def set_type(node: nodes.Expr, type: Type) -> None:
    """Give an expression its type; a nullable one as `def` with unless_null."""
    bare = _UNBOXED.get(type)
    node.type = type if bare is None else ANY
    node.unless_null = bare


def boxed(type: Type) -> Type:
    """The nullable form of a type."""
    return _BOXED.get(type, type)


def unboxed(type: Type) -> Type:
    return _UNBOXED.get(type, type)


def is_null(node: nodes.Expr) -> bool:
    """Is it the literal null (or a constant that is)?"""
    return node.is_const and node.const is None


def text(type: Type) -> str:
    """A type as error messages show it."""
    if type.kind == "instance":
        return f"Instance<{type.name}>"
    if type.kind == "class":
        return f"Class<{type.name}>"
    if type.kind == "array" and type.element is not None:
        return text(type.element) + "[]"
    return type.name


def is_assignable(target: Type, source: Type) -> bool:
    """Is every instance of `source` one of `target`, both being instance types?"""
    if target.cls is source.cls:
        return True
    if isinstance(target.cls, HostType) and isinstance(source.cls, HostType) and source.cls.is_opened:
        return target.cls.python_class in source.cls.python_class.__mro__
    base = source.cls
    while base is not None:
        if base is target.cls:
            return True
        base = base.base
    return False


_WIDTH = {"byte": 0, "int": 1, "long": 2, "double": 3, "Decimal": 4, "Number": 5}


def common_type(one: Type, two: Type) -> Type:
    """The type that values of both have: for blocks and switches of several results."""
    if one is two:
        return one
    if one.kind == "class" and two.kind == "class":
        return CLASS
    if one.kind == "instance" and two.kind == "instance":
        return _common_instance(one, two)
    if one.kind == "array" and two.kind == "array" and one.element and two.element:
        return common_type(one.element, two.element).array()
    if one.kind in _WIDTH and two.kind in _WIDTH:
        return one if _WIDTH[one.kind] >= _WIDTH[two.kind] else two
    return ANY


def _common_instance(one: Type, two: Type) -> Type:
    if isinstance(one.cls, HostType) or isinstance(two.cls, HostType):
        return one if is_assignable(one, two) else two if is_assignable(two, one) else ANY
    base: ClassInfo | None = one.cls
    while base is not None:
        if is_assignable(instance_type(base), two):
            return instance_type(base)
        base = base.base
    return ANY
