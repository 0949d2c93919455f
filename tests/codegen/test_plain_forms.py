"""Closures are called for each element without tests of their arguments; a checkpoint knows no difference."""

from __future__ import annotations

from types import MethodType

import pytest

from jactl_trio import Context
from jactl_trio.checkpoint.catalogue import key_in_unit
from jactl_trio.values.closures import plain_form


@pytest.mark.parametrize(
    ("closure", "count"),
    [("{ it }", 1), ("{ x -> x }", 1), ("{ int x -> x }", 1), ("{ x = 3 -> x }", 1), ("{ a, b -> a }", 2)],
)
def test_a_plain_form_is_saved_as_its_closure(closure: str, count: int) -> None:
    unit = Context().compile(f"def f = {closure}; f").unit
    entry = unit.codes["main/{1}!entry"]
    value = MethodType(entry.function, ())
    plain = plain_form(value, count)
    assert plain.__func__ is entry.plain is not entry.function
    assert key_in_unit(unit, plain.__func__) == "main/{1}!entry"
    assert plain_form(value, 3 - count) is value


@pytest.mark.parametrize("closure", ["{ -> 1 }", "{ a, b = 2 -> a }", "{ a, b, c -> a }", "{ a = x() -> a }"])
def test_other_closures_have_none(closure: str) -> None:
    unit = Context().compile(f"def x() {{ 1 }}; def f = {closure}; f").unit
    value = MethodType(unit.codes["main/{1}!entry"].function, ())
    assert plain_form(value, 1) is value
    assert plain_form(value, 2) is value
