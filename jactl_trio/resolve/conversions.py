"""Which static type may become which: by assignment, by a cast, by `as`; and the errors where it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import RuntimeError
from ..syntax import nodes
from ..values import casts
from ..values.types import ANY, Type
from .types import boxed, is_assignable, is_null, static_type, text, unboxed

if TYPE_CHECKING:
    from .resolver import Resolver

_LISTS = frozenset(("List", "iterator", "array"))
_MAPS = frozenset(("Map", "instance"))


def is_castable(source: Type, target: Type) -> bool:
    """May a value of the type be assigned to a place of the other, or cast to it?"""
    return _is_convertible(source, target, is_cast=True)


def is_for_as(source: Type, target: Type) -> bool:
    """May only `as` turn the one into the other, though they are castable?"""
    return (source.kind, target.kind) in (("array", "List"), ("instance", "Map"))


def is_coercible(source: Type, target: Type) -> bool:
    """May `as` turn a value of the type into the other?"""
    return _is_convertible(source, target, is_cast=False)


def _is_convertible(source: Type, target: Type, *, is_cast: bool) -> bool:
    one, two = source.kind, target.kind
    if two == "boolean":
        return True
    if not is_cast and _as_allows(source, target):
        return True
    if (one == "String" and _is_bytes(target)) or (two == "String" and _is_bytes(source)):
        return True
    if one == "instance" and two == "instance":
        return is_assignable(target, source)
    if one == "class" or two == "class":
        return False
    if one == "Object" or two == "Object":
        return True
    if source.is_numeric and target.is_numeric:
        return True
    if one in _MAPS and two in _MAPS:
        return True
    if one == "array" and two == "array" and source.element and target.element:
        return _is_convertible(source.element, target.element, is_cast=is_cast)
    if one in _LISTS and two in _LISTS:
        return True
    return one == two or (one == "String" and target.is_numeric)  # one character is its code


def _as_allows(source: Type, target: Type) -> bool:
    one, two = source.kind, target.kind
    if two == "String":
        return True
    if one == "String":
        return target.is_numeric or two == "List"
    if two in ("Map", "List") and one in ("Map", "List", "iterator"):
        return True
    return one in _MAPS and two in _MAPS


def _is_bytes(type: Type) -> bool:
    return type.kind == "array" and type.element is not None and type.element.kind == "byte"


def check_assignable(r: Resolver, node: nodes.Expr, target: Type, pos: int, *, is_cast: bool = False) -> None:
    """Report an error at pos where the expression cannot become `target`. A cast may also go down a class hierarchy."""
    source = static_type(node)
    down = is_cast and source.kind == "instance" and target.kind == "instance" and is_assignable(source, target)
    if not is_castable(source, target) and not down:
        r.error(f"Cannot convert from {text(source)} to {text(target)}", pos)
    if is_for_as(source, target):
        r.late_error(f"Cannot convert {text(source)} to {text(target)}", pos if is_cast else node.pos)
    if target.is_numeric and source.kind == "String" and node.is_const and isinstance(node.const, str):
        check_character(r, node.const, target, pos)
    if target.kind == "boolean" and source.kind == "String" and isinstance(node, nodes.RegexMatch):
        r.error("Regex string used in boolean context", node.pos)
    if node.unless_null is None and is_null(node) and unboxed(target) is target:
        check_null(r, target, node.pos)


def check_initialiser(r: Resolver, written: nodes.Expr, node: nodes.Expr, target: Type, pos: int) -> None:
    """As check_assignable for the value of a declaration, as it is written and resolved: what becomes an instance of a
    class is read as if `as` stood behind it, but for `new`."""
    if target.kind == "instance" and not isinstance(written, nodes.New) and not is_null(node):
        check_coercible(r, node, target, node.pos)
    else:
        check_assignable(r, node, target, pos)


def check_coercible(r: Resolver, node: nodes.Expr, target: Type, pos: int) -> None:
    """Report an error where `as` cannot make `target` of the expression."""
    source = static_type(node)
    if not is_coercible(source, target):
        r.error(f"Cannot coerce from {text(source)} to {text(target)}", pos)
    elif source.kind == target.kind == "instance" and not are_related(source, target):
        r.late_error(f"Cannot convert from {text(source)} to {text(target)}", pos)


def are_related(one: Type, two: Type) -> bool:
    """May a value be an instance of both classes?"""
    return is_assignable(one, two) or is_assignable(two, one)


def check_character(r: Resolver, value: str, target: Type, pos: int) -> None:
    """A constant string becomes a number only if it is one character."""
    if len(value) != 1:
        what = "String with multiple chars" if value else "Empty string"
        r.error(f"{what} cannot be cast to {text(target)}", pos)


def check_null(r: Resolver, target: Type, pos: int) -> None:
    """null never becomes a primitive; told only where nothing else is wrong, as it is found later."""
    if target.is_primitive and target.kind != "boolean":
        r.late_error(f"Cannot convert null value to {text(target)}", pos)


def convert(r: Resolver, node: nodes.Expr, target: Type, pos: int) -> nodes.Expr:
    """The expression wrapped so that it becomes `target` (which may be nullable); itself where it is of that type."""
    check_assignable(r, node, target, pos)
    if node.type is target or (target is ANY and node.type is not None):
        return node
    bare = unboxed(target)
    wrapped = nodes.Convert(node, pos=pos)
    if bare is target:
        wrapped.type = target
    else:
        wrapped.type, wrapped.unless_null = ANY, bare
    return wrapped


def constant_as(r: Resolver, value: Any, target: Type, pos: int) -> Any:
    """A constant converted at compile time, boxed; the run-time error becomes a compile error at pos."""
    try:
        return casts.boxed(casts.cast(value, target), target)
    except RuntimeError as error:
        r.error(error.message, pos)
        return None


__all__ = ["boxed", "check_assignable", "constant_as", "convert", "is_castable", "is_coercible"]
