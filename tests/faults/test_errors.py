"""A sample of errors of the system under SQLiteStore; `python -m tests.faults errors` takes those of all calls."""

from __future__ import annotations

import warnings

import pytest

from . import errors


@pytest.mark.parametrize("fault", errors.SAMPLE, ids=str)
def test_an_error_of_the_system_is_told_and_survived(fault: errors.Fault) -> None:
    if not errors.is_here():
        warnings.warn(f"The errors of system calls are skipped: {errors.HOW_TO_GET_IT}", stacklevel=1)
        pytest.skip(errors.HOW_TO_GET_IT)
    outcome = errors.fail_at(fault)
    assert not outcome.found, f"python -m tests.faults errors --at {fault}: {outcome.found}"
    assert outcome.has_ended or outcome.told or fault.point.count < errors.OPENED_AT
