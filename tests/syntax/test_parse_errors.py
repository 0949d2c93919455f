"""Faults of the source: told with line and column, several at once where the parser can go on."""

from __future__ import annotations

import pytest

from jactl_trio.errors import CompileError, EOFCompileError
from jactl_trio.syntax import parse

FAULTS = [
    ("def x = ", "unexpected end-of-file", 1, 9),
    ("1 +) 2", "expected start of expression", 1, 4),
    ("1 +* 2", "expecting one of 'identifier', 'dollar_identifier'", 1, 4),
    ("x 2L", "unexpected token '2l'", 1, 3),
    ("if (true) { class X {} }", "class declaration not allowed here", 1, 13),
    ("def f() { class X {} }", "class declaration not allowed here", 1, 11),
    ("class X { def f() { class Y {} } }", "class declaration not allowed here", 1, 21),
    ("interface X {}", "unexpected token 'interface'", 1, 1),
    ("class X implements Y {}", "unexpected token 'implements'", 1, 9),
    ("if (true) { BEGIN { 1 } }", "unexpected token 'begin'", 1, 13),
    ("if (true { 1 }", "expecting ')'", 1, 15),
    ("def 1x = 3", "expecting identifier", 1, 5),
    ("'abc", "unexpected end of file in string", 1, 5),
    ("'abc\n'", "unexpected new line", 1, 5),
    ('"a $ b"', "after '$' in expression string", 1, 1),
    ("99999999999", "number too large for integer", 1, 1),
    ("0x", "missing digits", 1, 1),
    ("x = 1 = 2", "invalid lvalue", 1, 7),
    ("$1 = 2", "capture variable cannot be modified", 1, 1),
    ("L: x = 1", "labels can only be applied", 1, 4),
    ("return 1\n2", "unreachable statement", 2, 1),
    ("var x", "initialiser expression required", 1, 5),
    ("const int[] X = [1]", "constants can only be simple types", 1, 7),
    ("[a: 1, a: 2]", "occurs multiple times", 1, 8),
    ("f(a: 1, (b): 2)", "invalid parameter name", 1, 12),
    ("new int[]", "need a size for array allocation", 1, 9),
    ("switch (1) { 1 -> 2; default -> 3; default -> 4 }", "multiple 'default'", 1, 44),
    ("/* never\nclosed", "end of file in comment", 2, 6),
    ("s/a/b/q", "unrecognised regex modifier", 1, 6),
    ("}", "does not match any opening brace", 1, 1),
]


@pytest.mark.parametrize(("source", "fragment", "line", "column"), FAULTS)
def test_fault_is_told_with_its_place(source: str, fragment: str, line: int, column: int) -> None:
    with pytest.raises(CompileError) as caught:
        parse(source)
    assert any(fragment in str(error).lower() for error in caught.value.errors), str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(CompileError) as caught:
        parse("def = 1\ndef x = 2\nif (x\ny = )\n")
    assert [error.line for error in caught.value.errors][:2] == [1, 4]


def test_an_unfinished_source_is_told_apart_for_the_repl() -> None:
    for source in ("def f() {", "[1, 2", "f(1,", "if (x) {\n 1\n"):
        with pytest.raises(CompileError) as caught:
            parse(source)
        assert any(isinstance(error, EOFCompileError) for error in caught.value.errors), source


@pytest.mark.parametrize(
    "source",
    ["(" * 100_000 + "1", "[" * 100_000, "!" * 100_000 + "1", "if (1) {" * 30_000, '"${' * 20_000, "f(" * 50_000],
    ids=lambda source: source[:4],
)
def test_deep_nesting_is_refused_not_crashed(source: str) -> None:
    with pytest.raises(CompileError, match=r"nested too deeply|Unexpected"):
        parse(source)


def test_long_chains_are_no_nesting() -> None:
    parse("1" + "+1" * 5_000)
    parse("a" + ".b" * 900)


def test_a_chain_has_an_end() -> None:
    with pytest.raises(CompileError, match="Chain of more than 1000") as caught:
        parse("a" + ".b" * 5_000)
    assert caught.value.column == 2002
