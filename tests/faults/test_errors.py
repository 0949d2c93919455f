"""A sample of errors of the system under SQLiteStore; `python -m tests.faults errors` takes those of all calls."""

from __future__ import annotations

import warnings

import pytest

from . import errors


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    if not errors.is_here():
        warnings.warn(f"The errors of system calls are skipped: {errors.HOW_TO_GET_IT}", stacklevel=1)
        pytest.skip(errors.HOW_TO_GET_IT)


@pytest.mark.parametrize("fault", errors.SAMPLE, ids=str)
def test_an_error_of_the_system_is_told_and_survived(fault: errors.Fault) -> None:
    outcome = errors.fail_at(fault)
    assert not outcome.found, f"python -m tests.faults errors --at {fault}: {outcome.found}"
    assert outcome.has_ended or outcome.told or fault.point.count < errors.OPENED_AT


def test_a_store_that_takes_what_failed_for_done_is_found() -> None:
    assert errors.of_planted(errors.SAMPLE[3:])["guessing"]
