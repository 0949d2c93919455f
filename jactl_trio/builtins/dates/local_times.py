"""LocalTime's methods."""

from __future__ import annotations

from ...values.dates import LocalDateTime, LocalTime, ZonedDateTime, ZoneId
from ...values.dates.formatting import parse_time
from ...values.types import BOOLEAN, INT, LONG
from .amounts import between
from .clock_rows import FORMAT_ROW, PARAMETER_TYPES, amount_rows, clock_rows, plus_clock_rows, truncation_rows
from .now import now
from .table import declare_methods, declare_statics
from .types import DURATION, LOCAL_DATE, LOCAL_DATE_TIME, LOCAL_TIME, ZONE_ID

_TYPES = {
    **PARAMETER_TYPES, "date": LOCAL_DATE, "other": LOCAL_TIME, "end": LOCAL_TIME, "zoneId": ZONE_ID, "nanoOfDay": LONG,
}  # fmt: skip


def now_in(zone: ZoneId) -> LocalTime:
    return ZonedDateTime.of_instant(now(), zone).local.time


declare_statics(
    LOCAL_TIME,
    [
        ("now", "", LOCAL_TIME, lambda: now_in(ZoneId.system_default())),
        ("nowInZone", "zoneId", LOCAL_TIME, now_in),
        ("of", "hour minute second=0 nano=0", LOCAL_TIME, LocalTime.of),
        ("ofNanoOfDay", "nanoOfDay", LOCAL_TIME, LocalTime.of_nano_of_day),
        ("parse", "text", LOCAL_TIME, LocalTime.parse),
        ("parseWithFormat", "text format", LOCAL_TIME, parse_time),
    ],
    _TYPES,
)
declare_statics(
    LOCAL_TIME, [("ofSecondOfDay", "second", LOCAL_TIME, LocalTime.of_second_of_day)], {**_TYPES, "second": LONG}
)
declare_methods(
    LOCAL_TIME,
    [
        ("atDate", "date", LOCAL_DATE_TIME, lambda time, date: LocalDateTime(date, time)),
        ("isAfter", "other", BOOLEAN, lambda time, other: time > other),
        ("isBefore", "other", BOOLEAN, lambda time, other: time < other),
        ("toNanoOfDay", "", LONG, lambda time: time.nano_of_day),
        ("toSecondOfDay", "", INT, lambda time: time.second_of_day),
        ("until", "end", DURATION, between),
        *amount_rows(LOCAL_TIME),
        *plus_clock_rows(LOCAL_TIME),
        *clock_rows(LOCAL_TIME, lambda time: time, lambda time, changed: changed),
        *truncation_rows(LOCAL_TIME, with_days=False),
        FORMAT_ROW,
    ],
    _TYPES,
)
