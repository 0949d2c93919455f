"""LocalDate's methods."""

from __future__ import annotations

from ...values.dates import LocalDate, LocalDateTime, ZonedDateTime, ZoneId
from ...values.dates.formatting import parse_date
from ...values.dates.local_time import MIDNIGHT
from ...values.types import BOOLEAN, INT, LONG
from .clock_rows import FORMAT_ROW, PARAMETER_TYPES, amount_rows, calendar_rows, plus_calendar_rows
from .now import now
from .table import declare_methods, declare_statics
from .types import LOCAL_DATE, LOCAL_DATE_TIME, LOCAL_TIME, PERIOD, ZONE_ID, ZONED_DATE_TIME

_TYPES = {
    **PARAMETER_TYPES, "time": LOCAL_TIME, "other": LOCAL_DATE, "end": LOCAL_DATE, "zone": ZONE_ID, "zoneId": ZONE_ID,
    "epochDay": LONG,
}  # fmt: skip


def now_in(zone: ZoneId) -> LocalDate:
    return ZonedDateTime.of_instant(now(), zone).local.date


def _start_of_day(date: LocalDate, zone: ZoneId) -> ZonedDateTime:
    return ZonedDateTime.of_local(LocalDateTime(date, MIDNIGHT), zone)


declare_statics(
    LOCAL_DATE,
    [
        ("now", "", LOCAL_DATE, lambda: now_in(ZoneId.system_default())),
        ("nowInZone", "zone", LOCAL_DATE, now_in),
        ("of", "year month day", LOCAL_DATE, LocalDate.of),
        ("ofEpochDay", "epochDay", LOCAL_DATE, LocalDate.of_epoch_day),
        ("ofYearDay", "year dayOfYear", LOCAL_DATE, LocalDate.of_year_day),
        ("parse", "text", LOCAL_DATE, LocalDate.parse),
        ("parseWithFormat", "text format", LOCAL_DATE, parse_date),
    ],
    _TYPES,
)
declare_methods(
    LOCAL_DATE,
    [
        ("atStartOfDay", "", LOCAL_DATE_TIME, lambda date: LocalDateTime(date, MIDNIGHT)),
        ("atStartOfDayInZone", "zoneId", ZONED_DATE_TIME, _start_of_day),
        ("atTime", "time", LOCAL_DATE_TIME, LocalDateTime),
        ("isAfter", "other", BOOLEAN, lambda date, other: date > other),
        ("isBefore", "other", BOOLEAN, lambda date, other: date < other),
        ("isEqual", "other", BOOLEAN, lambda date, other: date == other),
        ("isLeapYear", "", BOOLEAN, LocalDate.is_leap_year),
        ("lengthOfMonth", "", INT, LocalDate.length_of_month),
        ("lengthOfYear", "", INT, LocalDate.length_of_year),
        ("toEpochDay", "", LONG, LocalDate.to_epoch_day),
        ("until", "end", PERIOD, LocalDate.until),
        *amount_rows(LOCAL_DATE),
        *plus_calendar_rows(LOCAL_DATE),
        *calendar_rows(LOCAL_DATE, lambda date: date, lambda date, changed: changed),
        FORMAT_ROW,
    ],
    _TYPES,
)
