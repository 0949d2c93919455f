"""Operators on constants -> their value at compile time; what would fail at run time for certain is a compile error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import LimitError, Location, RuntimeError
from ..syntax import nodes
from ..values import operators
from ..values.display import plain_text
from ..values.keys import to_key
from ..values.types import ANY

if TYPE_CHECKING:
    from .resolver import Resolver

FOLDED_CHARS_MAX = 10_000  # a longer string is left to be made at run time
_BOOLEAN = frozenset(("==", "!=", "===", "!==", "<", "<=", ">", ">=", "&&", "||"))
_NEVER = frozenset(("?:", "<=>", "as", "in", "!in", "instanceof", "!instanceof", "!", "~", "??"))
_SHIFTS = frozenset(("<<", ">>", ">>>"))
_DIVISIONS = frozenset(("/", "%", "%%"))


def is_constant(r: Resolver, node: nodes.Expr) -> bool:
    """May the expression be folded into another? Declared constants always, all others unless folding is off."""
    if isinstance(node, nodes.VarDecl | nodes.Assign):
        return False
    if isinstance(node, nodes.Name) and node.variable is not None and node.variable.is_const:
        return True
    return node.is_const and r.options.fold_constants


def fold_binary(r: Resolver, node: nodes.Binary) -> None:
    """Fold an operator whose type is known already."""
    if node.op in ("===", "!==") and _is_constant_collection(node.left) and _is_constant_collection(node.right):
        # collections of constants are made once, so that equal ones are the same
        is_same = operators.equal(_collection(node.left), _collection(node.right))
        _store(r, node, lambda: is_same == (node.op == "==="), node.pos)
        return
    if node.op in _NEVER or not (is_constant(r, node.left) and is_constant(r, node.right)):
        return
    left, right = node.left.const, node.right.const
    if node.op in _BOOLEAN:
        _store(r, node, lambda: _BOOLEAN_OPERATORS[node.op](left, right), node.pos)
        return
    if node.type is not None and node.type.kind == "String":
        _fold_text(r, node, left, right)
        return
    for side, value in (("left", left), ("right", right)):
        if value is None:
            r.error(f"Null operand for {side}-hand side of '{node.op}", node.pos)
            node.type = ANY
            return
    pos = node.right.pos if node.op in _DIVISIONS else node.pos
    _store(r, node, lambda: _arithmetic(r, node.op, left, right), pos)


def _is_constant_collection(node: nodes.Expr, is_outermost: bool = True) -> bool:
    if isinstance(node, nodes.ListLiteral):
        return all(_is_constant_collection(item, False) for item in node.items)
    if isinstance(node, nodes.MapLiteral):
        return all(
            isinstance(key, nodes.Literal) and _is_constant_collection(value, False) for key, value in node.entries
        )
    return isinstance(node, nodes.Literal) and not is_outermost


def _collection(node: nodes.Expr) -> Any:
    """The value of a list or map of constants."""
    if isinstance(node, nodes.ListLiteral):
        return [_collection(item) for item in node.items]
    if isinstance(node, nodes.MapLiteral):
        return {to_key(_collection(key)): _collection(value) for key, value in node.entries}
    assert isinstance(node, nodes.Literal)
    return node.value


def _fold_text(r: Resolver, node: nodes.Binary, left: Any, right: Any) -> None:
    if node.op == "+":
        if left is None:
            r.error("Left-hand side of '+' cannot be null", node.pos)
            return
        _store(r, node, lambda: plain_text(left) + plain_text(right), node.pos)
        return
    if right is None:
        r.error("Right-hand side of string repeat operator must be numeric but was null", node.pos)
        return
    if right < 0:
        r.error("String repeat count must be >= 0", node.right.pos)
    elif len(str(left)) * int(right) <= FOLDED_CHARS_MAX:
        _store(r, node, lambda: str(left) * int(right), node.pos)


def _store(r: Resolver, node: nodes.Expr, compute: Callable[[], Any], pos: int) -> None:
    try:
        value = compute()
    except LimitError:
        return
    except RuntimeError as error:
        if isinstance(node, nodes.Binary) and node.op in _SHIFTS:
            error.location = Location(r.unit.source, pos, r.unit.name)
            raise  # the reference shifts constants before it looks at their types
        message = error.message
        r.error("Divide by zero error" if message.startswith("Divide by zero") else message, pos)
        node.type = ANY
        return
    if type(value) is str and len(value) > FOLDED_CHARS_MAX:
        return
    node.is_const, node.const = True, value


def _arithmetic(r: Resolver, op: str, left: Any, right: Any) -> Any:
    if op == "/":
        return operators.divide(left, right, r.options.min_scale)
    return _ARITHMETIC[op](left, right)


def fold_unary(r: Resolver, node: nodes.Unary) -> None:
    """Fold `-`, `+`, `~`, `!` and `??` of a constant."""
    if not is_constant(r, node.operand):
        return
    value = node.operand.const
    compute = _UNARY[node.op]
    if value is None and node.op not in ("!", "??"):
        return
    _store(r, node, lambda: compute(value), node.pos)


def fold_cast(r: Resolver, node: nodes.Expr, operand: nodes.Expr) -> None:
    """Fold a cast of a constant to a simple type."""
    from .conversions import constant_as

    target = node.type
    if operand.is_const and target is not None and (target.is_numeric or target.kind == "String"):
        before = len(r.errors)
        value = constant_as(r, operand.const, target, node.pos)
        if len(r.errors) == before:
            node.is_const, node.const = True, value


_BOOLEAN_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operators.equal,
    "!=": operators.not_equal,
    "===": operators.identical,
    "!==": operators.not_identical,
    "<": operators.less,
    "<=": operators.less_equal,
    ">": operators.greater,
    ">=": operators.greater_equal,
    "&&": lambda left, right: operators.truthy(left) and operators.truthy(right),
    "||": lambda left, right: operators.truthy(left) or operators.truthy(right),
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operators.add,
    "-": operators.subtract,
    "*": operators.multiply,
    "%": operators.modulo,
    "%%": operators.remainder,
    "&": operators.bit_and,
    "|": operators.bit_or,
    "^": operators.bit_xor,
    "<<": operators.shift_left,
    ">>": operators.shift_right,
    ">>>": operators.shift_right_unsigned,
}
_UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operators.negate,
    "+": lambda value: value,
    "~": operators.bit_not,
    "!": lambda value: not operators.truthy(value),
    "??": lambda value: value is not None,
}
