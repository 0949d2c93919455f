"""Rows that several types share: clock fields, calendar fields, adding units, rounding down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...values.dates.fields import NANOS_PER_DAY, NANOS_PER_SECOND
from ...values.dates.formatting import format_with
from ...values.types import INT, LONG, STRING, Type
from .amounts import minus_amount, plus_amount, plus_of
from .table import Row
from .types import TEMPORAL_AMOUNT

PARAMETER_TYPES: dict[str, Type] = {
    **dict.fromkeys(("years", "months", "weeks", "days", "hours", "minutes", "seconds", "millis", "nanos"), LONG),
    **dict.fromkeys(("year", "month", "day", "dayOfYear", "hour", "minute", "second", "nano", "milli", "micro"), INT),
    "amount": TEMPORAL_AMOUNT, "format": STRING, "text": STRING,
}  # fmt: skip
_CLOCK_UNITS = {
    "Hours": 3600 * NANOS_PER_SECOND,
    "Minutes": 60 * NANOS_PER_SECOND,
    "Seconds": NANOS_PER_SECOND,
    "Nanos": 1,
}
_TRUNCATIONS = {
    "Micros": 1000, "Millis": 1_000_000, "Seconds": NANOS_PER_SECOND, "Minutes": 60 * NANOS_PER_SECOND,
    "Hours": 3600 * NANOS_PER_SECOND, "Days": NANOS_PER_DAY,
}  # fmt: skip


def amount_rows(type_: Type) -> list[Row]:
    return [("plus", "amount", type_, plus_amount), ("minus", "amount", type_, minus_amount)]


def plus_clock_rows(type_: Type, units: tuple[str, ...] = ("Hours", "Minutes", "Seconds", "Nanos")) -> list[Row]:
    rows: list[Row] = []
    for unit in units:
        rows.append((f"plus{unit}", unit.lower(), type_, plus_of(_CLOCK_UNITS[unit])))
        rows.append((f"minus{unit}", unit.lower(), type_, plus_of(_CLOCK_UNITS[unit], -1)))
    return rows


def plus_calendar_rows(type_: Type) -> list[Row]:
    rows: list[Row] = []
    for unit, plus in (
        ("Days", lambda value, amount: value.plus_days(amount)),
        ("Weeks", lambda value, amount: value.plus_weeks(amount)),
        ("Months", lambda value, amount: value.plus_months(amount)),
        ("Years", lambda value, amount: value.plus_years(amount)),
    ):
        rows.append((f"plus{unit}", unit.lower(), type_, plus))
        rows.append((f"minus{unit}", unit.lower(), type_, _negated(plus)))
    return rows


def _negated(plus: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    return lambda value, amount: plus(value, -amount)


def truncation_rows(type_: Type, with_days: bool) -> list[Row]:
    return [
        (f"truncatedTo{unit}", "", type_, lambda value, nanos=nanos: value.truncated_to(nanos))
        for unit, nanos in _TRUNCATIONS.items()
        if with_days or unit != "Days"
    ]


def clock_rows(type_: Type, get: Callable[[Any], Any], put: Callable[[Any, Any], Any]) -> list[Row]:
    """getHour, withHour and so on; `get` gives the LocalTime of a value, `put` a value with another."""
    return [
        ("getHour", "", INT, lambda value: get(value).hour),
        ("getMinute", "", INT, lambda value: get(value).minute),
        ("getSecond", "", INT, lambda value: get(value).second),
        ("getNano", "", INT, lambda value: get(value).nano),
        ("withHour", "hour", type_, lambda value, hour: put(value, get(value).with_hour(hour))),
        ("withMinute", "minute", type_, lambda value, minute: put(value, get(value).with_minute(minute))),
        ("withSecond", "second", type_, lambda value, second: put(value, get(value).with_second(second))),
        ("withNano", "nano", type_, lambda value, nano: put(value, get(value).with_nano(nano))),
    ]


def calendar_rows(type_: Type, get: Callable[[Any], Any], put: Callable[[Any, Any], Any]) -> list[Row]:
    """getYear, withYear and so on; `get` gives the LocalDate of a value, `put` a value with another."""
    return [
        ("getYear", "", INT, lambda value: get(value).year),
        ("getMonthValue", "", INT, lambda value: get(value).month),
        ("getDayOfMonth", "", INT, lambda value: get(value).day),
        ("getDayOfYear", "", INT, lambda value: get(value).day_of_year),
        ("getMonth", "", STRING, lambda value: get(value).month_name()),
        ("getDayOfWeek", "", STRING, lambda value: get(value).weekday_name()),
        ("withYear", "year", type_, lambda value, year: put(value, get(value).with_year(year))),
        ("withMonth", "month", type_, lambda value, month: put(value, get(value).with_month(month))),
        ("withDayOfMonth", "day", type_, lambda value, day: put(value, get(value).with_day_of_month(day))),
        ("withDayOfYear", "day", type_, lambda value, day: put(value, get(value).with_day_of_year(day))),
    ]


FORMAT_ROW: Row = ("format", "format", STRING, format_with)
