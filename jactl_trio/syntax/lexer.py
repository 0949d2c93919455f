"""Source text -> tokens, one at a time: the parser tells where a `/` begins a regular expression.

Inside an interpolated string the lexer gives its parts as tokens of their own; `${` switches back to ordinary tokens
until the matching `}`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from ..structs import Struct
from ..values.numbers import Long
from .tokens import (
    DECIMAL,
    DOLLAR,
    DOUBLE,
    EOF,
    EOL,
    ERROR,
    IDENTIFIER,
    INTEGER,
    KEYWORDS,
    LONG,
    STRING,
    STRING_END,
    STRING_START,
    SUBST_REPLACE,
    SUBST_START,
    Token,
)

_OPERATORS: Final = (
    ">>>=", "<<=", ">>=", "===", "!==", "<=>", ">>>", "%%=", "**=", "??", "%%", "!=", "==", "<=", ">=", "?:", "&&",
    "||", "->", "-=", "+=", "/=", "*=", "&=", "|=", "^=", "?=", "<<", ">>", "--", "++", "**", "=~", "!~", "%=", "?.",
    "?[", "${", "(", ")", "[", "]", "{", "}", "!", "%", "^", "&", "*", "-", "+", "/", "=", "<", ">", "?", ",", ".",
    "~", "\\", "|", ":", ";",
)  # fmt: skip
# What is not in a word, for of the rest, all letters beyond ASCII too, `re` takes long to make a set.
_NO_FIRST, _NO_LATER = r"\x00-@\[-^`{-\x7f", r"\x00-#%-/:-@\[-^`{-\x7f"
_WORD = rf"[^{_NO_FIRST}][^{_NO_LATER}]*"
_TOKEN: Final = re.compile(
    r"(?P<space>(?:[ \t\r]|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<comment>/\*)"
    r"|(?P<eol>\n)"
    r"|(?P<number>\d)"
    r"|(?P<subst>s/)"
    rf"|(?P<negated>!(?:instanceof|in)(?![^{_NO_LATER}]))"
    rf"|(?P<word>{_WORD})"
    rf"|(?P<capture>\$(?:\d+|{_WORD}))"
    r"|(?P<quote>'''|'|\"\"\"|\")"
    rf"|(?P<operator>{'|'.join(map(re.escape, _OPERATORS))})",
    re.DOTALL,
)
_NUMBER: Final = re.compile(
    r"0[xX](?P<hex>[0-9a-fA-F](?:_*[0-9a-fA-F])*)?|0[bB](?P<binary>[01](?:_*[01])*)?|(?P<digits>\d(?:_*\d)*)(?P<fraction>\.\d(?:_*\d)*)?"
)
_IDENTIFIER: Final = re.compile(_WORD)
_CAPTURE: Final = re.compile(r"\d+")
_MODIFIERS: Final = "gsimrn"
_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class _StringState(Struct):
    """An interpolated string or regex that is open."""

    quote: str  # its closing quote; '/' for a regex
    allows_newlines: bool
    brace_level: int = -1
    is_substitute: bool = False  # in the pattern part of s/../../


_DIGITS_MAX = 64  # of an integer that can be valid, leading zeros apart


class Lexer:
    """Tokens by number; each is made when first asked for, in order."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self._at = 0
        self._strings: list[_StringState] = []
        self._in_string = False
        self._braces = 0

    def token(self, index: int) -> Token:
        tokens = self.tokens
        while index >= len(tokens):
            tokens.append(self._next())
        return tokens[index]

    def start_regex(self, index: int) -> None:
        """Say that the `/` or `/=` before token `index` opens a regex."""
        if index >= len(self.tokens):
            self._open("/", self._newlines_allowed())

    # Ordinary tokens

    def _next(self) -> Token:
        if self._in_string:
            return self._string_part()
        source, at = self.source, self._at
        while True:
            match = _TOKEN.match(source, at)
            if match is None:
                return self._no_match(at)
            kind = match.lastgroup
            end = match.end()
            if kind != "space":
                break
            at = end
        if kind == "word":
            return self._word(match[0], at, end)
        if kind == "operator":
            return self._operator(match[0], at, end)
        self._at = end
        if kind == "eol":
            return self._newline(at, end)
        if kind == "number":
            return self._number(at)
        if kind == "quote":
            return self._quoted(match[0], at)
        return self._rare(str(kind), match[0], at, end)

    def _no_match(self, at: int) -> Token:
        self._at = at
        if at >= len(self.source):
            if self._strings:
                self._strings.clear()
                self._in_string = False
                return self._error("Unexpected end of file in string", at, at)
            return Token(EOF, "", None, at, at)
        self._at = at + 1
        char = self.source[at]
        if char == "$":
            return self._error("Unexpected character '$'", at, at + 1)
        return self._error(f"Unexpected character '{char}': expecting start of identifier", at, at + 1)

    def _word(self, text: str, at: int, end: int) -> Token:
        self._at = end
        if text in KEYWORDS:
            value = {"true": True, "false": False}.get(text)
            return Token(text, text, value, at, end)
        return Token("_" if text == "_" else IDENTIFIER, text, text, at, end)

    def _operator(self, text: str, at: int, end: int) -> Token:
        self._at = end
        if text in ("{", "${"):
            self._braces += 1
        elif text == "}":
            self._braces -= 1
            if self._braces < 0:
                self._braces = 0
                return self._error("Closing brace '}' does not match any opening brace", at, end)
            if self._strings and self._strings[-1].brace_level == self._braces:
                self._in_string = True
        return Token(text, text, text, at, end)

    def _newline(self, at: int, end: int) -> Token:
        if not self._newlines_allowed():
            self._close()
            self._at = at
            return self._error("New line not allowed within single line string", at, at)
        return Token(EOL, "\n", None, at, end)

    def _rare(self, kind: str, text: str, at: int, end: int) -> Token:
        if kind == "capture":
            if not text[1].isdigit():
                return Token(DOLLAR, text, text[1:], at, end)
            if len(text) > 4:
                return self._error("Capture variable number too large", at, end)
            return Token(DOLLAR, text, text, at, end)
        if kind == "subst":
            self._open("/", self._newlines_allowed(), is_substitute=True)
            return Token(SUBST_START, text, "", at, end)
        if kind == "negated":
            return Token(text, text, text, at, end)
        self._at = len(self.source)
        return self._error("Unexpected end of file in comment", max(self._at - 1, end), self._at)

    def _number(self, at: int) -> Token:
        match = _NUMBER.match(self.source, at)
        assert match is not None
        base, digits, fraction = 10, match["digits"], match["fraction"]
        if match["digits"] is None:
            base = 16 if self.source[at + 1] in "xX" else 2
            digits, fraction = match["hex"] if base == 16 else match["binary"], None
        after_dot = bool(self.tokens) and self.tokens[-1].kind == "."
        end = match.end()
        if fraction and after_dot:
            end, fraction = end - len(fraction), None
        suffix = self.source[end : end + 1]
        self._at = end + (suffix == "D" or (suffix == "L" and not fraction))
        text = self.source[at : self._at]
        if not digits:
            return self._error("Missing digits for numeric literal", at, end)
        digits = digits.replace("_", "")
        if suffix == "D":
            if base != 10 and len(digits) > _DIGITS_MAX:
                return self._error("Number too large for double constant", at, self._at)
            number = float(digits + (fraction or "").replace("_", "")) if base == 10 else float(int(digits, base))
            return Token(DOUBLE, text, number, at, self._at)
        if fraction:
            return Token(DECIMAL, text, Decimal(digits + fraction.replace("_", "")), at, self._at)
        digits = digits.lstrip("0")
        value = int(digits or "0", base) if len(digits) <= _DIGITS_MAX else 1 << 64  # Python reads no 5,000 digits
        return self._integer(value, base, suffix == "L", text, at)

    def _integer(self, value: int, base: int, is_long: bool, text: str, at: int) -> Token:
        bits = 64 if is_long else 32
        if value >= 1 << bits or (base == 10 and value >= 1 << (bits - 1)):
            name = "long" if is_long else "integer"
            return self._error(f"Number too large for {name} constant", at, self._at)
        if value >= 1 << (bits - 1):
            value -= 1 << bits  # hexadecimal and binary literals give the bits
        return Token(LONG if is_long else INTEGER, text, Long(value) if is_long else value, at, self._at)

    # Strings

    def _quoted(self, quote: str, at: int) -> Token:
        allowed = self._newlines_allowed()
        if quote[0] == "'":
            text, error = self._literal_part(
                quote, allowed and len(quote) == 3, escapes=True, expressions=False, start=at
            )
            if error is not None:
                return error
            if not self.source.startswith(quote, self._at):
                return self._unfinished(at)
            self._at += len(quote)
            return Token(STRING, self.source[at : self._at], text, at, self._at)
        self._open(quote, allowed and len(quote) == 3)
        text, error = self._literal_part(quote, allowed and len(quote) == 3, escapes=True, expressions=True, start=at)
        if error is not None:
            self._close()
            return error
        return Token(STRING_START, self.source[at : self._at], text, at, self._at)

    def _unfinished(self, at: int) -> Token:
        if self._at >= len(self.source):
            return self._error("Unexpected end of file in string", self._at, self._at)
        return self._error("Unexpected new line within single line string", self._at, self._at)

    def _string_part(self) -> Token:
        state, at = self._strings[-1], self._at
        if at >= len(self.source):
            return self._no_match(at)
        char = self.source[at]
        if char == "\n" and not state.allows_newlines:
            while self._strings and not self._strings[-1].allows_newlines:
                self._close()
            return self._error("Unexpected new line in string", at, at)
        if char == "$":
            token = self._embedded(state, at)
            if token is not None:
                return token
        if self.source.startswith(state.quote, at):
            return self._end_of_string(state, at)
        is_regex = state.quote == "/"
        text, error = self._literal_part(
            state.quote, state.allows_newlines, escapes=not is_regex, expressions=True, start=at
        )
        if error is not None:
            self._close()
            return error
        return Token(STRING, self.source[at : self._at], text, at, self._at)

    def _embedded(self, state: _StringState, at: int) -> Token | None:
        following = self.source[at + 1 : at + 2]
        if following == "{":
            self._in_string = False
            state.brace_level = self._braces
            self._braces += 1
            self._at = at + 2
            return Token("${", "${", None, at, self._at)
        digits = _CAPTURE.match(self.source, at + 1)
        if digits is not None:
            self._at = digits.end()
            if len(digits[0]) > 3:
                return self._error("Capture variable number too large", at, self._at)
            text = self.source[at : self._at]
            return Token(DOLLAR, text, text, at, self._at)
        word = _IDENTIFIER.match(self.source, at + 1)
        if word is None:
            return None
        # `$` ends an identifier inside a string: "$a$b" are two
        name = word[0].split("$", 1)[0]
        self._at = at + 1 + len(name)
        if name in KEYWORDS:
            return self._error("Keyword found where identifier expected", at + 1, self._at)
        return Token(DOLLAR, self.source[at : self._at], name, at, self._at)

    def _end_of_string(self, state: _StringState, at: int) -> Token:
        self._at = at + len(state.quote)
        if state.quote != "/":
            self._close()
            return Token(STRING_END, state.quote, "", at, self._at)
        if state.is_substitute:
            state.is_substitute = False
            return Token(SUBST_REPLACE, "/", "", at, self._at)
        while self._at < len(self.source) and self.source[self._at].isalpha():
            self._at += 1
        modifiers = self.source[at + 1 : self._at]
        self._close()
        for modifier in modifiers:
            if modifier not in _MODIFIERS:
                return self._error(f"Unrecognised regex modifier '{modifier}'", at, self._at)
        return Token(STRING_END, self.source[at : self._at], modifiers, at, self._at)

    def _literal_part(
        self, quote: str, newlines: bool, *, escapes: bool, expressions: bool, start: int
    ) -> tuple[str, Token | None]:
        """Read to the closing quote, an embedded expression or a forbidden new line; (text, None) or ("", error)."""
        source, at, parts = self.source, self._at, []
        end = len(source)
        while at < end:
            char = source[at]
            if char == quote[0] and source.startswith(quote, at):
                break
            if char == "\n" and not newlines:
                break
            if char == "\\":
                if at + 1 >= end:
                    self._at = end
                    return "", self._error("Unexpected end-of-file after '\\'", at, end)
                at += 1
                char = source[at]
                if escapes:
                    char = _ESCAPES.get(char, char)
                elif char != quote[0]:
                    parts.append("\\")
            elif char == "$" and expressions:
                following = source[at + 1 : at + 2]
                if following == "{" or following.isdigit() or _IDENTIFIER.match(following):
                    break
                if quote != "/":
                    self._at = at + 1
                    what = f"character '{following}'" if following else "end of file"
                    if self._strings and len(quote) == 3 and start == at and following:
                        message = f"Unexpected {what}: expecting start of identifier"
                        return "", self._error(message, at + 1, self._at)
                    message = f"Unexpected {what} after '$' in expression string"
                    return "", self._error(message, start, self._at)
            parts.append(char)
            at += 1
        self._at = at
        return "".join(parts), None

    # State

    def _open(self, quote: str, newlines: bool, is_substitute: bool = False) -> None:
        self._strings.append(_StringState(quote, newlines, is_substitute=is_substitute))
        self._in_string = True

    def _close(self) -> None:
        self._strings.pop()
        self._in_string = False

    def _newlines_allowed(self) -> bool:
        return not self._strings or self._strings[-1].allows_newlines

    def _error(self, message: str, at: int, end: int) -> Token:
        return Token(ERROR, self.source[at:end], message, at, end)


def tokenize(source: str) -> list[Token]:
    """All tokens of a text; every `/` where an operand stands begins a regex, as the parser would say."""
    lexer = Lexer(source)
    index = 0
    while True:
        token = lexer.token(index)
        if token.kind == EOF or (token.kind == ERROR and lexer._at >= len(source)):
            return lexer.tokens
        if token.kind in ("/", "/=") and _operand_expected(lexer.tokens, index):
            lexer.start_regex(index + 1)
        index += 1


def _operand_expected(tokens: list[Token], index: int) -> bool:
    if index == 0:
        return True
    before = tokens[index - 1].kind
    ends_operand = before in (
        IDENTIFIER,
        DOLLAR,
        STRING,
        STRING_END,
        INTEGER,
        LONG,
        DOUBLE,
        DECIMAL,
        ")",
        "]",
        "}",
        "_",
    )
    return not ends_operand and before not in ("true", "false", "null", "++", "--")
