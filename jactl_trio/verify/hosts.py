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
from ..store.records import Message
from .history import Begun, Called, Ended, Event, Fault, Gone, Looked, Printed, Received, SaveAsked
from .schedule import Action, Point
from .scripted_senses import ScriptedSenses
from .subjects import Call

if TYPE_CHECKING:
    from .trial import Trial

DELAY_SECONDS = 1.0
_WAITS = {HANDLERS[requests.Sleep].__code__: Point.SLEEP, HANDLERS[requests.Receive].__code__: Point.RECEIVE}
_ADVANCE = Runtime._advance.__code__


class Crash(BaseException):
    """The process of a simulated host is gone. No Exception: nothing may handle it."""


class Home(Protocol):
    """Where the checkpoints of a trial are kept, and how a host gets the instance from there."""

    can_fence: bool  # does it know owners?
    is_resting: bool  # is what is durable a wait?

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
        self._waits: Any = None  # the wait that was noticed last
        self.awaited: str | None = None  # the message that the script has begun to wait for, as far as is known

    def tell(self, event: Event) -> None:
        if self.is_dead:
            return
        goes_on = isinstance(event, Printed | Looked | Called | SaveAsked)
        ends = isinstance(event, Ended) and event.answer is not None
        if self.awaited is not None and (goes_on or ends):
            self._received(None)
        self.trial.history.events.append(event)

    def received(self, message: Message) -> None:
        self._received(message.seq)

    def _received(self, seq: int | None) -> None:
        name, self.awaited = self.awaited, None
        if name is not None:
            self.tell(Received(self.run, name, seq))

    def adopt(self, instance: Instance) -> None:
        """The instance begins to run here."""
        self.instance = instance
        instance.output = self
        run = instance._run
        run.senses = ScriptedSenses(run, f"run {self.run}", on_seen=self._looked)
        begins_at = instance.checkpoint_id if instance.is_recovered and instance.checkpoint_id else None
        home = self.trial.home
        self.awaited = None
        self.tell(Begun(self.run, begins_at, home.durable_id() or None, home.is_resting))

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
        """The instance's task waits; a sleep, and a wait for a message, are points."""
        waits = _wait_of(coroutine)
        if waits is None or waits is self._waits or self.is_dead:
            return
        self._waits = waits
        point = _WAITS[waits.cr_code]
        if point is Point.RECEIVE:
            if self.awaited is not None:
                self._received(None)
            self.awaited = waits.cr_frame.f_locals["request"].name
        if self.pass_point(point) is Action.CRASH:
            self.die()


class Watch(trio.abc.Instrument):
    """Notices that a script waits, for there is no call of anything of the host's at that point."""

    def __init__(self, host_of: Callable[[trio.lowlevel.Task], Host | None]) -> None:
        self._host_of = host_of

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        if getattr(task.coro, "cr_code", None) is _ADVANCE:
            host = self._host_of(task)
            if host is not None:
                host.parked(task.coro)


def _wait_of(coroutine: Any) -> Any:
    """The driver's sleep, or its wait for a message, that a task is in."""
    while coroutine is not None and getattr(coroutine, "cr_code", None) not in _WAITS:
        coroutine = getattr(coroutine, "cr_await", None)
    return coroutine
