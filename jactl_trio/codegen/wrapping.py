"""An int, long or byte that may have left its type -> the tests that tell, and the call that wraps it.

The tests are against 2**30 - 1: CPython compares ints of one digit fastest, and the helper that is called beyond it
does the exact wrapping. In an assignment the value goes to its name first and is tested there: one copy less than in
an expression.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypeGuard

from ..values.numbers import INT_MAX, INT_MIN, LONG_MAX, LONG_MIN
from . import trees

BOUNDS: dict[str, tuple[int, int]] = {"int": (INT_MIN, INT_MAX), "long": (LONG_MIN, LONG_MAX), "byte": (0, 255)}
NEAR = (1 << 30) - 1  # the largest of one digit
HELPER = {"int": "wrap_int", "long": "wrap_long", "byte": "wrap_byte"}

Test = tuple[ast.cmpop, int]


def tests_of(low: int, high: int, kind: str) -> list[Test]:
    """Comparisons that all hold where a value with these bounds certainly is in its type's range."""
    least, most = BOUNDS[kind]
    near = NEAR if kind == "int" else most
    above: list[Test] = [(ast.LtE(), near)] if high > most else []
    below: list[Test] = [(ast.GtE(), -near)] if low < least else []
    return above + below


def in_range(value: ast.expr, again: ast.expr, tests: Sequence[Test]) -> ast.expr:
    """A test that is true where the value certainly is in range. `value` is evaluated once, `again` after that."""
    held = [value, *[again] * (len(tests) - 1)]
    compared = zip(held, tests, strict=True)
    return trees.both(*(trees.compare(one, operator, trees.constant(bound)) for one, (operator, bound) in compared))


def wrapped(value: ast.expr, again: ast.expr, tests: Sequence[Test], kind: str) -> ast.expr:
    """The value in the range of its type."""
    return trees.choice(in_range(value, again, tests), again, trees.call(trees.name(HELPER[kind]), again))


def wrap_local(identifier: str, tests: Sequence[Test], kind: str) -> ast.stmt:
    """if identifier is out of range: identifier = wrapped"""
    name = trees.name(identifier)
    test = _beyond(name, tests)
    if kind == "long":  # most are small, and told from large ones in a third of the time
        test = trees.both(_beyond(name, [(operator, NEAR if bound > 0 else -NEAR) for operator, bound in tests]), test)
    call = trees.call(trees.name(HELPER[kind]), name)
    return trees.branch(test, [trees.assign(identifier, call)])


def _beyond(name: ast.expr, tests: Sequence[Test]) -> ast.expr:
    """A test that is true where one of the tests is not."""
    return trees.either(*(trees.compare(name, _BEYOND[type(one)], trees.constant(bound)) for one, bound in tests))


def assigned(identifier: str, value: ast.expr) -> tuple[ast.expr, list[ast.stmt]]:
    """What goes to a name, and what comes after that: the test of a value that is `wrapped`."""
    if not is_wrapped(value):
        return value, []
    compared = value.test.values if isinstance(value.test, ast.BoolOp) else [value.test]
    tests: list[Test] = []
    for one in compared:
        assert isinstance(one, ast.Compare)
        tests.append((one.ops[0], trees.value_of(one.comparators[0])))
    assert isinstance(compared[0], ast.Compare)
    first = compared[0].left
    bare = first.value if isinstance(first, ast.NamedExpr) else first
    return bare, [wrap_local(identifier, tests, _KINDS[value.orelse.func.id])]  # type: ignore[attr-defined]


def is_wrapped(value: ast.expr) -> TypeGuard[ast.IfExp]:
    """Was it made by `wrapped`?"""
    if not isinstance(value, ast.IfExp) or not isinstance(value.orelse, ast.Call):
        return False
    helper = value.orelse.func
    return isinstance(helper, ast.Name) and helper.id in _KINDS and value.orelse.args[0] is value.body


_BEYOND: dict[type[ast.cmpop], ast.cmpop] = {ast.LtE: ast.Gt(), ast.GtE: ast.Lt()}
_KINDS = {helper: kind for kind, helper in HELPER.items()}
