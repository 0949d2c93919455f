"""The zones of System V ('SystemV/PST8PDT'): an instant -> the offset. Java has them, today's tz database does not.

Source: the file `systemv` of the tz database until 2020.
"""

from __future__ import annotations

import re
from typing import Final

from .fields import SECONDS_PER_DAY
from .local_date import LocalDate

_NAMES: Final = "AST4 AST4ADT EST5 EST5EDT CST6 CST6CDT MST7 MST7MDT PST8 PST8PDT YST9 YST9YDT HST10"
_PREFIX: Final = "SystemV/"
_YEAR_FIRST: Final = 1900  # with a summer time
_SUMMERS: Final = {1974: ((1, 6), (11, 24)), 1975: ((2, 23), (10, 26))}  # the oil crisis: first and last day
IDS: Final = frozenset(_PREFIX + name for name in _NAMES.split())


def standard_offset(id: str) -> int:
    """Seconds east of Greenwich in winter."""
    hours = re.search(r"\d+", id)
    assert hours is not None
    return -3600 * int(hours[0])


def has_summer_time(id: str) -> bool:
    return not id[-1].isdigit()


def offset_at_second(id: str, epoch_second: int) -> int:
    """The offset in seconds at an instant: an hour more from 2:00 on a Sunday to 2:00 on another one."""
    standard = standard_offset(id)
    year = LocalDate.of_epoch_day((epoch_second + standard) // SECONDS_PER_DAY).year
    if year < _YEAR_FIRST:
        return standard
    first, last = _summer(year)
    wall = epoch_second + standard
    return standard + 3600 if first + 7200 <= wall < last + 3600 else standard


def _summer(year: int) -> tuple[int, int]:
    """Midnights of its first and last day, in seconds of local time."""
    days = _SUMMERS.get(year)
    if days is None:
        return _last_sunday(year, 4, 30), _last_sunday(year, 10, 31)
    first, last = (LocalDate(year, *day).to_epoch_day() * SECONDS_PER_DAY for day in days)
    return first, last


def _last_sunday(year: int, month: int, day_last: int) -> int:
    day = LocalDate(year, month, day_last).to_epoch_day()
    return (day - (day + 4) % 7) * SECONDS_PER_DAY  # day 0 was a Thursday
