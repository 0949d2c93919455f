"""The reference: what a script does when nothing goes wrong.

A script sees one thing of a crash: whether a checkpoint was just saved or has just been recovered from, through the
two closures of checkpoint(commit, recover). So there is one plain run for each *path*, the answers that its
checkpoints gave, and the rule is:

    A run that was crashed and recovered equals the plain run whose checkpoints are answered in the same way,

in its value or error, the globals it leaves, and, between any two checkpoints, its output and its calls of the host.
The plain run takes no bytes and restores nothing: it goes straight through.  For a checkpoint() without closures both
answers are null.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import trio
import trio.testing

from ..continuation.current import RunState
from ..continuation.machine import Step
from ..errors import JactlError, UsageError
from ..runtime.driver import Driver
from ..runtime.script import Script
from ..values.convert import to_host
from ..values.display import plain_text
from .answers import Answer, answer_of, answer_of_error
from .outside import seconds_inside
from .scripted_post import PlainPost, ScriptedBox
from .scripted_senses import ScriptedSenses, Seen
from .subjects import INSTANCE, LISTENER, Call, Subject

RUN_SECONDS_MAX = 20.0  # of real time, for one run of a script without its host's functions
Path = tuple[bool, ...]  # True: saved, and went on; False: recovered from it


@dataclass
class Segment:
    """What happens between two checkpoints."""

    output: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)  # (name, arguments); the index is the ordinal

    def __str__(self) -> str:
        return f"prints {self.output!r}, calls {', '.join(f'{name}({text})' for name, text in self.calls) or 'nothing'}"


@dataclass
class Plain:
    """A plain run: segments[k] follows checkpoint k.  shown: its value, or its error, as people see it.

    seconds: that it took, by the real clock.  is_cut_off: it took too long.  is_placed: its error, if any, has a line.
    """

    segments: list[Segment]
    answer: Answer
    shown: str = ""
    seconds: float = 0.0
    is_cut_off: bool = False
    is_placed: bool = True

    @property
    def checkpoints(self) -> int:
        return len(self.segments) - 1


class Reference:
    """Plain runs of one subject, by path."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._known: dict[tuple[Path, Seen], Plain] = {}

    def plain(self, path: Path = (), seen: Seen = ()) -> Plain:
        """The run whose first checkpoints are answered so, and all the others with `saved`.

        seen: what it sees of clocks and chance; what it sees after that is up to it.
        """
        while path and path[-1]:
            path = path[:-1]
        while seen and not seen[-1]:
            seen = seen[:-1]
        known = self._known.get((path, seen))
        if known is None:
            begun = time.perf_counter()
            try:
                known = run_on_mock_clock(_run, self.subject, path, seen)
            except NoEnd:
                raise UsageError(
                    f"The script has not come to an end after {RUN_SECONDS_MAX:g} s, though no sleep takes any time: "
                    "give globals or stubs with which it ends"
                ) from None
            self._known[path, seen] = known
            known.seconds = time.perf_counter() - begun
        return known


class NoEnd(Exception):
    """It was still running after all the real time that it was given."""


class _Deadline(trio.abc.Instrument):
    """Cancels a scope when the time is over by the real clock: the mock clock of an endless script runs for ever."""

    def __init__(self, scope: trio.CancelScope, seconds_max: float) -> None:
        self.scope = scope
        self.until = seconds_inside() + seconds_max

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        if seconds_inside() > self.until:
            self.scope.cancel()


def run_on_mock_clock(
    main: Any, *arguments: Any, instruments: Sequence[trio.abc.Instrument] = (), more_s: float = 0.0
) -> Any:
    """trio.run, in no time: whenever all tasks sleep the clock jumps. NoEnd after RUN_SECONDS_MAX, and more_s."""
    scope = trio.CancelScope()

    async def bounded() -> Any:
        with scope:
            return await main(*arguments)
        raise NoEnd

    clock = trio.testing.MockClock(autojump_threshold=0)
    return trio.run(bounded, clock=clock, instruments=[_Deadline(scope, RUN_SECONDS_MAX + more_s), *instruments])


class PlainDriver(Driver):
    """Saves nothing; its checkpoints answer as the path says."""

    __slots__ = ("path", "segments")

    path: Path
    segments: list[Segment]

    async def save(self) -> Step:
        run = self.run_state
        answer = self.path[run.checkpoint_id] if run.checkpoint_id < len(self.path) else True
        run.checkpoint_id += 1
        run.call_ordinal = 0
        self.segments.append(Segment())
        return self.machine.resume(answer)


class _PlainHost:
    """Listens to the calls and the output of a plain run."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.segments = [Segment()]

    def write(self, text: str) -> None:
        self.segments[-1].output += text

    async def called(self, call: Call, make: Any) -> Any:
        self.segments[-1].calls.append((call.name, call.text))
        return self.subject.recorder.answer(call, make)

    def called_at_once(self, call: Call, make: Any) -> Any:
        self.segments[-1].calls.append((call.name, call.text))
        return self.subject.recorder.answer(call, make)


async def _run(subject: Subject, path: Path, seen: Seen) -> Plain:
    script = subject.script()
    return await drive(subject, PlainDriver(script.unit, new_run(script, subject)), path, seen)


def new_run(script: Script, subject: Subject) -> RunState:
    """The state of a run of the one instance that is verified."""
    return script.new_run(subject.given(), id=INSTANCE)


async def drive(
    subject: Subject,
    driver: PlainDriver,
    path: Path = (),
    seen: Seen = (),
    checkpoint: bytes | None = None,
    late_s: float = 0.0,
    taken: Mapping[str, int] = {},
) -> Plain:
    """What a driver makes of its script in this task, from the beginning or from a checkpoint.

    late_s: how long the instance had lived when that was saved.  taken: how many messages it had received by then.
    """
    host, run = _PlainHost(subject), driver.run_state
    run.senses = senses = ScriptedSenses(run, "plain", seen, late_s)
    driver.post = PlainPost(ScriptedBox(run.context, subject.messages, taken), subject.recorder.problems, senses)
    LISTENER.set(host)
    given = run.globals  # the caller's map shows what the script made of it, also where that was restored from bytes
    run.output = host
    driver.path, driver.segments = path, host.segments
    try:
        if checkpoint is None:
            value = await driver.run()
        else:
            driver.restore(checkpoint)
            host.segments += [Segment() for _ in range(run.checkpoint_id)]
            value = await driver.go_on()
    except JactlError as error:
        return Plain(host.segments, answer_of_error(error), str(error), is_placed=error.location is not None)
    value = to_host(value)
    return Plain(host.segments, answer_of(value, given), plain_text(value))
