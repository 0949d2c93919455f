"""Loops that count are Python's `for` over a range, where that is certainly the same."""

from __future__ import annotations

import ast

import pytest

from jactl_trio import Context


@pytest.mark.parametrize(
    "loop",
    [
        "for (int i = 0; i < n; i++) { f() }",
        "for (long i = 0L; i < n; ++i) { f() }",
        "for (def i = 0; n > i; i++) { if (f()) { continue } }",
        "for (int i = n; i >= 0; i -= 3) { f() }",
        "for (int i = 0; i <= 100; i += 2) { f() }",
        "for (int i = 0, j = 9; i < n - 1; j--, i++) { f(); j += 2 }",
        "int i = 0; while (i < n) { f(); i++ }",
        "for (int i = 0; i <= n; i++) { f() }",
        "for (int i = 0; i < n; i += n) { f() }",
        "String s = 'ab'; for (int i = 0; i < s.length(); i++) { f() }",
        "List l = [n]; for (int i = 0; i < l.size(); i++) { n += l[i]; if (n > 7) { continue }; l[i] = n }",
        "List l = [n]; List m = []; for (int i = 0; i < l.size(); i++) { m <<= l[i]; m <<= 1 }",
        "def m = [a:n]; for (int i = 0; i < m.size(); i++) { n += i }",
    ],
)
def test_a_counting_loop_walks_a_range(loop: str) -> None:
    assert _loops(loop) == ["For"]


@pytest.mark.parametrize(
    "loop",
    [
        "for (int i = n; i > n - 9; i -= 2) { f() }",
        "for (long i = 0L; i <= n * 1L; i++) { f() }",
        "for (int i = 0; i < n; i++) { if (f()) { i++ } }",
        "for (int i = 0; i < n; i++) { n-- }",
        "for (int i = 0; i < n; i++) { def c = { i }; c() }",
        "for (int i = 0; i < n; i++) { def c = { n++ }; c() }",
        "for (int i = 0; i < n; i--) { f() }",
        "for (int i = 0; i < n; i += 0) { f() }",
        "for (int i = 0; i < f(); i++) { f() }",
        "for (int i = 0; i < n && f(); i++) { f() }",
        "for (int i = 0; i < n; i++, f(i)) { f() }",
        "for (double i = 0; i < n; i++) { f() }",
        "int i = 0; while (i < n) { if (f()) { continue }; i++ }",
        "List l = [n]; for (int i = 0; i < l.size(); i++) { if (f()) { continue }; n++ }",
        "List l = [n]; for (int i = 0; i < l.size(); i++) { if (i < 3) { l <<= i } }",
        "List l = [n]; for (int i = 0; i < l.size() - 1; i++) { List m = l; if (i < 3) { m <<= i } }",
        "List l = [n]; def m = [l][0]; for (int i = 0; i < l.size(); i++) { m[i] = 1 }",
        "List l = [n]; for (int i = 0; i < l.size(); i++) { if (l.size() < 9) { l[n] = 1 } }",
        "Map m = [a:n]; for (int i = 0; i < m.size(); i++) { if (i < 3) { m['x' + i] = 1 } }",
        "int i = 0; do { f(); i++ } until (i >= n)",
    ],
)
def test_others_compare_and_add(loop: str) -> None:
    assert _loops(loop) == ["While"]


def _loops(loop: str) -> list[str]:
    unit = Context().compile(f"def f(x = 1) {{ x }}; def g(int n) {{ {loop}; n }}; g(1); def h = g").unit
    tree = next(code.tree for key, code in unit.codes.items() if key.endswith("g"))
    return [type(node).__name__ for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
