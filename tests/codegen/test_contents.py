"""What local lists and maps hold is known where nothing else can fill them: no test of a type is made then."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

from jactl_trio import Context
from jactl_trio.resolve import contents

CLOSED = [
    "List l = []; for (int i = 0; i < 9; i++) { l <<= i }; int t = 0; t += l[3]; t",
    "List l = [1, 2]; l.add(3); l[0] = l[1] * 2; l[1]++; int t = l[0]; t + l.size()",
    "Map m = [a: 1, b: 'x']; m.a += m.a & 3; m.a",
    "Map m = [:]; for (w in 'a b'.split(/ /)) { m[w] += 1 }; int t = m.a; t",
    "def l = 9.map(); int t = 0; for (int x in l) { t += x }; return t",
    "def l = 9.map{ it * 2 }; int t = 0; for (x in l) { t += x }; t",
]
OPEN = [
    "List l = [1]; def m = l; l[0] += 1",
    "List l = [1]; def f(x) { x }; f(l); l[0] += 1",
    "List l = [1]; def f = { l }; l[0] += 1",
    "List l = [1, 2L]; l[0] += 1",
    "List l = [1]; l <<= [2]; l[0] += 1",
    "List l = [1]; [l]; l[0] += 1",
    "List l = [1]; true ? l : null; l[0] += 1",
    "List l = [1]; l += [2]; l[0] += 1",
    "Map m = [a: 1]; String k = 'a'; m[k] = 2.5; m.a += 1",
    "List l = [1]; def f = l.add; f('a'); l[0] += 1",
    "List l = [1]; l.'add'('a'); l[0] += 1",
    "Map m = [a: 1]; String k = 'remove'; m.\"$k\"('a'); m.a += 1",
    "List l = [1]; List a = []; "
    + " ".join(f"List l{n} = [];" for n in range(30))
    + " l0 <<= 'x';"
    + " ".join(f"l{n + 1} <<= l{n}[0];" for n in reversed(range(29)))
    + " l <<= l29[0]; l[0] += 1",
]


@pytest.mark.parametrize("script", CLOSED)
def test_elements_are_known(script: str) -> None:
    assert "int" not in _types_tested(script)


@pytest.mark.parametrize("script", OPEN)
def test_elements_of_others_are_tested(script: str) -> None:
    assert "int" in _types_tested(script)


def test_an_entry_of_each_literal_is_there() -> None:
    assert "get" not in _attributes("Map m = [a: 1, b: 2]; m.a += m.b; m = [b: 3, a: 4]; m.a")
    assert "get" in _attributes("Map m = [a: 1, b: 2]; m.a += m.b; m = [b: 3]; m.a")
    assert "get" in _attributes("Map m = [a: 1, b: 2]; m.remove('a'); m.a")
    assert "get" in _attributes("Map m = [a: 1, b: 2]; m.a = null; m.a")


LONG = [
    lambda size: "List l = [1]; int t = l[0]" + " + l[0]" * size,
    lambda size: "Map m = [k0: 1]; " + "; ".join(f"m.k{n + 1} = m.k{n}" for n in reversed(range(size))),
    lambda size: "Map m = [" + ", ".join(f"k{n}: {n}" for n in range(size)) + "]; m.k1",
]


@pytest.mark.parametrize("script", LONG, ids=["operations", "entries made of one another", "entries"])
def test_the_work_grows_with_the_script_alone(script: Callable[[int], str], monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    of = contents._Contents._of

    def counted(self: contents._Contents, node: Any) -> Any:
        nonlocal looks
        looks += 1
        return of(self, node)

    monkeypatch.setattr(contents._Contents, "_of", counted)
    Context().compile(script(50))
    short, looks = looks, 0
    Context().compile(script(200))
    assert looks <= 5 * short


def _main(script: str) -> ast.FunctionDef:
    return next(iter(Context().compile(script).unit.codes.values())).tree


def _types_tested(script: str) -> set[str]:
    """The types that main's values are compared with."""
    tests = [
        node for node in ast.walk(_main(script)) if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is)
    ]
    return {node.comparators[0].id for node in tests if isinstance(node.comparators[0], ast.Name)}


def _attributes(script: str) -> set[str]:
    return {node.attr for node in ast.walk(_main(script)) if isinstance(node, ast.Attribute)}
