"""The runner's own rule of time: a case that takes too long fails as that, whatever became of the blow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from . import runner
from .cases import Case

SECONDS = 0.05


async def forever(case: Case, mode: str) -> Any:
    while True:
        pass


async def loses_the_blow(case: Case, mode: str) -> Any:
    try:
        await forever(case, mode)
    except BaseException:
        return 1


async def takes_it_for_an_error(case: Case, mode: str) -> Any:
    try:
        await forever(case, mode)
    except BaseException as error:
        raise ValueError("cannot be read") from error


async def waits_for_ever_on_real_time(case: Case, mode: str) -> Any:
    while True:
        await trio.lowlevel.checkpoint()


@pytest.mark.parametrize("run", [forever, loses_the_blow, takes_it_for_an_error, waits_for_ever_on_real_time])
@pytest.mark.parametrize(
    "wanted", [{"expected": {"t": "int", "v": "1"}}, {"error": {"error_class": "RuntimeError"}, "expected_error": ""}]
)
def test_a_case_that_takes_too_long_fails_and_the_next_one_runs(
    run: Callable[[Case, str], Any], wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case({"id": "x", "suite": "x", "kind": "value", **wanted})
    with monkeypatch.context() as patch:
        patch.setattr(runner, "_value", run)
        patch.setattr(runner, "_CASE_SECONDS", SECONDS)
        patch.setattr(runner, "_STRIKE_AGAIN_SECONDS", SECONDS)
        verdict = runner.run_case(case, "plain")
    assert not verdict.holds
    assert verdict.reason == f"ran for more than {SECONDS:g} seconds"
    assert verdict.position_holds is (None if "expected" in wanted else False)
    after = Case({"id": "y", "suite": "x", "kind": "value", "script": "1 + 1", "expected": {"t": "int", "v": "2"}})
    assert runner.run_case(after, "plain").holds
