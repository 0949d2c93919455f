"""Dates and times <-> texts by a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .fields import NANOS_PER_SECOND, DateTimeError, DateTimeParseError, check
from .local_date import LocalDate, month_length
from .local_date_time import LocalDateTime
from .local_time import LocalTime
from .zoned_date_time import ZonedDateTime
from .zones import ZoneId

if TYPE_CHECKING:
    from .patterns import Fields

T = TypeVar("T")


def format_with(value: LocalDate | LocalTime | LocalDateTime | ZonedDateTime, pattern: str) -> str:
    """The text of a date or time by a pattern; raises DateTimeError for a field that it does not have."""
    from .patterns import compile_pattern  # most scripts need none

    fields = fields_of(value)
    return "".join(element.format(fields) for element in compile_pattern(pattern))


def fields_of(value: Any) -> Fields:
    if isinstance(value, LocalDate):
        return _date_fields(value)
    if isinstance(value, LocalTime):
        return _time_fields(value)
    if isinstance(value, LocalDateTime):
        return {**_date_fields(value.date), **_time_fields(value.time)}
    assert isinstance(value, ZonedDateTime)
    return {**fields_of(value.local), "OffsetSeconds": value.offset, "ZoneId": value.zone.id}


def _date_fields(date: LocalDate) -> Fields:
    return {
        "Year": date.year,
        "YearOfEra": date.year if date.year > 0 else 1 - date.year,
        "Era": 1 if date.year > 0 else 0,
        "QuarterOfYear": (date.month + 2) // 3,
        "MonthOfYear": date.month,
        "DayOfMonth": date.day,
        "DayOfYear": date.day_of_year,
        "DayOfWeek": date.weekday,
    }


def _time_fields(time: LocalTime) -> Fields:
    hour = time.hour
    return {
        "AmPmOfDay": hour // 12,
        "HourOfDay": hour,
        "HourOfAmPm": hour % 12,
        "ClockHourOfAmPm": hour % 12 or 12,
        "ClockHourOfDay": hour or 24,
        "MinuteOfHour": time.minute,
        "SecondOfMinute": time.second,
        "NanoOfSecond": time.nano,
        "NanoOfDay": time.nano_of_day,
        "MilliOfDay": time.nano_of_day // 1_000_000,
    }


def parse_date(text: str, pattern: str) -> LocalDate:
    return _found(_date(_parse(text, pattern), text), "LocalDate", text)


def parse_time(text: str, pattern: str) -> LocalTime:
    return _found(_time(_parse(text, pattern), text), "LocalTime", text)


def parse_date_time(text: str, pattern: str) -> LocalDateTime:
    fields = _parse(text, pattern)
    return _found(_date_time(fields, text), "LocalDateTime", text)


def parse_zoned(text: str, pattern: str) -> ZonedDateTime:
    fields = _parse(text, pattern)
    local = _found(_date_time(fields, text), "ZonedDateTime", text)
    offset = fields.get("OffsetSeconds")
    if "ZoneId" in fields:
        zone = ZoneId.of(str(fields["ZoneId"]))
        return ZonedDateTime.of_local(local, zone, None if offset is None else int(offset))
    seconds = int(str(_found(offset, "ZonedDateTime", text)))
    return ZonedDateTime(local, seconds, ZoneId.of_offset(seconds))


def _parse(text: str, pattern: str) -> Fields:
    from .patterns import ParseFailure, compile_pattern

    parsed: Fields = {}
    at = 0
    for element in compile_pattern(pattern):
        try:
            at = element.parse(text, at, parsed)
        except ParseFailure as failure:
            raise DateTimeParseError(f"Text '{text}' could not be parsed at index {failure.index}") from None
    if at < len(text):
        raise DateTimeParseError(f"Text '{text}' could not be parsed, unparsed text found at index {at}")
    return parsed


def _found(value: T | None, kind: str, text: str) -> T:
    if value is None:
        raise DateTimeParseError(f"Text '{text}' could not be parsed: Unable to obtain {kind} from TemporalAccessor")
    return value


def _checked(fields: Fields, name: str, text: str) -> int | None:
    if name not in fields:
        return None
    try:
        return check(name, int(fields[name]))
    except DateTimeError as error:
        raise DateTimeParseError(f"Text '{text}' could not be parsed: {error.bare}") from None


def _date(fields: Fields, text: str) -> LocalDate | None:
    year = _checked(fields, "Year", text)
    if year is None:
        year = _checked(fields, "YearOfEra", text)
        if year is not None and fields.get("Era") == 0:
            year = 1 - year
    month, day = _checked(fields, "MonthOfYear", text), _checked(fields, "DayOfMonth", text)
    day_of_year = _checked(fields, "DayOfYear", text)
    if year is None:
        return None
    if month is not None and day is not None:
        return LocalDate(year, month, min(day, month_length(year, month)))
    return LocalDate.of_year_day(year, day_of_year) if day_of_year is not None else None


def _time(fields: Fields, text: str) -> LocalTime | None:
    if "NanoOfDay" in fields:
        return LocalTime.of_nano_of_day(int(fields["NanoOfDay"]))
    hour = _hour(fields, text)
    if hour is None:
        return None
    minute, second = _checked(fields, "MinuteOfHour", text), _checked(fields, "SecondOfMinute", text)
    nano = _checked(fields, "NanoOfSecond", text)
    if minute is None and (second is not None or nano is not None):
        return None
    return LocalTime(((hour * 60 + (minute or 0)) * 60 + (second or 0)) * NANOS_PER_SECOND + (nano or 0))


def _hour(fields: Fields, text: str) -> int | None:
    clock_hour = _checked(fields, "ClockHourOfDay", text)
    if clock_hour is not None:
        return clock_hour % 24
    half_hour = _checked(fields, "HourOfAmPm", text)
    clock_half = _checked(fields, "ClockHourOfAmPm", text)
    if clock_half is not None:
        half_hour = clock_half % 12
    if half_hour is not None and "AmPmOfDay" in fields:
        return half_hour + 12 * int(fields["AmPmOfDay"])
    return _checked(fields, "HourOfDay", text)


def _date_time(fields: Fields, text: str) -> LocalDateTime | None:
    date, time = _date(fields, text), _time(fields, text)
    return LocalDateTime(date, time) if date is not None and time is not None else None
