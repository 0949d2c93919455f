"""Binary, prefix and postfix operators, `? :`, casts, and types standing in expressions."""

from __future__ import annotations

from collections.abc import Callable

from ..syntax import nodes
from ..values.types import ANY, BOOLEAN, STRING
from .assignment import resolve_step
from .constants import fold_binary, fold_cast, fold_unary, is_constant
from .conversions import check_assignable, check_coercible, is_castable
from .resolver import Resolver, handles
from .results import result_type
from .types import is_null, resolve_type, static_type, text, unboxed

_LOGICAL = frozenset(("&&", "||", "and", "or"))
_BOOLEAN = frozenset(("==", "!=", "===", "!==", "<", "<=", ">", ">=", "&&", "||", "in", "!in"))


@handles(nodes.Binary)
def _binary(r: Resolver, node: nodes.Binary) -> None:
    node.left, node.right = r.expr(node.left), r.expr(node.right)
    special = _TYPED.get(node.op)
    if special is not None:
        special(r, node)
        return
    if node.op in _LOGICAL:
        check_condition(r, node.left)
        check_condition(r, node.right)
    both_constant = is_constant(r, node.left) and is_constant(r, node.right)
    if both_constant and node.op not in _BOOLEAN and node.op not in ("?:", "<=>") and node.left.const is None:
        r.error(f"Null operand for left-hand side of '{node.op}': cannot be null", node.left.pos)
    type_binary(r, node)
    fold_binary(r, node)


def type_binary(r: Resolver, node: nodes.Binary, assigning: str | None = None) -> None:
    """The type of an operator on resolved operands. assigning: the assigning operator that it is a part of."""
    if node.op == "+" and assigning is None and _is_text(node.right):
        node.type = STRING
        return
    node.type = result_type(r, static_type(node.left), node.op, static_type(node.right), node.pos, assigning)


def _is_text(node: nodes.Expr) -> bool:
    """A constant string that cannot be meant as a character: what it is added to becomes a string."""
    return node.is_const and isinstance(node.const, str) and len(node.const) != 1


def _instance_of(r: Resolver, node: nodes.Binary) -> None:
    node.type = BOOLEAN


def _as(r: Resolver, node: nodes.Binary) -> None:
    target = resolve_type(r, node.right.type_name) if isinstance(node.right, nodes.TypeExpr) else ANY
    check_coercible(r, node.left, target, node.pos)
    node.type = target


_TYPED: dict[str, Callable[[Resolver, nodes.Binary], None]] = {
    "instanceof": _instance_of,
    "!instanceof": _instance_of,
    "as": _as,
}


@handles(nodes.Ternary)
def _ternary(r: Resolver, node: nodes.Ternary) -> None:
    node.condition = r.expr(node.condition)
    check_condition(r, node.condition)
    node.then, node.otherwise = r.expr(node.then), r.expr(node.otherwise)
    one, two = static_type(node.then), static_type(node.otherwise)
    if is_null(node.then) and not two.is_primitive:
        one = two
    elif is_null(node.otherwise) and not one.is_primitive:
        two = one
    elif not is_castable(two, one):
        r.error(f"Result types of {text(one)} and {text(two)} are not compatible", node.colon_pos)
    node.type = result_type(r, one, "?", two, node.pos)
    if node.type is STRING:
        node.then, node.otherwise = _as_text(r, node.then), _as_text(r, node.otherwise)


def _as_text(r: Resolver, node: nodes.Expr) -> nodes.Expr:
    """A constant beside a String becomes its text; what is no constant fails when it is converted."""
    if not node.is_const or static_type(node) is STRING or node.const is None:
        return node
    return r.expr(nodes.StringTemplate([node], pos=node.pos))


def check_condition(r: Resolver, node: nodes.Expr) -> None:
    """A /regex/ without modifiers is a string: in a condition that is surely a mistake."""
    if isinstance(node, nodes.RegexMatch) and node.subject is None:
        message = "Regex string used in boolean context - add modifier if regex match required"
        r.late_error(message, node.pos)


@handles(nodes.Unary)
def _unary(r: Resolver, node: nodes.Unary) -> None:
    if node.op in ("++", "--"):
        resolve_step(r, node)
        return
    node.operand = r.expr(node.operand)
    if node.op in ("!", "??"):
        if node.op == "!":
            check_condition(r, node.operand)
        node.type = BOOLEAN
    else:
        _check_prefix(r, node)
    fold_unary(r, node)


def _check_prefix(r: Resolver, node: nodes.Unary) -> None:
    written = static_type(node.operand)
    type = unboxed(written)
    if node.op == "~" and not type.is_integral and type is not ANY:
        r.error(f"Operand for '~' must be int, byte, or long (not {text(written)})", node.pos)
    if not type.is_numeric and type is not ANY:
        r.error(f"Prefix operator '{node.op}' cannot be applied to type {text(written)}", node.pos)
    node.type = type


@handles(nodes.Postfix)
def _postfix(r: Resolver, node: nodes.Postfix) -> None:
    resolve_step(r, node)


@handles(nodes.Cast)
def _cast(r: Resolver, node: nodes.Cast) -> None:
    node.operand = r.expr(node.operand)
    target = resolve_type(r, node.type_name)
    node.type = target
    operand = node.operand
    if static_type(operand) is STRING and target.kind in ("byte", "int"):
        if operand.is_const and isinstance(operand.const, str):
            _cast_character(r, node, operand.const)
        return
    check_assignable(r, operand, target, node.pos, is_cast=True)
    fold_cast(r, node, operand)


def _cast_character(r: Resolver, node: nodes.Cast, value: str) -> None:
    if len(value) != 1:
        what = "String with multiple chars" if value else "Empty String"
        r.error(f"{what} cannot be cast to int", node.pos)
        return
    fold_cast(r, node, node.operand)
