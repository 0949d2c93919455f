"""One simulated host: a process that runs the instance, until it ends, is released, or crashes.

Everything that leaves a script passes here (output, calls, saves, the end), becomes an event, and is a point of the
schedule. After a crash nothing passes any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import trio

from ..continuation import requests
from ..runtime.driver import HANDLERS
from ..runtime.instance import Instance
from ..runtime.runtime import Runtime
from .history import Begun, Called, Event, Fault, Gone, Looked, Printed
from .schedule import Action, Point
from .scripted_senses import ScriptedSenses
from .subjects import Call

if TYPE_CHECKING:
    from .trial import Trial

DELAY_SECONDS = 1.0
_SLEEP = HANDLERS[requests.Sleep].__code__
_ADVANCE = Runtime._advance.__code__


class Crash(BaseException):
    """The process of a simulated host is gone. No Exception: nothing may handle it."""


class Home(Protocol):
    """Where the checkpoints of a trial are kept, and how a host gets the instance from there."""

    can_fence: bool  # does it know owners?

    def environment(self, host: Host) -> Any: ...
    def durable_id(self) -> int | None: ...
    async def admit(self, runtime: Runtime, host: Host) -> Instance: ...
    def lose(self, host: Host) -> None: ...
    def leftover(self) -> str: ...


class Host:
    """One host of a trial; `run` is its number."""

    def __init__(self, trial: Trial, run: int) -> None:
        self.trial = trial
        self.run = run
        self.scope = trio.CancelScope()
        self.environment: Any = None
        self.instance: Instance | None = None
        self.is_dead = False
        self._asleep: Any = None  # the sleep that was noticed last

    def tell(self, event: Event) -> None:
        if not self.is_dead:
            self.trial.history.events.append(event)

    def adopt(self, instance: Instance) -> None:
        """The instance begins to run here."""
        self.instance = instance
        instance.output = self
        run = instance._run
        run.senses = ScriptedSenses(run, f"run {self.run}", on_seen=self._looked)
        begins_at = instance.checkpoint_id if instance.is_recovered and instance.checkpoint_id else None
        self.tell(Begun(self.run, begins_at, self.trial.home.durable_id() or None))

    # Points

    def pass_point(self, point: Point) -> Action | None:
        """The action for this point; those that come from outside the script have happened when this returns."""
        if self.is_dead:
            raise Crash
        trial = self.trial
        action = trial.conductor.pass_point(point, trial.possible(point))
        if action is not None:
            self.tell(Fault(self.run, trial.conductor.points, point, action))
        instance = self.instance
        if action is Action.SHUTDOWN:
            self.scope.cancel()
        elif action is Action.TAKEN:
            trial.home.lose(self)
            trial.begin_host()
        elif instance is not None and action is Action.RELEASE:
            instance.release()
        elif instance is not None and action is Action.CANCEL:
            instance.cancel()
        return action

    def die(self) -> None:
        """From here on nothing that this host does has any effect."""
        self.tell(Gone(self.run))
        self.is_dead = True
        self.scope.cancel()

    def crash(self) -> None:
        """The same, from inside of what the host does."""
        self.die()
        raise Crash

    # What the script does

    def write(self, text: str) -> None:
        self.tell(Printed(self.run, text))

    def _looked(self, kind: str, value: Any) -> None:
        self.tell(Looked(self.run, kind, value))

    async def called(self, call: Call, make: Callable[[], Any]) -> Any:
        action = self.pass_point(Point.CALL)
        if action is Action.CRASH:
            self.crash()
        if action is Action.DELAY:
            await trio.sleep(DELAY_SECONDS)
        self._tell_call(call, is_awaited=True)
        try:
            return self.trial.subject.recorder.answer(call, make)
        finally:  # where it raises, too: what came from outside meanwhile is noticed before its answer
            await trio.lowlevel.checkpoint()
            if action is Action.CRASH_AFTER:
                self.crash()

    def called_at_once(self, call: Call, make: Callable[[], Any]) -> Any:
        action = self.pass_point(Point.CALL)
        if action is Action.CRASH:
            self.crash()
        self._tell_call(call, is_awaited=False)
        try:
            return self.trial.subject.recorder.answer(call, make)
        finally:
            if action is Action.CRASH_AFTER:
                self.crash()

    def _tell_call(self, call: Call, *, is_awaited: bool) -> None:
        ctx = call.ctx
        self.tell(Called(self.run, ctx.checkpoint_id, ctx.call_ordinal, call.name, call.text, is_awaited))

    def parked(self, coroutine: Any) -> None:
        """The instance's task waits; a sleep is a point."""
        asleep = _sleep_of(coroutine)
        if asleep is not None and asleep is not self._asleep and not self.is_dead:
            self._asleep = asleep
            if self.pass_point(Point.SLEEP) is Action.CRASH:
                self.die()


class Watch(trio.abc.Instrument):
    """Notices that a script sleeps, for there is no call of anything of the host's at that point."""

    def __init__(self, host_of: Callable[[trio.lowlevel.Task], Host | None]) -> None:
        self._host_of = host_of

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        if getattr(task.coro, "cr_code", None) is _ADVANCE:
            host = self._host_of(task)
            if host is not None:
                host.parked(task.coro)


def _sleep_of(coroutine: Any) -> Any:
    """The driver's sleep that a task is in."""
    while coroutine is not None and getattr(coroutine, "cr_code", None) is not _SLEEP:
        coroutine = getattr(coroutine, "cr_await", None)
    return coroutine
