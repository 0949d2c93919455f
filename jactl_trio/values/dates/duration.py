"""Duration: a signed length of time in seconds and nanoseconds."""

from __future__ import annotations

import re
from functools import total_ordering

from .fields import (
    NANOS_PER_SECOND,
    DateTimeError,
    DateTimeParseError,
    TemporalAmount,
    check,
    exact_long,
    truncate_divide,
)

_TEXT = re.compile(
    r"([+-]?)P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)


@total_ordering
class Duration(TemporalAmount):
    """A length of time; kept as one number of nanoseconds.

    Duration.of_seconds(90) -> PT1M30S
    """

    __slots__ = ("total_nanos",)

    def __init__(self, total_nanos: int) -> None:
        exact_long(total_nanos // NANOS_PER_SECOND)
        self.total_nanos = total_nanos

    @staticmethod
    def of_units(amount: int, seconds_per_unit: int) -> Duration:
        return Duration(exact_long(amount * seconds_per_unit) * NANOS_PER_SECOND)

    @staticmethod
    def of_seconds(seconds: int, nanos: int = 0) -> Duration:
        return Duration(seconds * NANOS_PER_SECOND + nanos)

    @staticmethod
    def parse(text: str) -> Duration:
        """Read an ISO text, 'P2DT3H4M5.6S'; raises DateTimeParseError."""
        match = _TEXT.fullmatch(text)
        if match is None or match[3] in ("T", "t") or (match[2] is None and match[3] is None):
            raise DateTimeParseError("Text cannot be parsed to a Duration")
        days, hours, minutes, seconds = (int(match[group] or 0) for group in (2, 4, 5, 6))
        fraction = int((match[7] or "0").ljust(9, "0"))
        if (match[6] or "").startswith("-"):
            fraction = -fraction
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        nanos = total * NANOS_PER_SECOND + fraction
        return Duration(-nanos if match[1] == "-" else nanos)

    @property
    def seconds(self) -> int:
        return self.total_nanos // NANOS_PER_SECOND

    @property
    def nano(self) -> int:
        return self.total_nanos % NANOS_PER_SECOND

    def plus(self, nanos: int) -> Duration:
        return Duration(self.total_nanos + nanos)

    def multiplied_by(self, amount: int) -> Duration:
        return Duration(self.total_nanos * amount)

    def divided_by(self, amount: int) -> Duration:
        if amount == 0:
            raise DateTimeError("Cannot divide by zero", "ArithmeticException")
        return Duration(truncate_divide(self.total_nanos, amount))

    def with_seconds(self, seconds: int) -> Duration:
        return Duration(seconds * NANOS_PER_SECOND + self.nano)

    def with_nanos(self, nanos: int) -> Duration:
        return Duration(self.seconds * NANOS_PER_SECOND + check("NanoOfSecond", nanos))

    def to_nanos(self) -> int:
        return exact_long(self.total_nanos)

    def to_millis(self) -> int:
        return exact_long(self.total_nanos // 1_000_000)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.total_nanos == other.total_nanos

    def __lt__(self, other: Duration) -> bool:
        return self.total_nanos < other.total_nanos

    def __hash__(self) -> int:
        return hash(self.total_nanos)

    def __str__(self) -> str:
        if self.total_nanos == 0:
            return "PT0S"
        sign = -1 if self.total_nanos < 0 else 1
        seconds, nanos = divmod(abs(self.total_nanos), NANOS_PER_SECOND)
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        text = "PT" + (f"{sign * hours}H" if hours else "") + (f"{sign * minute}M" if minute else "")
        if second or nanos:
            fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
            text += f"{'-' if sign < 0 else ''}{second}{fraction}S"
        return text

    __repr__ = __str__
