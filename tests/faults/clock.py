"""A wall clock that jumps, under SQLiteStore, while instances sleep in the store -> each wakes once, whatever the clock
says."""

from __future__ import annotations

import argparse
import tempfile
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import trio
import trio._core._run
import trio.testing

import jactl_trio as jactl
from jactl_trio.runtime import hibernation
from jactl_trio.store import CheckpointStore, SQLiteStore
from jactl_trio.store.records import ENDED as STATES_ENDED
from jactl_trio.verify.quiet import quiet
from tests.store.planted import PLANTED

from .controls import with_controls
from .events import CALLED, CLAIMED, ENDED, RESULT, Event
from .figures import Row
from .ledger import violations
from .processes import some_of
from .telling import TellingEnvironment

HOUR = 3_600
SOURCE = f"""
checkpoint()
def before = fired(1)
checkpoint()
sleep({6 * HOUR} * 1000)
def after = fired(2)
checkpoint()
def word = receive('go', {HOUR} * 1000)
before + after + fired(3) + (word == null ? 0 : word)
"""
INSTANCES, HOSTS = 3, 2
BEGINS_AT = 1_700_000_000.0
JUMPS = (-30 * 24 * HOUR, -HOUR, -700, 700, HOUR, 30 * 24 * HOUR)  # seconds
MOMENTS = (200, 300, 1_000, *range(HOUR // 2, 9 * HOUR, HOUR))
TURNS_BACK_AFTER_SECONDS = 10 * HOUR
LEASE_SECONDS = 600.0
RECOVER_EVERY_SECONDS = 90.0
HIBERNATE_AFTER_SECONDS = 60.0
CALL_SECONDS = 400.0  # of a host function: time for another host to look
WAITS_SECONDS = 7 * HOUR + 3 * CALL_SECONDS  # what the script says
LATE_SECONDS_MAX = 10 * RECOVER_EVERY_SECONDS
SECONDS_MAX = 100 * 24 * HOUR
RESULT_EXPECTED = "6"
Given = tuple[int, int] | tuple[int, int, str | None]
OF_PLANTED: tuple[Given, ...] = ((700, 300, "sleepless"), (700, 300, "leaseless"))


@dataclass
class World:
    """Two hosts of one file. jump_s: of the wall clock, at `moment`; and back again later.

    planted: a fault of the store.  waited_s: when each instance was known to have ended.
    """

    jump_s: int
    moment: int
    planted: str | None = None
    found: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    waited_s: dict[int, float] = field(default_factory=dict)

    def run(self) -> World:
        self._turned_s = 0.0
        trio._core._run._r.seed(1)
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(hibernation, "time", self):
            self._path = Path(folder) / "store.db"
            try:
                trio.run(self._main, clock=trio.testing.MockClock(autojump_threshold=0))
            except Exception as error:
                self.found.append(f"{type(error).__name__}: {error}")
        return self

    def time(self) -> float:
        """The wall clock, which all of this machine share."""
        return BEGINS_AT + trio.current_time() + self._turned_s

    async def _main(self) -> None:
        self._over = trio.Event()
        with trio.move_on_after(SECONDS_MAX):
            async with trio.open_nursery() as nursery:
                for host in range(HOSTS):
                    nursery.start_soon(self._be_host, host)
                nursery.start_soon(self._turn_clock)
                await self._over.wait()
                nursery.cancel_scope.cancel()
        self._judge()

    async def _turn_clock(self) -> None:
        await trio.sleep(self.moment)
        for by_s in (self.jump_s, -self.jump_s):
            self._turned_s += by_s
            await trio.sleep(TURNS_BACK_AFTER_SECONDS)

    async def _be_host(self, host: int) -> None:
        store: CheckpointStore = SQLiteStore(self._path, clock=self.time)
        if self.planted is not None:
            store = PLANTED[self.planted](store)
        environment = TellingEnvironment(
            store, self.events.append, lease_s=LEASE_SECONDS, host=str(host), is_in_line=True
        )
        context = jactl.Context()

        @context.function
        async def fired(ctx: jactl.HostCallContext, n: int) -> int:
            id = ctx.instance_id
            assert id is not None
            environment.tell(Event(CALLED, id, environment.token(id), ctx.checkpoint_id, f"{ctx.call_ordinal}={n}"))
            await trio.sleep(CALL_SECONDS)
            return n

        script = context.compile(SOURCE)
        try:
            async with (
                jactl.open_runtime(
                    context,
                    environment=environment,
                    recover_every=RECOVER_EVERY_SECONDS,
                    hibernate_after=HIBERNATE_AFTER_SECONDS,
                ) as runtime,
                trio.open_nursery() as clients,
            ):
                for number in range(1, INSTANCES + 1) if host == 0 else ():
                    clients.start_soon(self._be_client, runtime, script, environment, number)
                await trio.sleep_forever()
        finally:
            store.close()

    async def _be_client(
        self, runtime: jactl.Runtime, script: jactl.Script, environment: TellingEnvironment, number: int
    ) -> None:
        """Start it, and come back for the result when the store says that it has ended."""
        id = uuid.UUID(int=number)
        await trio.sleep(number)
        await runtime.start(script, id=id)
        while True:
            await trio.sleep(RECOVER_EVERY_SECONDS)
            record = environment.store.instance(id)
            if record is not None and record.state in STATES_ENDED:
                break
        value = await (await runtime.start(script, id=id)).result()
        environment.tell(Event(RESULT, id, 0, text=str(value)))
        self.waited_s[number] = trio.current_time()
        if len(self.waited_s) == INSTANCES:
            self._over.set()

    def _judge(self) -> None:
        results = {uuid.UUID(int=number): RESULT_EXPECTED for number in range(1, INSTANCES + 1)}
        # A jump forward ends the lease of whoever runs something: it may call, not save, until it notices.
        self.found += violations(self.events, results, lapsed=map(str, range(HOSTS)))
        calls = Counter((e.id, e.token, e.number, e.text) for e in self.events if e.kind == CALLED)
        self.found += [f"{key[0]}: fired {times} times under one claim" for key, times in calls.items() if times > 1]
        late_s = max(self.waited_s.values(), default=0.0) - WAITS_SECONDS
        if late_s > 2 * abs(self.jump_s) + TURNS_BACK_AFTER_SECONDS + LATE_SECONDS_MAX:
            self.found.append(f"it ended {late_s:.0f} s late")
        if late_s < -abs(self.jump_s) - HOUR:
            self.found.append(f"it ended {-late_s:.0f} s too early")


@quiet()
def prove(given: argparse.Namespace) -> Row:
    """Each jump at each moment."""
    pairs: list[Given] = [(jump_s, moment) for jump_s in JUMPS for moment in MOMENTS]
    if given.at:
        jump_s, _, moment = given.at[0].partition("@")
        pairs = [(int(jump_s), int(moment))]
    with ProcessPoolExecutor(given.workers) as pool:
        lived = list(pool.map(lived_through, some_of(pairs, given.count)))
        planted = {world.planted: world.found for world in pool.map(lived_through, OF_PLANTED)}
    bad = [f"--at {one.jump_s}@{one.moment}: {one.found}" for one in lived if one.found]
    told = Counter(event.kind for one in lived for event in one.events)
    text = (
        f"{len(lived)} worlds, jumps of {', '.join(f'{one:+,} s' for one in JUMPS)} and back, "
        f"{told[CLAIMED]:,} claims, {told[CALLED]:,} calls, {told[ENDED]:,} ends"
    )
    row = Row("clock", "the wall clock jumps while instances sleep in the store (SQLite)", text, bad)
    return with_controls(row, {str(name): found for name, found in planted.items()})


def lived_through(given: Given) -> World:
    world = World(*given).run()
    return World(world.jump_s, world.moment, world.planted, world.found, world.events, world.waited_s)  # can be sent
