"""A value of one static type -> the Python expression for it as another type: boxing, implicit conversion, truth.

Bare ints stand for int, long and byte where the static type is known; ANY is boxed. A conversion that can be done
inline on the common type is; all else calls values.casts. A Map that becomes an instance of a Jactl class runs the
class's initialiser: a suspending call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..resolve.model import ClassInfo, Variable
from ..syntax import nodes
from ..values.numbers import LONG_MAX, LONG_MIN
from ..values.types import ANY, Type
from . import trees, wrapping
from .lowerer import Lowerer, lowers, type_of

Convert = Callable[[Lowerer, ast.expr, Type, int], ast.expr]

_SAME_VALUE = frozenset(("Object", "iterator", "void", "null"))


def converted(lw: Lowerer, value: ast.expr, source: Type, target: Type, pos: int) -> ast.expr:
    """value, of static type source, as target; errors are reported at pos."""
    if source is target:
        return value
    kind = target.kind
    if kind in _SAME_VALUE:
        return boxed(lw, value, source)
    if kind == "array":
        return lw.helper("coerce_array", boxed(lw, value, source), lw.type_constant(target), pos=pos)
    if kind in ("instance", "class"):
        return _to_instance(lw, value, source, target, pos)
    return _TARGETS[kind](lw, value, source, pos)


def boxed(lw: Lowerer, value: ast.expr, source: Type) -> ast.expr:
    """value as it stands where its type is not known."""
    if source.kind == "long":
        return lw.constant_boxed(value, "Long")
    if source.kind == "byte":
        return lw.constant_boxed(value, "Byte")
    return value


def truth(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    """An expression for `if` and `while` that Python finds true where the language finds value true."""
    kind = source.kind
    if kind in _PYTHON_TRUTH:
        return value
    if kind in ("function", "class") or (kind == "instance" and isinstance(source.cls, ClassInfo)):
        return trees.is_not(value, trees.none())
    other: ast.expr = lw.helper("truthy", value)
    if not isinstance(value, ast.Name):
        return other
    other = trees.both(trees.is_not(value, trees.constant(False)), other)
    return trees.either(trees.is_same(value, trees.constant(True)), other)


def _to_boolean(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind in ("byte", "int", "long"):
        return trees.compare(value, ast.NotEq(), trees.constant(0))
    if source.kind == "double":
        return trees.compare(value, ast.NotEq(), trees.constant(0.0))
    if isinstance(value, ast.Constant):
        return trees.constant(bool(value.value))
    return lw.helper("truthy", boxed(lw, value, source))


def _to_byte(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind in ("int", "long", "boolean"):
        return trees.binary(value, ast.BitAnd(), trees.constant(0xFF))
    return lw.helper("coerce_byte", value, pos=pos)


def _to_int(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind in ("byte", "boolean"):
        return _exact(value)
    if source.kind == "long":
        return lw.helper("wrap_int", value)
    if source.kind == "double":
        return lw.helper("float_to_int", value)
    if source.kind == "Object":
        return _in_branches(lw, value, pos) or _unless(lw, value, "int", "coerce_int", pos)
    return lw.helper("coerce_int", value, pos=pos)


def _in_branches(lw: Lowerer, value: ast.expr, pos: int) -> ast.expr | None:
    """Where the statement before this has tested for ints: converted in its other branch, without a second test."""
    if lw.int_branch is None or not isinstance(value, ast.Name) or not lw.block:
        return None
    branch = lw.int_branch
    if lw.block[-1] is not branch.statement or value.id != branch.result:
        return None
    converted_name = branch.result + "_int"
    branch.inline.append(trees.assign(converted_name, value))
    branch.other.append(trees.assign(converted_name, lw.helper("coerce_int", trees.name(branch.result), pos=pos)))
    if branch.of_long is not None and branch.is_dropped:
        operand, result = branch.of_long
        is_long = trees.has_type(operand, "Long")
        tests = wrapping.tests_of(2 * LONG_MIN, 2 * LONG_MAX, "int")
        at_once = [trees.assign(converted_name, result), wrapping.wrap_local(converted_name, tests, "int")]
        branch.other[:] = [trees.branch(is_long, at_once, list(branch.other))]
    lw.int_branch = None
    lw.dropped_branch = branch if branch.is_dropped else None
    lw.stable_names.add(converted_name)
    return trees.name(converted_name)


def assigned_in_branches(lw: Lowerer, value: ast.expr, slot: str) -> bool:
    """Let both branches assign the converted result to a local at once, where they stand right before that."""
    branch = lw.dropped_branch
    if branch is None or not lw.block or lw.block[-1] is not branch.statement or not isinstance(value, ast.Name):
        return False
    held = branch.result + "_int"
    if value.id != held:
        return False
    branch.inline.pop()
    for statements, before in ((branch.inline, branch.result), (branch.other, held)):
        for node in (node for statement in statements for node in ast.walk(statement)):
            if isinstance(node, ast.Name) and node.id == before:
                node.id = slot
    return True


def _to_long(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind in ("byte", "int"):
        return value
    if source.kind == "boolean":
        return _exact(value)
    if source.kind == "double":
        return lw.helper("float_to_long", value)
    return lw.helper("coerce_long", value, pos=pos)


def _to_double(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind in ("byte", "int", "long"):
        if isinstance(value, ast.Constant):
            return trees.constant(float(trees.value_of(value)))
        return lw.helper("float", value)
    if source.kind == "Object":
        return _unless(lw, value, "float", "coerce_double", pos)
    return lw.helper("coerce_double", value, pos=pos)


def _to_decimal(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    return lw.helper("coerce_decimal", boxed(lw, value, source), pos=pos)


def _to_number(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.is_numeric:
        return boxed(lw, value, source)
    return lw.helper("coerce_number", value, pos=pos)


def _to_string(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind == "null":
        return value
    if source.kind == "Object":
        return _unless(lw, value, "str", "coerce_string", pos)
    return lw.helper("coerce_string", boxed(lw, value, source), pos=pos)


def _to_map(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    return value if source.kind == "null" else lw.helper("coerce_map", value, pos=pos)


def _to_list(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind == "null":
        return value
    if source.kind == "Object":
        return _unless(lw, value, "list", "coerce_list", pos)
    return lw.helper("coerce_list", value, pos=pos)


def _to_function(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if source.kind == "Object":
        return _unless(lw, value, "MethodType", "coerce_function", pos)
    return lw.helper("coerce_function", value, pos=pos)


def _to_instance(lw: Lowerer, value: ast.expr, source: Type, target: Type, pos: int) -> ast.expr:
    """null and instances as they are; a Map is handed to the class's initialiser."""
    if source.kind == "null" or source.kind == "class":
        return value
    if source.kind == "instance":
        if _is_below(source, target):
            return value
        return lw.helper("coerce_instance", value, lw.type_constant(target), pos=pos)
    temp = lw.variable_temp()
    lw.emit(trees.assign(temp, value))
    with lw.collecting() as calls:
        made = lw.suspending_helper("to_instance", trees.name(temp), lw.type_constant(target), pos=pos)
        calls.append(trees.assign(temp, lw.taken(made)))
    lw.emit(trees.branch(trees.is_not(trees.name(temp), trees.none()), calls))
    lw.stable_names.add(temp)
    return trees.name(temp)


def _is_below(source: Type, target: Type) -> bool:
    info = source.cls
    while info is not None:
        if info is target.cls or getattr(info, "full_name", None) == getattr(target.cls, "full_name", ""):
            return True
        info = getattr(info, "base", None)
    return False


def _exact(value: ast.expr) -> ast.expr:
    """An exact int from a bool or a Byte: Python's unary plus."""
    if isinstance(value, ast.Constant):
        return trees.constant(int(trees.value_of(value)))
    return ast.UnaryOp(ast.UAdd(), value)


def _unless(lw: Lowerer, value: ast.expr, python_type: str, helper: str, pos: int) -> ast.expr:
    """The value itself if its Python type is the common one, else converted by a helper."""
    if isinstance(value, ast.Constant):
        return lw.helper(helper, value, pos=pos)
    if lw.test_of(value, python_type) is None:
        return value
    value, again = lw.twice(value)
    test = lw.test_of(value, python_type)
    assert test is not None
    return trees.choice(test, again, lw.helper(helper, again, pos=pos))


_TARGETS: dict[str, Convert] = {
    "boolean": _to_boolean,
    "byte": _to_byte,
    "int": _to_int,
    "long": _to_long,
    "double": _to_double,
    "Decimal": _to_decimal,
    "Number": _to_number,
    "String": _to_string,
    "Map": _to_map,
    "List": _to_list,
    "function": _to_function,
}

_PYTHON_TRUTH = frozenset(("boolean", "byte", "int", "long", "double", "String", "List", "Map", "Decimal", "null"))


@lowers(nodes.Cast)
def _cast(lw: Lowerer, node: nodes.Cast) -> ast.expr:
    return lw.lower_as(node.operand, type_of(node), node.pos)


@lowers(nodes.Convert)
def _convert(lw: Lowerer, node: nodes.Convert) -> ast.expr:
    if node.unless_null is None:
        return lw.lower_as(node.operand, type_of(node), node.pos)
    return nullable(lw, lw.lower(node.operand), type_of(node.operand), node.unless_null, node.pos)


def nullable(lw: Lowerer, value: ast.expr, source: Type, bare: Type, pos: int) -> ast.expr:
    """null as it is, anything else converted to a primitive type and boxed."""
    if source.is_primitive:
        return boxed(lw, converted(lw, value, source, bare, pos), bare)
    value = lw.simple(boxed(lw, value, source))
    with lw.collecting() as block:
        made = boxed(lw, converted(lw, value, ANY, bare, pos), bare)
    if not block:
        return trees.choice(trees.is_none(value), trees.none(), made)
    temp = lw.variable_temp()
    lw.emit(trees.assign(temp, trees.none()))
    block.append(trees.assign(temp, made))
    lw.emit(trees.branch(trees.is_not(value, trees.none()), block))
    lw.stable_names.add(temp)
    return trees.name(temp)


def for_variable(lw: Lowerer, value: ast.expr, source: Type, variable: Variable, pos: int) -> ast.expr:
    """The value as the variable holds it."""
    if variable.unless_null is None:
        return converted(lw, value, source, variable.type, pos)
    return nullable(lw, value, source, variable.unless_null, pos)


def as_type(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`value as type`"""
    target, source = type_of(node), type_of(node.left)
    value = lw.lower(node.left)
    if source is target:
        return value
    if target.kind == "String":
        from .strings import text_or_null

        if source is ANY or (source.element is not None and source.element.kind == "byte"):
            value, source = lw.helper("decoded_bytes", value), ANY
        return text_or_null(lw, value, source, node.pos)
    if target.kind == "boolean" or (source.is_numeric and target.is_numeric) or target.kind == "instance":
        return converted(lw, value, source, target, node.pos)
    value = boxed(lw, value, source)
    helper = _AS.get(target.kind)
    if helper is not None:
        return lw.helper(helper, value, pos=node.pos)
    if target.kind == "array":
        return lw.helper("as_array", value, lw.type_constant(target), pos=node.pos)
    return converted(lw, value, ANY, target, node.pos)


_AS = {
    "byte": "as_byte",
    "int": "as_int",
    "long": "as_long",
    "double": "as_double",
    "Decimal": "as_decimal",
    "List": "as_list",
    "Map": "as_map",
}
