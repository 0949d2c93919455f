"""Each rule can fail: a sound history with one event changed breaks it, and what was not changed breaks none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import jactl_trio as jactl
from jactl_trio.store import MemoryStore
from jactl_trio.verify.answers import Answer
from jactl_trio.verify.history import (
    Begun,
    Called,
    Deleted,
    Ended,
    Event,
    History,
    Looked,
    Printed,
    SaveAnswered,
    SaveAsked,
    Saved,
)
from jactl_trio.verify.properties import RULES, violations
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.schedule import Schedule
from jactl_trio.verify.subjects import Subject
from jactl_trio.verify.trial import run_trial

SOURCE = """
println 'first'
note(fetch(1))
checkpoint()
println 'second'
note('between')
fetch(2)
checkpoint()
[fetch(3)]
"""
# Points: 1 begin, 2 and 3 calls, 4 save, 5 and 6 calls, 7 save, 8 call, 9 end.


def context() -> jactl.Context:
    made = jactl.Context()

    @made.function
    async def fetch(number: int) -> int:
        return number

    @made.function
    def note(text: Any) -> None:
        pass

    return made


REFERENCE = Reference(Subject(SOURCE, {}, context))


SENDS = 'checkpoint(); note("at ${timestamp()}"); fetch(2)'  # its points: 1 begin, 2 save, 3 and 4 calls, 5 end


def history_of(schedule: str, subject: Subject = REFERENCE.subject) -> History:
    return run_trial(subject, Schedule.parse(schedule), MemoryStore())


def index(history: History, kind: type[Event], number: int = 0) -> int:
    """Of the event of that kind with this number."""
    return [at for at, event in enumerate(history.events) if type(event) is kind][number]


Change = Callable[[History], None]


def changed(kind: type[Event], number: int = 0, **changes: Any) -> Change:
    def change(history: History) -> None:
        at = index(history, kind, number)
        history.events[at] = replace(history.events[at], **changes)

    return change


def left_out(kind: type[Event], number: int = 0) -> Change:
    return lambda history: history.events.pop(index(history, kind, number)) and None


def twice(kind: type[Event], number: int = 0) -> Change:
    return lambda history: history.events.insert(at := index(history, kind, number), history.events[at])


def is_stuck(history: History) -> None:
    history.is_stuck = True


def keeps_something(history: History) -> None:
    history.leftover = "its checkpoint was not deleted"


CRASH = "5:crash-after"  # run 2 goes on from checkpoint 1
BROKEN: list[tuple[str, str, Change]] = [
    ("gapless", "", changed(SaveAsked, 1, checkpoint_id=3)),
    ("gapless", "", changed(Saved, 1, checkpoint_id=3)),
    ("gapless", "", twice(Saved)),
    ("gapless", CRASH, changed(SaveAsked, 1, checkpoint_id=1)),
    ("gapless", "", changed(Ended, checkpoint_id=1)),
    ("durable", CRASH, changed(Begun, 1, checkpoint_id=None)),
    ("durable", "", left_out(Saved)),
    ("failed", "", left_out(SaveAnswered)),
    ("answer", "", changed(Ended, answer=Answer("[4]", "[:]"))),
    ("answer", "", changed(Ended, answer=Answer("[3]", "[x:1]"))),
    ("answer", "", changed(Ended, answer=Answer(error="another @ 1:1"))),
    ("output", "", changed(Printed, text="third\n")),
    ("output", "", left_out(Printed, 1)),
    ("output", CRASH, twice(Printed, 2)),
    ("calls", "", changed(Called, 1, arguments="2")),
    ("calls", "", changed(Called, 1, name="fetch")),
    ("calls", "", changed(Called, 1, ordinal=2)),
    ("calls", CRASH, changed(Called, -1, checkpoint_id=1)),
    ("calls", "", left_out(Called, 3)),
    ("calls", "", twice(Called, 3)),
    ("deleted", "", left_out(Deleted)),
    ("deleted", "", twice(Deleted)),
    ("deleted", "", changed(Deleted, checkpoint_id=1)),
    ("deleted", "", lambda history: history.events.append(Saved(1, 3))),
    ("owner", CRASH, lambda history: history.events.insert(index(history, Begun, 1) + 1, Saved(1, 2))),
    ("owner", "5:twice", lambda history: history.events.insert(3, Begun(2, None))),
    ("released", CRASH, is_stuck),
    ("released", CRASH, lambda history: history.events.__delitem__(slice(index(history, Deleted), None))),
    ("released", "", changed(Ended, status="released", answer=None)),
    ("ended", "", keeps_something),
]


@pytest.mark.parametrize(("rule", "schedule", "change"), BROKEN, ids=lambda one: one if isinstance(one, str) else None)
def test_a_rule_is_broken(rule: str, schedule: str, change: Change) -> None:
    history = history_of(schedule)
    assert violations(history, REFERENCE) == []
    broken = copy.copy(history)
    broken.events = list(history.events)
    change(broken)
    assert {violation.rule for violation in violations(broken, REFERENCE, [rule])} == {rule}


def test_a_script_that_goes_on_after_a_failed_save() -> None:
    history = history_of("7:fails")
    at = index(history, SaveAnswered, 1)
    history.events.insert(at + 1, Printed(1, "goes on"))
    assert {violation.rule for violation in violations(history, REFERENCE, ["failed"])} == {"failed"}


@pytest.mark.parametrize(
    ("action", "other"), [("cancel", "released"), ("release", "cancelled"), ("shutdown", "failed")]
)
def test_what_is_stopped_and_becomes_something_else(action: str, other: str) -> None:
    history = history_of(f"2:{action}")
    assert violations(history, REFERENCE) == []
    changed(Ended, status=other)(history)
    assert {violation.rule for violation in violations(history, REFERENCE, ["stopped"])} == {"stopped"}


def test_a_call_again_under_its_key() -> None:
    """Allowed, unless the script names the function in `once`, or the arguments are others."""
    for schedule, rules in (("4:crash-after", {"repeated"}), ("3:crash", set())):
        reference = Reference(Subject(SENDS, {}, context))
        history = history_of(schedule, reference.subject)
        first, second = (event.value for event in history.of(Looked))
        assert first != second
        assert {one.rule for one in violations(history, reference)} == rules
        reference.subject.once = ("note",)
        assert {one.rule for one in violations(history, reference)} == (rules and {*rules, "once"})


def test_every_rule_is_among_them() -> None:
    assert {rule for rule, _, _ in BROKEN} | {"once", "received", "repeated", "stopped"} == set(RULES)
