"""Pattern text ("yyyy-MM-dd HH:mm") -> elements that format fields and parse texts, as java.time does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from .fields import MONTHS, WEEKDAYS, DateTimeError

Fields = dict[str, int | str]


class ParseFailure(Exception):
    """The text does not fit at `index`."""

    def __init__(self, index: int) -> None:
        self.index = index


@dataclass(slots=True)
class Element:
    """One part of a pattern."""

    def format(self, fields: Fields) -> str:
        raise NotImplementedError

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        """The index behind what was read; raises ParseFailure."""
        raise NotImplementedError


@dataclass(slots=True)
class Literal(Element):
    text: str

    def format(self, fields: Fields) -> str:
        return self.text

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        if text.startswith(self.text, at):
            return at + len(self.text)
        raise ParseFailure(at)


@dataclass(slots=True)
class Number(Element):
    """A field in digits. reserved: digits that the fixed-width numbers right behind it need when parsing."""

    field: str
    width_min: int
    width_max: int
    sign: str = "normal"  # 'normal': minus only; 'exceeds': plus where wider than width_min; 'never'
    reserved: int = 0

    @property
    def is_fixed(self) -> bool:
        return self.width_min == self.width_max

    def format(self, fields: Fields) -> str:
        value = int(value_of(fields, self.field))
        digits = str(abs(value))
        if len(digits) > self.width_max:
            raise DateTimeError(
                f"Field {self.field} cannot be printed as the value {value} exceeds the maximum print width of "
                f"{self.width_max}"
            )
        sign = "-" if value < 0 else "+" if self.sign == "exceeds" and len(digits) > self.width_min >= 4 else ""
        return sign + digits.rjust(self.width_min, "0")

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        start = at
        signed = at < len(text) and text[at] in "+-"
        if signed:
            if self.sign == "never" or (self.is_fixed and self.sign != "exceeds"):
                raise ParseFailure(start)
            at += 1
        end = at
        while end < len(text) and end < at + self.width_max and "0" <= text[end] <= "9":
            end += 1
        if self.reserved:
            end = max(at + self.width_min, end - self.reserved) if end - at > self.width_min else end
        if end - at < self.width_min:
            raise ParseFailure(start)
        if self.sign == "exceeds" and not signed and not self.reserved and end - at > self.width_min:
            raise ParseFailure(start)
        parsed[self.field] = int(text[start:end])
        return end


@dataclass(slots=True)
class ReducedYear(Element):
    """A year in two digits, 2000 to 2099."""

    field: str

    def format(self, fields: Fields) -> str:
        return f"{int(value_of(fields, self.field)) % 100:02d}"

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        digits = text[at : at + 2]
        if len(digits) < 2 or not digits.isdigit():
            raise ParseFailure(at)
        parsed[self.field] = 2000 + int(digits)
        return at + 2


@dataclass(slots=True)
class Fraction(Element):
    """The first `width` digits of the fraction of a second."""

    width: int

    def format(self, fields: Fields) -> str:
        return f"{int(value_of(fields, 'NanoOfSecond')):09d}"[: self.width]

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        digits = text[at : at + self.width]
        if len(digits) < self.width or not digits.isdigit():
            raise ParseFailure(at)
        parsed["NanoOfSecond"] = int(digits.ljust(9, "0"))
        return at + self.width


@dataclass(slots=True)
class Text(Element):
    """A field by name; names[0] is the name of the field's value `first`."""

    field: str
    first: int
    names: tuple[str, ...]

    def format(self, fields: Fields) -> str:
        return self.names[int(value_of(fields, self.field)) - self.first]

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        for number, name in sorted(enumerate(self.names), key=lambda pair: -len(pair[1])):
            if text.startswith(name, at):
                parsed[self.field] = number + self.first
                return at + len(name)
        raise ParseFailure(at)


@dataclass(slots=True)
class Offset(Element):
    """An offset as '+HH', '+HHMM' or '+HH:MM', with minutes or seconds only where they are not zero if so asked."""

    separator: str
    minutes: bool  # always shown
    seconds: bool  # shown where not zero
    zero: str

    def format(self, fields: Fields) -> str:
        total = int(value_of(fields, "OffsetSeconds"))
        if total == 0:
            return self.zero
        minutes, second = divmod(abs(total), 60)
        text = f"{'-' if total < 0 else '+'}{minutes // 60:02d}"
        if self.minutes or minutes % 60:
            text += f"{self.separator}{minutes % 60:02d}"
        return text + (f"{self.separator}{second:02d}" if self.seconds and second else "")

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        if self.zero and not self.zero[-1].isdigit() and text.startswith(self.zero, at):
            parsed["OffsetSeconds"] = 0
            return at + len(self.zero)
        if at >= len(text) or text[at] not in "+-":
            raise ParseFailure(at)
        units: list[int] = []
        index = at + 1
        while len(units) < 3:
            start = index + (len(self.separator) if units and text.startswith(self.separator, index) else 0)
            if units and self.separator and start == index:
                break
            pair = text[start : start + 2]
            if len(pair) < 2 or not pair.isdigit():
                break
            units.append(int(pair))
            index = start + 2
        if not units or (self.minutes and len(units) < 2):
            raise ParseFailure(at)
        hours, minutes, seconds = (*units, 0, 0)[:3]
        total = (hours * 60 + minutes) * 60 + seconds
        parsed["OffsetSeconds"] = -total if text[at] == "-" else total
        return index


@dataclass(slots=True)
class ZoneName(Element):
    """The zone's id ('VV'), or the offset as 'GMT+8' ('O', 'z')."""

    style: str

    def format(self, fields: Fields) -> str:
        if self.style == "VV":
            return str(value_of(fields, "ZoneId"))
        total = int(value_of(fields, "OffsetSeconds"))
        if total == 0:
            return "GMT"
        sign, minutes = "-" if total < 0 else "+", abs(total) // 60
        if self.style == "full":
            return f"GMT{sign}{minutes // 60:02d}:{minutes % 60:02d}"
        return f"GMT{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        end = at
        while end < len(text) and (text[end].isalnum() or text[end] in "/_+-:~"):
            end += 1
        if end == at:
            raise ParseFailure(at)
        parsed["ZoneId"] = text[at:end]
        return end


@dataclass(slots=True)
class Optional(Element):
    elements: list[Element] = field(default_factory=list)

    def format(self, fields: Fields) -> str:
        try:
            return "".join(element.format(fields) for element in self.elements)
        except DateTimeError:
            return ""

    def parse(self, text: str, at: int, parsed: Fields) -> int:
        attempt: Fields = dict(parsed)
        index = at
        try:
            for element in self.elements:
                index = element.parse(text, index, attempt)
        except ParseFailure:
            return at
        parsed.update(attempt)
        return index


def value_of(fields: Fields, name: str) -> int | str:
    try:
        return fields[name]
    except KeyError:
        kind = "UnsupportedTemporalTypeException" if name != "ZoneId" else "DateTimeException"
        raise DateTimeError(f"Unsupported field: {name}", kind) from None


# ---------------------------------------------------------------- pattern letters

_NUMBERS: Final = {  # letter: (field, most letters)
    "d": ("DayOfMonth", 2), "h": ("ClockHourOfAmPm", 2), "H": ("HourOfDay", 2), "k": ("ClockHourOfDay", 2),
    "K": ("HourOfAmPm", 2), "m": ("MinuteOfHour", 2), "s": ("SecondOfMinute", 2),
}  # fmt: skip
_WIDE_NUMBERS: Final = {"n": "NanoOfSecond", "N": "NanoOfDay", "A": "MilliOfDay"}


def _title(names: tuple[str, ...], width: int | None = None) -> tuple[str, ...]:
    return tuple(name.capitalize()[:width] for name in names)


def _text(letter: str, count: int, field_name: str, names: tuple[str, ...]) -> Element:
    if count > 5:
        raise _too_many(letter)
    return Text(field_name, 1, _title(names, {4: None, 5: 1}.get(count, 3)))


def _too_many(letter: str) -> DateTimeError:
    return DateTimeError(f"Too many pattern letters: {letter}", "IllegalArgumentException")


def _year(letter: str, count: int) -> Element:
    field_name = "YearOfEra" if letter == "y" else "Year"
    if count == 2:
        return ReducedYear(field_name)
    return Number(field_name, count, 19, "normal" if count < 4 else "exceeds")


def _month(letter: str, count: int) -> Element:
    if count <= 2:
        return Number("MonthOfYear", count, 19 if count == 1 else 2)
    return _text(letter, count, "MonthOfYear", MONTHS)


def _number(letter: str, count: int) -> Element:
    field_name, most = _NUMBERS[letter]
    if count > most:
        raise _too_many(letter)
    return Number(field_name, count, 19 if count == 1 else 2)


def _day_of_year(letter: str, count: int) -> Element:
    if count > 3:
        raise _too_many(letter)
    return Number("DayOfYear", count, 19 if count == 1 else 3, "normal" if count == 1 else "never")


def _quarter(letter: str, count: int) -> Element:
    if count <= 2:
        return Number("QuarterOfYear", count, 19 if count == 1 else 2)
    if count == 3:
        return Text("QuarterOfYear", 1, ("Q1", "Q2", "Q3", "Q4"))
    return Text("QuarterOfYear", 1, ("1st quarter", "2nd quarter", "3rd quarter", "4th quarter"))


def _offset(letter: str, count: int) -> Element:
    zero = "Z" if letter == "X" else ("+00", "+0000", "+00:00", "+0000", "+00:00")[min(count, 5) - 1]
    if count > 5:
        raise _too_many(letter)
    return Offset(":" if count in (3, 5) else "", count > 1, count > 3, zero)


def _offset_z(letter: str, count: int) -> Element:
    if count <= 3:
        return Offset("", True, False, "+0000")
    if count == 4:
        return ZoneName("full")
    return _offset("X", 5)


def _localized_offset(letter: str, count: int) -> Element:
    if count not in (1, 4):
        raise DateTimeError(f"Pattern letter count must be 1 or 4: {letter}", "IllegalArgumentException")
    return ZoneName("full" if count == 4 else "short")


def _zone(letter: str, count: int) -> Element:
    if letter == "V" and count != 2:
        raise DateTimeError(f"Pattern letter count must be 2: {letter}", "IllegalArgumentException")
    return ZoneName("VV" if letter == "V" else "short")


_LETTERS: Final[dict[str, Callable[[str, int], Element]]] = {
    "y": _year, "u": _year, "M": _month, "L": _month, "D": _day_of_year, "Q": _quarter, "q": _quarter,
    "E": lambda letter, count: _text(letter, count, "DayOfWeek", WEEKDAYS),
    "a": lambda letter, count: Text("AmPmOfDay", 0, ("AM", "PM")),
    "G": lambda letter, count: Text("Era", 0, ("BC", "AD") if count < 4 else ("Before Christ", "Anno Domini")),
    "S": lambda letter, count: Fraction(count),
    "X": _offset, "x": _offset, "Z": _offset_z, "O": _localized_offset, "V": _zone, "z": _zone, "v": _zone,
    **dict.fromkeys(_NUMBERS, _number),
    **{letter: lambda letter, count: Number(_WIDE_NUMBERS[letter], count, 19, "never") for letter in _WIDE_NUMBERS},
}  # fmt: skip


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> tuple[Element, ...]:
    """The elements of a pattern; raises DateTimeError for letters that mean nothing."""
    root: list[Element] = []
    stack = [root]
    for kind, text in _tokens(pattern):
        if kind == "[":
            optional = Optional()
            stack[-1].append(optional)
            stack.append(optional.elements)
        elif kind == "]":
            if len(stack) == 1:
                raise DateTimeError("Pattern invalid as it contains ] without previous [", "IllegalArgumentException")
            stack.pop()
        elif kind == "literal":
            stack[-1].append(Literal(text))
        elif text[0] in _LETTERS:
            stack[-1].append(_LETTERS[text[0]](text[0], len(text)))
        else:
            raise DateTimeError(f"Unknown pattern letter: {text[0]}", "IllegalArgumentException")
        _reserve(stack[-1])
    return tuple(root)


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "'":
            end = at + 1
            while end < len(pattern) and not (pattern[end] == "'" and pattern[end : end + 2] != "''"):
                end += 2 if pattern[end] == "'" else 1
            if end >= len(pattern):
                raise DateTimeError(
                    f"Pattern ends with an incomplete string literal: {pattern}", "IllegalArgumentException"
                )
            yield "literal", pattern[at + 1 : end].replace("''", "'") or "'"
            at = end + 1
        elif char in "[]":
            yield char, char
            at += 1
        elif char in "{}#":
            raise DateTimeError(f"Pattern includes reserved character: '{char}'", "IllegalArgumentException")
        elif char.isascii() and char.isalpha():
            end = at
            while end < len(pattern) and pattern[end] == char:
                end += 1
            yield "letters", pattern[at:end]
            at = end
        else:
            yield "literal", char
            at += 1


def _reserve(elements: list[Element]) -> None:
    """Let a number of open width leave the digits that fixed numbers right behind it need ('yyyyMMdd')."""
    last = elements[-1] if elements else None
    if not (isinstance(last, (Number, Fraction)) and (isinstance(last, Fraction) or last.is_fixed)):
        return
    width = last.width if isinstance(last, Fraction) else last.width_min
    for element in reversed(elements[:-1]):
        if not isinstance(element, Number):
            return
        if not element.is_fixed:
            element.reserved += width
            return


__all__ = ["Fields", "ParseFailure", "compile_pattern"]
