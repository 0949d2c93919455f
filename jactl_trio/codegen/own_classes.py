"""A name on a value of unknown type -> which classes of the unit have it, and the test that the value is of one.

Scripts mostly use the classes that they declare, so a field is read and a method called as if the type were known
where the value's class is one of those. Everything else is looked up when it is executed.
"""

from __future__ import annotations

import ast

from ..resolve.model import ClassInfo
from ..syntax import nodes
from ..values.types import ANY
from . import trees
from .lowerer import Lowerer, type_of
from .receivers import named_arguments

_BOXED = frozenset(("byte", "iterator", "long"))  # values of these types stand in other forms where none is known


def field_test(lw: Lowerer, value: ast.expr, name: str) -> ast.expr | None:
    """Is the value an instance that has the field? None where no class of the unit has one that needs no boxing."""

    def has_field(info: ClassInfo) -> bool:
        field = info.find_field(name)
        return field is not None and not field.is_const and field.type.kind not in _BOXED

    return _test(lw, value, [info for info in lw.build.info.classes if has_field(info)])


def method_test(lw: Lowerer, value: ast.expr, node: nodes.MethodCall) -> ast.expr | None:
    """Is the value an instance whose method takes these arguments as they are? None where no class has such a one."""
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

    return _test(lw, value, [info for info in lw.build.info.classes if takes_them(info)])


def _test(lw: Lowerer, value: ast.expr, classes: list[ClassInfo]) -> ast.expr | None:
    if not classes or lw.options.stress is not None:
        return None
    kind = trees.call(trees.name("type"), value)
    if len(classes) == 1:
        return trees.is_same(kind, lw.class_value(classes[0]))
    return ast.Compare(kind, [ast.In()], [lw.build.class_set(classes)])
