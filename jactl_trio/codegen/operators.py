"""Binary and unary operators -> inline operations where the static types are known, else a type test and a helper.

The resolver's type of the expression decides: an integer type goes to arithmetic.py, double is Python's float, String
is strings.py, anything else is boxed and handed to values.operators.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..syntax import nodes
from ..values.types import ANY, INT, STRING
from . import arithmetic, comparisons, decimals, trees, wrapping
from .conversions import as_type, boxed, converted
from .intervals import RESULT, Bounds
from .lowerer import IntBranch, Lowerer, lowers, type_of
from .ranges import where
from .wrapping import BOUNDS

INLINE_CONSTANT = 1 << 30  # a constant operand up to this size never makes an int sum leave 64 bits


@lowers(nodes.Binary)
def _binary(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    return _OPERATORS[node.op](lw, node)


def _numeric(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`+ - * / % %%`"""
    kind = type_of(node).kind
    left, right = type_of(node.left), type_of(node.right)
    if kind in BOUNDS and left.kind != "Object" and right.kind != "Object":
        if node.op in "/%%":
            return arithmetic.divided(lw, node)
        return arithmetic.integer(lw, node)
    if kind == "double" and left.is_primitive and right.is_primitive:
        return _double(lw, node)
    if kind == "String" and node.op in _TEXT and not (node.op == "*" and left.kind == "Object"):
        return _TEXT[node.op](lw, node)
    return untyped(lw, node)


def _concatenation(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    from .strings import concatenation

    return concatenation(lw, node)


def _repetition(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    if not type_of(node.right).is_numeric:
        return untyped(lw, node)
    text, count = lw.operands([lambda: lw.lower_as(node.left, STRING), lambda: lw.lower_as(node.right, INT)])
    return lw.helper("repeat", text, count, pos=node.pos)


_TEXT: dict[str, Callable[[Lowerer, nodes.Binary], ast.expr]] = {"+": _concatenation, "*": _repetition}


def _double(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    left, right = lw.operands([lambda: lw.lower(node.left), lambda: lw.lower(node.right)])
    left, right = _as_float(lw, node.left, left), _as_float(lw, node.right, right)
    operator = _FLOAT.get(node.op)
    if operator is not None:
        return trees.binary(_shallow(lw, left), operator, right)
    if node.op == "/" and isinstance(right, ast.Constant) and right.value:
        return trees.binary(_shallow(lw, left), ast.Div(), right)
    return lw.helper(_FLOAT_HELPERS[node.op], left, right)


def _as_float(lw: Lowerer, node: nodes.Expr, value: ast.expr) -> ast.expr:
    """The other operand is a float: Python converts this one itself, to the nearest double, as Java does."""
    return trees.constant(float(trees.value_of(value))) if isinstance(value, ast.Constant) else value


def _shallow(lw: Lowerer, value: ast.expr) -> ast.expr:
    """A left operand that is not many operators deep."""
    depth, part = 0, value
    while isinstance(part, ast.BinOp):
        depth, part = depth + 1, part.left
    return lw.spill(value) if depth >= arithmetic.DEPTH_MAX else value


def untyped(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """Boxed operands: two ints inline, everything else by a helper. Left-deep chains are walked, not recursed into."""
    spine = [node]
    left = node.left
    while isinstance(left, nodes.Binary) and left.op in _HELPERS and _is_untyped(left):
        spine.append(left)
        left = left.left
    value = lw.boxed(left)
    for binary in reversed(spine):
        value = _untyped_step(lw, binary, value)
        if binary is not node and lw.options.stress is not None:
            value = lw.stressed(binary, value)
        if binary is not node:
            value = boxed(lw, value, type_of(binary))
    return value


def _is_untyped(node: nodes.Binary) -> bool:
    return not node.is_const and type_of(node).kind == "Object"


def _untyped_step(lw: Lowerer, node: nodes.Binary, left: ast.expr) -> ast.expr:
    mark = lw.mark()
    right = lw.boxed(node.right)
    (left,) = lw.spill_before([left], mark)
    value = _dynamic(lw, node, left, right)
    target = type_of(node)
    if target.kind in ("Object", "List", "Map", "Decimal", "String", "Number"):
        return value
    return converted(lw, value, ANY, target, node.pos)


def is_assigning(node: nodes.Binary) -> bool:
    """Is it the operation of `+=` or its like? Lists and maps are then changed in place."""
    return isinstance(node.left, nodes.Current)


def _helper(node: nodes.Binary) -> str:
    """What does it where the operands are no ints: another one for numbers on the left, of which it changes nothing."""
    if type_of(node.left).is_numeric:
        return "add_to_number" if node.op == "+" else _HELPERS[node.op]
    if not is_assigning(node):
        return _HELPERS[node.op]
    if node.op == "+" and type_of(node.left).kind == "List" and type_of(node.right).kind in _ELEMENTS:
        return "add_element"
    return _ASSIGNING.get(node.op, _HELPERS[node.op])


@lowers(nodes.Current)
def _current(lw: Lowerer, node: nodes.Current) -> ast.expr:
    return lw.currents[-1]


def _fast(node: nodes.Binary) -> bool:
    """Can both operands be ints at run time?"""
    return all(type_of(side).kind in ("Object", "int") for side in (node.left, node.right))


def _dynamic(lw: Lowerer, node: nodes.Binary, left: ast.expr, right: ast.expr) -> ast.expr:
    """A numeric operator on boxed values. Only `+` may suspend: a String and an instance with its own toString()."""
    op, pos = node.op, node.pos
    helper = _helper(node)
    extra: list[ast.expr] = [trees.constant(lw.options.min_scale)] if op == "/" else []
    if not _fast(node) and decimals.may_be_decimals(node):
        return _decimal(lw, node, helper, *lw.both_simple(left, right))
    if not _fast(node) or op not in _INLINE:
        if helper == "add_element":
            return lw.helper(helper, left, right, pos=pos)
        if op == "+":
            return lw.suspending_helper(helper, left, right, pos=pos)
        if _fast(node) and op in _NEVER_LEAVING:
            return _dynamic_ints(lw, node, helper, left, right, extra)
        return lw.helper(helper, left, right, *extra, pos=pos)
    left, right = lw.both_simple(left, right)
    tests = _int_tests(lw, node, left, right)
    if tests is None:
        return lw.helper(helper, left, right, *extra, pos=pos)
    temp = lw.variable_temp()
    with lw.collecting() as inline:
        inline.append(trees.assign(temp, trees.binary(left, _INLINE[op], right)))
        may_leave = wrapping.tests_of(*_dynamic_bounds(op, left, right), "int")
        if may_leave:
            inline.append(wrapping.wrap_local(temp, may_leave, "int"))
    lw.stable_names.add(temp)
    if not tests:
        lw.block += inline
        return trees.name(temp)
    other = decimals.operation(lw, node, left, right, temp, _called(lw, node, helper, left, right))
    lw.emit(trees.branch(trees.both(*tests), inline, other))
    lw.int_branch = IntBranch(lw.block[-1], temp, inline, other)
    if op in "+-" and type_of(node.left).kind == "int":
        lw.int_branch.of_long = (right, trees.binary(left, _INLINE[op], right))
    return trees.name(temp)


def _decimal(lw: Lowerer, node: nodes.Binary, helper: str, left: ast.expr, right: ast.expr) -> ast.expr:
    """An operation whose static types say that a side is a Decimal."""
    temp = lw.temp()
    other = decimals.where_null(lw, node, left, right) or _called(lw, node, helper, left, right)
    lw.block += decimals.operation(lw, node, left, right, temp, other)
    lw.results.add(temp)
    return trees.name(temp)


def _called(lw: Lowerer, node: nodes.Binary, helper: str, left: ast.expr, right: ast.expr) -> ast.expr:
    """The helper's call, to stand alone: `+` may wait."""
    line = lw.site(node.pos) if node.op == "+" else lw.line(node.pos)
    return trees.at(trees.call(trees.name(helper), left, right), line)


def _dynamic_ints(
    lw: Lowerer, node: nodes.Binary, helper: str, left: ast.expr, right: ast.expr, extra: list[ast.expr]
) -> ast.expr:
    """An operation whose result of two ints is an int always: inline where both are and Python's does the same."""
    left, right = lw.both_simple(left, right)
    tests = _int_tests(lw, node, left, right)
    call: ast.expr = lw.helper(helper, left, right, *extra, pos=node.pos)
    if tests is None or any(isinstance(side, ast.Constant) and not _is_int_constant(side) for side in (left, right)):
        return call
    tests += arithmetic.python_divides(node.op, left, right)
    if any(isinstance(test, ast.Constant) for test in tests):
        return call
    inline = trees.binary(left, _NEVER_LEAVING[node.op], right)
    if not tests:
        return inline
    if node.op == "%" and _is_int_constant(right) and _is_group(node.left):
        is_long = trees.has_type(left, "Long")
        call = trees.choice(is_long, trees.call(trees.name("Long"), inline), call)
    return trees.choice(trees.both(*tests), inline, call)


def _is_group(node: nodes.Expr) -> bool:
    """`$1`: where it is a number, it is a long."""
    return isinstance(node, nodes.Name) and node.variable is not None and node.variable.kind == "captures"


def _int_tests(lw: Lowerer, node: nodes.Binary, left: ast.expr, right: ast.expr) -> list[ast.expr] | None:
    """Tests that both operands are ints, of those that are not known to be; None where no int is left to its value."""
    sides = ((node.left, left), (node.right, right))
    untyped = [value for side, value in sides if type_of(side).kind != "int" and not _is_int_constant(value)]
    tests = [lw.test_of(value, "int") for value in untyped]
    return [test for test in tests if test is not None] if untyped else None


def _is_int_constant(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) is int


def _dynamic_bounds(op: str, left: ast.expr, right: ast.expr) -> Bounds:
    """Of two ints."""
    one, two = (
        (trees.value_of(side), trees.value_of(side)) if _is_int_constant(side) else BOUNDS["int"]
        for side in (left, right)
    )
    return RESULT[op](one, two)


def _bits(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`& | ^`"""
    if type_of(node).kind in BOUNDS and _integral(node):
        return arithmetic.integer(lw, node)
    return _by_helper(lw, node)


def _shift(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`<< >> >>>`"""
    if type_of(node).kind in BOUNDS and type_of(node.left).is_integral:
        return arithmetic.shifted(lw, node)
    return _by_helper(lw, node)


def _integral(node: nodes.Binary) -> bool:
    return type_of(node.left).is_integral and type_of(node.right).is_integral


def _by_helper(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    left, right = lw.lower_all([node.left, node.right], as_type=ANY)
    helper = _helper(node)
    if _fast(node) and node.op in _NEVER_LEAVING:
        value = _dynamic_ints(lw, node, helper, left, right, [])
    else:
        value = lw.helper(helper, left, right, pos=node.pos)
    target = type_of(node)
    return value if target.kind in ("Object", "List") else converted(lw, value, ANY, target, node.pos)


def _logical(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    return comparisons.logical(lw, node)


def _comparison(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    return comparisons.comparison(lw, node)


@lowers(nodes.Unary)
def _unary(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    if node.op in ("++", "--"):
        from .increments import prefix

        return prefix(lw, node)
    return _PREFIX[node.op](lw, node)


def _not(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    value = lw.condition(node.operand)
    if isinstance(value, ast.Constant):
        return trees.constant(not value.value)
    return ast.UnaryOp(ast.Not(), value)


def _plus(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    return lw.lower_as(node.operand, type_of(node))


def _minus(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    type, source = type_of(node), type_of(node.operand)
    value = lw.lower(node.operand)
    if source.kind in BOUNDS:
        low, high = BOUNDS[source.kind]
        result = arithmetic.Raw(ast.UnaryOp(ast.USub(), value), -high, -low)
        return arithmetic.wrapped(lw, result, source)
    if source.kind == "double":
        return ast.UnaryOp(ast.USub(), value)
    value = lw.helper("negate", value, pos=node.operand.pos)
    return value if type.kind in ("Object", "Decimal") else converted(lw, value, ANY, type, node.pos)


def _complement(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    source = type_of(node.operand)
    value = lw.lower(node.operand)
    if source.kind == "byte":
        return trees.binary(value, ast.BitXor(), trees.constant(255))
    if source.is_integral:
        return ast.UnaryOp(ast.Invert(), value)
    return lw.helper("bit_not", value, pos=node.operand.pos)


@lowers(nodes.Ternary)
def _ternary(lw: Lowerer, node: nodes.Ternary) -> ast.expr:
    target = type_of(node)
    test = lw.condition(node.condition)

    def side(branch: nodes.Expr, holds: bool) -> ast.expr:
        with where(lw, node.condition, holds):
            return lw.lower_as(branch, target)

    return branches(lw, test, lambda: side(node.then, True), lambda: side(node.otherwise, False))


def branches(lw: Lowerer, test: ast.expr, then: Callable[[], ast.expr], otherwise: Callable[[], ast.expr]) -> ast.expr:
    """A value that depends on a test: a conditional expression, or an if statement where a side emits statements."""
    with lw.collecting() as first:
        one = then()
    with lw.collecting() as second:
        two = otherwise()
    if not first and not second:
        return trees.choice(test, one, two)
    temp = lw.temp()
    lw.assign_in(first, temp, one)
    lw.assign_in(second, temp, two)
    lw.emit(trees.branch(test, first, second))
    return trees.name(temp)


def _instance_of(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    return comparisons.instance_of(lw, node)


def _elvis(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    from .nulls import default_for_null

    return default_for_null(lw, node)


_HELPERS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
    "%%": "remainder",
    "&": "bit_and",
    "|": "bit_or",
    "^": "bit_xor",
    "<<": "shift_left",
    ">>": "shift_right",
    ">>>": "shift_right_unsigned",
}
_ELEMENTS = frozenset(("boolean", "byte", "int", "long", "double", "Decimal", "String", "Map"))  # no lists
_ASSIGNING = {"+": "add_assign", "-": "subtract_assign", "<<": "shift_left_assign"}
_INLINE: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}
_NEVER_LEAVING: dict[str, ast.operator] = {
    "&": ast.BitAnd(),
    "|": ast.BitOr(),
    "^": ast.BitXor(),
    "/": ast.FloorDiv(),
    "%": ast.Mod(),
}
_FLOAT: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}
_FLOAT_HELPERS = {"/": "float_divide", "%": "float_modulo", "%%": "float_remainder"}


def _is_not_null(lw: Lowerer, node: nodes.Unary) -> ast.expr:
    from .nulls import not_null

    return not_null(lw, node)


_PREFIX: dict[str, Callable[[Lowerer, nodes.Unary], ast.expr]] = {
    "-": _minus,
    "+": _plus,
    "!": _not,
    "not": _not,
    "~": _complement,
    "??": _is_not_null,
}

_OPERATORS: dict[str, Callable[[Lowerer, nodes.Binary], ast.expr]] = {
    **dict.fromkeys(("+", "-", "*", "/", "%", "%%"), _numeric),
    **dict.fromkeys("&|^", _bits),
    **dict.fromkeys(("<<", ">>", ">>>"), _shift),
    **dict.fromkeys(("&&", "||", "and", "or"), _logical),
    **dict.fromkeys(("==", "!=", "===", "!==", "<", "<=", ">", ">=", "<=>", "in", "!in"), _comparison),
    "instanceof": _instance_of,
    "!instanceof": _instance_of,
    "as": as_type,
    "?:": _elvis,
}
