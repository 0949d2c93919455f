"""Trials of one script by schedules that are written down: what each action does, and what the runtime makes of it."""

from __future__ import annotations

import pytest

import jactl_trio as jactl
from jactl_trio.store import MemoryStore
from jactl_trio.verify.history import Ended, Gone, History
from jactl_trio.verify.properties import violations
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.schedule import Action, Point, Schedule
from jactl_trio.verify.subjects import Subject
from jactl_trio.verify.trial import run_trial

SOURCE = """
def total = 0
for (int i = 0; i < 2; i++) {
  total += fetch(i)
  println "total $total"
  sleep(5)
  checkpoint{ println 'saved' }{ println 'recovered'; note(i) }
}
total
"""
# Its points: 1 begin, then call, sleep, save of each round, 8 end.
HOMES = ("environment", "store")


def made() -> jactl.Context:
    context = jactl.Context()

    @context.function
    async def fetch(number: int) -> int:
        return number + 10

    @context.function
    def note(number: int) -> None:
        pass

    return context


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(Subject(SOURCE, {}, made))


def trial(reference: Reference, text: str, home: str) -> History:
    history = run_trial(reference.subject, Schedule.parse(text), MemoryStore() if home == "store" else None)
    assert violations(history, reference) == [], "\n".join(history.timeline())
    return history


@pytest.mark.parametrize("home", HOMES)
def test_nothing_goes_wrong(reference: Reference, home: str) -> None:
    history = trial(reference, "", home)
    assert len(history.points) == 8
    assert [event.status for event in history.of(Ended)] == ["finished"]


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("point", range(1, 9))
def test_every_action_at_every_point(reference: Reference, point: int, action: Action, home: str) -> None:
    trial(reference, f"{point}:{action}", home)


@pytest.mark.parametrize("home", HOMES)
def test_a_crash_after_a_save_is_recovered_from_it(reference: Reference, home: str) -> None:
    history = trial(reference, "4:crash-after", home)
    assert [event.run for event in history.of(Gone)] == [1]
    assert "run 2  recovers from checkpoint 1" in history.timeline()
    assert "run 2  prints 'recovered\\n'" in history.timeline()


def test_a_cancelled_instance_is_gone_though_its_save_was_under_way() -> None:
    """The end waits for the save's answer: it decides which checkpoint is the last one, to be deleted."""
    other = Reference(Subject("note(1); checkpoint(); note(2)", {}, made))
    history = trial(other, "2:cancel 3:delay", "environment")
    assert [event.status for event in history.of(Ended)] == ["cancelled"]
    assert history.timeline()[-2] == "run 1  checkpoint 1 is deleted: the end"


def test_the_one_that_was_taken_for_dead_writes_nothing_more(reference: Reference) -> None:
    statuses = [event.status for event in trial(reference, "5:taken", "store").of(Ended)]
    assert sorted(statuses) == ["finished", "stale"]


def test_a_schedule_is_its_text() -> None:
    text = "1:twice 3:crash-after 9:fails"
    assert str(Schedule.parse(text)) == text
    for wrong in ("3", "x:crash", "3:explode"):
        with pytest.raises(jactl.UsageError):
            Schedule.parse(wrong)
    assert set(Point) == {"begin", "send", "save", "call", "sleep", "receive", "rest", "end"}


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("action", ["release", "shutdown", "cancel", "crash-after"])
def test_a_host_function_that_raises_is_stopped_as_one_that_gives_a_value(action: str, home: str) -> None:
    """Not told as a rule broken by the script: both are noticed before the script has the answer."""

    def context() -> jactl.Context:
        made = jactl.Context()

        @made.function
        async def fails() -> None:
            raise ValueError("no route")

        return made

    trial(Reference(Subject("fails(); checkpoint()", {}, context)), f"2:{action}", home)


def test_an_error_that_the_store_has_kept_is_that_of_the_path_on_which_it_came() -> None:
    """The third host finds an instance that has ended; it recovered once, so it is not the plain run's error."""
    other = Reference(Subject("def r = checkpoint{ 'r' }{ null }; checkpoint(); r.size()", {}, made))
    history = trial(other, "2:crash-after 4:taken", "store")
    assert [event.status for event in history.of(Ended)] == ["failed", "failed"]


def test_a_script_without_an_end_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jactl_trio.verify.reference.RUN_SECONDS_MAX", 0.2)
    endless = Subject("while (true) { checkpoint(); sleep(1000) }", {}, made)
    with pytest.raises(jactl.UsageError, match="has not come to an end"):
        Reference(endless).plain()
    history = run_trial(endless, Schedule(), MemoryStore())
    assert history.is_stuck
    assert violations(history, Reference(Subject("1", {}, made)), ["released"]) != []


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("point", range(1, 11))
def test_messages_are_received_once_whatever_happens(point: int, action: Action, home: str) -> None:
    source = """
        // messages: {"order": [3, 4], "approved": [{"by": "Ann"}]}
        def found = [receive('order')]
        checkpoint()
        found <<= receive('order')
        found <<= fetch(receive('approved').by.size())
        checkpoint()
        println found
        [found, receive('order', 1000)]
    """
    source = "\n".join(line.strip() for line in source.splitlines())
    trial(Reference(Subject.read(source, {}, made)), f"{point}:{action}", home)


def test_a_script_that_waits_for_ever_says_for_what() -> None:
    reference = Reference(Subject("receive('paid', 1000); receive('paid')", {}, made))
    reference.plain()
    assert reference.subject.recorder.problems == [
        "The script waits for message 1 called 'paid' for ever: send it as many in a comment, "
        '// messages: {"paid": [null]}'
    ]
    for wrong in ("// messages: [1]", "// messages: {", '// messages: {"paid": 1}'):
        with pytest.raises(jactl.UsageError, match="// messages: "):
            Subject.read(wrong)
