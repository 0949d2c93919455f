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
