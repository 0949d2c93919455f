"""Row: one figure of a benchmark, with what it is compared to and the target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """ours, other: in `unit`.  ratio: ours to other, the median of neighbouring pairs.

    target: the most that `ratio` may be, or `ours` where there is no other; with is_rate the least that `ours` may be.
    """

    name: str
    unit: str
    ours: float
    other: float | None = None
    ratio: float | None = None
    target: float | None = None
    other_name: str = ""
    is_rate: bool = False

    @property
    def is_met(self) -> bool | None:
        """Is the target reached? None: there is none."""
        if self.target is None:
            return None
        if self.is_rate:
            return self.ours >= self.target
        return (self.ours if self.ratio is None else self.ratio) <= self.target

    def cells(self) -> tuple[str, ...]:
        """As texts: name, ours, other, ratio, target, verdict."""
        other = "" if self.other is None else f"{_short(self.other)} {self.unit} ({self.other_name})"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        sign = "at least " if self.is_rate else "at most "
        target = "" if self.target is None else sign + (f"{self.target:g}" + ("x" if self.ratio is not None else ""))
        verdict = {None: "", True: "met", False: "missed"}[self.is_met]
        return self.name, f"{_short(self.ours)} {self.unit}", other, ratio, target, verdict

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_met": self.is_met}


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
