"""The fields of a date and time: their ranges, names and the errors for values outside them."""

from __future__ import annotations

from typing import Final

from ...errors import RuntimeError

YEAR_MAX: Final = 999_999_999
EPOCH_DAY_MIN: Final = -365_243_219_162
EPOCH_DAY_MAX: Final = 365_241_780_471
EPOCH_SECOND_MIN: Final = -31_557_014_167_219_200
EPOCH_SECOND_MAX: Final = 31_556_889_864_403_199
SECONDS_PER_DAY: Final = 86_400
NANOS_PER_SECOND: Final = 1_000_000_000
NANOS_PER_DAY: Final = SECONDS_PER_DAY * NANOS_PER_SECOND

MONTHS: Final = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
    "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
)  # fmt: skip
WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

_RANGES: Final[dict[str, tuple[int, int, str]]] = {
    "Year": (-YEAR_MAX, YEAR_MAX, ""),
    "MonthOfYear": (1, 12, ""),
    "DayOfMonth": (1, 31, "1 - 28/31"),
    "DayOfYear": (1, 366, "1 - 365/366"),
    "EpochDay": (EPOCH_DAY_MIN, EPOCH_DAY_MAX, ""),
    "HourOfDay": (0, 23, ""),
    "MinuteOfHour": (0, 59, ""),
    "SecondOfMinute": (0, 59, ""),
    "NanoOfSecond": (0, NANOS_PER_SECOND - 1, ""),
    "MicroOfSecond": (0, 999_999, ""),
    "MilliOfSecond": (0, 999, ""),
    "NanoOfDay": (0, NANOS_PER_DAY - 1, ""),
    "SecondOfDay": (0, SECONDS_PER_DAY - 1, ""),
    "ClockHourOfAmPm": (1, 12, ""),
    "ClockHourOfDay": (1, 24, ""),
    "HourOfAmPm": (0, 11, ""),
    "MilliOfDay": (0, 86_399_999, ""),
    "YearOfEra": (1, 1_000_000_000, "1 - 999999999/1000000000"),
}

_LONG_MAX: Final = 2**63 - 1


class Temporal:
    """A point in time, or a part of one: the base of LocalDate, LocalTime, Instant and their like."""

    __slots__ = ()


class TemporalAmount:
    """A length of time: the base of Duration and Period."""

    __slots__ = ()


class DateTimeError(RuntimeError):
    """A date or time that does not exist, or a text that is not one; a script sees it as a RuntimeError."""

    code = "DATE_TIME"

    def __init__(self, message: str, kind: str = "DateTimeException") -> None:
        self.bare = message
        super().__init__(f"{message} ({kind})")


class DateTimeParseError(DateTimeError):
    """A text that is not a date, time, period or duration."""

    code = "DATE_TIME_PARSE"

    def __init__(self, message: str) -> None:
        super().__init__(message, "DateTimeParseException")


def check(field: str, value: int) -> int:
    """`value` itself, if the field's range has it; raises DateTimeError."""
    low, high, shown = _RANGES[field]
    if low <= value <= high:
        return value
    raise DateTimeError(f"Invalid value for {field} (valid values {shown or f'{low} - {high}'}): {value}")


def exact_long(value: int) -> int:
    """`value` itself, if a long holds it; raises DateTimeError."""
    if -_LONG_MAX - 1 <= value <= _LONG_MAX:
        return value
    raise DateTimeError("long overflow", "ArithmeticException")


def exact_int(value: int) -> int:
    """`value` itself, if an int holds it; raises DateTimeError."""
    if -(2**31) <= value < 2**31:
        return value
    raise DateTimeError("integer overflow", "ArithmeticException")


def truncate_divide(left: int, right: int) -> int:
    """Division that rounds towards zero, as on the JVM."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def format_nanos(nanos: int) -> str:
    """The fraction of a second as ISO texts show it: '', '.123', '.123456' or '.123456789'."""
    if nanos == 0:
        return ""
    if nanos % 1_000_000 == 0:
        return f".{nanos // 1_000_000:03d}"
    if nanos % 1000 == 0:
        return f".{nanos // 1000:06d}"
    return f".{nanos:09d}"
