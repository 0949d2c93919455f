"""A pattern and a value -> a Python test; bindings are assigned on the way, each as soon as its part has matched.

A pattern that asks for one thing only is an expression. The others become nested ifs: the innermost sets a flag, which
is the test.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..errors import InternalError
from ..resolve.model import ClassInfo
from ..resolve.patterns import is_star, is_underscore
from ..syntax import nodes
from ..values.types import ANY, LIST, MAP, STRING, Type
from . import names, trees
from .comparisons import type_test
from .conversions import boxed, converted
from .lowerer import Lowerer
from .regex import find
from .variables import initialise, read

Then = Callable[[], None]  # emits what happens where the pattern matches


def matches(lw: Lowerer, pattern: nodes.Expr, held: ast.expr, type: Type) -> ast.expr:
    """Does the value, in a local and of a static type, match? Its bindings are assigned if it does."""
    test = _simple_test(lw, pattern, held, type)
    if test is not None:
        return test
    flag = lw.variable_temp()
    lw.emit(trees.assign(flag, trees.constant(False)))
    _match(lw, pattern, held, type, lambda: lw.emit(trees.assign(flag, trees.constant(True))))
    return trees.name(flag)


def _simple_test(lw: Lowerer, pattern: nodes.Expr, held: ast.expr, type: Type) -> ast.expr | None:
    """The test of a pattern that needs no statements."""
    if is_underscore(pattern):
        return trees.constant(True)
    if isinstance(pattern, nodes.Literal):
        return _equals_literal(lw, pattern, held, type)
    if isinstance(pattern, nodes.TypeExpr):
        return _has_type(lw, held, type, pattern.type_name.type or ANY)
    return None


def _match(lw: Lowerer, pattern: nodes.Expr, held: ast.expr, type: Type, then: Then) -> None:
    """Emit `if the value matches: then`."""
    test = _simple_test(lw, pattern, held, type)
    if test is not None:
        _if(lw, test, then)
    else:
        _PATTERNS[pattern.__class__](lw, pattern, held, type, then)


def _if(lw: Lowerer, test: ast.expr, then: Then) -> None:
    if isinstance(test, ast.Constant) and test.value is True:
        then()
        return
    with lw.collecting() as block:
        then()
    lw.emit(trees.branch(test, block))


def _equals_literal(lw: Lowerer, pattern: nodes.Literal, held: ast.expr, type: Type) -> ast.expr:
    value = pattern.value
    if value is None or value is True or value is False:
        return trees.is_same(held, trees.constant(value))
    if value.__class__ is str:
        return trees.compare(held, ast.Eq(), trees.constant(value))
    if type.is_primitive:
        return trees.compare(held, ast.Eq(), lw.constant_of(pattern))
    if value.__class__ is int:
        same_type = trees.has_type(held, "int")
        return trees.both(same_type, trees.compare(held, ast.Eq(), trees.constant(value)))
    assert isinstance(value, int | float | Decimal)
    return lw.helper("switch_equal", boxed(lw, held, type), lw.constant(value))


def _has_type(lw: Lowerer, held: ast.expr, type: Type, target: Type) -> ast.expr:
    if target is ANY or (target is type and type.is_primitive):
        return trees.constant(True)
    return type_test(lw, boxed(lw, held, type), target)


# Names


def _binding(lw: Lowerer, pattern: nodes.VarDecl, held: ast.expr, type: Type, then: Then) -> None:
    variable = pattern.variable
    if variable is None:
        raise InternalError(f"Binding {pattern.name} is not resolved")

    def bind() -> None:
        value = converted(lw, held, type, variable.type, pattern.pos)
        initialise(lw, variable, value, pattern.pos)
        then()

    _if(lw, _has_type(lw, held, type, variable.type), bind)


def _bound(lw: Lowerer, pattern: nodes.Name, held: ast.expr, type: Type, then: Then) -> None:
    """The same name again: equal to what it bound."""
    variable = pattern.variable
    if variable is None:
        raise InternalError(f"Binding {pattern.name} is not resolved")
    value = boxed(lw, read(lw, variable, pattern.pos), variable.type)
    _if(lw, lw.helper("switch_equal", boxed(lw, held, type), value), then)


# Lists, maps, instances


def _list(lw: Lowerer, pattern: nodes.ListLiteral, held: ast.expr, type: Type, then: Then) -> None:
    items = lw.spill(lw.helper("pattern_items", held))
    parts = pattern.items
    star = next((index for index, part in enumerate(parts) if is_star(part)), None)
    length = trees.call(trees.name("len"), items)
    if star is None:
        size: ast.expr = trees.compare(length, ast.Eq(), trees.constant(len(parts)))
    else:
        size = trees.compare(length, ast.GtE(), trees.constant(len(parts) - 1))
    values = [
        (part, _item(lw, items, index, star, len(parts))) for index, part in enumerate(parts) if not is_underscore(part)
    ]
    parts_left = [(part, value) for part, value in values if value is not None]
    _if(lw, trees.both(trees.is_not(items, trees.none()), size), lambda: _each(lw, parts_left, then))


def _item(lw: Lowerer, items: ast.expr, index: int, star: int | None, count: int) -> ast.expr | None:
    """What a part of the pattern looks at; None for a plain `*`."""
    if star is None or index < star:
        return trees.subscript(items, trees.constant(index))
    after = count - star - 1
    if index > star:
        return trees.subscript(items, trees.constant(index - count))
    return trees.subscript(items, ast.Slice(trees.constant(index), trees.constant(-after) if after else None))


def _each(lw: Lowerer, parts: list[tuple[nodes.Expr, ast.expr]], then: Then) -> None:
    """Emit the tests of the parts, one inside the other."""
    if not parts:
        then()
        return
    (part, value), rest = parts[0], parts[1:]
    if isinstance(part, nodes.Name) and is_star(part):
        _each(lw, rest, then)
        return
    is_rest = isinstance(part, nodes.VarDecl) and part.is_rest
    _match(lw, part, lw.spill(value), LIST if is_rest else ANY, lambda: _each(lw, rest, then))


def _map(lw: Lowerer, pattern: nodes.MapLiteral, held: ast.expr, type: Type, then: Then) -> None:
    entries = [(key, value) for key, value in pattern.entries if not is_star(key)]
    is_open = len(entries) < len(pattern.entries)
    count = trees.constant(len(entries))
    size = trees.compare(trees.call(trees.name("len"), held), ast.GtE() if is_open else ast.Eq(), count)
    is_map = lw.helper("is_of_type", held, lw.type_constant(MAP))
    _if(lw, trees.both(is_map, size), lambda: _entries(lw, entries, held, then))


def _entries(lw: Lowerer, entries: list[tuple[nodes.Expr, nodes.Expr]], held: ast.expr, then: Then) -> None:
    if not entries:
        then()
        return
    (key, part), rest = entries[0], entries[1:]
    name = lw.constant(_key(key))

    def following() -> None:
        _entries(lw, rest, held, then)

    if is_underscore(part):
        _if(lw, trees.compare(name, ast.In(), held), following)
        return
    value = lw.spill(trees.call(trees.attribute(held, "get"), name))
    _if(lw, trees.is_not(value, trees.none()), lambda: _match(lw, part, value, ANY, following))


def _key(key: nodes.Expr) -> str:
    if not isinstance(key, nodes.Literal):
        raise InternalError("A key of a pattern is not constant")
    return str(key.value)


def _constructor(lw: Lowerer, pattern: nodes.ConstructorPattern, held: ast.expr, type: Type, then: Then) -> None:
    target = pattern.type_name.type
    if target is None or not isinstance(target.cls, ClassInfo) or not isinstance(pattern.args, nodes.MapLiteral):
        raise InternalError("A constructor pattern is not resolved")
    fields = {name: field.type for name, field in target.cls.all_fields().items()}
    entries = [(_key(key), part) for key, part in pattern.args.entries if not is_underscore(part)]
    _if(lw, _has_type(lw, held, type, target), lambda: _fields(lw, entries, fields, held, then))


def _fields(
    lw: Lowerer, entries: list[tuple[str, nodes.Expr]], fields: dict[str, Type], held: ast.expr, then: Then
) -> None:
    if not entries:
        then()
        return
    (name, part), rest = entries[0], entries[1:]
    value = lw.spill(trees.attribute(held, names.field_name(name)))

    def matching() -> None:
        _match(lw, part, value, fields[name], lambda: _fields(lw, rest, fields, held, then))

    if fields[name].is_primitive:
        matching()
    else:
        _if(lw, trees.is_not(value, trees.none()), matching)


# Expressions and regexes


def _expression(lw: Lowerer, pattern: nodes.ExprPattern, held: ast.expr, type: Type, then: Then) -> None:
    expected = lw.boxed(pattern.expr)
    _if(lw, lw.helper("switch_equal", boxed(lw, held, type), expected), then)


def _template(lw: Lowerer, pattern: nodes.StringTemplate, held: ast.expr, type: Type, then: Then) -> None:
    expected = lw.lower(pattern)
    _if(lw, trees.compare(held, ast.Eq(), expected), then)


def _regex(lw: Lowerer, pattern: nodes.RegexMatch, held: ast.expr, type: Type, then: Then) -> None:
    is_text = trees.has_type(held, "str")

    def search() -> None:
        _if(lw, find(lw, pattern, held, lw.lower_as(pattern.pattern, STRING)), then)

    _if(lw, is_text, search)


_PATTERNS: dict[type, Callable[[Lowerer, Any, ast.expr, Type, Then], None]] = {
    nodes.VarDecl: _binding,
    nodes.Name: _bound,
    nodes.ListLiteral: _list,
    nodes.MapLiteral: _map,
    nodes.ConstructorPattern: _constructor,
    nodes.ExprPattern: _expression,
    nodes.StringTemplate: _template,
    nodes.RegexMatch: _regex,
}
