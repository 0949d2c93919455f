"""Cancellation at the k-th schedule point of a host, for every k -> what the store has then, and how all ends."""

from __future__ import annotations

import argparse
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import trio
import trio._core._run
import trio.testing

import jactl_trio as jactl
from jactl_trio.store import MemoryStore
from jactl_trio.store.records import CANCELLED, ENDED
from jactl_trio.verify.quiet import quiet

from .events import CALLED, RESULT, Event
from .events import ENDED as END_TOLD
from .figures import Row
from .ledger import violations
from .telling import TellingEnvironment

SOURCE = """
def total = 0
for (int i = 1; i <= 2; i++) {
  total += [i, 10].map{ work(number * 100 + it * i) }.filter{ checkpoint(); true }.sum()
  sleep(500)
}
total + checkpoint({ receive('go') }, { receive('go') })
"""
INSTANCES = 2
WAYS = ("scope", "shutdown", "release", "cancel", "scope-twice")
SECONDS_MAX = 1_000_000.0  # of virtual time


def expected(number: int) -> str:
    return str(sum(number * 200 + (i + 10) * i for i in (1, 2)) + number)


class Strike(trio.abc.Instrument):
    """Does something after the k-th step of any task, from when it is armed."""

    def __init__(self, count: int, act: Callable[[], None]) -> None:
        self._left = count
        self._act = act
        self.is_armed = True

    @property
    def has_struck(self) -> bool:
        return self._left <= 0

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        if self.is_armed and not self.has_struck:
            self._left -= 1
            if self.has_struck:
                self._act()


@dataclass
class World:
    """A host that is struck, perhaps a second one, and one that is not; on one store.

    make_environment: in place of the real one, to plant a fault.
    """

    way: str
    count: int
    make_environment: Callable[..., TellingEnvironment] = TellingEnvironment
    has_struck: bool = False
    found: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def run(self) -> World:
        trio._core._run._r.seed(1)  # the order of tasks
        try:
            trio.run(self._main, clock=trio.testing.MockClock(autojump_threshold=0))
        except Exception as error:
            self.found.append(f"{type(error).__name__}: {error}")
        return self

    async def _main(self) -> None:
        with trio.fail_after(SECONDS_MAX):
            self.store = MemoryStore(trio.current_time)
            self.context = jactl.Context()
            self.context.function(self._work_function())
            self.script = self.context.compile(SOURCE, globals={"number": 0})
            await self._live(self.count, self.way)
            if self.way == "scope-twice":
                await self._live(1 + 7 * self.count % 60, "scope")
            await self._live(None, "")
        self._judge()

    async def _live(self, count: int | None, way: str) -> None:
        """One host, until it is struck or its clients have what they want."""
        self.environment = self.make_environment(self.store, self.events.append, lease_s=30.0, is_in_line=True)
        scope = trio.CancelScope()
        with scope:
            async with jactl.open_runtime(self.context, environment=self.environment) as runtime:
                strike = Strike(count or 0, lambda: self._strike(way, scope, runtime))
                if count is not None:
                    trio.lowlevel.add_instrument(strike)
                try:
                    await self._be_clients(runtime)
                finally:
                    strike.is_armed = False
        if count is not None:
            self.has_struck |= strike.has_struck
            trio.lowlevel.remove_instrument(strike)
            self._look_at_released(way)

    def _strike(self, way: str, scope: trio.CancelScope, runtime: jactl.Runtime) -> None:
        one = runtime.instances.get(uuid.UUID(int=1))
        if way == "shutdown":
            runtime.shutdown()
        elif way == "release" and one is not None:
            one.release()
        elif way == "cancel" and one is not None:
            one.cancel()
        elif way.startswith("scope"):
            scope.cancel()

    async def _be_clients(self, runtime: jactl.Runtime) -> None:
        await runtime.recover()
        async with trio.open_nursery() as nursery:
            for number in range(1, INSTANCES + 1):
                nursery.start_soon(self._be_client, runtime, number)

    async def _be_client(self, runtime: jactl.Runtime, number: int) -> None:
        id = uuid.UUID(int=number)
        while True:
            try:
                instance = await runtime.start(self.script, {"number": number}, id=id)
                if instance.status.value is jactl.Status.RUNNING:
                    await runtime.send(id, "go", number, key="go")
                value = await instance.result()
            except jactl.InstanceCancelledError:
                return
            except jactl.UnknownInstanceError:  # it has ended meanwhile
                continue
            except jactl.InstanceReleasedError:
                await trio.sleep(1)
            else:
                self.environment.tell(Event(RESULT, id, 0, text=str(value)))
                return

    def _work_function(self) -> Callable[..., object]:
        async def work(ctx: jactl.HostCallContext, n: int) -> int:
            id = ctx.instance_id
            assert id is not None
            key = f"{ctx.call_ordinal}={n}"
            self.environment.tell(Event(CALLED, id, self.environment.token(id), ctx.checkpoint_id, key))
            await trio.sleep(0.1)
            return n

        return work

    def _look_at_released(self, way: str) -> None:
        """The lease is given up, and so are the claims."""
        if self.store.owners():
            self.found.append("the lease was not given up")
        self.found += [f"{one.id} is still claimed" for one in self.store.instances() if one.owner is not None]

    def _judge(self) -> None:
        states = {record.id: record.state for record in self.store.instances()}
        results = {uuid.UUID(int=n): expected(n) for n in range(1, INSTANCES + 1)}
        if states.get(uuid.UUID(int=1)) == CANCELLED and self.way == "cancel":
            del results[uuid.UUID(int=1)]
        self.found += [*violations(self.events, results), *self.store.check()]
        self.found += [f"{id} is {state} in the end" for id, state in states.items() if state not in ENDED]


@quiet()
def worlds(way: str, first: int = 1, step: int = 1) -> list[World]:
    """At each point, until the host has come to its end before it."""
    found = [World(way, first).run()]
    while found[-1].has_struck:
        found.append(World(way, found[-1].count + step).run())
    return found[:-1] if not found[-1].found else found


def prove(given: argparse.Namespace) -> Row:
    """Each point in each way."""
    if given.at:
        way, _, count = given.at[0].partition(":")
        lived = [World(way, int(count)).run()]
    else:
        lived = [world for way in WAYS for world in worlds(way)]
    bad = [f"--at {one.way}:{one.count}: {one.found}" for one in lived if one.found]
    points = Counter(one.way for one in lived)
    ends: Counter[Any] = Counter(event.text for one in lived for event in one.events if event.kind == END_TOLD)
    text = (
        f"{sum(points.values())} worlds ({', '.join(f'{way} at {count} points' for way, count in points.items())}); "
        f"{ends['cancelled']} instances cancelled for good, {ends['finished']:,} ended right"
    )
    return Row("cancellations", "cancelled, released or shut down at every schedule point", text, bad)
