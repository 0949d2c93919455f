"""Scripts in colours: all of a text comes back, and strings, regexes and comments are told from code."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text, _TokenType

from jactl_trio.tools.lexer import JactlLexer

CORPUS = sorted((Path(__file__).parents[1] / "corpus").rglob("*.jactl"))


def kinds(source: str) -> dict[str, _TokenType]:
    """The kind of each piece of text; the last one where a text stands twice."""
    return {text: kind for kind, text in JactlLexer(stripnl=False, ensurenl=False).get_tokens(source)}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_all_of_a_script_comes_back(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tokens = list(JactlLexer(stripnl=False, ensurenl=False).get_tokens(source))
    assert "".join(text for _, text in tokens) == source
    assert not [text for kind, text in tokens if kind in (Error, Text)]


@pytest.mark.parametrize(
    ("source", "text", "kind"),
    [
        ("def x = 1", "def", Keyword.Declaration),
        ("int x", "int", Keyword.Type),
        ("while (x) {}", "while", Keyword),
        ("[while:1]", "while", Name),
        ("x !in y", "!in", Operator.Word),
        ("f(1)", "f", Name.Function),
        ("x.y", "y", Name.Attribute),
        ("x // y", "// y", Comment.Single),
        ("0xFFL", "0xFFL", Number.Hex),
        ("1.5D", "1.5D", Number.Float),
        ("x / y / z", "y", Name),
        ("x =~ /a b/gi", "a b", String.Regex),
        ("return /a b/", "a b", String.Regex),
        ("/ab/ -> 1", "ab", String.Regex),
        ("x =~ s/ab/c d/", "c d", String.Double),
        ('"a $bc d"', "$bc", String.Interpol),
        ('"a ${b.map{ cd }} e"', "cd", Name),
        ('"a ${b.map{ cd }} e"', " e", String.Double),
        ("'a ${b}'", "a ${b}", String.Single),
        ("'''a 'b' c'''", "b", String.Single),
        ("'unfinished", "unfinished", String.Single),
        ("x =~ /(a)/; $1", "$1", Name.Variable),
    ],
)
def test_kinds(source: str, text: str, kind: _TokenType) -> None:
    assert kinds(source)[text] is kind


def test_pygments_finds_it() -> None:
    assert isinstance(get_lexer_by_name("jactl"), JactlLexer)
    assert isinstance(get_lexer_for_filename("order.jactl"), JactlLexer)
