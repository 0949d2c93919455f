"""JSON text -> its characters, words, numbers and strings, one after another."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from ..errors import RuntimeError
from . import decimals
from .numbers import INT_MAX, LONG_MAX, Long
from .promotion import double_value, to_decimal

EOS: Final = "\0"  # what stands for the end of the text

_DIGITS = re.compile(r"[0-9]*")
_DECIMAL_TAIL = re.compile(r"(?:[0-9.]|[eE][+-]?)*")
_PLAIN = re.compile(r'[^"\\]*')
_SPACE = re.compile(r"[ \n\r\t]*")
_ESCAPES = {'"': '"', "\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def shown(char: str) -> str:
    return "end of json" if char == EOS else f"'{char}'"


class Reader:
    """A position in a text; the next_... and typed methods move it on."""

    __slots__ = ("length", "offset", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)
        self.offset = 0

    def fault(self, message: str, offset: int = -1) -> RuntimeError:
        """The error to raise; without `offset`: at the present position."""
        return RuntimeError(f"At JSON offset {self.offset if offset < 0 else offset}: {message}")

    def skip_whitespace(self) -> str:
        """The next character that is not white space, left where it is."""
        found = _SPACE.match(self.text, self.offset)
        assert found is not None
        self.offset = found.end()
        return self.text[self.offset] if self.offset < self.length else EOS

    def next_char(self) -> str:
        """The next character that is not white space, taken."""
        char = self.skip_whitespace()
        if self.offset < self.length:
            self.offset += 1
        return char

    def expect(self, expected: str) -> None:
        char = self.skip_whitespace()
        if char != expected:
            raise self.fault(f"Expecting '{expected}' but got {shown(char)}")
        self.offset += 1

    def expect_or_null(self, expected: str) -> bool:
        char = self.next_char()
        if char == expected:
            return True
        if char == "n" and self.text.startswith("ull", self.offset):
            self.offset += 3
            return False
        raise self.fault(f"Expected '{expected}' or 'null' but got {shown(char)}")

    def word(self, char: str) -> bool | None:
        """true, false or null, whose first character has been taken."""
        for word, value in (("true", True), ("false", False), ("null", None)):
            if char == word[0] and self.text.startswith(word[1:], self.offset):
                self.offset += len(word) - 1
                return value
        raise self.fault(f"Unexpected character {shown(char)}")

    def number(self, char: str) -> Any:
        """The number that begins with `char`, which has been taken: int, Long or Decimal; None for null."""
        text = self.text
        start = self.offset - 1 if char != EOS or self.offset < self.length else self.length
        negative = char == "-"
        if negative:
            if self.offset >= self.length:
                raise self.fault("Unexpected end of JSON reading negative number")
            self.offset += 1
            if text[start + 1] not in "0123456789":
                raise self.fault(f"Unexpected character '{text[start + 1]}' while decoding number")
        found = _DIGITS.match(text, start + negative)
        assert found is not None
        end = found.end()
        after = text[end] if end < self.length else EOS
        size = int(found[0] or "0") if end - start < 25 else LONG_MAX + 1
        if after in ".eE" or size > LONG_MAX:
            return self._decimal(start, end)
        if size <= INT_MAX and after not in ",}]\0" and not after.isspace():
            if after == "n" and start == end and text.startswith("ull", end + 1):
                self.offset = end + 4
                return None
            raise self.fault(f"Invalid character {shown(after)} while decoding number")
        self.offset = end
        if size <= INT_MAX:
            return -size if negative else size
        return Long(-size if negative else size)

    def _decimal(self, start: int, end: int) -> Decimal:
        found = _DECIMAL_TAIL.match(self.text, end)
        assert found is not None
        self.offset = found.end()
        digits = self.text[start : self.offset]
        number = decimals.parse(digits)
        if number is None:
            raise self.fault(f"Illegally formatted number: {digits[:100]}")
        return number

    def string(self) -> str:
        """The rest of a string whose opening quote has been taken."""
        start = self.offset
        end = self._plain_end(start)
        if end < self.length and self.text[end] == '"':
            self.offset = end + 1
            return self.text[start:end]
        if end >= self.length:
            raise self.fault("Unterminated string beginning", start)
        return self._escaped_string(start, end)

    def _plain_end(self, start: int) -> int:
        found = _PLAIN.match(self.text, start)
        assert found is not None
        return found.end()

    def _escaped_string(self, start: int, end: int) -> str:
        self.offset = end
        parts = [self.text[start:end]]
        while end < self.length:
            if self.text[end] == '"':
                self.offset = end + 1
                return _joined_surrogates("".join(parts))
            end = self._escape(end + 1, parts)
            start = end
            end = self._plain_end(start)
            parts.append(self.text[start:end])
        self.offset = self.length
        raise self.fault("Unterminated string in JSON data")

    def _escape(self, at: int, parts: list[str]) -> int:
        """Take the escape whose character after the backslash is `at`; where it ends."""
        if at >= self.length:
            raise self.fault("Unexpected end of JSON decoding escape sequence")
        char = self.text[at]
        if char != "u":
            parts.append(_ESCAPES.get(char) or "\\" + char)
            return at + 1
        digits = self.text[at + 1 : at + 5]
        for digit in digits:
            if digit not in "0123456789abcdefABCDEF":
                raise self.fault(f"Bad hex digit {digit}")
        if len(digits) < 4:
            raise self.fault("Unexpected end of JSON decoding escape \\u sequence")
        parts.append(chr(int(digits, 16)))
        return at + 5

    # Fields of a declared type.

    def boolean_field(self) -> bool:
        char = self.next_char()
        for word, value in (("true", True), ("false", False)):
            if char == word[0] and self.text.startswith(word[1:], self.offset):
                self.offset += len(word) - 1
                return value
        raise self.fault("Invalid JSON when looking for boolean value")

    def byte_field(self) -> int:
        start = self.offset
        value = self.int_field()
        if value >= 256 or value < -128:
            raise self.fault(f"Value {value} does not fit in byte", start)
        return value & 0xFF

    def int_field(self) -> int:
        number, start = self._number_field("Integer")
        if type(number) is Long:
            raise self.fault("Integer overflow reading json", start)
        if type(number) is Decimal:
            raise self.fault("Floating point number where integer required while parsing json", start)
        return int(number)

    def long_field(self) -> int:
        number, start = self._number_field("Long")
        if type(number) is Decimal:
            raise self.fault("Floating point number where long required while parsing json", start)
        return int(number)

    def double_field(self) -> float:
        return double_value(self._number_field("Double")[0])

    def _number_field(self, name: str) -> tuple[Any, int]:
        char = self.next_char()
        start = self.offset - 1
        number = self.number(char)
        if number is None:
            raise self.fault(f"{name} value cannot be null", start)
        return number, start

    def decimal_field(self) -> Decimal | None:
        char = self.next_char()
        number = self.number(char)
        return None if number is None else to_decimal(number)

    def string_field(self) -> str | None:
        return self.string() if self.expect_or_null('"') else None


_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _joined_surrogates(text: str) -> str:
    """Two \\u escapes that are the halves of one character become that character."""

    def joined(pair: re.Match[str]) -> str:
        high, low = pair[0][0], pair[0][1]
        return chr(0x10000 + ((ord(high) - 0xD800) << 10) + ord(low) - 0xDC00)

    return _PAIR.sub(joined, text)
