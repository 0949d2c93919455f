"""Period: an amount of years, months and days, each kept as given."""

from __future__ import annotations

import re

from .fields import DateTimeParseError, TemporalAmount, exact_int, exact_long, truncate_divide

_TEXT = re.compile(
    r"([+-]?)P(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?", re.ASCII | re.IGNORECASE
)


class Period(TemporalAmount):
    """A calendar amount.

    Period(1, 14, 3) -> P1Y14M3D
    """

    __slots__ = ("days", "months", "years")

    def __init__(self, years: int, months: int, days: int) -> None:
        self.years, self.months, self.days = exact_int(years), exact_int(months), exact_int(days)

    @staticmethod
    def parse(text: str) -> Period:
        """Read an ISO text, 'P1Y2M3W4D'; raises DateTimeParseError."""
        match = _TEXT.fullmatch(text)
        if match is None or not any(match.group(2, 3, 4, 5)):
            raise DateTimeParseError("Text cannot be parsed to a Period")
        sign = -1 if match[1] == "-" else 1
        years, months, weeks, days = (sign * int(match[group] or 0) for group in (2, 3, 4, 5))
        return Period(years, months, exact_int(weeks * 7) + days)

    @property
    def is_zero(self) -> bool:
        return self.years == self.months == self.days == 0

    @property
    def is_negative(self) -> bool:
        return self.years < 0 or self.months < 0 or self.days < 0

    @property
    def total_months(self) -> int:
        return self.years * 12 + self.months

    def plus(self, years: int = 0, months: int = 0, days: int = 0) -> Period:
        return Period(self.years + exact_long(years), self.months + exact_long(months), self.days + exact_long(days))

    def multiplied_by(self, scalar: int) -> Period:
        return Period(self.years * scalar, self.months * scalar, self.days * scalar)

    def normalized(self) -> Period:
        years = truncate_divide(self.total_months, 12)
        return Period(years, self.total_months - years * 12, self.days)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, int, int]:
        return (self.years, self.months, self.days)

    def __str__(self) -> str:
        if self.is_zero:
            return "P0D"
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + "".join(f"{amount}{unit}" for amount, unit in parts if amount)

    __repr__ = __str__
