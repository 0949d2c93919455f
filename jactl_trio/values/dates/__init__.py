"""Dates and times with the ranges, texts and rules of java.time, immutable, to the nanosecond.

Why not the package `whenever` alone: its years end at 1 and 9999 where a script's go to +-999,999,999, it has no
java.time periods and patterns.  Zone rules, the part that changes and is hard, do come from it (zones.py).
"""

from .duration import Duration
from .instant import Instant
from .local_date import LocalDate
from .local_date_time import LocalDateTime
from .local_time import LocalTime
from .period import Period
from .zoned_date_time import ZonedDateTime
from .zones import ZoneId

__all__ = ["Duration", "Instant", "LocalDate", "LocalDateTime", "LocalTime", "Period", "ZoneId", "ZonedDateTime"]
