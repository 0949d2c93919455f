"""Format strings and values -> text: Java's Formatter for sprintf().

Parsing is Java's grammar `%[n$][flags][width][.precision]conversion`; nothing of a script's format reaches
Python's own formatting. Decimals and doubles are rounded half up from their exact decimal text, as Java does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from ..errors import LimitError, NullError, RuntimeError
from ..limits import DECIMAL_DIGITS_MAX, STRING_CHARS_MAX
from .java_text import java_text
from .numbers import Byte, Long
from .printf_floats import fixed, general, hexadecimal, scientific
from .truth import truthy
from .typenames import type_name

_SPEC = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?(.)?", re.DOTALL)
_INTEGERS = frozenset((int, Long))


def format(text: str | None, arguments: list[Any]) -> str:
    """sprintf(text, arguments...)"""
    if text is None:
        raise NullError("Null value for format string")
    parts: list[str] = []
    size = 0
    ordinary = 0  # how many arguments specifiers without a number have used
    last = -1
    for piece in _parsed(text):
        if type(piece) is str:
            shown = piece
        elif piece.conversion in "n%":
            shown = piece.without_argument()
        else:
            if piece.relative:
                index = last
            elif piece.index:
                index = piece.index - 1
            else:
                index = ordinary
                ordinary += 1
            last = index
            if not 0 <= index < len(arguments):
                raise _bad(f"Format specifier '{piece.text}'", "MissingFormatArgumentException")
            value = arguments[index]
            shown = piece.show(int(value) if type(value) is Byte else value)
        size += len(shown)
        if size > STRING_CHARS_MAX:
            raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
        parts.append(shown)
    return "".join(parts)


def _parsed(text: str) -> list[Any]:
    """The format as plain strings and specifiers, all of them checked."""
    pieces: list[Any] = []
    at = 0
    while True:
        start = text.find("%", at)
        if start < 0:
            pieces.append(text[at:])
            return pieces
        pieces.append(text[at:start])
        spec = _Spec(text, start)
        pieces.append(spec)
        at = spec.end


class _Spec:
    """One specifier, checked as Java checks it before any argument is looked at."""

    def __init__(self, text: str, start: int) -> None:
        found = _SPEC.match(text, start)
        assert found is not None
        self.text = found[0]
        self.end = found.end()
        self.index = int(found[1][:12]) if found[1] else 0
        if found[1] and not self.index:
            raise _bad(f"Illegal format argument index = {self.index}", "IllegalFormatArgumentIndexException")
        self.relative = "<" in found[2]
        self.flags = found[2].replace("<", "")
        self.width = _size(found[3], "IllegalFormatWidthException")
        self.precision = _size(found[4], "IllegalFormatPrecisionException")
        self.conversion = found[6] or "%"
        if found[6] is None:
            raise _bad("Conversion = '%'", "UnknownFormatConversionException")
        self._check(found[5])

    def _check(self, date: str | None) -> None:
        check = _CHECKS.get(self.conversion)
        if date is not None or check is None:
            raise _bad(f"Conversion = '{date or self.conversion}'", "UnknownFormatConversionException")
        for flag in self.flags:
            if self.flags.count(flag) > 1:
                raise _bad(f"Flags = '{flag}'", "DuplicateFormatFlagsException")
        check(self)

    def check_general(self) -> None:
        if self.conversion in "bBhH":
            self.refuse_flags("#")
        self.need_width("-")
        self.refuse_flags("+ 0,(")

    def check_character(self) -> None:
        self.refuse_precision()
        self.refuse_flags("#+ 0,(")
        self.need_width("-")

    def check_integer(self) -> None:
        self.check_number()
        self.refuse_precision()
        self.refuse_flags("#" if self.conversion == "d" else ",")

    def check_floating(self) -> None:
        self.check_number()
        self.refuse_flags({"e": ",", "g": "#", "a": "(,", "f": ""}[self.conversion.lower()])

    def check_number(self) -> None:
        self.need_width("-0")
        flags = self.flags
        if ("+" in flags and " " in flags) or ("-" in flags and "0" in flags):
            raise _bad(f"Flags = '{flags}'", "IllegalFormatFlagsException")

    def check_text(self) -> None:
        """%% and %n"""
        self.refuse_precision()
        if self.conversion == "n" and self.width is not None:
            raise _bad(str(self.width), "IllegalFormatWidthException")
        if self.flags and (self.conversion == "n" or self.flags != "-"):
            raise _bad(f"Flags = '{self.flags}'", "IllegalFormatFlagsException")
        self.need_width("-")

    def refuse_flags(self, flags: str) -> None:
        for flag in flags:
            if flag in self.flags:
                shown = f"Conversion = {self.conversion.lower()}, Flags = {flag}"
                raise _bad(shown, "FormatFlagsConversionMismatchException")

    def refuse_precision(self) -> None:
        if self.precision is not None:
            raise _bad(str(self.precision), "IllegalFormatPrecisionException")

    def need_width(self, flags: str) -> None:
        if self.width is None and any(flag in self.flags for flag in flags):
            raise _bad(self.text, "MissingFormatWidthException")

    def without_argument(self) -> str:
        return "\n" if self.conversion == "n" else self.padded("%")

    def show(self, value: Any) -> str:
        conversion = self.conversion
        if conversion in "sS":
            self.refuse_flags("#")
        if value is None and conversion not in "bB":
            shown = self.cut("null")
            text = self.padded(shown)
        else:
            text = _CONVERSIONS[conversion.lower()](self, value)
        return text.upper() if conversion.isupper() else text

    def padded(self, text: str) -> str:
        if self.width is None:
            return text
        if self.width > STRING_CHARS_MAX:
            raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
        return text.ljust(self.width) if "-" in self.flags else text.rjust(self.width)

    def cut(self, text: str) -> str:
        return text if self.precision is None else text[: self.precision]

    def mismatch(self, value: Any) -> RuntimeError:
        return _bad(f"{self.conversion.lower()} != {_java_class(value)}", "IllegalFormatConversionException")

    def number(self, negative: bool, digits: str) -> str:
        """Sign, grouping and zero padding around the digits of a number."""
        if "," in self.flags:
            digits = _grouped(digits)
        prefix, suffix = "", ""
        if negative:
            prefix, suffix = ("(", ")") if "(" in self.flags else ("-", "")
        elif "+" in self.flags:
            prefix = "+"
        elif " " in self.flags:
            prefix = " "
        return self.padded(self.zeros(prefix, digits, suffix))

    def zeros(self, prefix: str, digits: str, suffix: str = "") -> str:
        if "0" in self.flags and self.width is not None:
            if self.width > STRING_CHARS_MAX:
                raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
            digits = digits.rjust(self.width - len(prefix) - len(suffix), "0")
        return prefix + digits + suffix


def _size(digits: str | None, error: str) -> int | None:
    if digits is None:
        return None
    if len(digits) > 10 or int(digits) > 0x7FFFFFFF:
        raise _bad("-2147483648", error)
    return int(digits)


def _grouped(digits: str) -> str:
    whole = re.match(r"[0-9]*", digits)
    end = whole.end() if whole is not None else 0
    groups = [digits[max(0, last - 3) : last] for last in range(end, 0, -3)]
    return ",".join(reversed(groups)) + digits[end:]


def _string(spec: _Spec, value: Any) -> str:
    return spec.padded(spec.cut(java_text(value)))


def _boolean(spec: _Spec, value: Any) -> str:
    shown = truthy(value) if type(value) is bool else value is not None
    return spec.padded(spec.cut("true" if shown else "false"))


def _hash(spec: _Spec, value: Any) -> str:
    return spec.padded(spec.cut(f"{_java_hash(value) & 0xFFFFFFFF:x}"))


def _java_hash(value: Any) -> int:
    if type(value) is str:
        result = 0
        for char in value:
            result = (result * 31 + ord(char)) & 0xFFFFFFFF
        return result
    if type(value) is bool:
        return 1231 if value else 1237
    if type(value) in _INTEGERS:
        return int(value) ^ (int(value) >> 32 if type(value) is Long else 0)
    return id(value) >> 4


def _character(spec: _Spec, value: Any) -> str:
    if type(value) is not int:
        raise spec.mismatch(value)
    if not 0 <= value <= 0x10FFFF:
        raise _bad(f"Code point = 0x{value & 0xFFFFFFFF:x}", "IllegalFormatCodePointException")
    return spec.padded(chr(value))


def _decimal_integer(spec: _Spec, value: Any) -> str:
    if type(value) not in _INTEGERS:
        raise spec.mismatch(value)
    return spec.number(value < 0, str(abs(int(value))))


def _unsigned(spec: _Spec, value: Any) -> str:
    """%x and %o show the two's complement."""
    if type(value) not in _INTEGERS:
        raise spec.mismatch(value)
    spec.refuse_flags("( +")
    bits = int(value) & (0xFFFFFFFFFFFFFFFF if type(value) is Long else 0xFFFFFFFF)
    octal = spec.conversion == "o"
    prefix = ("0" if octal else "0x") if "#" in spec.flags else ""
    return spec.padded(spec.zeros(prefix, f"{bits:o}" if octal else f"{bits:x}"))


def _floating(spec: _Spec, value: Any) -> str:
    if type(value) is not float and type(value) is not Decimal:
        raise spec.mismatch(value)
    if type(value) is float and value - value != 0.0:
        return _not_finite(spec, value)
    exact = _as_decimal(value)
    precision = 6 if spec.precision is None else spec.precision
    if precision > DECIMAL_DIGITS_MAX:
        raise LimitError(f"Decimal of more than {DECIMAL_DIGITS_MAX} digits")
    shape = {"e": scientific, "f": fixed, "g": general}[spec.conversion.lower()]
    digits = shape(exact.copy_abs(), precision)
    if "#" in spec.flags and "." not in digits:
        mantissa, e, exponent = digits.partition("e")
        digits = f"{mantissa}.{e}{exponent}"
    return spec.number(exact.is_signed(), digits)


def _as_decimal(value: Any) -> Decimal:
    return value if type(value) is Decimal else Decimal(repr(value))


def _not_finite(spec: _Spec, value: float) -> str:
    if value != value:
        return spec.padded("NaN")
    sign = "+" if "+" in spec.flags else ""
    if value < 0:
        return spec.padded("(Infinity)" if "(" in spec.flags else "-Infinity")
    return spec.padded(sign + "Infinity")


def _hexadecimal(spec: _Spec, value: Any) -> str:
    if type(value) is not float:
        raise spec.mismatch(value)
    sign = "-" if value < 0 or str(value) == "-0.0" else "+" if "+" in spec.flags else " " if " " in spec.flags else ""
    text = hexadecimal(abs(value), spec.precision)
    return spec.padded(spec.zeros(f"{sign}0x", text[2:]) if text.startswith("0x") else sign + text)


def _bad(what: str, java_name: str) -> RuntimeError:
    return RuntimeError(f"Bad format string: {what} ({java_name})")


_CONVERSIONS: dict[str, Callable[[_Spec, Any], str]] = {
    "s": _string,
    "b": _boolean,
    "h": _hash,
    "c": _character,
    "d": _decimal_integer,
    "x": _unsigned,
    "o": _unsigned,
    "e": _floating,
    "f": _floating,
    "g": _floating,
    "a": _hexadecimal,
}

_CHECKS: dict[str, Callable[[_Spec], None]] = {
    **dict.fromkeys("sSbBhH", _Spec.check_general),
    **dict.fromkeys("cC", _Spec.check_character),
    **dict.fromkeys("dxXo", _Spec.check_integer),
    **dict.fromkeys("eEfgGaA", _Spec.check_floating),
    **dict.fromkeys("%n", _Spec.check_text),
}


def _java_class(value: Any) -> str:
    return _JAVA_CLASSES.get(type(value)) or type_name(value)


# What Java's formatter calls the classes of simple values and collections in its errors.
_JAVA_CLASSES: Final[dict[type, str]] = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    Byte: "java.lang.Integer",
    int: "java.lang.Integer",
    Long: "java.lang.Long",
    float: "java.lang.Double",
    Decimal: "java.math.BigDecimal",
    list: "java.util.ArrayList",
    dict: "java.util.LinkedHashMap",
}
