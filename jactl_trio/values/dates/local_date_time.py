"""LocalDateTime: a date and a time of day without zone."""

from __future__ import annotations

from functools import total_ordering

from .fields import NANOS_PER_DAY, NANOS_PER_SECOND, SECONDS_PER_DAY, DateTimeParseError, Temporal, check, exact_long
from .local_date import LocalDate
from .local_time import LocalTime


@total_ordering
class LocalDateTime(Temporal):
    """A date with a time of day.

    LocalDateTime.of(2026, 2, 18, 12, 13).plus_days(1) -> 2026-02-19T12:13
    """

    __slots__ = ("date", "time")

    def __init__(self, date: LocalDate, time: LocalTime) -> None:
        self.date, self.time = date, time

    @staticmethod
    def of(year: int, month: int, day: int, hour: int, minute: int, second: int = 0, nano: int = 0) -> LocalDateTime:
        return LocalDateTime(LocalDate.of(year, month, day), LocalTime.of(hour, minute, second, nano))

    @staticmethod
    def of_epoch_second(second: int, nano: int = 0) -> LocalDateTime:
        """The date and time in UTC, `second` seconds from 1970-01-01T00:00Z."""
        check("NanoOfSecond", nano)
        day, second_of_day = divmod(second, SECONDS_PER_DAY)
        return LocalDateTime(LocalDate.of_epoch_day(day), LocalTime(second_of_day * NANOS_PER_SECOND + nano))

    @staticmethod
    def parse(text: str) -> LocalDateTime:
        """Read an ISO text, '2026-02-18T12:13:14'; raises DateTimeParseError."""
        split = text.upper().find("T")
        try:
            if split < 0:
                LocalDate.parse(text)
                raise DateTimeParseError(f"Text '{text}' could not be parsed at index {len(text)}")
            date = LocalDate.parse(text[:split])
        except DateTimeParseError as error:
            raise DateTimeParseError(_renamed(error, text, text if split < 0 else text[:split], 0)) from None
        try:
            return LocalDateTime(date, LocalTime.parse(text[split + 1 :]))
        except DateTimeParseError as error:
            raise DateTimeParseError(_renamed(error, text, text[split + 1 :], split + 1)) from None

    def to_epoch_second(self) -> int:
        """Seconds from 1970-01-01T00:00, both taken in the same zone."""
        return self.date.to_epoch_day() * SECONDS_PER_DAY + self.time.second_of_day

    def plus_nanos(self, nanos: int) -> LocalDateTime:
        days, nano_of_day = divmod(self.time.nano_of_day + nanos, NANOS_PER_DAY)
        return LocalDateTime(self.date.plus_days(days), LocalTime(nano_of_day))

    def plus_seconds(self, seconds: int) -> LocalDateTime:
        return self.plus_nanos(seconds * NANOS_PER_SECOND)

    def plus_days(self, days: int) -> LocalDateTime:
        return LocalDateTime(self.date.plus_days(days), self.time)

    def plus_weeks(self, weeks: int) -> LocalDateTime:
        return LocalDateTime(self.date.plus_days(exact_long(weeks * 7)), self.time)

    def plus_months(self, months: int) -> LocalDateTime:
        return LocalDateTime(self.date.plus_months(months), self.time)

    def plus_years(self, years: int) -> LocalDateTime:
        return LocalDateTime(self.date.plus_years(years), self.time)

    def with_date(self, date: LocalDate) -> LocalDateTime:
        return LocalDateTime(date, self.time)

    def with_time(self, time: LocalTime) -> LocalDateTime:
        return LocalDateTime(self.date, time)

    def truncated_to(self, nanos: int) -> LocalDateTime:
        return LocalDateTime(self.date, self.time.truncated_to(nanos))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalDateTime) and self.date == other.date and self.time == other.time

    def __lt__(self, other: LocalDateTime) -> bool:
        return (self.date, self.time) < (other.date, other.time)

    def __hash__(self) -> int:
        return hash((self.date, self.time))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"

    __repr__ = __str__


def _renamed(error: DateTimeParseError, text: str, part: str, shift: int) -> str:
    """The message of an error in a part of a text, told of the whole text."""
    message = error.bare.replace(f"'{part}'", f"'{text}'", 1)
    head, found, index = message.rpartition("index ")
    return f"{head}{found}{int(index) + shift}" if found and index.isdigit() else message
