"""LocalDateTime's methods."""

from __future__ import annotations

from ...values.dates import Instant, LocalDateTime, ZonedDateTime, ZoneId
from ...values.dates.formatting import parse_date_time
from ...values.types import BOOLEAN, LONG
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
    **PARAMETER_TYPES, "date": LOCAL_DATE, "time": LOCAL_TIME, "other": LOCAL_DATE_TIME, "zone": ZONE_ID,
    "zoneId": ZONE_ID, "instant": INSTANT,
}  # fmt: skip


def now_in(zone: ZoneId) -> LocalDateTime:
    return of_instant(now(), zone)


def of_instant(instant: Instant, zone: ZoneId) -> LocalDateTime:
    return ZonedDateTime.of_instant(instant, zone).local


declare_statics(
    LOCAL_DATE_TIME,
    [
        ("now", "", LOCAL_DATE_TIME, lambda: now_in(ZoneId.system_default())),
        ("nowInZone", "zone", LOCAL_DATE_TIME, now_in),
        ("of", "year month day hour minute second=0 nano=0", LOCAL_DATE_TIME, LocalDateTime.of),
        ("ofDateAndTime", "date time", LOCAL_DATE_TIME, LocalDateTime),
        ("ofInstant", "instant zoneId", LOCAL_DATE_TIME, of_instant),
        ("parse", "text", LOCAL_DATE_TIME, LocalDateTime.parse),
        ("parseWithFormat", "text format", LOCAL_DATE_TIME, parse_date_time),
    ],
    _TYPES,
)
declare_statics(
    LOCAL_DATE_TIME,
    [("ofEpochSecond", "second nano=0", LOCAL_DATE_TIME, LocalDateTime.of_epoch_second)],
    {**_TYPES, "second": LONG},
)
declare_methods(
    LOCAL_DATE_TIME,
    [
        ("atZone", "zoneId", ZONED_DATE_TIME, ZonedDateTime.of_local),
        ("isAfter", "other", BOOLEAN, lambda value, other: value > other),
        ("isBefore", "other", BOOLEAN, lambda value, other: value < other),
        ("isEqual", "other", BOOLEAN, lambda value, other: value == other),
        ("toLocalDate", "", LOCAL_DATE, lambda value: value.date),
        ("toLocalTime", "", LOCAL_TIME, lambda value: value.time),
        *amount_rows(LOCAL_DATE_TIME),
        *plus_calendar_rows(LOCAL_DATE_TIME),
        *plus_clock_rows(LOCAL_DATE_TIME),
        *calendar_rows(LOCAL_DATE_TIME, lambda value: value.date, LocalDateTime.with_date),
        *clock_rows(LOCAL_DATE_TIME, lambda value: value.time, LocalDateTime.with_time),
        *truncation_rows(LOCAL_DATE_TIME, with_days=True),
        FORMAT_ROW,
    ],
    _TYPES,
)
