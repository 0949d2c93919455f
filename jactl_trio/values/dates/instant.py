"""Instant: a point on the time line, to the nanosecond."""

from __future__ import annotations

from functools import total_ordering

from .fields import (
    EPOCH_SECOND_MAX,
    EPOCH_SECOND_MIN,
    NANOS_PER_SECOND,
    DateTimeError,
    DateTimeParseError,
    Temporal,
    exact_long,
    format_nanos,
)
from .local_date_time import LocalDateTime


@total_ordering
class Instant(Temporal):
    """A point in time; kept as nanoseconds from 1970-01-01T00:00Z.

    Instant.parse("2026-02-18T12:13:14Z").plus_nanos(1)
    """

    __slots__ = ("total_nanos",)

    def __init__(self, total_nanos: int) -> None:
        if not EPOCH_SECOND_MIN <= total_nanos // NANOS_PER_SECOND <= EPOCH_SECOND_MAX:
            raise DateTimeError("Instant exceeds minimum or maximum instant")
        self.total_nanos = total_nanos

    @staticmethod
    def of_epoch_second(second: int, nano: int = 0) -> Instant:
        return Instant(second * NANOS_PER_SECOND + nano)

    @staticmethod
    def of_epoch_milli(milli: int) -> Instant:
        return Instant(milli * 1_000_000)

    @staticmethod
    def parse(text: str) -> Instant:
        """Read an ISO text in UTC, '2026-02-18T12:13:14Z'; raises DateTimeParseError."""
        if not text.endswith(("Z", "z")):
            raise DateTimeParseError(f"Text '{text}' could not be parsed at index {len(text)}")
        try:
            local = LocalDateTime.parse(text[:-1])
        except DateTimeParseError as error:
            raise DateTimeParseError(error.bare.replace(f"'{text[:-1]}'", f"'{text}'", 1)) from None
        return Instant(local.to_epoch_second() * NANOS_PER_SECOND + local.time.nano)

    @property
    def epoch_second(self) -> int:
        return self.total_nanos // NANOS_PER_SECOND

    @property
    def nano(self) -> int:
        return self.total_nanos % NANOS_PER_SECOND

    def to_epoch_milli(self) -> int:
        return exact_long(self.total_nanos // 1_000_000)

    def plus_nanos(self, nanos: int) -> Instant:
        return Instant(self.total_nanos + nanos)

    def with_nano(self, nano: int) -> Instant:
        return Instant(self.epoch_second * NANOS_PER_SECOND + nano)

    def truncated_to(self, nanos: int) -> Instant:
        return Instant(self.total_nanos - self.total_nanos % nanos)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instant) and self.total_nanos == other.total_nanos

    def __lt__(self, other: Instant) -> bool:
        return self.total_nanos < other.total_nanos

    def __hash__(self) -> int:
        return hash(self.total_nanos)

    def __str__(self) -> str:
        local = LocalDateTime.of_epoch_second(self.epoch_second)
        clock = f"{local.time.hour:02d}:{local.time.minute:02d}:{local.time.second:02d}"
        return f"{local.date}T{clock}{format_nanos(self.nano)}Z"

    __repr__ = __str__
