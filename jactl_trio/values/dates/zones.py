"""ZoneId: a region ('Australia/Sydney') or a fixed offset ('+10:00', 'UTC+3'), and the offset it has at a time.

The rules of regions come from `whenever`, but for those of System V. Years that it does not have (outside 1 to 9999)
borrow the rules of a year of the same 400-year cycle at its nearer end.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import whenever

from . import system_v
from .fields import SECONDS_PER_DAY, DateTimeError
from .local_date import LocalDate
from .local_date_time import LocalDateTime

_OFFSET = re.compile(r"([+-])(\d\d?)(?::?(\d\d)(?::?(\d\d))?)?", re.ASCII)
_PREFIXED = re.compile(r"(UTC|GMT|UT)([+-].*)?", re.ASCII)
_OFFSET_SECONDS_MAX: Final = 18 * 3600
_YEAR_FIRST, _YEAR_LAST = 2, 9998  # a day's room at both ends of what `whenever` has
_CYCLE_SECONDS: Final = 146_097 * SECONDS_PER_DAY
_SECOND_FIRST: Final = LocalDate(_YEAR_FIRST, 1, 1).to_epoch_day() * SECONDS_PER_DAY
_SECOND_LAST: Final = LocalDate(_YEAR_LAST + 1, 1, 1).to_epoch_day() * SECONDS_PER_DAY - 1


class ZoneId:
    """A time zone. `offset` is set (seconds) where it is fixed, `region` where it has rules.

    ZoneId.of("Europe/Paris"), ZoneId.of("+02:00"), ZoneId.of("UTC+3")
    """

    __slots__ = ("id", "offset", "region")

    def __init__(self, id: str, offset: int | None, region: str | None) -> None:
        self.id, self.offset, self.region = id, offset, region

    @staticmethod
    def of(id: str) -> ZoneId:
        """The zone of that id; raises DateTimeError where there is none."""
        return _zone(id)

    @staticmethod
    def of_offset(seconds: int) -> ZoneId:
        return ZoneId(offset_id(seconds), seconds, None)

    @staticmethod
    def system_default() -> ZoneId:
        """The host's zone, UTC where it has none with a name."""
        try:
            return ZoneId.of(whenever.Instant.now().to_tz(whenever.SYSTEM_TZ).tz_id or "UTC")
        except (DateTimeError, whenever.TimeZoneNotFoundError):
            return ZoneId.of("UTC")

    @property
    def is_offset(self) -> bool:
        """True for a plain offset such as '+10:00' or 'Z'; 'UTC+10:00' is a region of fixed offset."""
        return self.offset is not None and self.id == offset_id(self.offset)

    def normalized(self) -> ZoneId:
        return self if self.offset is None else ZoneId.of_offset(self.offset)

    def offset_at_second(self, epoch_second: int) -> int:
        """The offset in seconds east of Greenwich at an instant."""
        if self.offset is not None or self.region is None:
            return self.offset or 0
        if self.region in system_v.IDS:
            return system_v.offset_at_second(self.region, epoch_second)
        moved = _within_years(epoch_second)
        return int(whenever.Instant.from_timestamp(moved).to_tz(self.region).offset.total("seconds"))

    def offsets_of(self, local: LocalDateTime) -> tuple[int, ...]:
        """The offsets that a local time may have.

        One; in an overlap two, the earlier time's first; in a gap those before and after it.
        """
        if self.offset is not None:
            return (self.offset,)
        wall = local.to_epoch_second()
        # No rule moves the clock by more than a day: the offsets around tell whether a change is near.
        before, after = self.offset_at_second(wall - SECONDS_PER_DAY), self.offset_at_second(wall + SECONDS_PER_DAY)
        fitting = [offset for offset in (before, after) if self.offset_at_second(wall - offset) == offset]
        if not fitting:
            return (before, after)
        return (fitting[0], fitting[1]) if len(set(fitting)) == 2 else (fitting[0],)

    def is_gap(self, local: LocalDateTime, offsets: tuple[int, ...]) -> bool:
        return len(offsets) == 2 and offsets[0] < offsets[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ZoneId) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.id

    __repr__ = __str__


@lru_cache(maxsize=1024)
def _zone(id: str) -> ZoneId:
    if id == "Z":
        return ZoneId("Z", 0, None)
    match = _PREFIXED.fullmatch(id)
    if match is not None and id != "UT":
        offset = parse_offset(match[2]) if match[2] else 0
        return ZoneId(match[1] + (offset_id(offset) if offset else ""), offset, None)
    if id.startswith(("+", "-")):
        return ZoneId.of_offset(parse_offset(id))
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9~/._+-]+", id):
        raise DateTimeError(f"Invalid ID for region-based ZoneId, invalid format: {id}")
    if id not in available_zone_ids():
        raise DateTimeError(f"Unknown time-zone ID: {id}", "ZoneRulesException")
    if id in system_v.IDS and not system_v.has_summer_time(id):
        return ZoneId(id, system_v.standard_offset(id), None)
    return ZoneId(id, None, id)


@lru_cache(maxsize=1)
def available_zone_ids() -> frozenset[str]:
    return system_v.IDS.union(whenever.available_timezones())


def parse_offset(text: str) -> int:
    """Seconds of '+10', '+10:00' or '+10:00:30'; raises DateTimeError."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise DateTimeError(f"Invalid ID for ZoneOffset, invalid format: {text}")
    hours, minutes, seconds = int(match[2]), int(match[3] or 0), int(match[4] or 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total > _OFFSET_SECONDS_MAX or minutes > 59 or seconds > 59:
        raise DateTimeError("Zone offset not in valid range: -18:00 to +18:00")
    return -total if match[1] == "-" else total


def offset_id(seconds: int) -> str:
    """'Z', '+10:00' or '-03:30:15'."""
    if seconds == 0:
        return "Z"
    minutes, second = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{second:02d}" if second else text


def _within_years(epoch_second: int) -> int:
    if epoch_second < _SECOND_FIRST:
        return _SECOND_FIRST + (epoch_second - _SECOND_FIRST) % _CYCLE_SECONDS
    if epoch_second > _SECOND_LAST:
        return _SECOND_LAST - (_SECOND_LAST - epoch_second) % _CYCLE_SECONDS
    return epoch_second
