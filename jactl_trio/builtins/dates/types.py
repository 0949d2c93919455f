"""The date and time types, and how each is saved in a checkpoint: as plain numbers and texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...values import dates
from ...values.dates.fields import Temporal, TemporalAmount
from ...values.hosttypes import HostType
from ...values.types import Type
from ..declare import LANGUAGE

PACKAGE = "jactl.time"


def _declare(
    name: str,
    python_class: type,
    base: HostType | None = None,
    encode: Callable[[Any], Any] | None = None,
    decode: Callable[[Any], Any] | None = None,
) -> tuple[HostType, Type]:
    host = HostType(name, python_class, package=PACKAGE, base=base, encode=encode, decode=decode)
    return host, LANGUAGE.register_type(host)


def _save_date(value: dates.LocalDate) -> list[int]:
    return [value.year, value.month, value.day]


def _save_date_time(value: dates.LocalDateTime) -> list[int]:
    return [*_save_date(value.date), value.time.nano_of_day]


def _load_date_time(data: list[int]) -> dates.LocalDateTime:
    year, month, day, nano_of_day = data
    return dates.LocalDateTime(dates.LocalDate.of(year, month, day), dates.LocalTime.of_nano_of_day(nano_of_day))


def _load_zoned(data: list[Any]) -> dates.ZonedDateTime:
    *local, offset, zone = data
    return dates.ZonedDateTime(_load_date_time(local), offset, dates.ZoneId.of(zone))


_temporal, TEMPORAL = _declare("Temporal", Temporal)
_amount, TEMPORAL_AMOUNT = _declare("TemporalAmount", TemporalAmount)
_, LOCAL_TIME = _declare(
    "LocalTime", dates.LocalTime, _temporal, lambda value: value.nano_of_day, dates.LocalTime.of_nano_of_day
)
_, LOCAL_DATE = _declare(
    "LocalDate", dates.LocalDate, _temporal, _save_date, lambda data: dates.LocalDate.of(data[0], data[1], data[2])
)
_, LOCAL_DATE_TIME = _declare("LocalDateTime", dates.LocalDateTime, _temporal, _save_date_time, _load_date_time)
_, ZONED_DATE_TIME = _declare(
    "ZonedDateTime",
    dates.ZonedDateTime,
    _temporal,
    lambda value: [*_save_date_time(value.local), value.offset, value.zone.id],
    _load_zoned,
)
_, INSTANT = _declare(
    "Instant",
    dates.Instant,
    _temporal,
    lambda value: [value.epoch_second, value.nano],
    lambda data: dates.Instant.of_epoch_second(data[0], data[1]),
)
_, PERIOD = _declare(
    "Period",
    dates.Period,
    _amount,
    lambda value: [value.years, value.months, value.days],
    lambda data: dates.Period(data[0], data[1], data[2]),
)
_, DURATION = _declare(
    "Duration",
    dates.Duration,
    _amount,
    lambda value: [value.seconds, value.nano],
    lambda data: dates.Duration.of_seconds(data[0], data[1]),
)
_, ZONE_ID = _declare("ZoneId", dates.ZoneId, None, lambda value: value.id, dates.ZoneId.of)
