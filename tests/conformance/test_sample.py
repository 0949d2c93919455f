"""A sample of the reference's cases, in every mode; the whole is `make conformance`."""

from __future__ import annotations

import pytest

from .cases import FOLDER, read, suites
from .runner import MODES, applies, run_cases

EVERY = {"plain": 12}  # each N-th case
EVERY_OTHER_MODE = 60
VALUES_WANTED = 0.995
ERRORS_WANTED, POSITIONS_WANTED = 0.98, 0.95

if not FOLDER.is_dir():
    pytest.skip(f"the reference's cases are not at {FOLDER}: not compared", allow_module_level=True)


@pytest.mark.parametrize("mode", MODES)
def test_cases_hold(mode: str) -> None:
    every = EVERY.get(mode, EVERY_OTHER_MODE)
    cases = [case for path in suites() for number, case in enumerate(read(path)) if number % every == 0]
    verdicts = run_cases([(case, mode) for case in cases if applies(case, mode) is None])
    errors = [verdict for verdict in verdicts if verdict.case.kind == "error"]
    values = [verdict for verdict in verdicts if verdict.case.kind != "error"]
    failures = [f"{verdict.case.id}: {verdict.reason}" for verdict in verdicts if not verdict.holds]
    assert sum(verdict.holds for verdict in values) >= VALUES_WANTED * len(values), failures
    assert sum(verdict.holds for verdict in errors) >= ERRORS_WANTED * len(errors), failures
    assert sum(bool(verdict.position_holds) for verdict in errors) >= POSITIONS_WANTED * len(errors), failures
