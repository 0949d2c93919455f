"""`a.b`, `a?.b`, `a[i]`, `a?[i]` -> slots of instances, inline list elements, and the helpers of builtins.access.

The path to an assignment inside it (`a.b[2].c = x`) creates the Maps and Lists that are missing.
"""

from __future__ import annotations

import ast

from ..resolve.model import ClassInfo, FieldInfo, FunctionInfo, Signature, Variable
from ..resolve.nullness import is_never_null, is_plain_map
from ..syntax import nodes
from ..values.hosttypes import HostType
from ..values.types import ANY, INT, STRING
from . import elements, names, trees
from .conversions import boxed, converted
from .lowerer import Lowerer, lowers, type_of
from .own_classes import field_or


@lowers(nodes.Access)
def _access(lw: Lowerer, node: nodes.Access) -> ast.expr:
    if node.create_missing:
        return _created(lw, node)
    if isinstance(node.member, FieldInfo):
        return _field(lw, node, node.member)
    if node.member is not None:
        return _bound(lw, node)
    if node.op in ("[", "?["):
        return element(lw, node)
    host = type_of(node.parent).cls
    if type_of(node.parent).kind == "class" and isinstance(host, HostType) and host.type is not None:
        pos = node.pos if node.is_called else node.key.pos
        return lw.helper("host_static", lw.type_constant(host.type), lw.boxed(node.key), pos=pos)
    parent, key = lw.operands([lambda: lw.boxed(node.parent), lambda: lw.boxed(node.key)])
    pos = node.pos if node.is_called else node.key.pos
    if node.op == "?.":
        return _read(lw, node, "get_field_safe", parent, key, pos)
    parent, key = lw.both_simple(parent, key)
    slow = from_map(lw, node, parent, key, _read(lw, node, "get_field", parent, key, pos))
    return field_or(lw, node, parent, key, slow)


def from_map(lw: Lowerer, node: nodes.Access, held: ast.expr, name: ast.expr, other: ast.expr) -> ast.expr:
    """What a map has under a String, inline; `other` where it has nothing, or parent is no map or key no String."""
    if not may_be_map_at(node, name):
        return other
    tests = map_tests(lw, node, held, name, null_is_refused=False)
    value = lw.temp()
    if node.is_present:
        return trees.subscript(held, name)
    if not tests:
        lw.was_needed.add(value)  # where a test stood before its assignment, frames held it
    tests.append(trees.is_not(trees.walrus(value, trees.call(trees.attribute(held, "get"), name)), trees.none()))
    return trees.choice(trees.both(*tests), trees.name(value), other)


def may_be_map_at(node: nodes.Access, key: ast.expr) -> bool:
    """Can the parent be a map and the key a String? Or is it a map and the key an int?"""
    parent_type, key_type = type_of(node.parent), type_of(node.key)
    if parent_type.kind == "Map" and key_type is INT and node.op in ("[", "?["):
        return True
    if isinstance(key, ast.Constant):
        return parent_type.kind in ("Map", "Object") and type(key.value) is str
    return parent_type.kind in ("Map", "Object") and key_type.kind in ("String", "Object")


def map_tests(
    lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, *, null_is_refused: bool = True
) -> list[ast.expr]:
    """Tests for: parent is a map, and key a String; where null is refused, not null. None where that is known."""
    tests: list[ast.expr] = []
    if type_of(node.key) not in (STRING, INT) and not isinstance(key, ast.Constant):
        is_text = lw.test_of(key, "str")
        tests += [] if is_text is None else [is_text]
    elif null_is_refused and not isinstance(key, ast.Constant) and not is_never_null(node.key):
        tests.append(trees.is_not(key, trees.none()))
    if not is_plain_map(node.parent):
        tests.append(trees.has_type(parent, "dict"))
    return tests


def element(lw: Lowerer, node: nodes.Access) -> ast.expr:
    """parent[key] and parent?[key]"""
    parent, key = lw.operands([lambda: lw.boxed(node.parent), lambda: lw.boxed(node.key)])
    parent_type, key_type = type_of(node.parent), type_of(node.key)
    if node.op == "?[":
        parent, key = lw.both_simple(parent, key)
        return _or_in_text(lw, node, parent, key, _read(lw, node, "get_index_safe", parent, key, node.key.pos))
    parent, key = lw.both_simple(parent, key)
    checked = parent
    if parent_type.kind in _NULL_AT_PARENT and not is_never_null(node.parent):
        null = lw.helper("null_parent", pos=node.parent.pos)
        checked = trees.choice(trees.is_not(parent, trees.none()), parent, null)
    reader = "list_element" if parent_type.kind == "List" else "get_index"
    slow = _or_in_text(lw, node, parent, key, _read(lw, node, reader, checked, key, node.key.pos))
    if key_type.kind == "String" or parent_type.kind == "Map":
        return from_map(lw, node, parent, key, slow)
    if parent_type.kind == "array" and key_type.kind == "int":
        return _array_element(lw, node, parent, key, slow)
    if parent_type.kind not in ("List", "Object") or key_type.kind not in ("int", "Object"):
        return slow
    if isinstance(key, ast.Constant) and type(key.value) is not int:
        return slow
    return _list_element(lw, node, parent, key, slow)


def _or_in_text(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, other: ast.expr) -> ast.expr:
    """`other`; what fails in a String or array fails at the bracket, where the parent's type is not declared."""
    if not node.is_untyped or type_of(node.parent).kind == "List":
        return other
    kind = trees.call(trees.name("type"), parent)
    test = ast.Compare(kind, [ast.In()], [trees.name("TEXT_AND_ARRAYS")])
    return trees.choice(test, lw.helper("in_text_or_array", parent, key, pos=node.pos), other)


def _list_element(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, slow: ast.expr) -> ast.expr:
    """An element of what is, or may be, a list; inline where the key is an index of it."""
    tests = []
    if type_of(node.parent).kind != "List":
        tests.append(trees.has_type(parent, "list"))
    if type_of(node.key).kind != "int":
        tests.append(trees.has_type(key, "int"))
    inline: ast.expr = trees.subscript(parent, key)
    if not tests:
        refused = elements.REFUSED if is_never_null(node.parent) else elements.REFUSED_OR_NULL
        return elements.read(lw, inline, refused, slow) or slow
    inline = trees.choice(trees.both(*tests), inline, slow)
    beyond = _read(lw, node, "get_index", parent, key, node.key.pos)
    return elements.read(lw, inline, elements.REFUSED, beyond) or slow


def _array_element(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, slow: ast.expr) -> ast.expr:
    """An element of an array, boxed; inline where the key is an index of the array."""
    element = type_of(node.parent).element or ANY
    inline = boxed(lw, trees.subscript(trees.attribute(parent, "items"), key), element)
    refused = elements.REFUSED if is_never_null(node.parent) else elements.REFUSED_OR_NO_ITEMS
    return elements.read(lw, inline, refused, slow) or slow


def _read(lw: Lowerer, node: nodes.Access, helper: str, parent: ast.expr, key: ast.expr, pos: int) -> ast.expr:
    return lw.helper(helper, parent, key, pos=pos)


def _safe(node: nodes.Access) -> str:
    return "_safe" if node.op.startswith("?") else ""


# Members that are known at compile time


def is_this(node: nodes.Expr) -> bool:
    """`this` and `super` are never null."""
    return isinstance(node, nodes.Name) and isinstance(node.variable, Variable) and node.variable.kind == "this"


def _field(lw: Lowerer, node: nodes.Access, member: FieldInfo) -> ast.expr:
    if member.is_const:
        return lw.constant(member.const)
    parent = lw.lower(node.parent)
    if is_never_null(node.parent):
        value = trees.attribute(parent, names.field_name(member.name))
        return boxed(lw, value, member.type) if node.op.startswith("?") else value
    parent, again = lw.twice(parent)
    value = trees.attribute(again, names.field_name(member.name))
    if node.op.startswith("?"):
        return trees.choice(trees.is_none(parent), trees.none(), boxed(lw, value, member.type))
    null = lw.helper("null_object", pos=node.pos)
    return trees.choice(trees.is_none(parent), null, value)


def _bound(lw: Lowerer, node: nodes.Access) -> ast.expr:
    """A method as a value, bound to its receiver."""
    member = node.member
    if isinstance(member, ClassInfo):
        return lw.class_value(member)
    if isinstance(member, Signature):
        entry = lw.build.entry_constant(member)
        if member.is_static:
            return trees.call(trees.name("MethodType"), entry, trees.tuple_of([]))
        parent = lw.boxed(node.parent)
        return trees.call(trees.name("MethodType"), entry, _not_null(lw, node, parent))
    assert isinstance(member, FunctionInfo)
    if member.kind == "static":
        entry = lw.build.method_entry(member)
        return trees.call(trees.name("MethodType"), entry, trees.tuple_of([]))
    parent = lw.lower(node.parent)
    if isinstance(node.parent, nodes.Name) and node.parent.name == "super":
        return trees.call(trees.name("MethodType"), lw.build.method_entry(member), parent)
    if not is_this(node.parent):
        parent = _not_null(lw, node, parent)
    return trees.attribute(parent, names.entry_name(member.name or ""))


def _not_null(lw: Lowerer, node: nodes.Access, parent: ast.expr) -> ast.expr:
    parent, again = lw.twice(parent)
    if isinstance(parent, ast.Constant):
        return parent
    return trees.choice(trees.is_not(parent, trees.none()), again, lw.helper("null_object", pos=node.pos))


# Paths on the left of an assignment


def _created(lw: Lowerer, node: nodes.Access) -> ast.expr:
    """The part of a path, created where it is missing."""
    wants_map = trees.constant(node.create_type is None or node.create_type.kind == "Map")
    if isinstance(node.member, FieldInfo):
        return _field_created(lw, node, node.member, wants_map)
    parent, key = lw.operands([lambda: lw.boxed(node.parent), lambda: lw.boxed(node.key)])
    helper = ("field" if node.op in (".", "?.") else "index") + "_or_create" + _safe(node)
    present = _present(lw, node, parent, key)
    if present is None:
        value = lw.suspending_helper(helper, parent, key, wants_map, pos=node.key.pos)
    else:
        parent, key, held = present
        with lw.collecting() as missing:
            lw.assign_in(missing, held, lw.suspending_helper(helper, parent, key, wants_map, pos=node.key.pos))
        lw.emit(trees.branch(trees.is_none(trees.name(held)), missing))
        value = trees.name(held)
    target = type_of(node)
    return value if target.kind in ("Object", "Map", "List") else converted(lw, value, ANY, target, node.key.pos)


def _present(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr) -> tuple[ast.expr, ast.expr, str] | None:
    """Parent and key as names, and a local with what is there or null; None where no list or map is certain."""
    is_index = type_of(node.parent).kind == "List" and type_of(node.key).kind == "int" and node.op == "["
    is_entry = is_plain_map(node.parent) and may_be_map_at(node, key)
    is_entry = is_entry and (type_of(node.key) is STRING and is_never_null(node.key))
    if not (is_entry or (is_index and elements.may_try(lw))):
        return None
    parent, key = lw.both_simple(parent, key)
    held = lw.variable_temp()
    if is_entry:
        lw.emit(trees.assign(held, trees.call(trees.attribute(parent, "get"), key)))
    else:
        refused = elements.REFUSED if is_never_null(node.parent) else elements.REFUSED_OR_NULL
        found = trees.assign(held, trees.subscript(parent, key))
        lw.emit(elements.trying([found], refused, [trees.assign(held, trees.none())]))
    lw.stable_names.add(held)
    return parent, key, held


def _field_created(lw: Lowerer, node: nodes.Access, member: FieldInfo, wants_map: ast.expr) -> ast.expr:
    """A field of a class that is known; one whose class has mandatory fields is left null."""
    parent = lw.stable(lw.lower(node.parent))
    slot = names.field_name(member.name)
    temp = lw.variable_temp()
    with lw.collecting() as reading:
        lw.emit(trees.assign(temp, trees.attribute(parent, slot)))
        if may_create(member):
            with lw.collecting() as missing:
                made = _new_value(lw, node, member, wants_map)
                missing.append(trees.assign(temp, lw.taken(made)))
                missing.append(trees.store_attribute(parent, slot, trees.name(temp)))
            lw.emit(trees.branch(trees.is_none(trees.name(temp)), missing))
    if is_this(node.parent):
        for statement in reading:
            lw.emit(statement)
    elif node.op.startswith("?"):
        lw.emit(trees.branch(trees.is_none(parent), [trees.assign(temp, trees.none())], reading))
    else:
        lw.emit(trees.branch(trees.is_none(parent), [ast.Expr(_null_on_path(lw, node))]))
        for statement in reading:
            lw.emit(statement)
    lw.stable_names.add(temp)
    return trees.name(temp)


def may_create(member: FieldInfo) -> bool:
    """May a null field get a value of its type? An array never does, an instance where no field of its is mandatory."""
    if isinstance(member.type.cls, ClassInfo):
        return not member.type.cls.mandatory_fields()
    return member.type.kind in ("Object", "Map", "List")


def _new_value(lw: Lowerer, node: nodes.Access, member: FieldInfo, wants_map: ast.expr) -> ast.expr:
    if isinstance(member.type.cls, ClassInfo):
        return lw.suspending_helper("new_instance", lw.class_value(member.type.cls), pos=node.pos)
    is_map = trees.value_of(wants_map) if member.type is ANY else member.type.kind == "Map"
    return ast.Dict([], []) if is_map else trees.list_of([])


def _null_on_path(lw: Lowerer, node: nodes.Access) -> ast.expr:
    is_created = isinstance(node.parent, nodes.Access) and node.parent.create_missing
    return lw.helper("null_on_path", trees.constant(is_created), pos=node.pos)


_NULL_AT_PARENT = frozenset(("Object", "String", "array"))
