"""Matching and substituting with Java's patterns: compiled patterns, and the state behind `=~`, `$1` and /.../g.

A Matcher holds plain data only (texts, patterns, positions), so that it can wait in a checkpoint in the middle
of a /.../g loop. Every search has a time limit, since a pattern of a few characters can run for years.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import Any

from ..errors import CheckpointDecodeError, LimitError, NullError, RuntimeError
from ..limits import STRING_CHARS_MAX
from . import decimals
from .numbers import LONG_MAX, LONG_MIN, Long
from .plain_data import plain_data
from .regex_engines import Pattern
from .regex_syntax import translate
from .suspension import give_way, resumable

_CACHED_PATTERNS = 500
_LONG_DIGITS = 19  # fewer of them always are a long
_PARTS_AT_ONCE = 2048  # of a substitution, which is done in slices of time


_compiled: dict[str | tuple[str, str], Pattern] = {}  # by the pattern, with its modifiers where there are any


def compile_pattern(pattern: str, modifiers: str = "") -> Pattern:
    """A Java pattern, ready to search with; modifiers are of i, m and s."""
    key = (pattern, modifiers) if modifiers else pattern
    found = _compiled.get(key)
    if found is None:
        if len(_compiled) >= _CACHED_PATTERNS:
            _compiled.clear()
        found = _compiled[key] = _translated(pattern, modifiers)
    return found


def _translated(pattern: str, modifiers: str) -> Pattern:
    import regex  # type: ignore[import-untyped] # most scripts need none

    try:
        return Pattern(translate(pattern, modifiers))
    except (regex.error, re.error) as error:
        raise RuntimeError(f"Pattern error: {error}") from None
    except (RecursionError, OverflowError, MemoryError):
        raise LimitError("Pattern too complex") from None


class _Spans:
    """What is known of a match after a checkpoint: where it and its groups are, as `re` would tell it.

    spans: may be filled after this is made, and is looked at only when it is used.
    """

    __slots__ = ("of", "spans")

    def __init__(self, of: _Search, spans: list[int]) -> None:
        self.of = of
        self.spans = spans

    @property
    def regs(self) -> tuple[tuple[int, int], ...]:
        return tuple(zip(self.spans[::2], self.spans[1::2], strict=True))

    def span(self) -> tuple[int, int]:
        return self.regs[0]

    def start(self) -> int:
        return self.spans[0]

    def end(self) -> int:
        return self.spans[1]

    def __getitem__(self, number: int) -> str | None:
        start, end = self.regs[number]
        return None if start < 0 or self.of.text is None else self.of.text[start:end]


@plain_data("MatcherSearch", saved=("appended", "modifiers", "pattern", "spans", "text"))
class _Search:
    """One text searched with one pattern. `found` is the last match: of `re`, of `regex`, or _Spans.

    search: what searches the text from a position on; None after a checkpoint."""

    __slots__ = ("appended", "found", "modifiers", "pattern", "search", "text")

    def __init__(self, text: str | None = None, pattern: str = "", modifiers: str = "", found: Any = None) -> None:
        self.text = text
        self.pattern = pattern
        self.modifiers = modifiers
        self.found = found
        self.search: Any = None
        self.appended = 0  # how much of the text a substitution in progress has taken over

    @property
    def spans(self) -> list[int] | None:
        """The match as a checkpoint holds it: start and end of each group, -1 for unset."""
        if type(self.found) is _Spans:
            return self.found.spans
        return None if self.found is None else list(chain.from_iterable(self.found.regs))

    @spans.setter
    def spans(self, spans: list[int] | None) -> None:
        if spans is not None and type(spans) is not list:
            raise CheckpointDecodeError("The places of a match are no list")
        self.found = None if spans is None else _Spans(self, spans)
        self.search = None

    def begin(self, text: str, pattern: str, modifiers: str) -> None:
        self.text = text
        self.pattern = pattern
        self.modifiers = modifiers
        self.found = None
        self.search = compile_pattern(pattern, modifiers).searcher(text)
        self.appended = 0

    def next(self) -> bool:
        """Find the next match; after an empty one at least one character on."""
        text, found = self.text, self.found
        assert text is not None
        position = 0
        if found is not None:
            position = found.end()
            if position == found.start():
                position += 1
                if position > len(text):
                    self.found = None
                    return False
        if self.search is None:
            self.search = compile_pattern(self.pattern, self.modifiers).searcher(text)
        self.found = found = self.search(text, position)
        return found is not None

    def group(self, number: int) -> str | None:
        """Of the last match; None where the group took no part, or is none."""
        try:
            return None if self.found is None else self.found[number]
        except IndexError:
            return None


@plain_data("Matcher", saved=("as_numbers", "last_was_global", "looping", "single"))
class Matcher:
    """What the capture variables of a scope refer to: the last match, and where a /.../g loop stands.

    `last` is the last match without `g`, of `re` or of `regex`, from which a search is made only where it is needed.
    """

    __slots__ = ("as_numbers", "last", "last_was_global", "looping", "modifiers", "pattern")

    def __init__(self) -> None:
        self.last: Any = None
        self.looping: _Search | None = None
        self.last_was_global = False
        self.as_numbers = False

    @property
    def single(self) -> _Search | None:
        """The last search without `g`."""
        if self.last is not None and type(self.last) is not _Search:
            self.last = _Search(self.last.string, self.pattern, self.modifiers, self.last)
        return self.last

    @single.setter
    def single(self, search: _Search | None) -> None:
        if search is not None and type(search) is not _Search:
            raise CheckpointDecodeError("The last search of a Matcher is none")
        self.last = search

    def find(self, text: str | None, pattern: str | None, is_global: bool, modifiers: str, as_numbers: bool) -> bool:
        """text =~ /pattern/: with `g` from where the last match in the same text ended. null matches nothing."""
        self.as_numbers = as_numbers
        self.last_was_global = is_global
        if text is None:
            return False
        if pattern is None:
            raise NullError("Null regex in regex match")
        if is_global:
            state = self.looping
            if (
                state is None
                or state.found is None
                or state.pattern != pattern
                or state.modifiers != modifiers
                or (state.text is not text and state.text != text)
            ):
                state = self._state()
                state.begin(text, pattern, modifiers)
            return state.next()
        compiled = (None if modifiers else _compiled.get(pattern)) or compile_pattern(pattern, modifiers)
        if len(text) <= compiled.re_chars and text.isascii():
            found = compiled.quick_search(text)
        else:
            found = compiled.search(text)
        self.last = found
        self.pattern = pattern
        self.modifiers = modifiers
        return found is not None

    def find_next(self) -> bool:
        """Go on with the last find()."""
        return self._state().next()

    def group(self, number: int) -> Any:
        """$number: null where there is none; a number where the `n` modifier was given and the text is one."""
        found: Any = self.looping if self.last_was_global else self.last
        if type(found) is _Search:
            found = found.found
        if found is None:
            return None
        try:
            value = found[number]
        except IndexError:
            return None
        if value is None or not self.as_numbers:
            return value
        if value.isdigit() and value.isascii() and len(value) < _LONG_DIGITS:
            return Long(value)
        return _number_or_text(value)

    @resumable
    def substitute(
        self, text: str | None, pattern: str | None, replacement: str, is_global: bool, modifiers: str, as_numbers: bool
    ) -> str:
        """text =~ s/pattern/replacement/ where the replacement is the same for every match, but for $1, $2..."""
        if text is None:
            raise NullError("Null string in regex match")
        self.as_numbers = as_numbers
        self.last_was_global = is_global
        if pattern is None:
            raise NullError("Null regex in regex match")
        whole = _substituted(text, compile_pattern(pattern, modifiers), replacement, is_global)
        if whole is not None:
            if not is_global:
                self.last = None
            elif self.looping is not None:
                self.looping.found = None
            return whole
        parts: list[str] = []
        state = self._state()
        state.begin(text, pattern, modifiers)
        joined = size = 0
        found = state.next()
        while found:
            self.append_replacement(parts, replacement)
            if len(parts) - joined >= _PARTS_AT_ONCE:
                size += _join_from(parts, joined)
                joined += 1
                if size > STRING_CHARS_MAX:
                    raise _too_long()
                give_way()
            found = is_global and state.next()
        self.append_tail(parts, text)
        state.found = None
        return "".join(parts)

    def append_replacement(self, parts: list[str], replacement: str) -> None:
        """Add the text before the last match, and the replacement with its $1, ${name} and \\x expanded."""
        state = self._state()
        assert state.text is not None and state.found is not None
        expanded = _expanded(replacement, state)
        start, end = state.found.span()
        before = state.text[state.appended : start]
        state.appended = end
        parts.append(before)
        parts.append(expanded)
        if len(parts).bit_count() == 1 or len(expanded) > 100_000:
            _check_size(parts)

    def append_tail(self, parts: list[str], text: str | None) -> None:
        """Add what is left of the text after the last replacement."""
        if text is None:
            raise NullError("Null string in regex match")
        parts.append(text[self._state().appended :])
        _check_size(parts)

    def _state(self) -> _Search:
        if not self.last_was_global:
            if self.last is None:
                self.last = _Search()
            return self.single  # type: ignore[return-value]
        if self.looping is None:
            self.looping = _Search()
        return self.looping


def _substituted(text: str, pattern: Pattern, replacement: str, is_global: bool) -> str | None:
    """The first match, or all of them, replaced in one call; None where that may not be."""
    if not pattern.takes_whole(text) or (len(text) + 1) * (len(replacement) + 1) > STRING_CHARS_MAX:
        return None
    if "$" in replacement or "\\" in replacement:
        template = _template(replacement, pattern.groups)
        if template is None:
            return None
        replacement = template
    return pattern.quick.sub(replacement, text, 0 if is_global else 1)  # type: ignore[no-any-return]


@lru_cache(maxsize=_CACHED_PATTERNS)
def _template(replacement: str, groups: int) -> str | None:
    """The replacement as `re` writes it; None where it is wrong, or refers to a group by its name."""

    def reference(replacement: str, at: int) -> tuple[str, int]:
        number, at = _number_of(replacement, at, groups)
        if number < 0:
            raise _bad_replacement("It is told where a match is replaced")
        return rf"\g<{number}>", at

    try:
        return _read(replacement, lambda char: r"\\" if char == "\\" else char, reference)
    except RuntimeError:
        return None


def _number_of(replacement: str, at: int, groups: int) -> tuple[int, int]:
    """The number of a group, of as many digits as make one, and where it ends; -1 where there is none."""
    digits = "0123456789"
    char = replacement[at : at + 1]
    if not char or char not in digits or int(char) > groups:
        return -1, at
    number = int(char)
    at += 1
    while (char := replacement[at : at + 1]) and char in digits and number * 10 + int(char) <= groups:
        number = number * 10 + int(char)
        at += 1
    return number, at


def _number_or_text(value: str) -> Any:
    digits = value[1:] if value[:1] in ("-", "+") else value
    if digits.isascii() and digits.isdigit() and len(digits) < 100:
        number = int(value)
        return Long(number) if LONG_MIN <= number <= LONG_MAX else value
    if "." in value:
        decimal = decimals.parse(value)
        return value if decimal is None else decimal
    return value


def _expanded(replacement: str, state: _Search) -> str:
    if "$" not in replacement and "\\" not in replacement:
        return replacement

    def reference(replacement: str, at: int) -> tuple[str, int]:
        value, at = _reference(replacement, at, state)
        return value or "", at

    return _read(replacement, str, reference)


def _read(replacement: str, literal: Callable[[str], str], reference: Callable[[str, int], tuple[str, int]]) -> str:
    """A replacement with each character, escaped or not, and each reference, which begins behind its `$`, as given."""
    parts: list[str] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        at += 1
        if char == "$":
            value, at = reference(replacement, at)
            parts.append(value)
            continue
        if char == "\\":
            if at >= len(replacement):
                raise _bad_replacement("character to be escaped is missing")
            char = replacement[at]
            at += 1
        parts.append(literal(char))
    return "".join(parts)


def _reference(replacement: str, at: int, state: _Search) -> tuple[str | None, int]:
    """The group that `$` refers to, and where the reference ends."""
    char = replacement[at : at + 1]
    if char == "{":
        return _named_reference(replacement, at + 1, state)
    if not char:
        raise _bad_replacement("Illegal group reference: group index is missing")
    if char not in "0123456789":
        raise _bad_replacement("Illegal group reference")
    number, at = _number_of(replacement, at, len(state.found.regs) - 1)
    if number < 0:
        raise _bad_replacement(f"No group {char} (IndexOutOfBoundsException)")
    return state.group(number), at


def _named_reference(replacement: str, at: int, state: _Search) -> tuple[str | None, int]:
    end = replacement.find("}", at)
    name = replacement[at:end] if end >= 0 else ""
    number = compile_pattern(state.pattern, state.modifiers).groupindex.get(name)
    if number is None:
        raise _bad_replacement(f"No group with name {{{name}}}")
    return state.group(number), end + 1


def _bad_replacement(reason: str) -> RuntimeError:
    return RuntimeError(f"Error during regex substitution: {reason}")


def _check_size(parts: list[str]) -> None:
    if sum(map(len, parts)) > STRING_CHARS_MAX:
        raise _too_long()


def _join_from(parts: list[str], start: int) -> int:
    """Make one of the parts from `start` on; its length."""
    text = "".join(parts[start:])
    parts[start:] = [text]
    return len(text)


def _too_long() -> LimitError:
    return LimitError(f"String of more than {STRING_CHARS_MAX} characters")
