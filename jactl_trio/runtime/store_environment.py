"""StoreEnvironment: the Environment over a CheckpointStore. Save requests -> one writer task -> group commits.

A memory channel carries what instances ask for to one long-lived writer task. It takes all that are waiting, has them
written as one transaction in trio.to_thread, and the answers go back on each instance's own memory channel. While one
transaction is being written the next one collects.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar

import trio

from ..errors import JactlError, StoreError
from ..store.interface import CheckpointStore
from ..store.processes import leave, new_owner
from ..store.records import FINISHED, RUNNING, Answer, Claim, Claimed, Finish, InstanceRecord, Operation, Release, Save
from .environment import Environment
from .store_doubts import settled_answers

LEASE_SECONDS = 30.0
OPERATIONS_MAX = 1_000  # in one transaction
DOUBT_LEASES = 2  # how long, in leases, a transaction that failed may yet arrive at the store
_LOGGER = logging.getLogger("jactl_trio")
T = TypeVar("T")


@dataclass(slots=True)
class WriterStatistics:
    """What the writer task has done."""

    transactions: int = 0
    operations: int = 0
    largest: int = 0  # operations in one transaction
    failures: int = 0  # transactions that the store could not do


@dataclass(slots=True, eq=False)
class _Request:
    operations: tuple[Operation, ...]
    answered: Callable[[Sequence[Answer]], None]  # on the Trio thread


class StoreEnvironment(Environment):
    """Keeps checkpoints in a store, as one owner of claims; `open_runtime` runs it.

    lease_s: how long other hosts wait for a sign of life before they take instances over.
    """

    def __init__(self, store: CheckpointStore, *, lease_s: float = LEASE_SECONDS) -> None:
        self.store = store
        self.lease_s = lease_s
        self.owner = new_owner()
        self.statistics = WriterStatistics()
        self._tokens: dict[uuid.UUID, int] = {}  # of the instances that this owner has claimed
        self._unclaimed: dict[uuid.UUID, Claim] = {}  # of those that will be claimed with their first save
        self._claiming: Counter[uuid.UUID] = Counter()
        self._doubts: dict[uuid.UUID, float] = {}  # whose transaction failed, and how long it may yet arrive
        self._send, self._receive = trio.open_memory_channel[_Request](math.inf)
        self._waiting: set[_Request] = set()
        self._is_abandoned = False

    # The hooks

    def save_checkpoint(
        self,
        id: uuid.UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: Callable[[Any], None],
    ) -> None:
        operations: list[Operation] = []
        claim = self._unclaimed.pop(id, None)
        if claim is not None:
            operations.append(claim)
            self._tokens[id] = 1
        operations.append(Save(id, self._tokens.get(id, 0), checkpoint_id, checkpoint))

        def answered(answers: Sequence[Answer]) -> None:
            refusal = answers[-1]
            resumer(result if refusal is None else refusal)

        self._request(tuple(operations), answered)

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        """The checkpoint went with the transaction that recorded the end."""

    # Claims

    def claim_with_first_save(self, claim: Claim) -> None:
        """A new instance whose id nobody else can know: nothing is stored before its first checkpoint."""
        self._unclaimed[claim.id] = claim

    async def claim(self, claims: Sequence[Claim]) -> list[Answer]:
        """Claim instances in one transaction; an answer each, errors among them."""
        ids = [claim.id for claim in claims]
        self._claiming.update(ids)
        try:
            answers = await self._ask(*claims)
            forgotten = {index: one for index, one in enumerate(answers) if self._is_forgotten(one)}
            if forgotten:  # released and claimed again
                pairs = [(Release(one.id, one.token), claims[index]) for index, one in forgotten.items()]
                again = await self._ask(*(operation for pair in pairs for operation in pair))
                for index, answer in zip(forgotten, again[1::2], strict=True):
                    answers[index] = answer
        except trio.Cancelled:
            self.doubt(ids)  # they may be granted yet
            raise
        finally:
            self._claiming -= Counter(ids)
        for answer in answers:
            if isinstance(answer, Claimed):
                self._tokens[answer.id] = answer.token
        return answers

    def _is_forgotten(self, answer: Answer) -> TypeGuard[InstanceRecord]:
        """Is the instance this owner's, for the store, though it does not run here?"""
        if not isinstance(answer, InstanceRecord) or answer.id in self._tokens:
            return False
        return (answer.state, answer.owner) == (RUNNING, self.owner.id)

    async def finish(
        self, id: uuid.UUID, state: str = FINISHED, outcome: bytes | None = None, error: str | None = None
    ) -> None:
        """Record the end of an instance; returns when that is durable. StaleInstanceError, StoreError."""
        await self._give_up(id, lambda token: Finish(id, token, state, outcome, error))

    async def release(self, id: uuid.UUID, error: str | None = None) -> None:
        """Give a claim up; the instance is free at once."""
        await self._give_up(id, lambda token: Release(id, token, error))

    async def _give_up(self, id: uuid.UUID, operation: Callable[[int], Operation]) -> None:
        self._unclaimed.pop(id, None)
        token = self._tokens.pop(id, None)
        if token is None:
            return  # nothing of it is stored
        answer = (await self._ask(operation(token)))[0]
        if isinstance(answer, JactlError):
            raise answer

    def lose(self, id: uuid.UUID) -> None:
        """Another owner has the instance."""
        self._tokens.pop(id, None)
        self.doubt([id])  # it may have been claimed once more for this one

    def doubt(self, ids: Iterable[uuid.UUID]) -> None:
        """Give these back, should the store have them as this owner's while they do not run here."""
        until = trio.current_time() + DOUBT_LEASES * self.lease_s
        self._doubts.update((id, until) for id in ids)

    @property
    def keeps_anything(self) -> Callable[[uuid.UUID], bool]:
        """Is anything of this instance in the store?"""
        return self._tokens.__contains__

    # Asking the store

    async def call(self, method: Callable[..., T], *arguments: Any, may_be_abandoned: bool = False) -> T:
        """Call a method of the store in a thread; everything that the store is asked for passes here."""
        return await trio.to_thread.run_sync(method, *arguments, abandon_on_cancel=may_be_abandoned)

    async def _ask(self, *operations: Operation) -> list[Answer]:
        send, receive = trio.open_memory_channel[Sequence[Answer]](1)
        self._request(operations, send.send_nowait)
        return list(await receive.receive())

    def _request(self, operations: tuple[Operation, ...], answered: Callable[[Sequence[Answer]], None]) -> None:
        request = _Request(operations, answered)
        if self._is_abandoned:
            answered(_refused(request, StoreError("The store did not answer in time")))
            return
        self._waiting.add(request)
        self._send.send_nowait(request)

    # Tasks

    async def open(self) -> None:
        """Open the store and become known to it."""
        await self.call(self.store.open)
        await self.call(self.store.register, self.owner, self.lease_s)

    async def write_for_ever(self) -> None:
        """The writer task: ends when `close` was called and all that was asked for is written."""
        async for request in self._receive:
            requests = [request]
            count = len(request.operations)
            while count < OPERATIONS_MAX:
                try:
                    requests.append(self._receive.receive_nowait())
                except (trio.WouldBlock, trio.EndOfChannel):
                    break
                count += len(requests[-1].operations)
            await self._write(requests, count)

    async def _write(self, requests: Sequence[_Request], count: int) -> None:
        operations = [operation for request in requests for operation in request.operations]
        figures = self.statistics
        figures.transactions += 1
        figures.operations += count
        figures.largest = max(figures.largest, count)
        try:
            answers = await self.call(self.store.write, self.owner.id, operations, may_be_abandoned=True)
        except Exception as error:
            figures.failures += 1
            _LOGGER.warning("The store failed to write %d operations: %s", count, error)
            self.doubt(operation.id for operation in operations)
            answers = await self.call(
                settled_answers, self.store, self.owner.id, operations, error, may_be_abandoned=True
            )
        start = 0
        for request in requests:
            end = start + len(request.operations)
            self._answer(request, answers[start:end])
            start = end

    def _answer(self, request: _Request, answers: Sequence[Answer]) -> None:
        if request in self._waiting:
            self._waiting.remove(request)
            request.answered(answers)

    async def renew_for_ever(self) -> None:
        """Tell the store from time to time that this owner lives."""
        while True:
            await trio.sleep(self.lease_s / 3)
            try:
                if not await self.call(self.store.renew, self.owner.id, self.lease_s):
                    # Others took this process for dead. What they have not claimed is still ours.
                    await self.call(self.store.register, self.owner, self.lease_s)
                await self._give_back()
            except JactlError as error:
                _LOGGER.warning("The lease could not be renewed: %s", error)

    async def _give_back(self) -> None:
        """Release what is forgotten, for nobody else could recover it. So it is after a claim that was cancelled, and
        after a claim, a release or an end whose transaction failed: it may have been done, even later than its error
        was known."""
        for id, until in list(self._doubts.items()):
            record = await self.call(self.store.instance, id)
            if self._is_forgotten(record) and id not in self._claiming:
                await self._ask(Release(id, record.token))
            if trio.current_time() > until:
                del self._doubts[id]

    def stop_writing(self) -> None:
        """No more requests will come."""
        self._send.close()

    def abandon(self) -> None:
        """Answer everything that waits with an error: the store has taken too long."""
        self._is_abandoned = True
        for request in list(self._waiting):
            self._answer(request, _refused(request, StoreError("The store did not answer in time")))

    async def close(self) -> None:
        """Leave in order: what this owner still has is free at once."""
        leave(self.owner)
        if not self._is_abandoned:
            await self.call(self.store.retire, self.owner.id)


def _refused(request: _Request, error: JactlError) -> list[Answer]:
    return [error] * len(request.operations)
