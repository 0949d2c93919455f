r"""A translated pattern -> what searches with it: `regex` under a time limit, or Python's `re` where that is safe.

`re` is several times as fast, but it has no time limit, and not all of `regex`'s syntax. So it takes a search where

- the pattern consists of what both read alike: ASCII characters and sets of them, the anchors \A, \Z, \b, \B and the
  language's `$`, groups, alternatives, and greedy or reluctant quantifiers (`_ALIKE`);
- the text is ASCII too: the engines do not agree on which other characters make words;
- nothing that repeats is repeated or referred to, and the text is short enough for the number of loops over it
  (regex_steps.py).

In short texts `regex` needs no time limit either, whose own cost is spared.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import LimitError
from ..limits import REGEX_SECONDS_MAX
from .regex_steps import ascii_chars, chars_for
from .regex_syntax import AT_LAST_LINE_END

_REPEATED_GROUP = re.compile(r"\)[*+?{]|\\[1-9gk]|\(\?[P&R(0-9](?!<)")  # or one that is referred to
_MEMBERS = r"(?:[A-Za-z0-9_ \-]|\\[tnrfv]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})+"
_SET = rf"\[\^?(?:{_MEMBERS}|\[{_MEMBERS}\])+\]"  # a set inside a set: of what a letter such as \w stands for
_CHAR = rf"[A-Za-z0-9_]|\\x[0-7][0-9a-f]|{_SET}"
_QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\})\??(?![+*?{])"
_ANCHOR = rf"\\[AZbB]|{re.escape(AT_LAST_LINE_END)}"
_OPENER = r"\((?:\?:|\?P<[A-Za-z][A-Za-z0-9]*>|(?!\?))"
_ALIKE = re.compile(rf"(?:(?:{_ANCHOR})|{_OPENER}|\)|\||(?:{_CHAR})(?:{_QUANTIFIER})?)*")
_PART = re.compile(rf"(?:{_ANCHOR})|{_OPENER}|\)|(?P<one>{_CHAR})(?P<loop>{_QUANTIFIER})?")
_CONSUMES = re.compile(rf"(?:{_ANCHOR}|{_OPENER}|\))*(?:{_CHAR})(?:\+|(?![*+?{{]))")
_SETS = re.compile(_SET)
_PLAIN = re.compile(r"(?:[A-Za-z0-9_]|\\x[0-7][0-9a-f])+")


class Pattern:
    """A pattern ready to search with. `text` is it as the user of the language wrote it, translated."""

    __slots__ = (
        "consumes",
        "groupindex",
        "groups",
        "literal",
        "quick",
        "quick_chars",
        "quick_search",
        "re_chars",
        "slow",
    )

    def __init__(self, translated: str) -> None:
        import regex  # type: ignore[import-untyped] # most scripts need none

        self.slow = regex.compile(translated, regex.VERSION1, cache_pattern=False)
        self.groupindex: dict[str, int] = self.slow.groupindex
        self.groups: int = self.slow.groups
        self.quick_chars = _chars_without_limit(translated)
        alike = self.quick_chars > 0 and _ALIKE.fullmatch(translated) is not None
        self.quick: Any = re.compile(_SETS.sub(_flat, translated)) if alike else None
        # Which ASCII texts does `re` search, and how?
        self.re_chars = max(self.quick_chars, _ascii_chars(translated)) if alike else -1
        self.quick_search: Any = getattr(self.quick, "search", None)
        # Does every match take a character at least, whatever the text? And is the pattern a text, where it does?
        self.consumes = alike and "|" not in translated and _CONSUMES.match(translated) is not None
        self.literal = _literal(translated) if alike else None

    def search(self, text: str, position: int = 0) -> Any:
        """The first match from `position` on, or None."""
        if len(text) <= self.re_chars and text.isascii():
            return self.quick_search(text, position)
        if len(text) <= self.quick_chars:
            return self.slow.search(text, position)
        try:
            return self.slow.search(text, position, timeout=REGEX_SECONDS_MAX)
        except TimeoutError:
            raise LimitError(f"Regular expression match took longer than {REGEX_SECONDS_MAX} seconds") from None
        except (RecursionError, MemoryError):
            raise LimitError("Regular expression match took too much memory") from None

    def searcher(self, text: str) -> Any:
        """What searches the text as search() does, for (text, position)."""
        return self.quick_search if len(text) <= self.re_chars and text.isascii() else self.search

    def takes_whole(self, text: str) -> bool:
        """May all matches in the text be found by one call of `re`, none of them empty?"""
        return self.consumes and len(text) <= self.re_chars and text.isascii()


def _chars_without_limit(translated: str) -> int:
    """The length of texts in which the pattern cannot run for long; 0 where none is short enough."""
    pattern = translated.replace(AT_LAST_LINE_END, "")  # it looks at two characters
    if _REPEATED_GROUP.search(pattern):
        return 0
    return chars_for(1 + sum(map(pattern.count, "*+?{|")))


def _ascii_chars(translated: str) -> int:
    """The same of ASCII texts and a pattern that both engines read alike; 0 where nothing better is known."""
    if "|" in translated.replace(AT_LAST_LINE_END, ""):
        return 0
    parts = [(found["one"], found["loop"] or "") for found in _PART.finditer(translated) if found["one"]]
    return ascii_chars([(_SETS.sub(_flat, one), loop) for one, loop in parts], translated.startswith(r"\A"))


def _flat(found: re.Match[str]) -> str:
    """A set without the sets in it, which `re` does not know: brackets that are members are written by their codes."""
    start = 2 if found[0].startswith("[^") else 1
    return found[0][:start] + found[0][start:-1].replace("[", "").replace("]", "") + "]"


def _literal(translated: str) -> str | None:
    if not _PLAIN.fullmatch(translated):
        return None
    return re.sub(r"\\x(..)", lambda found: chr(int(found[1], 16)), translated)
