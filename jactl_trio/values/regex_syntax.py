"""Java's pattern syntax -> the syntax of the `regex` package, with Java's meaning.

Every construct is read and written anew: what Java does not know (fuzzy matching, recursion, conditionals...) is
an error here too, so that no script reaches a feature of the package by accident. Modifiers and inline flags are
translated away, since Java's `.`, `^`, `$` and case rules differ from the package's. Character classes are in
regex_classes.
"""

from __future__ import annotations

import re

from ..errors import LimitError, RuntimeError
from ..limits import REGEX_COPIES_MAX
from .regex_classes import ClassParser, PatternError, cased, escaped_char, property_set

PATTERN_CHARS_MAX = 100_000
GROUPS_DEEP_MAX = 100  # the package compiles by recursion
REPEAT_MAX = 0x7FFFFFFF

# Line terminators of Java: \n, \r\n, \r, NEL, LINE and PARAGRAPH SEPARATOR.
_NOT_LINE_END = r"[^\n\r\x85\u2028\u2029]"
AT_LAST_LINE_END = r"(?=(?:\r\n|[\r\x85\u2028\u2029]|(?<!\r)\n)?\Z)"
_AT_LINE_END = r"(?=\r\n|[\r\x85\u2028\u2029]|(?<!\r)\n|\Z)"
_AT_LINE_START = r"(?:(?!\Z)(?:\A|(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)))"

_SIMPLE = {
    "A": r"\A",
    "z": r"\Z",
    "Z": AT_LAST_LINE_END,
    "b": r"\b",
    "B": r"\B",
    "G": r"\G",
    "X": r"\X",
    "R": r"(?>\r\n|[\n\x0b\f\r\x85\u2028\u2029])",
}
_GROUP_OPENERS = {":": "(?:", "=": "(?=", "!": "(?!", ">": "(?>", "<=": "(?<=", "<!": "(?<!"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_REPEAT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_DIGITS = re.compile(r"[0-9]+")


def translate(pattern: str, modifiers: str) -> str:
    """The pattern for regex.compile(..., VERSION1); the modifiers are written into it."""
    if len(pattern) > PATTERN_CHARS_MAX:
        raise LimitError(f"Pattern of more than {PATTERN_CHARS_MAX} characters")
    flags = set()
    for modifier in modifiers:
        if modifier not in "ims":
            raise RuntimeError(f"Unexpected regex modifier '{modifier}'")
        flags.add(modifier)
    try:
        return _Translator(pattern, flags).run()
    except PatternError as error:
        raise RuntimeError(f"Pattern error: {error.description}{error.where(pattern)}") from None


class _Translator:
    def __init__(self, pattern: str, flags: set[str]) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags = frozenset(flags)
        self.groups_total = len(re.findall(r"\((?!\?)|\(\?<[A-Za-z]", pattern))  # an upper bound while reading
        self.names: set[str] = set()
        self.out: list[str] = []
        self.open: list[frozenset[str]] = []  # the flags to return to at each open group
        self.repeatable = False
        self.copies = [0]  # of parts in each open group, all that {n} repeats counted as often
        self.last_copies = 1  # of the last atom

    def run(self) -> str:
        pattern = self.pattern
        while self.at < len(pattern):
            char = pattern[self.at]
            self.at += 1
            if "x" in self.flags and (char in " \t\n\x0b\f\r" or char == "#"):
                self._comment(char)
                continue
            handler = _HANDLERS.get(char)
            if handler is None:
                self._char(char)
            else:
                handler(self)
        if self.open:
            raise PatternError("Unclosed group", len(pattern))
        return "".join(self.out)

    def _atom(self, text: str) -> None:
        self.out.append(text)
        self.repeatable = True
        self._copied(1)

    def _char(self, char: str) -> None:
        self._atom(cased(char, "i" in self.flags))

    def _comment(self, char: str) -> None:
        if char == "#":
            end = self.pattern.find("\n", self.at)
            self.at = len(self.pattern) if end < 0 else end + 1

    def dot(self) -> None:
        if "s" in self.flags:
            self._atom(r"(?s:.)")
        else:
            self._atom(r"[^\n]" if "d" in self.flags else _NOT_LINE_END)

    def caret(self) -> None:
        if "m" not in self.flags:
            self._atom(r"\A")
        else:
            self._atom(r"(?:(?!\Z)(?:\A|(?<=\n)))" if "d" in self.flags else _AT_LINE_START)

    def dollar(self) -> None:
        if "d" in self.flags:
            self._atom(r"(?=\n|\Z)" if "m" in self.flags else r"(?=\n?\Z)")
        else:
            self._atom(_AT_LINE_END if "m" in self.flags else AT_LAST_LINE_END)

    def bar(self) -> None:
        self.out.append("|")
        self.repeatable = False

    def char_class(self) -> None:
        parser = ClassParser(self.pattern, self.at, "x" in self.flags, "i" in self.flags)
        self._atom(parser.parse())
        self.at = parser.at

    def repeat(self) -> None:
        """`*`, `+` or `?`, greedy, reluctant or possessive."""
        char = self.pattern[self.at - 1]
        if not self.repeatable:
            raise PatternError(f"Dangling meta character '{char}'", self.at - 1)
        self._repeated(char)

    def brace(self) -> None:
        found = _REPEAT.match(self.pattern, self.at - 1)
        if found is None:
            started = self.repeatable and self.pattern[self.at : self.at + 1] in tuple("0123456789")
            raise PatternError("Unclosed counted closure" if started else "Illegal repetition", self.at + started)
        low = int(found[1])
        high = int(found[3]) if found[3] else low
        if low > REPEAT_MAX or high > REPEAT_MAX or high < low:
            raise PatternError("Illegal repetition range", found.end() - 1)
        self.at = found.end()
        self._copied(self.last_copies * max(low - 1, 0))
        if not self.repeatable:
            self.out.append("(?:)")  # Java takes it for a repetition of nothing
        self._repeated(found[0])

    def _repeated(self, quantifier: str) -> None:
        if self.pattern[self.at : self.at + 1] in ("?", "+") and self.at < len(self.pattern):
            quantifier += self.pattern[self.at]
            self.at += 1
        self.out.append(quantifier)
        self.repeatable = False

    def _copied(self, count: int) -> None:
        self.copies[-1] += count
        self.last_copies = 1
        if self.copies[-1] > REGEX_COPIES_MAX:
            raise LimitError("Pattern too complex")

    def close(self) -> None:
        if not self.open:
            raise PatternError("Unmatched closing ')'", self.at - 2)
        self.flags = self.open.pop()
        inside = self.copies.pop()
        self._atom(")")
        self._copied(inside)
        self.last_copies = 1 + inside

    def group(self) -> None:
        if len(self.open) >= GROUPS_DEEP_MAX:
            raise LimitError(f"Pattern with groups more than {GROUPS_DEEP_MAX} deep")
        if self.pattern[self.at : self.at + 1] != "?":
            self._opened("(", self.flags)
            return
        self.at += 1
        rest = self.pattern[self.at : self.at + 2]
        for opener in ("<=", "<!", ":", "=", "!", ">"):
            if rest.startswith(opener):
                self.at += len(opener)
                self._opened(_GROUP_OPENERS[opener], self.flags)
                return
        if rest.startswith("<"):
            self._named_group()
        else:
            self._inline_flags()

    def _opened(self, text: str, flags: frozenset[str]) -> None:
        self.open.append(self.flags)
        self.copies.append(0)
        self.flags = flags
        self.out.append(text)
        self.repeatable = False

    def _named_group(self) -> None:
        name = self._name(self.at + 1)
        if name in self.names:
            raise PatternError(f"Named capturing group <{name}> is already defined", self.at - 1)
        self.names.add(name)
        self._opened(f"(?P<{name}>", self.flags)

    def _name(self, start: int) -> str:
        """A group's name and the `>` after it."""
        found = _NAME.match(self.pattern, start)
        if found is None:
            raise PatternError("capturing group name does not start with a Latin letter", start)
        if self.pattern[found.end() : found.end() + 1] != ">":
            raise PatternError("named capturing group is missing trailing '>'", found.end())
        self.at = found.end() + 1
        return found[0]

    def _inline_flags(self) -> None:
        """`(?i)`, `(?s-i)`, `(?i:...)`: they change how the rest of the group is translated."""
        found = re.compile(r"([idmsuxU]*)(?:-([idmsuxU]*))?([):])").match(self.pattern, self.at)
        if found is None:
            raise PatternError("Unknown inline modifier", self.at)
        self.at = found.end()
        flags = frozenset((self.flags | set(found[1])) - set(found[2] or ""))
        if found[3] == ":":
            self._opened("(?:", flags)
        else:
            self.flags = flags

    def escape(self) -> None:
        if self.at >= len(self.pattern):
            raise PatternError("Unexpected internal error", self.at)
        char = self.pattern[self.at]
        self.at += 1
        simple = _SIMPLE.get(char)
        if simple is not None:
            self._atom(simple)
        elif char in "123456789":
            self._back_reference()
        elif char == "k":
            self._named_reference()
        elif char == "Q":
            self._quoted()
        else:
            named = property_set(self.pattern, self.at - 1, "i" in self.flags)
            if named is not None:
                self.at = named[1]
                self._atom(named[0])
            else:
                char, self.at = escaped_char(self.pattern, self.at - 1)
                self._char(char)

    def _back_reference(self) -> None:
        """As many digits as there are groups to refer to, one at least."""
        start = self.at - 1
        number = int(self.pattern[start])
        while self.at < len(self.pattern) and self.pattern[self.at] in "0123456789":
            longer = number * 10 + int(self.pattern[self.at])
            if longer > self.groups_total:
                break
            number = longer
            self.at += 1
        known = number <= self._groups_opened()
        self._atom(self._reference(f"\\{number}") if known else "(?!)")

    def _reference(self, text: str) -> str:
        return f"(?i:{text})" if "i" in self.flags else f"(?:{text})"

    def _groups_opened(self) -> int:
        return sum(1 for text in self.out if text == "(" or text.startswith("(?P<"))

    def _named_reference(self) -> None:
        if self.pattern[self.at : self.at + 1] != "<":
            raise PatternError("\\k is not followed by '<' for named capturing group", self.at)
        name = self._name(self.at + 1)
        if name not in self.names:
            raise PatternError(f"named capturing group <{name}> does not exist", self.at - 1)
        self._atom(self._reference(f"(?P={name})"))

    def _quoted(self) -> None:
        end = self.pattern.find("\\E", self.at)
        text = self.pattern[self.at : len(self.pattern) if end < 0 else end]
        for char in text:
            self._char(char)
        self.at = len(self.pattern) if end < 0 else end + 2


_HANDLERS = {
    "\\": _Translator.escape,
    ".": _Translator.dot,
    "^": _Translator.caret,
    "$": _Translator.dollar,
    "|": _Translator.bar,
    "[": _Translator.char_class,
    "(": _Translator.group,
    ")": _Translator.close,
    "*": _Translator.repeat,
    "+": _Translator.repeat,
    "?": _Translator.repeat,
    "{": _Translator.brace,
}
