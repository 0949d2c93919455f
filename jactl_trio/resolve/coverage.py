"""Which pattern of a switch covers another: cases that can never be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..syntax import nodes
from ..values.display import plain_text
from ..values.keys import to_key
from ..values.types import ANY, Type
from ..values.typetests import switch_equal
from .patterns import is_star, is_type_pattern, is_underscore, pattern_type
from .types import is_assignable

if TYPE_CHECKING:
    from .resolver import Resolver

Pattern = tuple[nodes.Expr, nodes.Expr | None]  # with its guard
Bound = dict[str, nodes.Expr]  # what the names of the covering pattern stand for in the covered one


def check_coverage(r: Resolver, node: nodes.Switch, subject: Type) -> None:
    """Report cases and patterns that earlier ones cover, and a default that is never used."""
    patterns = [pattern for case in node.cases for pattern in case.patterns]
    covered = _check_reachable(r, patterns, subject)
    if node.default is not None and any(_takes_every(type, subject) for type in covered):
        message = "Default case is never applicable due to switch case that matches all input"
        r.error(message, node.default.pos)
    if not _check_literals(r, [pattern for pattern, _ in patterns]):
        _check_not_covered(r, [pattern for pattern, guard in patterns if guard is None])


def _takes_every(covered: Type, subject: Type) -> bool:
    """Is a default pointless? Not reported of built-in types: a subject of such a type may always have one."""
    return covered is ANY or (subject.kind == "instance" and _includes(covered, subject))


def _check_reachable(r: Resolver, patterns: list[Pattern], subject: Type) -> list[Type]:
    """The types of which every value is matched."""
    covered: list[Type] = []
    for pattern, guard in patterns:
        type_ = _covering_type(pattern)
        if any(_is_covered(each, pattern, type_, subject) for each in covered):
            r.error("Unreachable switch case (covered by a previous case)", pattern.pos)
        if type_ is not None and guard is None:
            covered.append(type_)
    return covered


def _is_covered(by: Type, pattern: nodes.Expr, type_: Type | None, subject: Type) -> bool:
    if by is ANY or by is subject:
        return True
    own = pattern.type if pattern.type is not None and not isinstance(pattern, nodes.TypeExpr) else None
    return (own is not None and _includes(by, own)) or (type_ is not None and _includes(by, type_))


def _covering_type(pattern: nodes.Expr) -> Type | None:
    if is_type_pattern(pattern) and not isinstance(pattern, nodes.ConstructorPattern):
        return pattern_type(pattern)
    return None


def _includes(target: Type, source: Type) -> bool:
    """Is every value of the source type one of the target?"""
    if target.kind == "instance" and source.kind == "instance":
        return is_assignable(target, source)
    return target is source


def _check_literals(r: Resolver, patterns: list[nodes.Expr]) -> bool:
    """Report a literal that stands in two patterns, whatever their guards; True where there was one."""
    literals = [pattern for pattern in patterns if _is_literal(pattern)]
    errors = len(r.errors)
    for pattern in _covered(literals):
        value = plain_text(pattern.value) if isinstance(pattern, nodes.Literal) else "list or map"
        r.error(f"Literal match occurs multiple times in switch: {value}", pattern.pos)
    return len(r.errors) > errors


def _is_literal(pattern: nodes.Expr) -> bool:
    if isinstance(pattern, nodes.ListLiteral):
        return all(_is_literal(item) for item in pattern.items)
    if isinstance(pattern, nodes.MapLiteral):
        return all(_is_literal(key) and _is_literal(value) for key, value in pattern.entries)
    return isinstance(pattern, nodes.Literal)


def _check_not_covered(r: Resolver, patterns: list[nodes.Expr]) -> None:
    for pattern in _covered(patterns):
        r.error("Switch pattern will never be evaluated (covered by a previous pattern)", pattern.pos)


def _covered(patterns: list[nodes.Expr]) -> Iterator[nodes.Expr]:
    """Those that an earlier one covers. A set tells of literals, so that thousands of them take no square of steps."""
    values: set[Any] = set()
    others: list[nodes.Expr] = []
    for pattern in patterns:
        value = (to_key(pattern.value),) if isinstance(pattern, nodes.Literal) else None
        if value in values or any(_covers(earlier, pattern, {}) for earlier in others):
            yield pattern
        if isinstance(pattern, nodes.Literal):
            values.add(value)
        else:
            others.append(pattern)


def _covers(one: nodes.Expr, two: nodes.Expr, bound: Bound) -> bool:
    if is_underscore(one) or is_star(one):
        return True
    if isinstance(one, nodes.TypeExpr | nodes.VarDecl):
        if isinstance(one, nodes.VarDecl):
            bound[one.name] = two
        return pattern_type(one) is ANY or _includes(pattern_type(one), pattern_type(two))
    if isinstance(one, nodes.Literal) and isinstance(two, nodes.Literal):
        return switch_equal(one.value, two.value)
    if isinstance(one, nodes.ListLiteral):
        return isinstance(two, nodes.ListLiteral) and _covers_list(one.items, two.items, bound)
    if isinstance(one, nodes.MapLiteral):
        return isinstance(two, nodes.MapLiteral) and _covers_map(one.entries, two.entries, bound)
    if isinstance(one, nodes.ConstructorPattern):
        return isinstance(two, nodes.ConstructorPattern) and _covers_constructor(one, two, bound)
    if isinstance(one, nodes.Name) and one.name in bound:
        return _covers(bound[one.name], two, bound)
    return False


def _covers_list(one: list[nodes.Expr], two: list[nodes.Expr], bound: Bound) -> bool:
    if any(is_star(item) for item in two):
        return False
    star = next((index for index, item in enumerate(one) if is_star(item)), None)
    if star is None:
        return len(one) == len(two) and all(_covers(a, b, bound) for a, b in zip(one, two, strict=True))
    rest = len(one) - star - 1
    if len(one) - 1 > len(two):
        return False
    pairs = [*zip(one[:star], two[:star], strict=True), *zip(one[star + 1 :], two[len(two) - rest :], strict=True)]
    return all(_covers(a, b, bound) for a, b in pairs)


def _covers_map(
    one: list[tuple[nodes.Expr, nodes.Expr]], two: list[tuple[nodes.Expr, nodes.Expr]], bound: Bound
) -> bool:
    if any(is_star(key) for key, _ in two):
        return False
    is_open = any(is_star(key) for key, _ in one)
    wanted, given = _by_key(one), _by_key(two)
    if not is_open and len(wanted) != len(given):
        return False
    return all(key in given and _covers(value, given[key], bound) for key, value in wanted.items())


def _by_key(entries: list[tuple[nodes.Expr, nodes.Expr]]) -> dict[object, nodes.Expr]:
    return {key.value: value for key, value in entries if isinstance(key, nodes.Literal)}


def _covers_constructor(one: nodes.ConstructorPattern, two: nodes.ConstructorPattern, bound: Bound) -> bool:
    if not _includes(pattern_type(one), pattern_type(two)):
        return False
    if not isinstance(one.args, nodes.MapLiteral) or not isinstance(two.args, nodes.MapLiteral):
        return False
    wanted, given = _by_key(one.args.entries), _by_key(two.args.entries)
    return wanted.keys() == given.keys() and all(_covers(value, given[key], bound) for key, value in wanted.items())
