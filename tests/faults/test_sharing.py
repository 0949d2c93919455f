"""A sample of processes that share a SQLite file; in full: `python -m tests.faults sharing`."""

from __future__ import annotations

from pathlib import Path

from .sharing import of_planted, shared


def test_processes_that_share_a_file_get_on(tmp_path: Path) -> None:
    outcome = shared(tmp_path, 3, 18)
    assert outcome.found == [] and outcome.totals["cancelled"] == 6


def test_processes_that_do_not_wait_for_each_other_are_found() -> None:
    assert of_planted()["impatient"]
