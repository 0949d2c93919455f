"""StoreEnvironment: the Environment over a CheckpointStore, with one writer task and group commit.

A memory channel carries operations to the writer task. It takes all that are waiting, has them written as one
transaction in a worker thread, and answers each on a memory channel of the task that asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import trio

from ..errors import StoreError
from ..store.interface import (
    Answer,
    CheckpointStore,
    Claim,
    CreateInstance,
    FinishInstance,
    InstanceRecord,
    Operation,
    ReleaseInstance,
    SaveCheckpoint,
    ScriptRecord,
)
from ..store.owners import new_owner
from .environment import Environment, Resumer

LEASE_SECONDS = 30.0
_BATCH_MAX = 1000  # operations in one transaction
_RELEASE_SECONDS = 5.0  # how long a release may take when everything is being cancelled


@dataclass(slots=True)
class _Request:
    operation: Operation
    answer: Callable[[Answer], None]


class StoreEnvironment(Environment):
    """Keeps checkpoints in a store; opened by open_runtime, which runs its writer.

    lease_s: how long another host waits for a sign of life before it takes instances over.
    """

    def __init__(self, store: CheckpointStore, *, lease_s: float = LEASE_SECONDS) -> None:
        self.store = store
        self.lease_s = lease_s
        self.owner = new_owner()
        self._tokens: dict[UUID, int] = {}
        self._send, self._receive = trio.open_memory_channel[_Request](math.inf)
        self.transactions = 0
        self.operations = 0

    # The hooks

    def save_checkpoint(
        self,
        id: UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: Resumer,
    ) -> None:
        operation = SaveCheckpoint(id, self._tokens.get(id, 0), checkpoint_id, checkpoint)

        def answer(answered: Answer) -> None:
            resumer(answered if isinstance(answered, Exception) else result)

        self._send.send_nowait(_Request(operation, answer))

    def delete_checkpoint(self, id: UUID, checkpoint_id: int) -> None:
        """Nothing to do: `finish` drops the checkpoint in the transaction that records the end."""

    # Ownership

    async def create(self, id: UUID, script: ScriptRecord) -> Claim | InstanceRecord:
        """Admit a new instance; the record of one that exists already. Raises StoreError."""
        answered = await self._ask(CreateInstance(id, script, self.owner, self.lease_s))
        assert isinstance(answered, Claim | InstanceRecord)
        if isinstance(answered, Claim):
            self._tokens[id] = answered.token
        return answered

    async def claim(self, limit: int = 1_000_000, only: UUID | None = None) -> list[Claim]:
        """Take over what nobody owns any more."""
        claims = await trio.to_thread.run_sync(self.store.claim, self.owner, self.lease_s, limit, only)
        for claim in claims:
            self._tokens[claim.id] = claim.token
        return claims

    async def finish(self, id: UUID, state: str, outcome: bytes | None, error: str | None, keep: bool) -> None:
        """Record an end; raises StaleInstanceError where another owner has it."""
        await self._ask(FinishInstance(id, self._tokens.pop(id, 0), state, outcome, error, keep))

    async def release(self, id: UUID, error: str | None = None, park: bool = False) -> None:
        """Give an instance up so that another owner can have it at once. Bounded, and not stopped by cancellation."""
        token = self._tokens.pop(id, None)
        if token is None:
            return
        with trio.move_on_after(_RELEASE_SECONDS, shield=True):
            try:
                await self._ask(ReleaseInstance(id, token, error, park))
            except StoreError:
                pass  # its lease will run out

    def forget(self, id: UUID) -> None:
        """The claim is gone already."""
        self._tokens.pop(id, None)

    async def _ask(self, operation: Operation) -> Answer:
        answers, receive = trio.open_memory_channel[Answer](1)
        self._send.send_nowait(_Request(operation, answers.send_nowait))
        answered = await receive.receive()
        if isinstance(answered, Exception):
            raise answered
        return answered

    # The writer

    async def write_for_ever(self) -> None:
        """The writer task: all that waits goes into one transaction."""
        async for request in self._receive:
            batch = [request]
            while len(batch) < _BATCH_MAX:
                try:
                    batch.append(self._receive.receive_nowait())
                except trio.WouldBlock:
                    break
            await self._write(batch)

    async def _write(self, batch: list[_Request]) -> None:
        operations = [request.operation for request in batch]
        try:
            with trio.CancelScope(shield=True):  # what has been sent is answered: nobody is left in doubt
                answers = await trio.to_thread.run_sync(self.store.write, operations)
        except Exception as error:
            failure = error if isinstance(error, StoreError) else StoreError(f"The store failed: {error}")
            answers = [failure] * len(batch)
        self.transactions += 1
        self.operations += len(batch)
        for request, answer in zip(batch, answers, strict=True):
            try:
                request.answer(answer)
            except trio.BrokenResourceError:
                pass  # who asked has gone

    def close_writer(self) -> None:
        """No more operations come: the writer ends when all are answered."""
        self._send.close()

    async def renew_for_ever(self) -> None:
        """Renew this owner's leases three times in a lease."""
        while True:
            await trio.sleep(self.lease_s / 3)
            try:
                await trio.to_thread.run_sync(self.store.renew, self.owner, self.lease_s)
            except StoreError:
                pass  # the next turn, or the fencing token, will tell
