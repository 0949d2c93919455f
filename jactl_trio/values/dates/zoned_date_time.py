"""ZonedDateTime: a local date and time with its zone and the offset that it has there."""

from __future__ import annotations

import re
from functools import total_ordering

from .fields import NANOS_PER_SECOND, DateTimeError, DateTimeParseError, Temporal, exact_long
from .instant import Instant
from .local_date import LocalDate
from .local_date_time import LocalDateTime
from .zones import ZoneId, offset_id, parse_offset

_TEXT = re.compile(r"(.+?)(Z|z|[+-]\d\d(?::\d\d(?::\d\d)?)?)(?:\[([^\]]+)\])?", re.ASCII)


@total_ordering
class ZonedDateTime(Temporal):
    """A date and time in a zone.

    ZonedDateTime.of_local(local, ZoneId.of("Europe/Paris"))

    In a gap the local time moves forward by the gap; in an overlap the earlier offset holds.
    """

    __slots__ = ("local", "offset", "zone")

    def __init__(self, local: LocalDateTime, offset: int, zone: ZoneId) -> None:
        self.local, self.offset, self.zone = local, offset, zone

    @staticmethod
    def of_local(local: LocalDateTime, zone: ZoneId, preferred: int | None = None) -> ZonedDateTime:
        offsets = zone.offsets_of(local)
        if zone.is_gap(local, offsets):
            return ZonedDateTime(local.plus_seconds(offsets[1] - offsets[0]), offsets[1], zone)
        return ZonedDateTime(local, preferred if preferred in offsets else offsets[0], zone)

    @staticmethod
    def of_instant(instant: Instant, zone: ZoneId) -> ZonedDateTime:
        offset = zone.offset_at_second(instant.epoch_second)
        return ZonedDateTime(LocalDateTime.of_epoch_second(instant.epoch_second + offset, instant.nano), offset, zone)

    @staticmethod
    def parse(text: str) -> ZonedDateTime:
        """Read an ISO text, '2026-02-18T12:13:14+01:00[Europe/Paris]'; raises DateTimeParseError."""
        match = _TEXT.fullmatch(text)
        if match is None or "T" not in match[1].upper():
            LocalDateTime.parse(text)
            raise DateTimeParseError(f"Text '{text}' could not be parsed at index {len(text)}")
        try:
            local = LocalDateTime.parse(match[1])
            offset = 0 if match[2] in "Zz" else parse_offset(match[2])
            if match[3] is None:
                return ZonedDateTime(local, offset, ZoneId.of_offset(offset))
            zone = ZoneId.of(match[3])
        except DateTimeParseError as error:
            raise DateTimeParseError(error.bare.replace(f"'{match[1]}'", f"'{text}'", 1)) from None
        except DateTimeError as error:
            raise DateTimeParseError(f"Text '{text}' could not be parsed: {error.bare}") from None
        if offset in zone.offsets_of(local) and not zone.is_gap(local, zone.offsets_of(local)):
            return ZonedDateTime(local, offset, zone)
        return ZonedDateTime.of_instant(_instant(local, offset), zone)

    def to_instant(self) -> Instant:
        return _instant(self.local, self.offset)

    @property
    def epoch_second(self) -> int:
        return self.local.to_epoch_second() - self.offset

    def with_local(self, local: LocalDateTime) -> ZonedDateTime:
        """Another local time in the same zone, at the same offset where that is possible."""
        return ZonedDateTime.of_local(local, self.zone, self.offset)

    def plus_nanos(self, nanos: int) -> ZonedDateTime:
        """Later by a length of time: counted on the time line, not on the clock's face."""
        return ZonedDateTime.of_instant(_instant(self.local.plus_nanos(nanos), self.offset), self.zone)

    def plus_days(self, days: int) -> ZonedDateTime:
        return self.with_local(self.local.plus_days(days))

    def plus_weeks(self, weeks: int) -> ZonedDateTime:
        return self.plus_days(exact_long(weeks * 7))

    def plus_months(self, months: int) -> ZonedDateTime:
        return self.with_local(self.local.plus_months(months))

    def plus_years(self, years: int) -> ZonedDateTime:
        return self.with_local(self.local.plus_years(years))

    def with_date(self, date: LocalDate) -> ZonedDateTime:
        return self.with_local(self.local.with_date(date))

    def with_earlier_offset(self) -> ZonedDateTime:
        return self._with_overlap_offset(0)

    def with_later_offset(self) -> ZonedDateTime:
        return self._with_overlap_offset(1)

    def _with_overlap_offset(self, index: int) -> ZonedDateTime:
        offsets = self.zone.offsets_of(self.local)
        if len(offsets) != 2 or self.zone.is_gap(self.local, offsets):
            return self
        return ZonedDateTime(self.local, offsets[index], self.zone)

    def with_fixed_offset_zone(self) -> ZonedDateTime:
        return ZonedDateTime(self.local, self.offset, ZoneId.of_offset(self.offset))

    def with_zone_same_instant(self, zone: ZoneId) -> ZonedDateTime:
        return ZonedDateTime.of_instant(self.to_instant(), zone)

    def with_zone_same_local(self, zone: ZoneId) -> ZonedDateTime:
        return ZonedDateTime.of_local(self.local, zone, self.offset)

    def truncated_to(self, nanos: int) -> ZonedDateTime:
        return self.with_local(self.local.truncated_to(nanos))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ZonedDateTime)
            and self.local == other.local
            and self.offset == other.offset
            and self.zone == other.zone
        )

    def __lt__(self, other: ZonedDateTime) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[int, int, LocalDateTime, str]:
        return (self.epoch_second, self.local.time.nano, self.local, self.zone.id)

    def __hash__(self) -> int:
        return hash((self.local, self.offset, self.zone))

    def __str__(self) -> str:
        text = f"{self.local}{offset_id(self.offset)}"
        return text if self.zone.is_offset else f"{text}[{self.zone}]"

    __repr__ = __str__


def _instant(local: LocalDateTime, offset: int) -> Instant:
    return Instant((local.to_epoch_second() - offset) * NANOS_PER_SECOND + local.time.nano)
