"""Comparisons, `in`, instanceof and the logical operators -> Python tests.

Numbers of known types compare inline; where a type is not known two ints (or two strings, if one side is a String)
do, and values.comparison does the rest.
"""

from __future__ import annotations

import ast

from ..resolve.nullness import is_never_null
from ..syntax import nodes
from ..values.types import ANY, STRING, Type
from . import trees
from .lowerer import Lowerer, lowers, type_of


def comparison(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    left, right = type_of(node.left), type_of(node.right)
    same_sort = (left.kind == "boolean") is (right.kind == "boolean")  # to Python True is 1
    if node.op in _PYTHON and left.is_primitive and right.is_primitive and same_sort:
        return _primitive(lw, node, left, right)
    if node.op == "<=>" and left.is_integral and right.is_integral:
        one, two = lw.operands([lambda: lw.lower(node.left), lambda: lw.lower(node.right)])
        return _order(*lw.both_simple(one, two))
    one, two = lw.lower_all([node.left, node.right], as_type=ANY)
    if node.op in _SAME and trees.is_null(one) is not trees.is_null(two):
        return trees.compare(one, _SAME[node.op], two)
    if node.op in ("==", "!=", "===", "!==") and left.kind == "String" and right.kind == "String":
        return trees.compare(one, _PYTHON[node.op], two)
    common = _common_type(left, right)
    call = lw.helper(_HELPERS[node.op], one, two, pos=node.pos)
    if node.op == "<=>" and common == "int":
        return _fast(lw, node, (left, one), (right, two), common)
    if node.op in ("in", "!in") and left.kind in ("Object", "String") and _is_text(two):
        return _in_text(lw, node, one, two, call)
    if node.op not in _PYTHON or common is None or (common == "str" and node.op not in ("==", "!=", "===", "!==")):
        return call
    return _fast(lw, node, (left, one), (right, two), common)


def logical(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`&&` and `||`: a bool."""
    return _as_bool(_logical_test(lw, node))


@lowers(nodes.TypeExpr)
def _type(lw: Lowerer, node: nodes.TypeExpr) -> ast.expr:
    return trees.none()


def instance_of(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`instanceof` and `!instanceof`"""
    assert isinstance(node.right, nodes.TypeExpr)
    target = node.right.type_name.type or ANY
    test = type_test(lw, lw.boxed(node.left), target)
    return trees.negated(test) if node.op.startswith("!") else test


def type_test(lw: Lowerer, value: ast.expr, target: Type) -> ast.expr:
    """Is a boxed value of a type?"""
    python_type = _EXACT.get(target.kind)
    if python_type is not None:
        return trees.has_type(value, python_type)
    if target.kind == "List":  # also one that scripts may not change
        return lw.helper("is_list", value)
    if target.kind == "Object":
        return trees.is_not(value, trees.none())
    return lw.helper("is_of_type", value, lw.type_constant(target))


def _logical_test(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """A Python test; chains of one operator are walked, not recursed into."""
    is_and = node.op in ("&&", "and")
    parts: list[nodes.Expr] = [node.right]
    left = node.left
    while isinstance(left, nodes.Binary) and (left.op in ("&&", "and")) is is_and and left.op in _LOGICAL:
        if left.is_const or lw.options.stress is not None:
            break
        parts.append(left.right)
        left = left.left
    parts.append(left)
    parts.reverse()
    return _short_circuit(lw, parts, is_and)


def _short_circuit(lw: Lowerer, parts: list[nodes.Expr], is_and: bool) -> ast.expr:
    tests: list[ast.expr] = []
    for index, part in enumerate(parts):
        with lw.collecting() as block:
            test = _as_bool(lw.condition(part))
        if block and index:
            return _nested(lw, tests, block, test, parts[index + 1 :], is_and)
        lw.block.extend(block)
        tests.append(test)
    return trees.both(*tests) if is_and else trees.either(*tests)


def _nested(
    lw: Lowerer, tests: list[ast.expr], block: list[ast.stmt], test: ast.expr, rest: list[nodes.Expr], is_and: bool
) -> ast.expr:
    """The operands so far into a temporary; the others in an if statement."""
    temp = lw.variable_temp()
    lw.emit(trees.assign(temp, trees.both(*tests) if is_and else trees.either(*tests)))
    outer, lw.block = lw.block, block
    lw.emit(trees.assign(temp, test))
    lw.block = outer
    name = trees.name(temp)
    lw.emit(trees.branch(name if is_and else trees.negated(name), block))
    for part in rest:
        with lw.collecting() as block:
            test = _as_bool(lw.condition(part))
            lw.emit(trees.assign(temp, test))
        lw.emit(trees.branch(name if is_and else trees.negated(name), block))
    lw.stable_names.add(temp)
    return name


def _as_bool(value: ast.expr) -> ast.expr:
    """True or False from a Python test."""
    if isinstance(value, ast.Constant):
        return trees.constant(bool(value.value))
    if isinstance(value, ast.Compare) or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)):
        return value
    if isinstance(value, ast.BoolOp) and all(_as_bool(part) is part for part in value.values):
        return value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _BOOL_HELPERS:
        return value
    return trees.call(trees.name("bool"), value)


def _primitive(lw: Lowerer, node: nodes.Binary, left: Type, right: Type) -> ast.expr:
    one, two = lw.operands([lambda: lw.lower(node.left), lambda: lw.lower(node.right)])
    if (left.kind == "boolean") is not (right.kind == "boolean"):
        lw.effect(one)
        lw.effect(two)
        return trees.constant(node.op in ("!=", "!=="))
    if left.kind == "double" or right.kind == "double":
        one, two = _as_double(lw, one, left), _as_double(lw, two, right)
    return trees.compare(one, _PYTHON[node.op], two)


def _as_double(lw: Lowerer, value: ast.expr, source: Type) -> ast.expr:
    return lw.helper("float", value) if source.kind == "long" else value


def _common_type(left: Type, right: Type) -> str | None:
    """The Python type that both sides most likely have at run time."""
    kinds = {left.kind, right.kind}
    if kinds <= {"Object", "int"}:
        return "int"
    return "str" if kinds == {"Object", "String"} else None


def _fast(
    lw: Lowerer, node: nodes.Binary, left: tuple[Type, ast.expr], right: tuple[Type, ast.expr], common: str
) -> ast.expr:
    one, two = lw.both_simple(left[1], right[1])
    sides = ((left[0], one), (right[0], two))
    untyped = [side for type, side in sides if type.kind == "Object"]
    tests = [test for side in untyped if (test := lw.test_of(side, common)) is not None]
    call = lw.helper(_HELPERS[node.op], one, two, pos=node.pos)
    if not untyped or any(isinstance(side, ast.Constant) and _python_type(side) != common for side in (one, two)):
        return call
    inline = _order(one, two) if node.op == "<=>" else trees.compare(one, _PYTHON[node.op], two)
    if not tests:
        return inline
    if node.op in _ORDERED and len(tests) == 1 and isinstance(two, ast.Constant) and common == "int":
        tests = [trees.either(*tests, trees.has_type(one, "Decimal"))]  # with an int it is compared by Python alike
    return trees.choice(trees.both(*tests), inline, call)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) is str


def _in_text(lw: Lowerer, node: nodes.Binary, one: ast.expr, text: ast.expr, call: ast.expr) -> ast.expr:
    """Is a String part of a text of the source?"""
    held = lw.simple(one)
    if not isinstance(held, ast.Name):
        return call
    operator: ast.cmpop = ast.In() if node.op == "in" else ast.NotIn()
    if type_of(node.left) is STRING and is_never_null(node.left):
        return trees.compare(held, operator, text)
    call = lw.helper(_HELPERS[node.op], held, text, pos=node.pos)
    return trees.choice(trees.has_type(held, "str"), trees.compare(held, operator, text), call)


def _order(one: ast.expr, two: ast.expr) -> ast.expr:
    """-1, 0 or 1, of two simple operands."""
    return trees.binary(trees.compare(one, ast.Gt(), two), ast.Sub(), trees.compare(one, ast.Lt(), two))


def _python_type(side: ast.Constant) -> str:
    return type(side.value).__name__


_PYTHON: dict[str, ast.cmpop] = {
    "==": ast.Eq(),
    "!=": ast.NotEq(),
    "===": ast.Eq(),
    "!==": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
}
_SAME: dict[str, ast.cmpop] = {"==": ast.Is(), "===": ast.Is(), "!=": ast.IsNot(), "!==": ast.IsNot()}  # with null
_HELPERS = {
    "==": "equal",
    "!=": "not_equal",
    "===": "identical",
    "!==": "not_identical",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "<=>": "compare",
    "in": "contains",
    "!in": "not_contains",
}
_LOGICAL = frozenset(("&&", "||", "and", "or"))
_BOOL_HELPERS = frozenset(
    ("truthy", "bool", *(name for op, name in _HELPERS.items() if op != "<=>"), "is_of_type", "is_list")
)
_EXACT = {
    "boolean": "bool",
    "byte": "Byte",
    "int": "int",
    "long": "Long",
    "double": "float",
    "Decimal": "Decimal",
    "String": "str",
    "function": "MethodType",
}
_ORDERED = frozenset(("<", "<=", ">", ">="))
