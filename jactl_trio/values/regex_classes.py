"""Java's character classes, properties and character escapes -> sets of the `regex` package."""

from __future__ import annotations

import re
import unicodedata

CLASSES_DEEP_MAX = 50

_HORIZONTAL = r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
_VERTICAL = r"\n\x0b\f\r\x85\u2028\u2029"
_PREDEFINED = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r" \t\n\x0b\f\r", "h": _HORIZONTAL, "v": _VERTICAL}

_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": r"\x20-\x7e",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0b\f\r",
    "L1": r"\x00-\xff",
    "all": r"\x00-\U0010ffff",
    "LC": r"\p{Lu}\p{Ll}\p{Lt}",
    "LD": r"\p{L}\p{Nd}",
    "javaLowerCase": r"\p{Lowercase}",
    "javaUpperCase": r"\p{Uppercase}",
    "javaTitleCase": r"\p{Lt}",
    "javaAlphabetic": r"\p{Alphabetic}",
    "javaIdeographic": r"\p{Ideographic}",
    "javaDigit": r"\p{Nd}",
    "javaDefined": r"\P{Cn}",
    "javaLetter": r"\p{L}",
    "javaLetterOrDigit": r"\p{L}\p{Nd}",
    "javaJavaIdentifierStart": r"\p{L}\p{Nl}\p{Sc}\p{Pc}",
    "javaJavaIdentifierPart": r"\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}",
    "javaSpaceChar": r"\p{Z}",
    "javaWhitespace": r"\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000",
    "javaISOControl": r"\x00-\x1f\x7f-\x9f",
    "javaMirrored": r"\p{Bidi_Mirrored}",
}
_KEYED = {
    "sc": "Script",
    "script": "Script",
    "blk": "Block",
    "block": "Block",
    "gc": "General_Category",
    "general_category": "General_Category",
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_PROPERTY = re.compile(r"([pP])(?:\{(\^?[\w ()=\-.]+)\}|(\w))")


class PatternError(Exception):
    """The pattern is not valid; `index` as Java's own message gives it."""

    def __init__(self, description: str, index: int) -> None:
        super().__init__(description)
        self.description = description
        self.index = index

    def where(self, pattern: str) -> str:
        near = f" near index {self.index}" if self.index >= 0 else ""
        if len(pattern) > 200:
            return near
        caret = "\n" + " " * self.index + "^" if 0 <= self.index < len(pattern) else ""
        return f"{near}\n{pattern}{caret}"


def literal(char: str) -> str:
    """The character itself, inside or outside a set."""
    if char.isalnum() or char == "_":
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cased(char: str, ignore_case: bool) -> str:
    """The character as an atom; where case is ignored (in Java: of ASCII letters only) either of its forms."""
    if ignore_case and char.isascii() and char.isalpha():
        return f"[{char.lower()}{char.upper()}]"
    return literal(char)


def property_set(pattern: str, at: int, ignore_case: bool) -> tuple[str, int] | None:
    r"""A set named by the escape whose letter is at `at` (\d, \H, \p{Alpha}...), and where it ends."""
    char = pattern[at]
    inside = _PREDEFINED.get(char.lower())
    if inside is not None:
        return f"[{'^' if char.isupper() else ''}{inside}]", at + 1
    if char not in "pP":
        return None
    found = _PROPERTY.match(pattern, at)
    if found is None:
        raise _bad_property(pattern, at)
    name = found[2] or found[3]
    negated = (char == "P") != name.startswith("^")
    inside = "a-zA-Z" if ignore_case and name in ("Lower", "Upper") else _named_set(name.lstrip("^"), found.end() - 1)
    return f"[{'^' if negated else ''}{inside}]", found.end()


def _bad_property(pattern: str, at: int) -> PatternError:
    if pattern[at + 1 : at + 2] != "{":
        return PatternError(f"Unknown character property name {{{pattern[at + 1 : at + 2]}}}", at + 1)
    end = pattern.find("}", at)
    if end < 0:
        return PatternError("Unclosed character family", len(pattern) - 1)
    name = pattern[at + 2 : end]
    return PatternError(f"Unknown character property name {{{name}}}" if name else "Empty character family", end)


def _named_set(name: str, end: int) -> str:
    posix = _POSIX.get(name)
    if posix is not None:
        return posix
    key, _, value = name.partition("=")
    if value:
        wanted = f"{_KEYED.get(key.lower(), '?')}={value}"
    elif name.startswith("In"):
        wanted = f"Block={name[2:]}"
    elif name.startswith("Is"):
        wanted = name[2:]
    else:
        wanted = name
    text = r"\p{" + wanted + "}"
    import regex  # type: ignore[import-untyped] # most scripts need none

    try:
        regex.compile(f"[{text}]", regex.VERSION1)
    except regex.error:
        raise PatternError(f"Unknown character property name {{{name}}}", end) from None
    return text


def escaped_char(pattern: str, at: int) -> tuple[str, int]:
    """The one character that the escape whose letter is at `at` stands for, and where it ends."""
    return _escaped(pattern, at)


def _escaped(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at]
    if char in _CONTROLS:
        return _CONTROLS[char], at + 1
    if char == "0":
        return _octal(pattern, at + 1)
    if char == "x" or char == "u":
        return _hexadecimal(pattern, at)
    if char == "c":
        if at + 1 >= len(pattern):
            raise PatternError("Illegal control escape sequence", at)
        return chr(ord(pattern[at + 1]) ^ 64), at + 2
    if char == "N":
        return _by_name(pattern, at + 1)
    if char.isascii() and char.isalnum():
        raise PatternError("Illegal/unsupported escape sequence", at)
    return char, at + 1


def _octal(pattern: str, at: int) -> tuple[str, int]:
    found = re.compile(r"[0-3][0-7]{1,2}|[0-7]{1,2}").match(pattern, at)
    if found is None:
        raise PatternError("Illegal octal escape sequence", at)
    return chr(int(found[0], 8)), found.end()


def _hexadecimal(pattern: str, at: int) -> tuple[str, int]:
    kind = "hexadecimal" if pattern[at] == "x" else "Unicode"
    digits = r"x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})"
    found = re.compile(digits).match(pattern, at)
    if found is None:
        raise PatternError(f"Illegal {kind} escape sequence", at + 1)
    code = int(found[found.lastindex or 1], 16)
    if code > 0x10FFFF:
        raise PatternError("Hexadecimal codepoint is too big", at + 1)
    return chr(code), found.end()


def _by_name(pattern: str, at: int) -> tuple[str, int]:
    end = pattern.find("}", at)
    if pattern[at : at + 1] != "{" or end < 0:
        raise PatternError("Illegal character name escape sequence", at)
    try:
        return unicodedata.lookup(pattern[at + 1 : end]), end + 1
    except KeyError:
        raise PatternError(f"Unknown character name [{pattern[at + 1 : end]}]", at) from None


class ClassParser:
    """Reads one `[...]`; `at` stands after the opening bracket, later after the closing one."""

    def __init__(self, pattern: str, at: int, comments: bool, ignore_case: bool) -> None:
        self.pattern = pattern
        self.at = at
        self.comments = comments
        self.ignore_case = ignore_case

    def parse(self, depth: int = 0) -> str:
        """The set in the syntax of `regex`; Java's && binds loosest, and ^ negates the whole."""
        if depth > CLASSES_DEEP_MAX:
            raise PatternError("Character class nested too deeply", self.at)
        negated = self._peek() == "^"
        if negated:
            self.at += 1
        operands: list[str] = []
        parts: list[str] = []
        first = True
        while True:
            char = self._next()
            if char == "]" and (not first or operands):
                break
            if char == "&" and self._peek() == "&":
                self.at += 1
                while self._peek() == "&":
                    self.at += 1
                if parts:
                    operands.append("".join(parts))
                parts = []
            elif char == "[":
                parts.append(self.parse(depth + 1))
            else:
                parts.append(self._member(char))
            first = False
        return _combined(operands, "".join(parts), negated)

    def _member(self, char: str) -> str:
        """A character, a range, or a named set."""
        if char == "\\":
            if self.at >= len(self.pattern):
                raise PatternError("Unclosed character class", len(self.pattern) - 1)
            if self.pattern[self.at] == "Q":
                return self._quoted()
            named = property_set(self.pattern, self.at, self.ignore_case)
            if named is not None:
                self.at = named[1]
                return named[0]
            char, self.at = _escaped(self.pattern, self.at)
        if self._peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", "[", ""):
            return _range(char, char, self.ignore_case)
        self.at += 1
        end = self._next()
        if end == "\\":
            if property_set(self.pattern, self.at, self.ignore_case) is not None:
                raise PatternError("Illegal character range", self.at)
            end, self.at = _escaped(self.pattern, self.at)
        if end < char:
            raise PatternError("Illegal character range", self.at - 1)
        return _range(char, end, self.ignore_case)

    def _quoted(self) -> str:
        end = self.pattern.find("\\E", self.at)
        text = self.pattern[self.at + 1 : len(self.pattern) if end < 0 else end]
        self.at = len(self.pattern) if end < 0 else end + 2
        return "".join(_range(char, char, self.ignore_case) for char in text)

    def _peek(self) -> str:
        if self.comments:
            while self.pattern[self.at : self.at + 1] in tuple(" \t\n\r\f"):
                self.at += 1
        return self.pattern[self.at : self.at + 1]

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError("Unclosed character class", len(self.pattern) - 1)
        self.at += 1
        return char


def _range(low: str, high: str, ignore_case: bool) -> str:
    """The members of a set from `low` to `high`; where case is ignored the other form of ASCII letters too."""
    text = literal(low) if low == high else f"{literal(low)}-{literal(high)}"
    if ignore_case:
        for first, last in (("a", "z"), ("A", "Z")):
            start, end = max(low, first), min(high, last)
            if start <= end:
                text += f"{start.swapcase()}-{end.swapcase()}"
    return text


def _combined(operands: list[str], last: str, negated: bool) -> str:
    sign = "^" if negated else ""
    if not operands:
        return f"[{sign}{last}]" if last else ("[\\x00-\\U0010ffff]" if negated else "(?!)")
    if last:
        operands = [*operands, last]
    return f"[{sign}{'&&'.join(f'[{operand}]' for operand in operands)}]"
