"""LocalTime: a time of day to the nanosecond."""

from __future__ import annotations

import re
from functools import total_ordering

from .fields import NANOS_PER_DAY, NANOS_PER_SECOND, DateTimeError, DateTimeParseError, Temporal, check, format_nanos

_TEXT = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?", re.ASCII)


@total_ordering
class LocalTime(Temporal):
    """A time of day without date or zone.

    LocalTime.of(23, 59).plus_nanos(60 * 10**9) -> 00:00
    """

    __slots__ = ("nano_of_day",)

    def __init__(self, nano_of_day: int) -> None:
        self.nano_of_day = nano_of_day

    @staticmethod
    def of(hour: int, minute: int, second: int = 0, nano: int = 0) -> LocalTime:
        check("HourOfDay", hour)
        check("MinuteOfHour", minute)
        check("SecondOfMinute", second)
        check("NanoOfSecond", nano)
        return LocalTime(((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nano)

    @staticmethod
    def of_nano_of_day(nano_of_day: int) -> LocalTime:
        return LocalTime(check("NanoOfDay", nano_of_day))

    @staticmethod
    def of_second_of_day(second: int) -> LocalTime:
        return LocalTime(check("SecondOfDay", second) * NANOS_PER_SECOND)

    @staticmethod
    def parse(text: str) -> LocalTime:
        """Read an ISO text, '12:13', '12:13:14' or '12:13:14.5'; raises DateTimeParseError."""
        match = _TEXT.match(text)
        if match is None:
            raise DateTimeParseError(f"Text '{text}' could not be parsed at index {_mismatch(text)}")
        if match.end() < len(text):
            raise DateTimeParseError(f"Text '{text}' could not be parsed, unparsed text found at index {match.end()}")
        nano = int((match[4] or "0").ljust(9, "0"))
        try:
            return LocalTime.of(int(match[1]), int(match[2]), int(match[3] or 0), nano)
        except DateTimeError as error:
            raise DateTimeParseError(f"Text '{text}' could not be parsed: {error.bare}") from None

    @property
    def hour(self) -> int:
        return self.nano_of_day // (3600 * NANOS_PER_SECOND)

    @property
    def minute(self) -> int:
        return self.nano_of_day // (60 * NANOS_PER_SECOND) % 60

    @property
    def second(self) -> int:
        return self.nano_of_day // NANOS_PER_SECOND % 60

    @property
    def nano(self) -> int:
        return self.nano_of_day % NANOS_PER_SECOND

    @property
    def second_of_day(self) -> int:
        return self.nano_of_day // NANOS_PER_SECOND

    def plus_nanos(self, nanos: int) -> LocalTime:
        return LocalTime((self.nano_of_day + nanos) % NANOS_PER_DAY)

    def with_hour(self, hour: int) -> LocalTime:
        return LocalTime.of(hour, self.minute, self.second, self.nano)

    def with_minute(self, minute: int) -> LocalTime:
        return LocalTime.of(self.hour, minute, self.second, self.nano)

    def with_second(self, second: int) -> LocalTime:
        return LocalTime.of(self.hour, self.minute, second, self.nano)

    def with_nano(self, nano: int) -> LocalTime:
        return LocalTime.of(self.hour, self.minute, self.second, nano)

    def truncated_to(self, nanos: int) -> LocalTime:
        """Rounded down to a multiple of a unit of `nanos`."""
        return LocalTime(self.nano_of_day - self.nano_of_day % nanos)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalTime) and self.nano_of_day == other.nano_of_day

    def __lt__(self, other: LocalTime) -> bool:
        return self.nano_of_day < other.nano_of_day

    def __hash__(self) -> int:
        return hash(self.nano_of_day)

    def __str__(self) -> str:
        short = f"{self.hour:02d}:{self.minute:02d}"
        if self.second or self.nano:
            return f"{short}:{self.second:02d}{format_nanos(self.nano)}"
        return short

    __repr__ = __str__


def _mismatch(text: str) -> int:
    """The index of the first character that an ISO time cannot have there."""
    for index, wanted in enumerate("dd:dd"):
        if index >= len(text) or (text[index] != ":" if wanted == ":" else not text[index].isdigit()):
            return index - (index % 3 == 1 and wanted == "d")
    return 5


MIDNIGHT = LocalTime(0)
