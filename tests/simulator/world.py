"""A world: some hosts and one store in virtual time, in one loop; what a seed says goes wrong, then it is left alone.

Once nothing goes wrong any more every instance has to come to its end.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from unittest import mock
from uuid import UUID

import trio
import trio._core._run

from jactl_trio.continuation import slices
from jactl_trio.errors import JactlError
from jactl_trio.runtime import driver
from jactl_trio.store import CheckpointStore, MemoryStore, SQLiteStore
from jactl_trio.store.records import ENDED, Operation
from jactl_trio.verify.answers import Answer
from jactl_trio.verify.faulty import FaultyStore
from jactl_trio.verify.reference import Reference, run_on_mock_clock

from .environment import SimulatedEnvironment
from .process import Process
from .scripts import scripts
from .swarm import Swarm, Trouble
from .telling import Chronicle, ToldStore

BEGINS_AT = 1_700_000_000.0  # by the store's clock
STUCK_AFTER_SECONDS = 30_000.0
Clock = Callable[[], float]
MakeStore = Callable[[CheckpointStore], CheckpointStore]
MakeEnvironment = Callable[[Process], SimulatedEnvironment]


class World:
    """make_store: put around the store, make_environment: in place of the real one; both to plant bugs."""

    def __init__(
        self,
        swarm: Swarm,
        make_store: MakeStore = lambda store: store,
        make_environment: MakeEnvironment = SimulatedEnvironment,
    ) -> None:
        self.swarm = swarm
        self.make_store = make_store
        self.make_environment = make_environment
        self.scripts = scripts()
        self.chance = Random(swarm.seed)
        self.ids = [UUID(int=number + 1) for number in range(len(swarm.scripts))]
        self.chronicles = {id: Chronicle() for id in self.ids}
        self.answers: dict[UUID, set[Answer]] = {id: set() for id in self.ids}
        self.struck_by: Counter[Trouble] = Counter()
        self.is_stuck = False
        self.check: list[str] = []
        self.states: dict[UUID, str] = {}
        self.nursery: trio.Nursery
        self.over: trio.Event
        self.told_store: ToldStore
        self.store: FaultyStore
        self._turned_s = 0.0  # how far the store's clock was turned
        self._processes: list[Process] = []

    def run(self) -> World:
        """Live through it; the same seed is the same world."""
        with (
            tempfile.TemporaryDirectory(prefix="jactl-world-") as folder,
            mock.patch.object(driver, "SLICE_SECONDS", math.inf),  # real time makes no difference here
            mock.patch.object(slices, "_OVER_AFTER_SECONDS", math.inf),
        ):
            inner: CheckpointStore = MemoryStore(self.clock)
            if self.swarm.is_on_disk:
                inner = SQLiteStore(Path(folder) / "store.db", clock=self.clock)
            self.told_store = ToldStore(inner, self.chronicles)
            self.store = FaultyStore(self.make_store(self.told_store), {})
            self.store.open()
            trio._core._run._r.seed(self.swarm.seed)  # the order of tasks, as trio's Hypothesis plugin does it
            run_on_mock_clock(self._main)
            self.store.close()
        return self

    async def _main(self) -> None:
        self.over = trio.Event()
        with trio.move_on_after(STUCK_AFTER_SECONDS) as scope:
            async with trio.open_nursery() as self.nursery:
                async with trio.open_nursery() as hosts:
                    for host in range(self.swarm.hosts):
                        hosts.start_soon(self._keep_up, host)
                self.nursery.cancel_scope.cancel()
        self.is_stuck = scope.cancelled_caught
        self._look_at_the_end(self.told_store.store)

    async def _keep_up(self, host: int) -> None:
        """A process after the other."""
        number = 0
        while not self.over.is_set():
            number += 1
            process = Process(self, host, f"host {host + 1}.{number}")
            self._processes.append(process)
            await process.live()
            if not self.over.is_set():
                await trio.sleep(self.chance.uniform(0, 1.5 * self.swarm.lease_s))

    def _look_at_the_end(self, store: CheckpointStore) -> None:
        self.check = store.check()
        for id, chronicle in self.chronicles.items():
            record = store.instance(id)
            self.states[id] = "nothing" if record is None else record.state
            if record is not None and record.state in ENDED and store.checkpoint(id) is not None:
                chronicle.leftover = "its checkpoint was not deleted"

    # What processes ask

    def clock(self) -> float:
        return BEGINS_AT + self._turned_s + trio.current_time()

    def turn_clock(self, by_s: float) -> None:
        self._turned_s += by_s
        for process in self._processes:
            process.strike(f"store clock {by_s:+.0f} s", trio.current_time() + 2 * self.swarm.lease_s)

    def struck(self, possible: Collection[Trouble], share: float | None = None) -> Trouble | None:
        """Is this point struck, and by what?"""
        swarm = self.swarm
        if sum(self.struck_by.values()) >= swarm.troubles_max or trio.current_time() > swarm.healed_at_s:
            return None
        kinds = [trouble for trouble in Trouble if trouble in possible and trouble in swarm.troubles]
        if not kinds or self.chance.random() >= (swarm.share if share is None else share):
            return None
        trouble = self.chance.choice(kinds)
        self.struck_by[trouble] += 1
        return trouble

    def write_later(self, owner: UUID, operations: Sequence[Operation]) -> None:
        """A transaction that the network kept for a while."""

        async def write(after_s: float) -> None:
            await trio.sleep(after_s)
            with suppress(JactlError):  # nobody waits for the answer
                self.told_store.write(owner, operations)

        self.nursery.start_soon(write, self.chance.uniform(0, 2 * self.swarm.lease_s))

    def reference_of(self, id: UUID) -> Reference:
        return self.scripts.references[self.swarm.scripts[self.ids.index(id)]]

    def answered(self, instance: int, answer: Answer) -> None:
        """A client has its result; the world is over when there is one for each instance."""
        self.answers[self.ids[instance]].add(answer)
        if all(self.answers.values()):
            self.over.set()
