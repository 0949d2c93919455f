"""A schedule: what goes wrong, and when. It is drawn by Hypothesis, read by people, and repeated from its text.

A run of a script passes *points*: each beginning of a host, the moment when messages are sent to it, each save, host
call, sleep and wait for a message, each time that it is laid to rest in the store, its end. They are counted from 1
over all the runs of a trial. A schedule names an action for a few of them; at all the others everything goes on.

    3:crash-after 5:save-fails 9:release
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from ..errors import UsageError


class Point(enum.StrEnum):
    """Where an action can happen."""

    BEGIN = "begin"  # a host is about to start or recover the instance
    SEND = "send"  # somebody is about to send the instance its messages
    SAVE = "save"
    CALL = "call"  # of a function of the host
    SLEEP = "sleep"
    RECEIVE = "receive"  # the script waits for a message
    REST = "rest"  # an instance that hibernates is about to be stored
    END = "end"  # the end is about to be recorded: delete_checkpoint, or the store's last transaction


class Action(enum.StrEnum):
    """What happens there."""

    DELAY = "delay"  # it takes its time
    FAILS = "fails"  # it fails: nothing is written
    FAILS_AFTER = "fails-after"  # it is written, and then an error is the answer
    CRASH = "crash"  # the host is gone before it is done
    CRASH_AFTER = "crash-after"  # the host is gone after it was done, before anybody knows
    RELEASE = "release"  # Instance.release() while it is being done
    SHUTDOWN = "shutdown"  # the scope around the runtime is cancelled while it is being done
    CANCEL = "cancel"  # Instance.cancel(), for good
    TAKEN = "taken"  # the store believes the host to be dead, and another one takes the instance over
    TWICE = "twice"  # two hosts recover at once
    HIBERNATES = "hibernates"  # what waits on this host waits in the store
    ELSEWHERE = "elsewhere"  # another host sends them, while it waits


_SUSPENDED = frozenset(
    (Action.DELAY, Action.CRASH, Action.CRASH_AFTER, Action.RELEASE, Action.SHUTDOWN, Action.CANCEL, Action.TAKEN)
)
_OF_WRITES = frozenset((Action.DELAY, Action.FAILS, Action.FAILS_AFTER, Action.CRASH, Action.CRASH_AFTER))
POSSIBLE: dict[Point, frozenset[Action]] = {
    Point.BEGIN: frozenset((Action.DELAY, Action.CRASH, Action.TWICE, Action.HIBERNATES)),
    Point.SEND: frozenset((Action.DELAY, Action.CRASH, Action.CRASH_AFTER, Action.ELSEWHERE)),
    Point.SAVE: _SUSPENDED | {Action.FAILS, Action.FAILS_AFTER},
    Point.CALL: _SUSPENDED,
    Point.SLEEP: _SUSPENDED - {Action.DELAY, Action.CRASH_AFTER},
    Point.RECEIVE: _SUSPENDED - {Action.DELAY, Action.CRASH_AFTER},
    Point.REST: _OF_WRITES,
    Point.END: _OF_WRITES,
}


@dataclass(frozen=True, order=True)
class Step:
    """One action at one point, counted from 1."""

    point: int
    action: Action

    def __str__(self) -> str:
        return f"{self.point}:{self.action}"


@dataclass(frozen=True)
class Schedule:
    """Steps in the order of their points.

    str(schedule) is its text, Schedule.parse reads it.
    """

    steps: tuple[Step, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """The schedule of a text such as "3:crash 5:fails". UsageError for any other."""
        steps = []
        for word in text.split():
            number, _, action = word.partition(":")
            if not number.isdecimal() or action not in list(Action):
                raise UsageError(f"{word!r} is no step of a schedule: write POINT:ACTION, such as 3:{Action.CRASH}")
            steps.append(Step(int(number), Action(action)))
        return cls(tuple(sorted(steps)))

    def __str__(self) -> str:
        return " ".join(map(str, self.steps))

    @property
    def is_final(self) -> bool:
        """May it end the instance for good, before the script's own end?"""
        return any(step.action is Action.CANCEL for step in self.steps)


_FIRST = (
    (),
    (Step(1, Action.HIBERNATES),),
    (Step(2, Action.DELAY),),  # of the messages, where there are some
    (Step(1, Action.HIBERNATES), Step(2, Action.DELAY)),
)


@dataclass
class Conductor:
    """Follows a schedule: asked at each point, once."""

    schedule: Schedule
    points: int = 0  # passed so far
    kinds: list[Point] = field(default_factory=list)  # of those
    left: dict[int, Action] = field(init=False)

    def __post_init__(self) -> None:
        self.left = {step.point: step.action for step in self.schedule.steps}

    def pass_point(self, kind: Point, possible: frozenset[Action] | None = None) -> Action | None:
        """What happens at this point; None: nothing special. An action that makes no sense here is left out."""
        self.points += 1
        self.kinds.append(kind)
        action = self.left.pop(self.points, None)
        return action if action in (POSSIBLE[kind] if possible is None else possible) else None


def schedules(
    points: int = 12, steps: int = 5, actions: Sequence[Action] = tuple(Action), kinds: Sequence[Point] = ()
) -> st.SearchStrategy[Schedule]:
    """Schedules for a script that passes about so many points when nothing goes wrong.

    kinds: of those points, where they are known: what makes no sense there is not drawn.  In many of them the first
    host lets what waits wait in the store, or messages come late there.  It shrinks to fewer steps, at earlier points.
    """

    def of_gaps(first: tuple[Step, ...], gaps: list[tuple[int, int]]) -> Schedule:
        found = {step.point: step for step in first}
        point = 0
        for gap, number in gaps:
            point += gap
            possible = POSSIBLE[kinds[point - 1]] if point <= len(kinds) else frozenset(actions)
            fitting = [action for action in actions if action in possible]
            if fitting:
                found[point] = Step(point, fitting[number % len(fitting)])
        return Schedule(tuple(sorted(found.values())))

    step = st.tuples(st.integers(1, max(2, points // 2)), st.integers(0, len(actions) - 1))
    first = [steps for steps in _FIRST if all(one.action in actions for one in steps)]
    return st.builds(of_gaps, st.sampled_from(first), st.lists(step, max_size=steps))
