"""Row: one figure of a benchmark, with what it is compared to and the target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """The most, or the least, that the figure may be, or its ratio to what stands beside it."""

    value: float
    is_least: bool = False
    is_of_ratio: bool = False

    def missed_by(self, value: float) -> float:
        """So many times too much, or too little; 1 or less: met."""
        return self.value / value if self.is_least else value / self.value

    def __str__(self) -> str:
        return f"at {'least' if self.is_least else 'most'} {self.value:,g}" + ("x" if self.is_of_ratio else "")


def at_most(value: float) -> Target:
    return Target(value)


def at_least(value: float) -> Target:
    return Target(value, is_least=True)


def ratio_at_most(value: float) -> Target:
    return Target(value, is_of_ratio=True)


def ratio_at_least(value: float) -> Target:
    return Target(value, is_least=True, is_of_ratio=True)


@dataclass(frozen=True)
class Row:
    """ours, other: in `unit`.  ratio: ours to the other, the median of neighbours."""

    name: str
    unit: str
    ours: float
    other: float | None = None
    ratio: float | None = None
    other_name: str = ""
    target: Target | None = None

    @property
    def missed_by(self) -> float | None:
        """So many times too much, or too little; None: there is no target."""
        if self.target is None:
            return None
        value = self.ratio if self.target.is_of_ratio else self.ours
        assert value is not None, self.name
        return self.target.missed_by(value)

    @property
    def is_met(self) -> bool | None:
        """Is the target reached? None: there is none."""
        missed_by = self.missed_by
        return None if missed_by is None else missed_by <= 1

    def cells(self) -> tuple[str, ...]:
        """As texts: name, ours, other, ratio, target, verdict."""
        other = "" if self.other is None else f"{short(self.other)} {self.unit} ({self.other_name})"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 10 else f"{self.ratio:.0f}"
        target = "" if self.target is None else str(self.target)
        verdict = {None: "", True: "met", False: "**missed**"}[self.is_met]
        return self.name, f"{short(self.ours)} {self.unit}", other, ratio, target, verdict

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_met": self.is_met}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Row:
        target = found["target"]
        facts = {name: value for name, value in found.items() if name != "is_met"}
        return cls(**{**facts, "target": None if target is None else Target(**target)})


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
