"""The StoreEnvironment of a simulated process: it calls the store on the Trio thread, in virtual time, in trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import trio

from jactl_trio.errors import StoreError
from jactl_trio.runtime.store_environment import StoreEnvironment
from jactl_trio.store.processes import leave
from jactl_trio.store.records import Answer, Claim, Claimed, Operation
from jactl_trio.verify.faulty import StoreFault
from jactl_trio.verify.history import Deleted, SaveAnswered, SaveAsked

from .swarm import Trouble

if TYPE_CHECKING:
    from .process import Process

T = TypeVar("T")
BEFORE = (Trouble.CRASH, Trouble.PAUSE, Trouble.DELAY, Trouble.CUT_OFF)
AFTER = (Trouble.CRASH, Trouble.PAUSE)
OF_WRITE = {
    Trouble.FAILS: StoreFault.BEFORE,
    Trouble.FAILS_AFTER: StoreFault.AFTER,
    Trouble.DUPLICATE: StoreFault.DUPLICATE,
    Trouble.LATE: None,
    Trouble.ECHO: None,
}
UNREACHED_SECONDS = 1.0  # until a host that is cut off notices it


class SimulatedEnvironment(StoreEnvironment):
    """Belongs to a process, and dies with it."""

    def __init__(self, process: Process) -> None:
        world = process.world
        super().__init__(world.store, lease_s=world.swarm.lease_s)
        self.process = process
        if not world.swarm.shares_a_machine:
            leave(self.owner)
            self.owner = replace(self.owner, host=process.name)  # whose processes nobody else can look at
        world.told_store.processes[self.owner.id] = process

    # The hooks, as the script's side sees them

    def save_checkpoint(
        self, id: UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        process, run = self.process, self.process.run_of(id)

        def answered(answer: Any) -> None:
            error = str(answer) if isinstance(answer, BaseException) else None
            process.tell(id, SaveAnswered(run, checkpoint_id, error))
            resumer(answer)

        process.tell(id, SaveAsked(run, checkpoint_id))
        super().save_checkpoint(id, checkpoint_id, checkpoint, source, offset, result, answered)

    def delete_checkpoint(self, id: UUID, checkpoint_id: int) -> None:
        self.process.tell(id, Deleted(self.process.run_of(id), checkpoint_id))
        super().delete_checkpoint(id, checkpoint_id)

    # The store

    async def claim(self, claims: Sequence[Claim]) -> list[Answer]:
        answers = await super().claim(claims)
        runs = self.process.world.told_store.runs
        self.process.runs |= {one.id: runs[one.id, one.token] for one in answers if isinstance(one, Claimed)}
        return answers

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        process = self.process
        await process.passes(BEFORE)
        if process.is_cut_off:
            await trio.sleep(UNREACHED_SECONDS)
            raise StoreError("the store cannot be reached")
        if method == self.store.write:
            value: Any = self._written(*arguments)
        else:
            value = method(*arguments)
        await process.passes(AFTER)
        return value  # type: ignore[no-any-return]

    def _written(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        world = self.process.world
        trouble = world.struck(OF_WRITE, share=min(1.0, 4 * world.swarm.share))
        fault = None if trouble is None else OF_WRITE[trouble]
        if fault is not None:
            world.store.faults = {world.store.calls + 1: fault}
        if trouble in (Trouble.LATE, Trouble.ECHO):
            world.write_later(owner, operations)
        if trouble is Trouble.LATE:
            raise StoreError("the connection was lost, the transaction was not")
        return world.store.write(owner, operations)

    async def close(self) -> None:
        if not self.process.is_dead:
            await super().close()
