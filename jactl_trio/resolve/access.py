"""`parent.key`, `parent[key]` and their `?` forms: what a name on a value of known type means, and its type."""

from __future__ import annotations

from typing import Any

from ..structs import Struct
from ..syntax import nodes
from ..values.hosttypes import HostType
from ..values.signature import Signature
from ..values.types import ANY, FUNCTION, JACTL_CLASS, Type
from .host_classes import constant_of_class, host_field, is_of_opened_class
from .model import ClassInfo, FieldInfo, FunctionInfo
from .resolver import Resolver, handles
from .types import boxed, class_type, set_type, static_type, text, unboxed

_INDEXABLE = frozenset(("Map", "List", "array", "iterator", "String", "instance"))


class FieldAccess(Struct):
    """What an access names."""

    type: Type
    member: Any = None  # FieldInfo | FunctionInfo | Signature | ClassInfo, where it is known
    is_constant: bool = False
    is_final: bool = False


@handles(nodes.Access)
def _access(r: Resolver, node: nodes.Access) -> nodes.Expr | None:
    from .assignment import guess_parent

    resolve_parent_and_key(r, node)
    parent = static_type(node.parent)
    guess_parent(node)
    if isinstance(node.parent, nodes.Literal) and node.parent.value is None and isinstance(node.key, nodes.Literal):
        r.error(f"Null operand for left-hand side of '{node.op}': cannot be null", node.parent.pos)
    if parent is ANY:
        node.type, node.is_untyped = ANY, True
        return None
    constant = constant_of_class(r, node)
    if constant is not None:
        return constant
    found = field_of(r, node, fields_only=False)
    if node.op in ("[", "?[") and parent.kind not in _INDEXABLE:
        r.error(f"Invalid object type ({text(parent)}) for indexed (or field) access", node.pos)
    node.member = found.member
    set_type(node, boxed(found.type) if node.op.startswith("?") else found.type)
    if parent.kind == "array":
        node.create_missing = False
        r.at_end.append(lambda: check_bounds(r, node))
    return None


def resolve_parent_and_key(r: Resolver, node: nodes.Access) -> None:
    by_name = node.op in (".", "?.")
    node.parent = r.expr_or_class(node.parent) if by_name else r.expr(node.parent)
    node.key = r.expr(node.key)


def field_of(r: Resolver, node: nodes.Access, *, fields_only: bool) -> FieldAccess:
    """What the access names, its parent and key being resolved."""
    parent = static_type(node.parent)
    if parent.kind == "array" and node.op in ("[", "?[") and parent.element is not None:
        return _array_element(r, node, parent.element)
    name = node.key.value if isinstance(node.key, nodes.Literal) else None
    if name is not None and not isinstance(name, str):
        if parent.kind in ("instance", "class", "array"):
            r.error(f"Invalid field name '{name}' for type {text(parent)}", node.key.pos)
        return FieldAccess(ANY)
    if _is_super(node.parent) and not _check_super(r, node, name):
        return FieldAccess(ANY)
    if name is None:
        return FieldAccess(ANY)
    if parent.kind in ("instance", "class"):
        return _class_member(r, node, parent, name, fields_only)
    return _builtin_member(r, node, parent, name)


def _array_element(r: Resolver, node: nodes.Access, element: Type) -> FieldAccess:
    key = static_type(node.key)
    if not key.is_numeric and key is not ANY:
        r.error(f"Array index must be numeric, not {text(key)}", node.key.pos)
    return FieldAccess(element)


def _is_super(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "super"


def _check_super(r: Resolver, node: nodes.Access, name: str | None) -> bool:
    if name is None:
        message = "Cannot determine field/method of 'super': dynamic field lookup not supported for super"
        r.error(message, node.key.pos)
        return False
    if node.op in ("[", "?["):
        r.error(f"Field access for 'super' cannot be performed via '{node.op}]'", node.pos)
        return False
    return True


def _builtin_member(r: Resolver, node: nodes.Access, parent: Type, name: str) -> FieldAccess:
    signature = r.registry.method(unboxed(parent), name)
    if signature is not None:
        # an entry of a map comes before the method of that name: only the run can tell
        return FieldAccess(FUNCTION, None if parent.kind == "Map" else signature)
    if parent.kind == "Map":
        return FieldAccess(ANY)
    message = f"Invalid object type ({text(parent)}) for field access (and no matching method of that name)"
    r.error(message, node.pos)
    return FieldAccess(ANY)


def _class_member(r: Resolver, node: nodes.Access, parent: Type, name: str, fields_only: bool) -> FieldAccess:
    is_static = parent.kind == "class"
    cls = parent.cls
    if isinstance(cls, ClassInfo):
        field = cls.find_field(name)
        if field is not None:
            return _field(r, node, field, is_static)
    method = find_method(r, parent, name)
    if host_field(r, parent, name):
        if fields_only:
            r.error(f"Field '{name}' of host class {parent.name} cannot be modified", node.key.pos)
        return FieldAccess(ANY)
    if method is not None:
        if not fields_only and is_of_opened_class(parent, method):
            return FieldAccess(ANY)
        if fields_only:
            r.error("Found method where field expected", node.key.pos)
        elif is_static and not is_static_method(method):
            message = f"Static access to non-static method '{name}' for class {text(parent)}"
            r.error(message, node.key.pos)
        return FieldAccess(FUNCTION, method)
    inner = _inner_class(cls, name) if is_static else None
    if inner is not None:
        return FieldAccess(class_type(inner), inner)
    what = "" if fields_only else "or method "
    r.error(f"No such field {what}'{name}' for {text(parent)}", node.key.pos)
    return FieldAccess(ANY)


def _field(r: Resolver, node: nodes.Access, field: FieldInfo, is_static: bool) -> FieldAccess:
    if is_static and not field.is_const:
        r.error(f"Static access to non-static field '{field.name}", node.key.pos)
    return FieldAccess(field.type, field, field.is_const, field.is_final)


def _inner_class(cls: Any, name: str) -> ClassInfo | None:
    while isinstance(cls, ClassInfo):
        if name in cls.inner:
            return cls.inner[name]
        cls = cls.base
    return None


def find_method(r: Resolver, type: Type, name: str) -> FunctionInfo | Signature | None:
    """The method that a value (or class) of a known type has under a name: the class's own, then built-in ones."""
    if isinstance(type.cls, ClassInfo):
        method = type.cls.find_method(name)
        if method is not None:
            return method
    if type.kind == "class":
        if isinstance(type.cls, HostType) and type.cls.type is not None:
            static = r.registry.static_method(type.cls.type, name)
            return static or r.registry.method(type.cls.type, name)
        return r.registry.method(type, name)
    return r.registry.instance_method(unboxed(type), name)


def is_static_method(method: FunctionInfo | Signature) -> bool:
    if isinstance(method, Signature):
        return method.is_static or method.receiver is JACTL_CLASS
    return method.kind == "static"


# Array bounds


def check_bounds(r: Resolver, node: nodes.Access) -> None:
    """At the end, when it is known which variables never change: a constant index of an array of known size."""
    length = _length(node.parent)
    index = node.key.const if node.key.is_const else None
    if length is None or not isinstance(index, int) or isinstance(index, bool):
        return
    if not -length <= index < length:
        message = f"Array index out of bounds: index {index} not in range for array of size {length}"
        r.late_error(message, node.key.pos)


def _length(node: nodes.Expr) -> int | None:
    if not isinstance(node, nodes.Name) or node.variable is None:
        return None
    variable = node.variable
    if variable.is_reassigned or variable.kind != "local" or variable.initialiser is None:
        return None
    value = variable.initialiser
    if isinstance(value, nodes.ListLiteral):
        return len(value.items)
    if isinstance(value, nodes.New) and value.lengths:
        first = value.lengths[0]
        if first is not None and first.is_const and isinstance(first.const, int):
            return int(first.const)
    return None
