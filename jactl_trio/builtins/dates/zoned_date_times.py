"""ZonedDateTime's methods."""

from __future__ import annotations

from ...values.dates import LocalDate, LocalDateTime, LocalTime, ZonedDateTime, ZoneId
from ...values.dates.formatting import parse_zoned
from .clock_rows import (
    FORMAT_ROW,
    PARAMETER_TYPES,
    amount_rows,
    calendar_rows,
    clock_rows,
    plus_calendar_rows,
    plus_clock_rows,
    truncation_rows,
)
from .now import now
from .table import declare_methods, declare_statics
from .types import INSTANT, LOCAL_DATE, LOCAL_DATE_TIME, LOCAL_TIME, ZONE_ID, ZONED_DATE_TIME

_TYPES = {
    **PARAMETER_TYPES, "date": LOCAL_DATE, "time": LOCAL_TIME, "dateTime": LOCAL_DATE_TIME, "arg1": ZONE_ID,
    "zoneId": ZONE_ID, "instant": INSTANT,
}  # fmt: skip


def now_in(zone: ZoneId) -> ZonedDateTime:
    return ZonedDateTime.of_instant(now(), zone)


def of(year: int, month: int, day: int, hour: int, minute: int, second: int, nano: int, zone: ZoneId) -> ZonedDateTime:
    return ZonedDateTime.of_local(LocalDateTime.of(year, month, day, hour, minute, second, nano), zone)


def of_date_and_time(date: LocalDate, time: LocalTime, zone: ZoneId) -> ZonedDateTime:
    return ZonedDateTime.of_local(LocalDateTime(date, time), zone)


declare_statics(
    ZONED_DATE_TIME,
    [
        ("now", "", ZONED_DATE_TIME, lambda: now_in(ZoneId.system_default())),
        ("nowInZone", "arg1", ZONED_DATE_TIME, now_in),
        ("of", "year month day hour minute second nano zoneId", ZONED_DATE_TIME, of),
        ("ofDateAndTime", "date time zoneId", ZONED_DATE_TIME, of_date_and_time),
        ("ofDateTime", "dateTime zoneId", ZONED_DATE_TIME, ZonedDateTime.of_local),
        ("ofInstant", "instant zoneId", ZONED_DATE_TIME, ZonedDateTime.of_instant),
        ("parse", "text", ZONED_DATE_TIME, ZonedDateTime.parse),
        ("parseWithFormat", "text format", ZONED_DATE_TIME, parse_zoned),
    ],
    _TYPES,
)
declare_methods(
    ZONED_DATE_TIME,
    [
        ("getZone", "", ZONE_ID, lambda value: value.zone),
        ("toLocalDate", "", LOCAL_DATE, lambda value: value.local.date),
        ("toLocalTime", "", LOCAL_TIME, lambda value: value.local.time),
        ("toLocalDateTime", "", LOCAL_DATE_TIME, lambda value: value.local),
        ("withEarlierOffsetAtOverlap", "", ZONED_DATE_TIME, ZonedDateTime.with_earlier_offset),
        ("withLaterOffsetAtOverlap", "", ZONED_DATE_TIME, ZonedDateTime.with_later_offset),
        ("withFixedOffsetZone", "", ZONED_DATE_TIME, ZonedDateTime.with_fixed_offset_zone),
        ("withZoneSameInstant", "zoneId", ZONED_DATE_TIME, ZonedDateTime.with_zone_same_instant),
        ("withZoneSameLocal", "zoneId", ZONED_DATE_TIME, ZonedDateTime.with_zone_same_local),
        *amount_rows(ZONED_DATE_TIME),
        *plus_calendar_rows(ZONED_DATE_TIME),
        *plus_clock_rows(ZONED_DATE_TIME),
        *calendar_rows(ZONED_DATE_TIME, lambda value: value.local.date, ZonedDateTime.with_date),
        *clock_rows(
            ZONED_DATE_TIME,
            lambda value: value.local.time,
            lambda value, time: value.with_local(value.local.with_time(time)),
        ),
        *truncation_rows(ZONED_DATE_TIME, with_days=True),
        FORMAT_ROW,
    ],
    _TYPES,
)
