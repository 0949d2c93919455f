r"""Which patterns Python's `re` may search with, and that it finds what `regex` finds."""

import itertools

import pytest

from jactl_trio.values.regex_engines import Pattern
from jactl_trio.values.regex_syntax import translate

TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "aab1",
    "key12=7",
    "a b\n",
    "x\r\n",
    "--a--",
    "aaa bbb",
    "A_1 a1",
    "a\tb,c",
    "\n\n",
    "1.5e3",
]
ALIKE = [
    r"a",
    r"a.c",
    r".*",
    r"\d+",
    r"(\w+)=(\d+)",
    r"[^a-z]",
    r"[\w.-]+",
    r"a|b|",
    r"(?:ab|b)",
    r"(?<n>\d)(?<m>\d)",
    r"[^\w\s]",
    r"[a-b\d]+1",
    r"a{1,2}b?",
    r"\bb",
    r"\B.",
    r"^a",
    r"b$",
    r"\s*,\s*",
    r"a+?",
    r"(?i)AB",
    r"x*",
]
SLOW = [
    r"(a+)+",
    r"(a|b)*",
    r"(ab)?",
    r"(a)\1",
    r"(?<n>a)\k<n>",
    r"a++",
    r"(?>a)",
    r"(?=a)b",
    r"(?<!a)b",
    r"\p{L}",
    r"é",
    r"[a&&b]",
    r"\G.",
    r"\X",
    r"(?m)^a",
]


def spans(search: object, text: str) -> list[object]:
    """All that a search gives, from every position on."""
    found = [search(text, at) for at in range(len(text) + 1)]  # type: ignore[operator]
    return [None if one is None else one.regs for one in found]


@pytest.mark.parametrize("pattern", ALIKE)
def test_both_engines_find_the_same(pattern: str) -> None:
    made = Pattern(translate(pattern, ""))
    assert made.quick is not None
    for text in TEXTS:
        assert spans(made.quick.search, text) == spans(made.slow.search, text), text


@pytest.mark.parametrize("pattern", SLOW)
def test_what_may_run_for_long_or_is_read_differently_is_left_to_regex(pattern: str) -> None:
    assert Pattern(translate(pattern, "")).quick is None


def test_texts_of_every_short_combination() -> None:
    texts = ["".join(chars) for size in range(5) for chars in itertools.product("a1 =\n", repeat=size)]
    for pattern in (r"(\w+)=(\d+)", r"a*1?$", r"\b.", r"[^a]|1 ", r"a+?1*?="):
        made = Pattern(translate(pattern, ""))
        for text in texts:
            assert spans(made.quick.search, text) == spans(made.slow.search, text), (pattern, text)


def test_a_text_with_other_than_ascii_is_searched_by_regex() -> None:
    made = Pattern(translate(r"\bb", ""))
    text = "\N{SUPERSCRIPT TWO}b"  # a character of words for `re` only
    assert made.quick.search(text) is None
    assert made.search(text).span() == (1, 2)
    assert not Pattern(translate(",", "")).takes_whole("é,b")


def test_a_long_text_is_searched_under_a_time_limit() -> None:
    made = Pattern(translate(r"(\w+)=(\d+)", ""))
    assert made.quick_chars < 1_000
    found = made.search("a" * made.quick_chars + "key=1")
    assert found is not None and found[2] == "1"


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [
        *((pattern, True) for pattern in ("a", r"\d+", r"(\w)=", r"\ba")),
        *((pattern, False) for pattern in ("a*", "a?b", "a|", r"\b", "$", "a{0}", "", "x*y")),
    ],
)
def test_only_patterns_that_take_a_character_replace_all_at_once(pattern: str, whole: bool) -> None:
    assert Pattern(translate(pattern, "")).takes_whole("some text") is whole


@pytest.mark.parametrize(("pattern", "literal"), [(",", ","), ("a.", None), (r"\.", "."), ("ab", "ab"), ("[,]", None)])
def test_a_pattern_that_is_a_text(pattern: str, literal: str | None) -> None:
    assert Pattern(translate(pattern, "")).literal == literal
