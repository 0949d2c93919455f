"""Arithmetic of typed ints, longs and bytes inline, with a range check only where a result can leave its type.

+, - and * commute with wrapping, so a tree of them is computed in Python's unbounded ints and wrapped once, where it
is observed. Each part carries bounds of its value: where they stay inside the type no check is made, where only one
can be crossed only that one is tested (wrapping.py).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeGuard

from ..structs import Struct
from ..syntax import nodes
from ..values.types import LONG, Type
from . import trees, wrapping
from .conversions import converted
from .intervals import RESULT, Bounds
from .lowerer import Lowerer, type_of
from .ranges import bounds_of
from .wrapping import BOUNDS, NEAR

DEPTH_MAX = 24  # operators in one Python expression
_BITS_MAX = 1 << 192  # of an intermediate result that is not yet wrapped


class Raw(Struct):
    """A value not yet wrapped, with bounds, and how many operators deep its expression is."""

    value: ast.expr
    low: int
    high: int
    depth: int = 0


def integer(lw: Lowerer, node: nodes.Expr) -> ast.expr:
    """An expression of type int, long or byte, wrapped."""
    return wrapped(lw, raw(lw, node), type_of(node))


def raw(lw: Lowerer, node: nodes.Expr) -> Raw:
    """An integer expression, not wrapped at its top. Left-deep chains are walked, not recursed into."""
    spine: list[nodes.Binary] = []
    type = type_of(node)
    while _is_chain(node, type):
        spine.append(node)  # type: ignore[arg-type]
        node = node.left  # type: ignore[attr-defined]
    result = _leaf(lw, node, type)
    for binary in reversed(spine):
        result = _combined(lw, binary, result, type)
    return result


def wrapped(lw: Lowerer, result: Raw, type: Type) -> ast.expr:
    """The value brought into the range of its type."""
    low, high = BOUNDS[type.kind]
    if low <= result.low and result.high <= high:
        return result.value
    if type.kind == "byte":
        return trees.binary(result.value, ast.BitAnd(), trees.constant(255))
    value, again = lw.twice(result.value)
    return wrapping.wrapped(value, again, wrapping.tests_of(result.low, result.high, type.kind), type.kind)


def divided(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`/`, `%` and `%%` of integers."""
    type = type_of(node)
    left, right = _operands(lw, node, type)
    divisor = right.value if isinstance(right, ast.Constant) else None
    if isinstance(divisor, int) and 0 < divisor <= NEAR:
        known = bounds_of(lw, node.left)
        if known is not None and known[0] >= 0 and divisor > 1:
            return trees.binary(left, _PYTHON[node.op], right)
        return _BY_CONSTANT[node.op](lw, left, divisor)
    if node.op == "%%" or type.kind == "byte":
        return lw.helper(_BY_ANY[node.op, type.kind], left, right, pos=node.pos)
    left, right = lw.both_simple(left, right)
    above, below = (bounds_of(lw, side) or BOUNDS[type.kind] for side in (node.left, node.right))
    if 0 < below[0] <= below[1] <= NEAR and (node.op == "%" or above[0] >= 0):
        return trees.binary(left, _PYTHON[node.op], right)
    tests = python_divides(node.op, left, right, above, below)
    call = lw.helper(_BY_ANY[node.op, type.kind], left, right, pos=node.pos)
    if not tests or any(isinstance(test, ast.Constant) for test in tests):
        return call
    return trees.choice(trees.both(*tests), trees.binary(left, _PYTHON[node.op], right), call)


def python_divides(
    op: str, left: ast.expr, right: ast.expr, above: Bounds = BOUNDS["int"], below: Bounds = BOUNDS["int"]
) -> list[ast.expr]:
    """Tests that are true only where Python's // and % of two ints do what the language's / and % do.

    A constant test says that they never are. `/` truncates, so both are to be positive; in `%` the sum of remainder
    and divisor wraps, which a small positive divisor rules out. above, below: what is known of the two.
    """
    if op not in ("/", "%"):
        return []
    tests: list[ast.expr] = []
    if op == "/" and not _is_positive(left) and above[0] < 0:
        tests.append(_constant_or(left, lambda: trees.compare(left, ast.GtE(), trees.constant(0))))
    if not _is_positive(right):
        if below[0] <= 0:
            tests.append(_constant_or(right, lambda: trees.compare(right, ast.Gt(), trees.constant(0))))
        if below[1] > NEAR:
            tests.append(_constant_or(right, lambda: trees.compare(right, ast.LtE(), trees.constant(NEAR))))
    return tests


def _is_positive(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) is int and 0 < value.value <= NEAR


def _constant_or(value: ast.expr, test: Callable[[], ast.expr]) -> ast.expr:
    """A constant that is not positive is left to the helper."""
    return trees.constant(False) if isinstance(value, ast.Constant) else test()


def shifted(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`<<`, `>>` and `>>>` of integers: the left operand decides the type."""
    type = type_of(node)
    if _is_shift(node, type, lw):
        return wrapped(lw, _raw_shift(lw, node, type), type)
    left, right = lw.operands([lambda: lw.lower_as(node.left, type), lambda: _count(lw, node.right)])
    mask = _COUNT_MASK[type.kind]
    if isinstance(right, ast.Constant):
        count: ast.expr = trees.constant(trees.value_of(right) & mask)
    else:
        count = trees.binary(right, ast.BitAnd(), trees.constant(mask))
    if node.op == "<<":
        return _shifted_left(lw, left, count, type)
    if node.op == ">>" or type.kind == "byte":
        return trees.binary(left, ast.RShift(), count)
    width = trees.constant(0xFFFFFFFF if type.kind == "int" else 0xFFFFFFFFFFFFFFFF)
    result = trees.binary(trees.binary(left, ast.BitAnd(), width), ast.RShift(), count)
    if isinstance(count, ast.Constant) and count.value:
        return result
    return lw.helper(wrapping.HELPER[type.kind], result)


def _shifted_left(lw: Lowerer, left: ast.expr, count: ast.expr, type: Type) -> ast.expr:
    result = trees.binary(left, ast.LShift(), count)
    if type.kind == "byte":
        return trees.binary(result, ast.BitAnd(), trees.constant(255))
    return lw.helper(wrapping.HELPER[type.kind], result)


def _count(lw: Lowerer, node: nodes.Expr) -> ast.expr:
    type = type_of(node)
    value = lw.lower(node)
    return value if type.is_integral else converted(lw, value, type, LONG, node.pos)


def _is_chain(node: nodes.Expr, type: Type) -> bool:
    return (
        isinstance(node, nodes.Binary)
        and node.op in _COMBINE
        and not node.is_const
        and node.type is type
        and type_of(node.left).is_integral
        and type_of(node.right).is_integral
    )


def _operands(lw: Lowerer, node: nodes.Binary, type: Type) -> tuple[ast.expr, ast.expr]:
    left, right = lw.operands([lambda: lw.lower_as(node.left, type), lambda: lw.lower_as(node.right, type)])
    return left, right


def _leaf(lw: Lowerer, node: nodes.Expr, type: Type) -> Raw:
    source = type_of(node)
    if _is_shift(node, type, lw):
        return _raw_shift(lw, node, type)
    value = lw.lower_as(node, type)
    if isinstance(value, ast.Constant) and isinstance(value.value, int):
        return Raw(value, value.value, value.value)
    low, high = BOUNDS[source.kind if source.kind in BOUNDS and source.kind != "long" else type.kind]
    known = lw.bounds.get(value.id) if isinstance(value, ast.Name) else None  # also what a Current stands for
    if known is None and _WIDTH.get(source.kind, 3) <= _WIDTH[type.kind]:
        known = bounds_of(lw, node)
    if known is not None:
        low, high = max(low, known[0]), min(high, known[1])
    return Raw(value, low, high)


def _is_shift(node: nodes.Expr, type: Type, lw: Lowerer) -> TypeGuard[nodes.Binary]:
    """Is it `x << constant` of the type that is computed in? It commutes with wrapping, as a product does."""
    return (
        isinstance(node, nodes.Binary)
        and node.op == "<<"
        and not node.is_const
        and node.type is type
        and node.left.type is type
        and node.right.is_const
        and type_of(node.right).is_integral
        and lw.options.stress is None
    )


def _raw_shift(lw: Lowerer, node: nodes.Binary, type: Type) -> Raw:
    left = raw(lw, node.left)
    count = int(node.right.const) & _COUNT_MASK[type.kind]
    if left.depth >= DEPTH_MAX or max(-left.low, left.high) << count > _BITS_MAX:
        left = Raw(lw.spill(wrapped(lw, left, type)), *BOUNDS[type.kind])
    value = trees.binary(left.value, ast.LShift(), trees.constant(count))
    return Raw(value, left.low << count, left.high << count, left.depth + 1)


def _combined(lw: Lowerer, node: nodes.Binary, left: Raw, type: Type) -> Raw:
    """One operator of a chain on what its left side gave."""
    if left.depth >= DEPTH_MAX:
        left = Raw(lw.spill(left.value), left.low, left.high)
    mark = lw.mark()
    right = raw(lw, node.right) if _is_chain(node.right, type) else _leaf(lw, node.right, type)
    (held,) = lw.spill_before([left.value], mark)
    if held is not left.value:
        left = Raw(held, left.low, left.high)
    if lw.options.stress is not None:
        left, right = _observed(lw, left, type), _observed(lw, right, type)
    if node.op in _BITS and not (node.op == "&" and _is_mask(left, right, type)):
        left, right = _observed(lw, left, type), _observed(lw, right, type)
    bounds = RESULT[node.op]
    low, high = bounds((left.low, left.high), (right.low, right.high))
    if max(-low, high) > _BITS_MAX:
        left, right = _observed(lw, left, type), _observed(lw, right, type)
        low, high = bounds((left.low, left.high), (right.low, right.high))
    result = Raw(trees.binary(left.value, _COMBINE[node.op], right.value), low, high, max(left.depth, right.depth) + 1)
    if lw.options.stress is not None:
        result = Raw(lw.stressed(node, _observed(lw, result, type).value), *BOUNDS[type.kind])
    return result


def _is_mask(left: Raw, right: Raw, type: Type) -> bool:
    """Is a side never negative and in range? Then `&` takes no bits of the other that wrapping would change."""
    return any(side.low >= 0 and side.high <= BOUNDS[type.kind][1] for side in (left, right))


def _observed(lw: Lowerer, result: Raw, type: Type) -> Raw:
    value = wrapped(lw, result, type)
    if value is result.value:
        return result
    low, high = BOUNDS[type.kind]
    return Raw(value, low, high, result.depth + 1)


def _divided_by(lw: Lowerer, left: ast.expr, divisor: int) -> ast.expr:
    if divisor == 1:
        return left
    value, again = lw.twice(left)
    test = trees.compare(value, ast.GtE(), trees.constant(0))
    by = trees.constant(divisor)
    negated = ast.UnaryOp(ast.USub(), again)
    below = ast.UnaryOp(ast.USub(), trees.binary(negated, ast.FloorDiv(), by))
    return trees.choice(test, trees.binary(again, ast.FloorDiv(), by), below)


def _modulo_by(lw: Lowerer, left: ast.expr, divisor: int) -> ast.expr:
    return trees.binary(left, ast.Mod(), trees.constant(divisor))


def _remainder_by(lw: Lowerer, left: ast.expr, divisor: int) -> ast.expr:
    value, again = lw.twice(left)
    test = trees.compare(value, ast.GtE(), trees.constant(0))
    by = trees.constant(divisor)
    negated = ast.UnaryOp(ast.USub(), again)
    below = ast.UnaryOp(ast.USub(), trees.binary(negated, ast.Mod(), by))
    return trees.choice(test, trees.binary(again, ast.Mod(), by), below)


_COMBINE: dict[str, ast.operator] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "&": ast.BitAnd(),
    "|": ast.BitOr(),
    "^": ast.BitXor(),
}
_PYTHON: dict[str, ast.operator] = {"/": ast.FloorDiv(), "%": ast.Mod(), "%%": ast.Mod()}
_BITS = frozenset("&|^")
_WIDTH = {"byte": 0, "int": 1, "long": 2}
_COUNT_MASK = {"byte": 0x7, "int": 0x1F, "long": 0x3F}  # how many of a shift's bits Java takes
_BY_CONSTANT: dict[str, Callable[[Lowerer, ast.expr, int], ast.expr]] = {
    "/": _divided_by,
    "%": _modulo_by,
    "%%": _remainder_by,
}
_BY_ANY = {
    ("/", "int"): "divide_ints",
    ("/", "long"): "divide_longs",
    ("/", "byte"): "divide_bytes",
    ("%", "int"): "modulo_ints",
    ("%", "long"): "modulo_longs",
    ("%", "byte"): "modulo_ints",
    ("%%", "int"): "remainder_ints",
    ("%%", "long"): "remainder_ints",
    ("%%", "byte"): "remainder_ints",
}
