"""Operand types -> the type of an operator's result, or the error why the operator does not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values import types as t
from ..values.types import ANY, BOOLEAN, BYTE, DOUBLE, INT, LIST, LONG, MAP, STRING, Type
from .conversions import is_castable
from .types import text, unboxed

if TYPE_CHECKING:
    from .resolver import Resolver

_BITS = frozenset(("&", "|", "^", "<<", ">>", ">>>"))
_SHIFTS = frozenset(("<<", ">>", ">>>"))
_EQUALITY = frozenset(("==", "!=", "===", "!==", "&&", "||"))
_ORDER = frozenset(("<", "<=", ">", ">="))
_COMPARABLE = frozenset(("boolean", "String", "Object", "List"))
_SEARCHABLE = frozenset(("Object", "String", "List", "Map", "iterator"))
_PROMOTIONS = (BYTE, INT, LONG, DOUBLE, t.DECIMAL)


class Inapplicable(Exception):
    """The operator does not apply to the types; args[0] says why."""


def result_type(r: Resolver, left: Type, op: str, right: Type, pos: int, written: str | None = None) -> Type:
    """The type of `left op right`; ANY after an error at pos. written: the operator that messages show, if another."""
    try:
        return operation_type(unboxed(left), op, unboxed(right), written or op)
    except Inapplicable as error:
        r.error(error.args[0], pos)
        return ANY


def operation_type(left: Type, op: str, right: Type, written: str = "") -> Type:
    """The type of `left op right`; Inapplicable says why there is none."""
    if op in _EQUALITY:
        return BOOLEAN
    if op in _ORDER:
        return _ordered(left, right)
    special = _SPECIAL.get(op)
    found = special(left, op, right) if special is not None else None
    return _arithmetic(left, op, right, written) if found is None else found


def _ordered(left: Type, right: Type) -> Type:
    same = left.kind in ("boolean", "String") and left is right
    if ANY in (left, right) or (left.is_numeric and right.is_numeric) or same:
        return BOOLEAN
    raise Inapplicable(f"Type {text(left)} cannot be compared to {text(right)}")


def _contained(left: Type, op: str, right: Type) -> Type:
    if right.kind not in _SEARCHABLE:
        raise Inapplicable(f"Type {text(right)} is not a valid type for right-hand side of '{op}'")
    return BOOLEAN


def _compared(left: Type, op: str, right: Type) -> Type:
    both = left.kind in _COMPARABLE and right.kind in _COMPARABLE and (ANY in (left, right) or left is right)
    numeric = all(type.is_numeric or type is ANY for type in (left, right))
    if both or numeric:
        return INT
    raise Inapplicable(f"Cannot compare objects of type {text(left)} and {text(right)}")


def _sum(left: Type, op: str, right: Type) -> Type | None:
    if left is ANY:
        return ANY
    if left is STRING:
        return STRING
    if left.kind in ("List", "iterator"):
        return LIST
    if left is MAP:
        if right.kind in ("Map", "Object"):
            return MAP
        raise Inapplicable(f"Cannot add {text(right)} to Map")
    return None


def _difference(left: Type, op: str, right: Type) -> Type | None:
    if left is ANY:
        return ANY
    if left is MAP:
        if right.kind in ("Map", "List", "Object"):
            return MAP
        raise Inapplicable(f"Cannot subtract {text(right)} from Map")
    return None


def _product(left: Type, op: str, right: Type) -> Type | None:
    return STRING if left is STRING and (right.is_numeric or right is ANY) else None


def _either(left: Type, op: str, right: Type) -> Type:
    """`?:`: the left side's type, which the right side must fit."""
    if left is not right and not is_castable(right, left):
        raise Inapplicable(f"Right-hand operand of type {text(right)} cannot be converted to {text(left)}")
    return left


def _one_of(left: Type, op: str, right: Type) -> Type:
    """`? :`: a type for both branches."""
    _either(left, op, right)
    if ANY in (left, right):
        return ANY
    found = left if left is right else _same_kind(left, right) or _promoted(left, right)
    if found is None:
        raise Inapplicable("Types for both true and false cases must be compatible")
    return found


def _same_kind(left: Type, right: Type) -> Type | None:
    """Instances of two classes count as of one type here, the left one's."""
    return left if left.kind == right.kind == "instance" else None


def _appended(left: Type, op: str, right: Type) -> Type | None:
    if left.kind in ("List", "iterator"):
        return LIST
    return ANY if left is ANY else None


def _prefix(left: Type, op: str, right: Type) -> Type:
    """`1 ! 2`: the grammar has a place for it, the language no meaning."""
    if op == "~":
        _check_numeric(left, "left", op)
        _check_numeric(right, "right", op)
        _bits(left, op, right, op)
    else:
        _ordered(left, right)
    raise Inapplicable(f"Operator '{op}' takes one operand")


def _arithmetic(left: Type, op: str, right: Type, written: str) -> Type:
    _check_numeric(left, "left", written)
    _check_numeric(right, "right", written)
    if op in _BITS:
        return _bits(left, op, right, written)
    if left is right:
        return left
    if ANY in (left, right):
        return ANY
    found = _promoted(left, right)
    if found is None:
        raise Inapplicable(f"Arguments of type {text(left)} and {text(right)} not supported by operator '{written}'")
    return found


def _check_numeric(type: Type, side: str, op: str) -> None:
    if not type.is_numeric and type is not ANY:
        raise Inapplicable(f"Non-numeric operand for {side}-hand side of '{op}': was {text(type)}")


def _bits(left: Type, op: str, right: Type, written: str) -> Type:
    for side, type in (("Left", left), ("Right", right)):
        if not type.is_integral and type is not ANY:
            raise Inapplicable(f"{side}-hand operand for '{written}' must be int, byte, or long")
    if op in _SHIFTS:
        return left
    if ANY in (left, right):
        return ANY
    return LONG if LONG in (left, right) else INT if INT in (left, right) else BYTE


def _promoted(left: Type, right: Type) -> Type | None:
    """The wider of two numeric types; String for a String and a number (or a boolean)."""
    if left in _PROMOTIONS and right in _PROMOTIONS:
        return _PROMOTIONS[max(_PROMOTIONS.index(left), _PROMOTIONS.index(right))]
    if STRING in (left, right):
        other = right if left is STRING else left
        return STRING if other in _PROMOTIONS or other is BOOLEAN else None
    return None


_SPECIAL = {
    "in": _contained,
    "!in": _contained,
    "<=>": _compared,
    "+": _sum,
    "-": _difference,
    "*": _product,
    "?:": _either,
    "?": _one_of,
    "<<": _appended,
    "!": _prefix,
    "~": _prefix,
    "??": _prefix,
}
