"""A trial: one schedule, an instance from its first start to its end, over as many hosts as it takes -> a history."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar

import trio

from ..errors import InstanceReleasedError, JactlError
from ..runtime.instance import Instance, Status
from ..runtime.opening import open_runtime
from ..store.interface import CheckpointStore
from .answers import answer_of, answer_of_error
from .history import Ended, Fault, History
from .homes import EnvironmentHome, StoreHome
from .hosts import Host, Watch
from .reference import NoEnd, run_on_mock_clock
from .schedule import POSSIBLE, Action, Conductor, Point, Schedule
from .subjects import LISTENER, Subject

PAUSE_SECONDS = 1.0  # until the next host comes up: its clock shows another time
SLOWER = 3.0  # than a plain run, each run of a trial may be
YEARS_MAX = 100.0  # of the mock clock, until a trial counts as stuck
_HOST: ContextVar[Host | None] = ContextVar("_HOST", default=None)
_OVER = (Status.FINISHED, Status.FAILED, Status.CANCELLED, Status.PARKED)
_NEEDS_A_STORE = frozenset((Action.TAKEN, Action.TWICE, Action.HIBERNATES, Action.ELSEWHERE))
LOOKS_SECONDS = 1e9  # between looks of a host on which instances hibernate: it hears of what there is


def run_trial(subject: Subject, schedule: Schedule, store: CheckpointStore | None = None) -> History:
    """Run a script by a schedule, with its checkpoints in a store, or else in an Environment that remembers them."""
    return Trial(subject, schedule, store).run()


class Trial:
    """The state that all hosts of one trial share.

    plain_s: what a plain run of the script takes, by the real clock.
    """

    def __init__(
        self, subject: Subject, schedule: Schedule, store: CheckpointStore | None, plain_s: float = 0.0
    ) -> None:
        self.subject = subject
        self.history = History()
        self.conductor = Conductor(schedule)
        self.home: EnvironmentHome | StoreHome = (
            EnvironmentHome(subject) if store is None else StoreHome(subject, store)
        )
        self.hosts: trio.Nursery
        self.runs = 0
        self.rounds_max = len(schedule.steps) + 3
        self.more_s = SLOWER * plain_s * self.rounds_max

    def run(self) -> History:
        try:
            watch = Watch(lambda task: task.context.get(_HOST))
            run_on_mock_clock(self._main, instruments=[watch], more_s=self.more_s)
        except NoEnd:
            self.history.is_stuck = True
        self.history.points = self.conductor.kinds
        self.history.end_recorded_by = self.home.ended_by
        self.history.leftover = self.home.leftover() if self.home.ended_by is not None else ""
        return self.history

    def possible(self, point: Point) -> frozenset[Action]:
        """The actions that this trial knows at a point."""
        return POSSIBLE[point] if self.home.can_fence else POSSIBLE[point] - _NEEDS_A_STORE

    def begin_host(self) -> None:
        """One more host comes up."""
        self.runs += 1
        self.hosts.start_soon(self._live, Host(self, self.runs))

    async def _main(self) -> None:
        with trio.move_on_after(YEARS_MAX * 365 * 24 * 3600) as scope:
            await self._rounds()
        self.history.is_stuck = scope.cancelled_caught

    async def _rounds(self) -> None:
        for _ in range(self.rounds_max):
            async with trio.open_nursery() as self.hosts:
                self.begin_host()
            if self.home.ended_by is not None or any(event.status in _OVER for event in self.history.of(Ended)):
                return
            await trio.sleep(PAUSE_SECONDS)

    async def _live(self, host: Host) -> None:
        _HOST.set(host)
        LISTENER.set(host)
        action = self._beginning(host)
        if action is Action.DELAY:
            await trio.sleep(1)
        context = self.subject.context()
        host.environment = self.home.environment(host)
        instance: Instance | None = None
        try:
            with host.scope:
                async with open_runtime(
                    context,
                    environment=host.environment,
                    on_recover=host.adopt,
                    hibernate_after=0.0 if action is Action.HIBERNATES else None,
                    recover_every=LOOKS_SECONDS if action is Action.HIBERNATES else None,
                ) as runtime:
                    instance = await self.home.admit(runtime, host)
                    if action is Action.CRASH:
                        host.die()
        except BaseException as error:
            if not host.is_dead and not isinstance(error, JactlError):
                raise
            if not host.is_dead:
                host.tell(Ended(host.run, "refused", None, str(error)))
        if host.is_dead:
            with suppress(NotImplementedError):
                self.home.lose(host)
        elif instance is not None or host.instance is not None:
            await _tell_end(host, host.instance or instance)

    def _beginning(self, host: Host) -> Action | None:
        action = self.conductor.pass_point(Point.BEGIN, self.possible(Point.BEGIN))
        if action is not None:
            host.tell(Fault(host.run, self.conductor.points, Point.BEGIN, action))
        if action is Action.TWICE:
            self.begin_host()
        return action


async def _tell_end(host: Host, instance: Instance | None) -> None:
    assert instance is not None
    status, last = instance.status.value, instance.checkpoint_id
    try:
        value = await instance.result()
    except JactlError as error:
        is_script_error = status is Status.FAILED
        answer = answer_of_error(error) if is_script_error else None
        reason = "" if is_script_error or type(error) is InstanceReleasedError else f"{error.code} {error.message}"
        host.tell(Ended(host.run, status, answer, reason, last))
    else:
        answer = answer_of(value, instance.globals)
        kept = answer if instance.script is not None else answer.without_globals()
        host.tell(Ended(host.run, status, kept, checkpoint_id=last))
