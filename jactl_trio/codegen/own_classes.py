"""A name on a value of unknown type -> which classes of the unit have it, and the test that the value is of one.

Scripts mostly use the classes that they declare, so a field is read or set and a method called as if the type were
known where the value's class is one of those. Everything else is looked up when it is executed.
"""

from __future__ import annotations

import ast

from ..resolve.model import ClassInfo, FieldInfo
from ..syntax import nodes
from ..values.types import ANY
from . import names, trees
from .lowerer import Lowerer, type_of
from .receivers import named_arguments

_BOXED = frozenset(("byte", "iterator", "long"))  # values of these types stand in other forms where none is known
_EXACT = {
    "Decimal": "Decimal",
    "List": "list",
    "Map": "dict",
    "String": "str",
    "boolean": "bool",
    "double": "float",
    "int": "int",
}


def field_or(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, other: ast.expr) -> ast.expr:
    """The field of an instance; `other` of everything else."""
    name = _name(node, key)
    test = _test(lw, parent, [info for info, field in _having(lw, name) if field.type.kind not in _BOXED])
    return other if test is None else trees.choice(test, trees.attribute(parent, names.field_name(name)), other)


def held_field_or(lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, other: ast.expr) -> ast.expr:
    """The same where the field holds null: `other`."""
    found = field_or(lw, node, parent, key, other)
    if isinstance(found, ast.IfExp) and found is not other:
        found.test = trees.both(found.test, trees.is_not(found.body, trees.none()))
    return found


def set_field_or(
    lw: Lowerer, node: nodes.Access, parent: ast.expr, key: ast.expr, new: ast.expr, other: list[ast.stmt]
) -> list[ast.stmt]:
    """Set the field of an instance to a boxed value that has the field's type; `other` for everything else."""
    name = _name(node, key)
    having = [(info, field.type) for info, field in _having(lw, name) if not field.is_final]
    wanted = having[0][1] if having else ANY
    test = _test(lw, parent, [info for info, type in having if type is wanted])
    if test is None or not (wanted is ANY or wanted.kind in _EXACT):
        return other
    if wanted is not ANY:
        test = trees.both(test, trees.is_same(_type(new), trees.name(_EXACT[wanted.kind])))
    return [trees.branch(test, [trees.store_attribute(parent, names.field_name(name), new)], other)]


def method_test(lw: Lowerer, receiver: ast.expr, node: nodes.MethodCall) -> ast.expr | None:
    """Is it an instance whose method takes these arguments as they are? None where no class has such a method."""
    if named_arguments(node.args) is not None:
        return None
    types = [type_of(arg) for arg in node.args]

    def takes_them(info: ClassInfo) -> bool:
        method = info.find_method(node.name)
        if method is None or method.kind != "method" or info.find_field(node.name) is not None:
            return False
        wanted = [param.type for param in method.params]
        fits = all(one is ANY or one is given for one, given in zip(wanted, types, strict=False))
        kinds = {method.return_type.kind, *(one.kind for one in wanted)}
        return fits and len(wanted) == len(types) and not kinds & _BOXED

    return _test(lw, receiver, [info for info in lw.build.info.classes if takes_them(info)])


def _name(node: nodes.Access, key: ast.expr) -> str:
    """What may be the name of a field of an instance; '' where none is meant, or the parent's type is known."""
    if type_of(node.parent) is not ANY or node.op != "." or not isinstance(key, ast.Constant):
        return ""
    return key.value if type(key.value) is str else ""


def _having(lw: Lowerer, name: str) -> list[tuple[ClassInfo, FieldInfo]]:
    """The classes whose instances have a field of that name."""
    found = [(info, info.find_field(name)) for info in lw.build.info.classes] if name else []
    return [(info, field) for info, field in found if field is not None and not field.is_const]


def _test(lw: Lowerer, value: ast.expr, classes: list[ClassInfo]) -> ast.expr | None:
    """Is the value an instance of one of the classes?"""
    if not classes or lw.options.stress is not None or not isinstance(value, ast.Name):
        return None
    if len(classes) == 1:
        return trees.is_same(_type(value), lw.class_value(classes[0]))
    return ast.Compare(_type(value), [ast.In()], [lw.build.class_set(classes)])


def _type(value: ast.expr) -> ast.expr:
    return trees.call(trees.name("type"), value)
