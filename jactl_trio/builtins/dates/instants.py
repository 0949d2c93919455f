"""Instant's methods."""

from __future__ import annotations

from ...values.dates import Instant, ZonedDateTime
from ...values.dates.fields import check
from ...values.types import BOOLEAN, INT, LONG
from .amounts import plus_of
from .clock_rows import PARAMETER_TYPES, amount_rows, plus_clock_rows, truncation_rows
from .now import now
from .table import declare_methods, declare_statics
from .types import INSTANT, ZONE_ID, ZONED_DATE_TIME

_TYPES = {**PARAMETER_TYPES, "second": LONG, "milli": LONG, "zoneId": ZONE_ID, "other": INSTANT}

declare_statics(
    INSTANT,
    [
        ("now", "", INSTANT, now),
        ("ofEpochSecond", "second nano=0", INSTANT, Instant.of_epoch_second),
        ("ofEpochMilli", "milli", INSTANT, Instant.of_epoch_milli),
        ("parse", "text", INSTANT, Instant.parse),
    ],
    _TYPES,
)
declare_methods(
    INSTANT,
    [
        ("atZone", "zoneId", ZONED_DATE_TIME, ZonedDateTime.of_instant),
        ("getEpochSecond", "", LONG, lambda value: value.epoch_second),
        ("getNano", "", INT, lambda value: value.nano),
        ("isAfter", "other", BOOLEAN, lambda value, other: value > other),
        ("isBefore", "other", BOOLEAN, lambda value, other: value < other),
        ("toEpochMilli", "", LONG, Instant.to_epoch_milli),
        ("plusMillis", "millis", INSTANT, plus_of(1_000_000)),
        ("minusMillis", "millis", INSTANT, plus_of(1_000_000, -1)),
        *amount_rows(INSTANT),
        *plus_clock_rows(INSTANT, ("Seconds", "Nanos")),
        *truncation_rows(INSTANT, with_days=True),
    ],
    _TYPES,
)
declare_methods(
    INSTANT,
    [
        ("withNano", "nano", INSTANT, lambda value, nano: value.with_nano(check("NanoOfSecond", nano))),
        ("withMicro", "micro", INSTANT, lambda value, micro: value.with_nano(check("MicroOfSecond", micro) * 1000)),
        (
            "withMilli",
            "milli",
            INSTANT,
            lambda value, milli: value.with_nano(check("MilliOfSecond", milli) * 1_000_000),
        ),
    ],
    PARAMETER_TYPES,
)
