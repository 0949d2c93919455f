"""Trials of a script that waits: in the store, for messages that come late, after a crash, or from another host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import jactl_trio as jactl
from jactl_trio.store import CheckpointStore, MemoryStore
from jactl_trio.verify.campaign import search
from jactl_trio.verify.history import Begun, Called, Ended, History, Printed, Received, Rested
from jactl_trio.verify.properties import violations
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.schedule import Action, Point, Schedule
from jactl_trio.verify.scripted_senses import virtual_time
from jactl_trio.verify.subjects import Subject
from jactl_trio.verify.trial import run_trial

SOURCE = """
// messages: {"order": [3, 4], "approved": [{"by": "Ann"}]}
def found = [receive('order')]
println "first $found"
sleep(3_000)
note(found[0])
checkpoint()
found <<= receive('order', 500)
found <<= receive('approved', 86_400_000L)?.by
println found
sleep(86_400_000L)
checkpoint()
found << receive('order', 1_000)
"""
# Its points: 1 begin, 2 send, 3 receive, ...; one that hibernates goes on at a rest after each wait.
HIBERNATED = "1:hibernates 2:elsewhere"


def made() -> jactl.Context:
    context = jactl.Context()

    @context.function
    async def note(what: Any) -> None:
        pass

    return context


REFERENCE = Reference(Subject.read(SOURCE.replace("_", ""), {}, made))


def trial(text: str, store: CheckpointStore | None = None) -> History:
    history = run_trial(REFERENCE.subject, Schedule.parse(text), store)
    assert violations(history, REFERENCE) == [], "\n".join([text, *history.timeline()])
    return history


def in_store(text: str) -> History:
    return trial(text, MemoryStore(virtual_time))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("first", ["1:hibernates", HIBERNATED, "2:delay", "2:elsewhere", "2:crash"])
def test_every_action_at_every_point(first: str, action: Action) -> None:
    points = len(in_store(first).points)
    assert points > 10
    for point in range(3, points):
        in_store(f"{first} {point}:{action}")


@pytest.mark.parametrize("action", Action)
def test_messages_that_come_late_to_an_environment(action: Action) -> None:
    for point in range(3, 12):
        trial(f"2:delay {point}:{action}")
        trial(f"2:crash {point}:{action}")


def test_what_hibernates_is_woken_by_a_message_of_another_host_and_goes_on_where_it_was() -> None:
    history = in_store(HIBERNATED)
    told = [type(event) for event in history.events if type(event) in (Begun, Rested, Received, Printed)]
    assert told[:5] == [Begun, Rested, Begun, Received, Printed]
    assert [event.is_woken for event in history.of(Begun)][:2] == [False, True]
    assert history.points.count(Point.REST) == sum(1 for _ in history.of(Rested)) > 1


def test_what_is_not_stored_waits_in_memory() -> None:
    history = in_store("1:hibernates 4:fails")
    assert [type(event) for event in history.events if type(event) in (Begun, Rested, Received)][:2] == [
        Begun,
        Received,
    ]


def test_a_message_that_comes_too_late_is_not_received() -> None:
    """The plain run that it is compared with has waited in vain, too."""
    other = Reference(Subject.read("// messages: {\"go\": [1]}\n[receive('go', 100), receive('go')]", {}, made))
    for text, expected in (("", "[1, null]"), ("2:delay", "[null, 1]")):
        with_another = replace(other.subject, messages={"go": [1, None]})
        history = run_trial(with_another, Schedule.parse(text), MemoryStore(virtual_time))
        assert [str(event.answer) for event in history.of(Ended)] == [expected]
        assert violations(history, Reference(with_another)) == []


def test_a_call_that_depends_on_whether_a_message_was_in_time_is_another_one_after_a_crash() -> None:
    """A bug of the script's: what it waited for in vain may be there when it waits again, under the same key."""
    source = "// messages: {\"go\": [1]}\ncheckpoint()\nnote(receive('go', 100))\nsleep(5_000)\ncheckpoint()"
    failure = search(Subject.read(source.replace("_", ""), {}, made), lambda: MemoryStore(virtual_time), examples=300)
    assert failure is not None and failure.violations[0].rule == "repeated"


def test_what_is_received_twice_is_found() -> None:
    history = in_store("")
    at = [type(event) for event in history.events].index(Received)
    again = history.events[at]
    assert isinstance(again, Received) and again.seq is not None
    later = next(index for index, event in enumerate(history.events) if index > at and type(event) is Received)
    history.events[later] = replace(history.events[later], seq=again.seq)
    assert {one.rule for one in violations(history, REFERENCE, ["received"])} == {"received"}


def test_what_was_done_before_it_hibernated_is_not_forgotten() -> None:
    """Output and calls before and after it woke are judged as one."""
    history = in_store(HIBERNATED)
    at = next(index for index, event in enumerate(history.events) if isinstance(event, Called))
    history.events.insert(at, Printed(history.events[at].run, "first [3]\n"))
    assert {one.rule for one in violations(history, REFERENCE)} == {"output"}


@pytest.mark.parametrize("schedule", ["2:delay 3:taken", "2:delay 4:taken", "2:delay 3:taken 6:delay"])
def test_who_lost_the_instance_is_given_no_message_and_finds_out(schedule: str) -> None:
    source = "// messages: {\"order\": [3, 4]}\nprintln receive('order')\ncheckpoint()\nsleep(5000)\nreceive('order')"
    subject = Subject.read(source, {}, made)
    history = run_trial(subject, Schedule.parse(schedule), MemoryStore(virtual_time))
    assert "run 1  prints '4\\n'" not in history.timeline()
    assert any(isinstance(event, Ended) and (event.run, event.status) == (1, "stale") for event in history.events)
    assert violations(history, Reference(subject)) == []
