"""All examples, and a sample of the scripts, with SQLite; `python -m tests.verify.everything` takes all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jactl_trio.verify.subjects import Subject

from .everything import EXAMPLES, ROOT, SCRIPTS_COUNT, all_scripts, verified, verified_by

SUBJECTS = all_scripts()
SAMPLE = SUBJECTS[::40]


def test_every_example_is_verified() -> None:
    folder = ROOT / "examples"
    assert {one.file for one in EXAMPLES} == {path.relative_to(folder).as_posix() for path in folder.rglob("*.jactl")}


@pytest.mark.parametrize("subject", [*(one.subject() for one in EXAMPLES), *SAMPLE], ids=lambda subject: subject.name)
def test_it_passes(subject: Subject) -> None:
    report = verified([subject], "sqlite:unused.db", 3, ("examples", "schedules"))
    assert [line for finding in report.findings for line in finding.lines()] == []


def test_there_are_enough() -> None:
    assert len(SUBJECTS) == SCRIPTS_COUNT


def test_processes_share_the_work_and_find_the_same() -> None:
    few = [*SUBJECTS[:3], Subject("// expect: 2\n1", name="wrong")]
    reports = [verified_by(jobs, few, "memory:", 1, ("examples",)) for jobs in (1, 2)]
    results = [[replace(result, seconds=0.0) for result in report.results] for report in reports]
    assert results[0] == results[1] and len(reports[1].findings) == 1
    assert [result.file for result in results[1]] == [subject.name for subject in few]
