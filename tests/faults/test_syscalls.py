"""A sample of the points at which a host on SQLite can be killed; `python -m tests.faults syscalls` takes them all."""

from __future__ import annotations

import warnings

import pytest

from . import syscalls


@pytest.fixture(scope="module")
def points() -> list[syscalls.Point]:
    if not syscalls.is_here():
        warnings.warn(f"The kills at system calls are skipped: {syscalls.HOW_TO_GET_IT}", stacklevel=1)
        pytest.skip(syscalls.HOW_TO_GET_IT)
    return syscalls.all_points()


def test_a_kill_at_a_system_call_loses_nothing(points: list[syscalls.Point]) -> None:
    assert len(points) > 60
    for point in points[3::15]:
        outcome = syscalls.kill_at(point)
        assert not outcome.found, f"python -m tests.faults syscalls --at {point}: {outcome.found}"


def test_a_kill_while_recovering_from_a_kill_loses_nothing(points: list[syscalls.Point]) -> None:
    for pair in ((points[-30], points[20]), (points[8], points[-12])):
        outcome = syscalls.kill_at(*pair)
        assert not outcome.found, f"python -m tests.faults syscalls --at {' '.join(map(str, pair))}: {outcome.found}"


def test_a_store_that_acknowledges_too_early_is_found(points: list[syscalls.Point]) -> None:
    assert syscalls.of_planted(points)["hasty"]
