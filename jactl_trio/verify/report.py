"""What a verification has found: results by file and phase, as data, and as text for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    expected, seen: both answers.  schedule, timeline: what went wrong around the script, as simple as it could be
    found, and the whole story.  replay: the token that repeats it.
    """

    file: str
    phase: str
    rule: str
    expected: str
    seen: str
    schedule: str = ""
    timeline: tuple[str, ...] = ()
    replay: str = ""

    def lines(self) -> list[str]:
        """For people."""
        shown = [
            f"{self.file or 'the script'}: {self.phase}: {self.rule}",
            f"  expected  {self.expected}",
            f"  seen      {self.seen}",
        ]
        if self.timeline:
            shown.append(f"  schedule  {self.schedule or '(nothing goes wrong)'}")
            shown += [f"    {line}" for line in self.timeline]
        return shown


@dataclass
class PhaseResult:
    """One phase of one file. checks: how many ways it was run in.  skipped: why it was not; note: what else to know."""

    file: str
    phase: str
    checks: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    skipped: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        return "failed" if self.findings else "skipped" if self.skipped else "passed"


@dataclass
class Report:
    """All results of one verification."""

    profile: str
    seed: int
    results: list[PhaseResult] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        return [finding for result in self.results for finding in result.findings]

    @property
    def passed(self) -> bool:
        return not self.findings

    def as_json(self) -> str:
        """One JSON object: seed, profile, passed, results."""
        results: list[dict[str, Any]] = [{**asdict(one), "verdict": one.verdict} for one in self.results]
        return json.dumps(
            {"profile": self.profile, "seed": self.seed, "passed": self.passed, "results": results}, ensure_ascii=False
        )


class NotVerified(AssertionError):
    """There are findings; `report` has them."""

    def __init__(self, report: Report) -> None:
        super().__init__("\n".join(line for finding in report.findings for line in finding.lines()))
        self.report = report
