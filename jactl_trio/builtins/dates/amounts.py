"""Duration and Period, and adding them to points in time."""

from __future__ import annotations

from typing import Any

from ...errors import NullError, RuntimeError
from ...values.dates import Duration, Instant, LocalDate, LocalDateTime, LocalTime, Period, ZonedDateTime
from ...values.dates.fields import NANOS_PER_SECOND, SECONDS_PER_DAY, DateTimeError, truncate_divide
from ...values.types import BOOLEAN, INT, LONG, STRING
from .table import declare_methods, declare_statics
from .types import DURATION, LOCAL_DATE, PERIOD, TEMPORAL, TEMPORAL_AMOUNT

Timed = LocalTime | LocalDateTime | ZonedDateTime | Instant
_UNITS = {"Days": SECONDS_PER_DAY, "Hours": 3600, "Minutes": 60, "Seconds": 1}


def plus_amount(value: Any, amount: Duration | Period, sign: int = 1) -> Any:
    """A point in time moved by an amount; raises DateTimeError for units that it does not have."""
    if isinstance(amount, Duration):
        if isinstance(value, LocalDate):
            if amount.total_nanos == 0:
                return value
            raise _unsupported("Seconds" if amount.seconds else "Nanos")
        return value.plus_nanos(sign * amount.total_nanos)
    if isinstance(value, (LocalTime, Instant)):
        return _plus_period_without_calendar(value, amount, sign)
    months = amount.total_months
    moved = value.plus_months(sign * months) if months else value
    return moved.plus_days(sign * amount.days) if amount.days else moved


def _plus_period_without_calendar(value: LocalTime | Instant, amount: Period, sign: int) -> Any:
    if amount.total_months:
        raise _unsupported("Months" if amount.months else "Years")
    if amount.days == 0:
        return value
    if isinstance(value, LocalTime):
        raise _unsupported("Days")
    return value.plus_nanos(sign * amount.days * SECONDS_PER_DAY * NANOS_PER_SECOND)


def _unsupported(unit: str) -> DateTimeError:
    return DateTimeError(f"Unsupported unit: {unit}", "UnsupportedTemporalTypeException")


def minus_amount(value: Any, amount: Duration | Period) -> Any:
    return plus_amount(value, amount, -1)


def plus_of(unit_nanos: int, sign: int = 1) -> Any:
    """`plusHours` and its like: a method that adds a number of a unit."""
    return lambda value, amount: value.plus_nanos(sign * amount * unit_nanos)


def between(start: Any, end: Any) -> Duration:
    """The time from start to end, counted in the type of start."""
    for value, which in ((start, "Start"), (end, "End")):
        if value is None:
            raise NullError(f"{which} of duration is null")
        if isinstance(value, LocalDate):
            shown = type(start).__name__
            raise RuntimeError(f"{which} of duration cannot be {shown}: must have resolution of at least seconds")
    return Duration(_nanos_of(end, start) - _nanos_of(start, start))


def _nanos_of(value: Any, like: Any) -> int:
    """Nanoseconds from the beginning of the time line of `like`'s type."""
    if isinstance(like, LocalTime):
        found = _local_time(value)
        if found is not None:
            return found.nano_of_day
    elif isinstance(like, LocalDateTime):
        local = value.local if isinstance(value, ZonedDateTime) else value
        if isinstance(local, LocalDateTime):
            return local.to_epoch_second() * NANOS_PER_SECOND + local.time.nano
    elif isinstance(value, ZonedDateTime):
        return value.to_instant().total_nanos
    elif isinstance(value, Instant) and isinstance(like, Instant):
        return value.total_nanos
    wanted = type(like).__name__
    raise DateTimeError(f"Error getting duration: Unable to obtain {wanted} from TemporalAccessor: {value}")


def _local_time(value: Any) -> LocalTime | None:
    if isinstance(value, ZonedDateTime):
        return value.local.time
    if isinstance(value, LocalDateTime):
        return value.time
    return value if isinstance(value, LocalTime) else None


def _period_of(amount: Any) -> Period:
    if isinstance(amount, Period):
        return amount
    raise DateTimeError("Unit must be Years, Months or Days, but was Seconds")


def _per(seconds: int) -> Any:
    return lambda amount: Duration.of_units(amount, seconds)


_DURATION_TYPES = {
    **dict.fromkeys(("days", "hours", "minutes", "seconds", "millis", "nanos", "amount"), LONG),
    "other": DURATION, "start": TEMPORAL, "end": TEMPORAL, "text": STRING,
}  # fmt: skip

declare_statics(
    DURATION,
    [
        ("between", "start end", DURATION, between),
        ("ofMillis", "millis", DURATION, lambda millis: Duration(millis * 1_000_000)),
        ("ofNanos", "nanos", DURATION, Duration),
        ("ofSecondsAndNanos", "seconds nanos", DURATION, Duration.of_seconds),
        ("parse", "text", DURATION, Duration.parse),
        *((f"of{unit}", unit.lower(), DURATION, _per(seconds)) for unit, seconds in _UNITS.items()),
    ],
    _DURATION_TYPES,
)


def _plus_units(sign: int, seconds: int) -> Any:
    return lambda value, amount: value.plus(sign * Duration.of_units(amount, seconds).total_nanos)


declare_methods(
    DURATION,
    [
        ("abs", "", DURATION, lambda value: Duration(abs(value.total_nanos))),
        ("dividedBy", "amount", DURATION, Duration.divided_by),
        ("multipliedBy", "amount", DURATION, Duration.multiplied_by),
        ("negated", "", DURATION, lambda value: Duration(-value.total_nanos)),
        ("getNano", "", INT, lambda value: value.nano),
        ("getSeconds", "", LONG, lambda value: value.seconds),
        ("isNegative", "", BOOLEAN, lambda value: value.total_nanos < 0),
        ("isZero", "", BOOLEAN, lambda value: value.total_nanos == 0),
        ("plus", "other", DURATION, lambda value, other: value.plus(other.total_nanos)),
        ("minus", "other", DURATION, lambda value, other: value.plus(-other.total_nanos)),
        ("plusMillis", "millis", DURATION, lambda value, millis: value.plus(millis * 1_000_000)),
        ("minusMillis", "millis", DURATION, lambda value, millis: value.plus(-millis * 1_000_000)),
        ("plusNanos", "nanos", DURATION, lambda value, nanos: value.plus(nanos)),
        ("minusNanos", "nanos", DURATION, lambda value, nanos: value.plus(-nanos)),
        *((f"plus{unit}", unit.lower(), DURATION, _plus_units(1, seconds)) for unit, seconds in _UNITS.items()),
        *((f"minus{unit}", unit.lower(), DURATION, _plus_units(-1, seconds)) for unit, seconds in _UNITS.items()),
        ("toDays", "", LONG, lambda value: truncate_divide(value.seconds, SECONDS_PER_DAY)),
        ("toHours", "", LONG, lambda value: truncate_divide(value.seconds, 3600)),
        ("toMinutes", "", LONG, lambda value: truncate_divide(value.seconds, 60)),
        ("toMillis", "", LONG, Duration.to_millis),
        ("toNanos", "", LONG, Duration.to_nanos),
        ("withNanos", "nanos", DURATION, Duration.with_nanos),
        ("withSeconds", "seconds", DURATION, Duration.with_seconds),
    ],
    {**_DURATION_TYPES, "nanos": LONG},
)

_PERIOD_TYPES = {
    **dict.fromkeys(("years", "months", "weeks", "days"), INT),
    "scalar": INT, "other": TEMPORAL_AMOUNT, "start": LOCAL_DATE, "end": LOCAL_DATE, "text": STRING,
}  # fmt: skip
_PERIOD_LONG_TYPES = dict.fromkeys(("years", "months", "days"), LONG)

declare_statics(
    PERIOD,
    [
        ("between", "start end", PERIOD, LocalDate.until),
        ("of", "years months days", PERIOD, Period),
        ("ofYears", "years", PERIOD, lambda years: Period(years, 0, 0)),
        ("ofMonths", "months", PERIOD, lambda months: Period(0, months, 0)),
        ("ofWeeks", "weeks", PERIOD, lambda weeks: Period(0, 0, weeks * 7)),
        ("ofDays", "days", PERIOD, lambda days: Period(0, 0, days)),
        ("parse", "text", PERIOD, Period.parse),
    ],
    _PERIOD_TYPES,
)


def _plus_period(sign: int) -> Any:
    def plus(value: Period, other: Any) -> Period:
        amount = _period_of(other)
        return value.plus(sign * amount.years, sign * amount.months, sign * amount.days)

    return plus


declare_methods(
    PERIOD,
    [
        ("getYears", "", INT, lambda value: value.years),
        ("getMonths", "", INT, lambda value: value.months),
        ("getDays", "", INT, lambda value: value.days),
        ("isNegative", "", BOOLEAN, lambda value: value.is_negative),
        ("isZero", "", BOOLEAN, lambda value: value.is_zero),
        ("plus", "other", PERIOD, _plus_period(1)),
        ("minus", "other", PERIOD, _plus_period(-1)),
        ("multipliedBy", "scalar", PERIOD, Period.multiplied_by),
        ("negated", "", PERIOD, lambda value: value.multiplied_by(-1)),
        ("normalized", "", PERIOD, Period.normalized),
        ("toTotalMonths", "", LONG, lambda value: value.total_months),
        ("withYears", "years", PERIOD, lambda value, years: Period(years, value.months, value.days)),
        ("withMonths", "months", PERIOD, lambda value, months: Period(value.years, months, value.days)),
        ("withDays", "days", PERIOD, lambda value, days: Period(value.years, value.months, days)),
    ],
    _PERIOD_TYPES,
)
declare_methods(
    PERIOD,
    [
        ("plusYears", "years", PERIOD, lambda value, years: value.plus(years=years)),
        ("plusMonths", "months", PERIOD, lambda value, months: value.plus(months=months)),
        ("plusDays", "days", PERIOD, lambda value, days: value.plus(days=days)),
        ("minusYears", "years", PERIOD, lambda value, years: value.plus(years=-years)),
        ("minusMonths", "months", PERIOD, lambda value, months: value.plus(months=-months)),
        ("minusDays", "days", PERIOD, lambda value, days: value.plus(days=-days)),
    ],
    _PERIOD_LONG_TYPES,
)
