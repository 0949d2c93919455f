"""Verify all examples and 250 scripts with every store: `python -m tests.verify.everything`.

The scripts are those of the corpus, the golden files, and generated ones. The figures go into docs/verify.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from rich.console import Console
from rich.progress import track

from jactl_trio.runtime.context import Context
from jactl_trio.verify.check import Check, with_examples
from jactl_trio.verify.drawn_scripts import GLOBALS, host_context, scripts
from jactl_trio.verify.loading import LoadedHost
from jactl_trio.verify.places import places
from jactl_trio.verify.profiles import profile_named
from jactl_trio.verify.quiet import quiet
from jactl_trio.verify.report import Report
from jactl_trio.verify.subjects import Subject

from ..corpus_scripts import corpus
from ..store.cluster import running_cluster

ROOT = Path(__file__).parents[2]
SCRIPTS_COUNT = 250
SCHEDULES = 10  # for each script and each place of checkpoints
_PAGE = ROOT / "docs" / "verify.md"
_BEGIN, _END = "<!-- everything -->\n", "<!-- end of everything -->\n"
_SEED = 1
FIRST = "memory:"


@dataclass(frozen=True)
class Example:
    """A script of examples/ with what it takes to run it."""

    file: str
    host: str
    globals: str
    stubs: str = "{}"

    def subject(self) -> Subject:
        source = (ROOT / "examples" / self.file).read_text(encoding="utf-8")
        given, stubs = json.loads(self.globals), json.loads(self.stubs)
        return Subject.read(source, given, LoadedHost(self.host), self.file, stubs)


EXAMPLES = (
    Example(
        "payments/payment.jactl",
        "examples.payments.host:context",
        '{"payment": {"id": "p1", "card": "4111", "alias": "a", "amount": 5}}',
        '{"acknowledge": null, "respond": null}',
    ),
)


def all_scripts() -> list[Subject]:
    """Those that give the same value at each run: no clock, no chance."""
    found = [Subject.read(one.source, None, Context, one.name) for one in corpus() if not _reads_a_clock(one.source)]
    for path in sorted((ROOT / "tests" / "golden").glob("*.jactl")):
        found.append(Subject.read(path.read_text(encoding="utf-8"), None, Context, f"golden/{path.stem}"))
    drawn = _drawn(SCRIPTS_COUNT - len(found))
    return found + [Subject(source, GLOBALS, host_context, f"drawn/{n}") for n, source in enumerate(drawn, 1)]


def _reads_a_clock(source: str) -> bool:
    return any(word in source for word in ("now(", "timestamp(", "nanoTime(", "random(", "uuid("))


def _drawn(count: int) -> list[str]:
    sources: dict[str, None] = {}

    @seeded(_SEED)
    @settings(
        max_examples=3 * count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(scripts())
    def keep(source: str) -> None:
        sources[source] = None

    keep()
    return sorted(sources, key=len)[-count:]


def verified(subjects: Sequence[Subject], store: str, schedules: int, phases: Sequence[str]) -> Report:
    """All of them with checkpoints in one kind of store; what has nothing to do with stores, with the first kind."""
    report, profile = Report("ci", _SEED), with_examples(profile_named("ci"), schedules)
    if store != FIRST:
        profile = replace(profile, modes=("recovered",))
    with places(store) as where:
        check = Check(where if store == FIRST else where[1:], profile, _SEED, phases)
        shown = track(subjects, store.partition(":")[0], console=Console(stderr=True), transient=True)
        for subject in shown:
            check.run(subject, report)
    return report


def verified_by(jobs: int, subjects: Sequence[Subject], store: str, schedules: int, phases: Sequence[str]) -> Report:
    """The same, shared out among processes; the results come in the order of the scripts."""
    if jobs == 1:
        return verified(subjects, store, schedules, phases)
    _given[:] = subjects
    numbers = range(len(subjects))
    report = Report("ci", _SEED)
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:  # they have the subjects, which hold functions
        parts = [pool.submit(_part, numbers[first::jobs], store, schedules, phases) for first in range(jobs)]
        found = {result.file: [] for part in parts for result in part.result().results}
        for part in parts:
            for result in part.result().results:
                found[result.file].append(result)
    for subject in subjects:
        report.results += found.pop(subject.name, [])
    return report


_given: list[Subject] = []


def _part(numbers: Sequence[int], store: str, schedules: int, phases: Sequence[str]) -> Report:
    return verified([_given[number] for number in numbers], store, schedules, phases)


def stores() -> Iterator[tuple[str, str]]:
    """Name and URL of each kind of store that there is here."""
    yield "memory", FIRST
    yield "sqlite", "sqlite:unused.db"
    with running_cluster() as cluster:
        if cluster is not None:
            yield "postgres", cluster.url()


@quiet()
def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    jobs = parser.parse_args().jobs
    subjects = [*(example.subject() for example in EXAMPLES), *all_scripts()]
    rows, findings = [], 0
    for name, url in stores():
        begun = time.perf_counter()
        phases = ("examples", "equivalence", "schedules") if url == FIRST else ("equivalence", "schedules")
        report = verified_by(jobs, subjects, url, SCHEDULES, phases)
        seconds = time.perf_counter() - begun
        checks = {phase: sum(one.checks for one in report.results if one.phase == phase) for phase in phases}
        shown = ", ".join(f"{count} {phase}" for phase, count in checks.items())
        rows.append(f"| {name} | {len(subjects)} | {shown} | {len(report.findings)} | {seconds:.0f} |\n")
        print(rows[-1], end="", flush=True)
        findings += len(report.findings)
        for finding in report.findings:
            print("\n".join(finding.lines()), flush=True)
    head = "\n| store | scripts | checks | findings | seconds |\n|---|---|---|---|---|\n"
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    _PAGE.write_text(before + _BEGIN + head + "".join(rows) + _END + after, encoding="utf-8")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
