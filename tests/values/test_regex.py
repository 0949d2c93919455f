"""Java's patterns, and the matcher behind =~."""

import copy

import pytest

from jactl_trio.errors import CheckpointDecodeError, LimitError, NullError, RuntimeError
from jactl_trio.values import regex_engines
from jactl_trio.values.numbers import Long
from jactl_trio.values.regex import Matcher, compile_pattern


def found(text: str, pattern: str, modifiers: str = "") -> str | None:
    matcher = Matcher()
    return matcher.group(0) if matcher.find(text, pattern, False, modifiers, False) else None


@pytest.mark.parametrize(
    ("text", "pattern", "modifiers", "result"),
    [
        ("xaby", "a.", "", "ab"),
        ("ABC", "b", "i", "B"),
        ("É", "é", "i", None),
        ("é", r"\w", "", None),
        ("é", r"\bé", "", "é"),
        ("é", r"\p{L}", "", "é"),
        ("Q", r"\p{Lower}", "i", "Q"),
        ("α", r"\p{IsGreek}", "", "α"),
        ("a\nb", "a.b", "", None),
        ("a\rb", "a.b", "", None),
        ("a\nb", "a.b", "s", "a\nb"),
        ("a\nb\n", "b$", "", "b"),
        ("a\r\nb", "a$", "m", "a"),
        ("a\nb", "^b", "m", "b"),
        ("", "^", "m", None),
        ("a\tb", r"a\hb", "", "a\tb"),
        ("a\r\nb", r"a\Rb", "", "a\r\nb"),
        ("a.b", r"\Qa.b\E", "", "a.b"),
        ("aab12", r"[\w&&[^\d]]+", "", "aab"),
        ("m", "[a-d[m-p]]", "", "m"),
        ("a-b", "[a-]+", "", "a-"),
        ("a||b~~", "[|~]+", "", "||"),
        ("a]", "[]]", "", "]"),
        ("aaab", "a++b", "", "aaab"),
        ("aaa", "a++a", "", None),
        ("abab", r"(ab)\1", "", "abab"),
        ("xyxy", r"(?<n>xy)\k<n>", "", "xyxy"),
        ("ab", r"\2(ab)", "", None),
        ("aBC", "a(?i)b(?-i)C", "", "aBC"),
        ("ab", "(?x) a b # comment", "", "ab"),
        ("{", r"\{", "", "{"),
        ("é", r"\u00e9", "", "é"),
        ("ab", "(?<=a)b", "", "b"),
    ],
)
def test_patterns(text: str, pattern: str, modifiers: str, result: str | None) -> None:
    assert found(text, pattern, modifiers) == result


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "Unclosed group near index 1"),
        ("[a", "Unclosed character class"),
        ("a{", "Illegal repetition"),
        ("a**", "Dangling meta character '*' near index 2"),
        ("a{2,1}", "Illegal repetition range"),
        ("[z-a]", "Illegal character range"),
        (")", "Unmatched closing"),
        (r"\y", "Illegal/unsupported escape sequence"),
        (r"\p{Nonsense}", "Unknown character property name {Nonsense}"),
        # what the package underneath knows and Java does not
        ("(?P<a>x)", "Unknown inline modifier"),
        ("(?R)", "Unknown inline modifier"),
        ("(?:abc){e<=1}", "Illegal repetition"),
        ("(?|a|b)", "Unknown inline modifier"),
    ],
)
def test_pattern_errors(pattern: str, message: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        found("x", pattern)
    assert str(caught.value).startswith("Pattern error: " + message)


def test_nesting_is_limited() -> None:
    with pytest.raises(LimitError):
        found("x", "(" * 5000 + ")" * 5000)
    with pytest.raises(RuntimeError):
        found("x", "[" * 5000)


def test_runaway_patterns_end_by_their_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_engines, "REGEX_SECONDS_MAX", 0.01)  # without a limit it would run for years
    with pytest.raises(LimitError, match="took longer"):
        found("a" * 5000 + "!", "(a|aa)+$")


def test_global_find_goes_on_from_the_last_match() -> None:
    matcher = Matcher()
    pairs = []
    while matcher.find("a=1, b=22", r"(\w)=(\d+)", True, "", True):
        pairs.append((matcher.group(1), matcher.group(2)))
        assert Matcher().find("other", "o", False, "", False)
    assert pairs == [("a", Long(1)), ("b", Long(22))]
    assert matcher.group(1) is None
    assert matcher.find("a=1, b=22", r"(\w)=(\d+)", True, "", True)  # starts anew


def test_a_matcher_is_plain_data() -> None:
    matcher = Matcher()
    assert matcher.find("aXbX", "X", True, "", False)
    again = copy.deepcopy(matcher)
    assert again.find("aXbX", "X", True, "", False) and again.group(0) == "X"
    assert not again.find("aXbX", "X", True, "", False)


def test_what_a_checkpoint_holds_of_a_match_stands_for_it() -> None:
    search = Matcher()._state()
    search.begin("a1-b-c3", r"(\w)(\d)?", "")
    assert search.next() and search.next()
    assert search.spans == [3, 4, 3, 4, -1, -1]
    search.spans = search.spans
    assert [search.group(number) for number in range(4)] == ["b", "b", None, None]
    assert search.next() and search.spans == [5, 7, 5, 6, 6, 7]


def test_the_places_of_a_match_may_be_restored_after_the_match() -> None:
    places: list[int] = []
    matcher = Matcher()
    matcher.find("ab12", r"[0-9]+", False, "", False)
    search = matcher.single
    assert search is not None
    search.spans = places
    places += [2, 4]
    assert matcher.group(0) == "12" and search.spans is places


def test_what_is_no_search_is_refused_where_a_matcher_is_restored() -> None:
    matcher = Matcher()
    with pytest.raises(CheckpointDecodeError):
        matcher.single = "no search"  # type: ignore[assignment]
    matcher.find("a", "a", False, "", False)
    assert matcher.single is not None
    with pytest.raises(CheckpointDecodeError):
        matcher.single.spans = "no list"  # type: ignore[assignment]


def test_numbers_are_captured_on_request() -> None:
    matcher = Matcher()
    assert matcher.find("-12 3.50 9999999999999999999 x", r"(\S+) (\S+) (\S+) (\S+)", False, "", True)
    assert [str(matcher.group(n)) for n in range(1, 6)] == ["-12", "3.50", "9999999999999999999", "x", "None"]
    assert [type(matcher.group(n)).__name__ for n in range(1, 5)] == ["Long", "Decimal", "str", "str"]


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "is_global", "result"),
    [
        ("banana", "a", "<$0>", False, "b<a>nana"),
        ("banana", "a", "<$0>", True, "b<a>n<a>n<a>"),
        ("ab", "(a)(b)", "$2$1", False, "ba"),
        ("ab", "(?<x>a)", "${x}${x}", False, "aab"),
        ("a", "a", r"\$1\\", False, "$1\\"),
        ("ab", "(a)", "$12", False, "a2b"),
        ("ab", "", "-", True, "-a-b-"),
        ("ab", "z", "-", True, "ab"),
        ("ab", "(z)?a", "[$1]", False, "[]b"),
    ],
)
def test_substitute(text: str, pattern: str, replacement: str, is_global: bool, result: str) -> None:
    assert Matcher().substitute(text, pattern, replacement, is_global, "", False) == result


def test_computed_replacements() -> None:
    matcher, parts = Matcher(), list[str]()
    more = matcher.find("one two", r"\w+", True, "", False)
    while more:
        matcher.append_replacement(parts, matcher.group(0).upper())
        more = matcher.find_next()
    matcher.append_tail(parts, "one two")
    assert "".join(parts) == "ONE TWO"


def test_nulls() -> None:
    assert Matcher().find(None, "a", False, "", False) is False
    with pytest.raises(NullError, match="Null regex in regex match"):
        Matcher().find("a", None, False, "", False)
    with pytest.raises(NullError, match="Null string in regex match"):
        Matcher().substitute(None, "a", "b", False, "", False)


def test_bad_replacements() -> None:
    for replacement in ("$", "$2", "${y}", "\\", "$x"):
        with pytest.raises(RuntimeError, match="Error during regex substitution"):
            Matcher().substitute("a", "(a)", replacement, False, "", False)


@pytest.mark.parametrize(
    ("pattern", "chars"),
    [
        (r"(\w+)\s*=\s*(\S+)", 1000),  # each loop ends where what follows it begins
        (r"^(\S+) \[(\d+)\] (\w+): (.*)$", 1_000_000),  # and there is one place to begin at
        (r"\w+\s*\w+", 99),  # what follows may be left out, and what comes then is taken by the loop too
        (r"(.*): (.*)$", 99),
        (r"[^:]*:?[^:]*$", 99),
        (r"a+b{0,2}c", 1000),
        (r"a+b{0,2}a", 99),
        (r"a+b{2}a", 1000),
        (r"\d+|\d+", 31),  # of alternatives nothing better is known
        (r"(\d+)+", -1),
    ],
)
def test_re_searches_texts_as_long_as_its_loops_allow(pattern: str, chars: int) -> None:
    assert compile_pattern(pattern).re_chars == chars
