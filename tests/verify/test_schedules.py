"""Random schedules over generated scripts: gapless ids, and the answer of the plain run.

Suspension, cancellation, failed saves, crashes and recoveries come at points that Hypothesis draws, in scripts that it
draws too. CI always draws the same ones; `jactl-trio verify` looks further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jactl_trio.store import CheckpointStore, MemoryStore
from jactl_trio.verify.campaign import check_schedule
from jactl_trio.verify.drawn_scripts import GLOBALS, closure_violations, host_context, scripts
from jactl_trio.verify.quiet import quiet
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.schedule import Schedule, schedules
from jactl_trio.verify.subjects import Subject

few = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def no_warnings_of_failing_stores() -> Iterator[None]:
    with quiet():
        yield


def check(source: str, drawn: list[Schedule], make_store: Callable[[], CheckpointStore | None]) -> None:
    reference = Reference(Subject(source, GLOBALS, host_context))
    for schedule in drawn:
        assert closure_violations(check_schedule(reference, schedule, make_store())) == []


@few
@given(scripts(), st.lists(schedules(16), min_size=2, max_size=3))
def test_any_schedule_gives_the_plain_answer_with_an_environment(source: str, drawn: list[Schedule]) -> None:
    check(source, drawn, lambda: None)


@few
@given(scripts(), st.lists(schedules(16), min_size=2, max_size=3))
def test_any_schedule_gives_the_plain_answer_with_a_store(source: str, drawn: list[Schedule]) -> None:
    check(source, drawn, MemoryStore)
