"""Variables of a REPL session keep their declared type and may be unset: methods are found all the same."""

from __future__ import annotations

import pytest

import jactl_trio as jactl


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("int x = 97; x.asChar()", "a"),
        ("int x = 97; def f = x.asChar; f()", "a"),
        ("long x = 255; def f = x.toBase; f(16)", "FF"),
        ("double x = 4; x.sqr()", 16.0),
    ],
)
async def test_methods_of_numbers(source: str, value: object) -> None:
    context = jactl.Context(repl_mode=True)
    assert await context.compile(source).run({}) == value


@pytest.mark.parametrize(
    "source",
    ["def f() { x = 3 }; f(); x", "[3].each{ x = it }; x", "if (true) { x = 3 }; x", "BEGIN { x = 3 }; x", "x ?= 3; x"],
)
async def test_assignment_creates_the_variable_outside_of_classes(source: str) -> None:
    assert await jactl.Context(repl_mode=True).compile(source).run({}) == 3


@pytest.mark.parametrize("source", ["x += 1", "x++", "class P { def f() { x = 1 } }; new P().f()"])
def test_what_does_not_create_a_variable(source: str) -> None:
    with pytest.raises(jactl.CompileError, match="unknown variable 'x'"):
        jactl.Context(repl_mode=True).compile(source)
