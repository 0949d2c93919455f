"""LocalDate: a day in the proleptic ISO calendar, years -999,999,999 to 999,999,999."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import TYPE_CHECKING

from .fields import (
    MONTHS,
    WEEKDAYS,
    YEAR_MAX,
    DateTimeError,
    DateTimeParseError,
    Temporal,
    check,
    exact_int,
    exact_long,
)

if TYPE_CHECKING:
    from .period import Period

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CYCLE_DAYS = 146_097  # of 400 years
_EPOCH_SHIFT = 719_468  # days from 0000-03-01 to 1970-01-01
_TEXT = re.compile(r"([+-]\d{4,10}|\d{4})-(\d\d)-(\d\d)", re.ASCII)


def is_leap_year(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    return 29 if month == 2 and is_leap_year(year) else _MONTH_DAYS[month - 1]


@total_ordering
class LocalDate(Temporal):
    """A date without time or zone.

    LocalDate.of(2026, 2, 28).plus_days(1) -> 2026-03-01
    """

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int, day: int) -> None:
        self.year, self.month, self.day = year, month, day

    @staticmethod
    def of(year: int, month: int, day: int) -> LocalDate:
        check("Year", year)
        check("MonthOfYear", month)
        check("DayOfMonth", day)
        if day > month_length(year, month):
            if day == 29:
                raise DateTimeError(f"Invalid date 'February 29' as '{year}' is not a leap year")
            raise DateTimeError(f"Invalid date '{MONTHS[month - 1]} {day}'")
        return LocalDate(year, month, day)

    @staticmethod
    def of_year_day(year: int, day_of_year: int) -> LocalDate:
        check("Year", year)
        check("DayOfYear", day_of_year)
        if day_of_year == 366 and not is_leap_year(year):
            raise DateTimeError(f"Invalid date 'DayOfYear 366' as '{year}' is not a leap year")
        return LocalDate.of_epoch_day(LocalDate(year, 1, 1).to_epoch_day() + day_of_year - 1)

    @staticmethod
    def of_epoch_day(epoch_day: int) -> LocalDate:
        check("EpochDay", epoch_day)
        shifted = epoch_day + _EPOCH_SHIFT
        cycle, day_of_cycle = divmod(shifted, _CYCLE_DAYS)
        year_of_cycle = (day_of_cycle - day_of_cycle // 1460 + day_of_cycle // 36524 - day_of_cycle // 146_096) // 365
        day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle // 4 - year_of_cycle // 100)
        march_month = (5 * day_of_year + 2) // 153
        day = day_of_year - (153 * march_month + 2) // 5 + 1
        month = march_month + 3 if march_month < 10 else march_month - 9
        return LocalDate(year_of_cycle + cycle * 400 + (month <= 2), month, day)

    @staticmethod
    def parse(text: str) -> LocalDate:
        """Read an ISO text, '2026-02-28'; raises DateTimeParseError."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise DateTimeParseError(f"Text '{text}' could not be parsed at index {_mismatch(text)}")
        try:
            return LocalDate.of(int(match[1]), int(match[2]), int(match[3]))
        except DateTimeError as error:
            raise DateTimeParseError(f"Text '{text}' could not be parsed: {error.bare}") from None

    def to_epoch_day(self) -> int:
        year = self.year - (self.month <= 2)
        cycle, year_of_cycle = divmod(year, 400)
        march_month = self.month - 3 if self.month > 2 else self.month + 9
        day_of_year = (153 * march_month + 2) // 5 + self.day - 1
        return (
            cycle * _CYCLE_DAYS
            + year_of_cycle * 365
            + year_of_cycle // 4
            - year_of_cycle // 100
            + day_of_year
            - _EPOCH_SHIFT
        )

    @property
    def day_of_year(self) -> int:
        return self.to_epoch_day() - LocalDate(self.year, 1, 1).to_epoch_day() + 1

    @property
    def weekday(self) -> int:
        """1 (Monday) to 7 (Sunday)."""
        return (self.to_epoch_day() + 3) % 7 + 1

    def weekday_name(self) -> str:
        return WEEKDAYS[self.weekday - 1]

    def month_name(self) -> str:
        return MONTHS[self.month - 1]

    def is_leap_year(self) -> bool:
        return is_leap_year(self.year)

    def length_of_month(self) -> int:
        return month_length(self.year, self.month)

    def length_of_year(self) -> int:
        return 366 if is_leap_year(self.year) else 365

    def plus_days(self, days: int) -> LocalDate:
        return LocalDate.of_epoch_day(exact_long(self.to_epoch_day() + days)) if days else self

    def plus_weeks(self, weeks: int) -> LocalDate:
        return self.plus_days(exact_long(weeks * 7))

    def plus_months(self, months: int) -> LocalDate:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return self._resolved(year, month + 1)

    def plus_years(self, years: int) -> LocalDate:
        return self._resolved(self.year + years, self.month)

    def _resolved(self, year: int, month: int) -> LocalDate:
        """This day in another month, or that month's last."""
        check("Year", year)
        return LocalDate(year, month, min(self.day, month_length(year, month)))

    def with_year(self, year: int) -> LocalDate:
        return self._resolved(year, self.month)

    def with_month(self, month: int) -> LocalDate:
        return self._resolved(self.year, check("MonthOfYear", month))

    def with_day_of_month(self, day: int) -> LocalDate:
        return LocalDate.of(self.year, self.month, day)

    def with_day_of_year(self, day: int) -> LocalDate:
        return LocalDate.of_year_day(self.year, day)

    def until(self, end: LocalDate) -> Period:
        """The years, months and days from this date to `end`, which is not included."""
        from .period import Period

        total_months = (end.year * 12 + end.month) - (self.year * 12 + self.month)
        days = end.day - self.day
        if total_months > 0 and days < 0:
            total_months -= 1
            days = end.to_epoch_day() - self.plus_months(total_months).to_epoch_day()
        elif total_months < 0 and days > 0:
            total_months += 1
            days -= end.length_of_month()
        years = abs(total_months) // 12 * (1 if total_months >= 0 else -1)
        return Period(exact_int(years), total_months - years * 12, days)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LocalDate)
            and self.day == other.day
            and self.month == other.month
            and self.year == other.year
        )

    def __lt__(self, other: LocalDate) -> bool:
        return (self.year, self.month, self.day) < (other.year, other.month, other.day)

    def __hash__(self) -> int:
        return hash((self.year, self.month, self.day))

    def __str__(self) -> str:
        return f"{format_year(self.year)}-{self.month:02d}-{self.day:02d}"

    __repr__ = __str__


def format_year(year: int) -> str:
    if 0 <= year <= 9999:
        return f"{year:04d}"
    return f"+{year}" if year > 9999 else f"-{-year:04d}"


def _mismatch(text: str) -> int:
    """The index of the first character that an ISO date cannot have there."""
    digits = len(text) - len(text.lstrip("+-"))
    index = digits
    for wanted in ("dddd" if digits == 0 else "d" * min(10, max(4, _leading_digits(text[digits:])))) + "-dd-dd":
        if index >= len(text) or (text[index] != "-" if wanted == "-" else not text[index].isdigit()):
            # a number is refused as a whole: the index is where it begins
            while wanted == "d" and index > 0 and text[index - 1].isdigit():
                index -= 1
            return index
        index += 1
    return index


def _leading_digits(text: str) -> int:
    return len(text) - len(text.lstrip("0123456789"))


MIN = LocalDate(-YEAR_MAX, 1, 1)
MAX = LocalDate(YEAR_MAX, 12, 31)
