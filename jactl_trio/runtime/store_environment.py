"""StoreEnvironment: the Environment over a CheckpointStore. Save requests -> one writer task -> group commits.

What instances ask for collects in a queue. One long-lived writer task takes all of it, has it written as one
transaction in a thread, and wakes each instance's task with its own answer. While one transaction is being written the
next one collects.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar

import trio

from ..errors import JactlError, StaleInstanceError, StoreError, UnknownInstanceError
from ..store.interface import CheckpointStore
from ..store.processes import leave, new_owner
from ..store.records import (
    CANCELLED,
    FINISHED,
    RUNNING,
    Answer,
    Cancel,
    Claim,
    Claimed,
    Finish,
    Hibernate,
    InstanceRecord,
    Operation,
    Release,
    Save,
    Send,
)
from ..wanted import wanted, wanted_lease
from .environment import Environment, Reply
from .store_box import StoreBox
from .store_doubts import settled_answers
from .store_threads import StoreThreads

LEASE_SECONDS = 30.0
OPERATIONS_MAX = 1_000  # in one transaction
CLOSE_SECONDS = 10.0  # that a store may take to answer whoever was cancelled, and to let a runtime go
DOUBT_LEASES = 2  # how long, in leases, a transaction that failed may yet arrive at the store
NO_ANSWER = "The store did not answer in time"
_LOGGER = logging.getLogger("jactl_trio")
T = TypeVar("T")


@dataclass(slots=True)
class WriterStatistics:
    """What the writer task has done."""

    transactions: int = 0
    operations: int = 0
    largest: int = 0  # operations in one transaction
    failures: int = 0  # transactions that the store could not do


class _Request:
    """Operations of one instance that go together."""

    __slots__ = ("_reply", "operations")

    def __init__(self, operations: tuple[Operation, ...], reply: Reply | None = None) -> None:
        self.operations = operations
        self._reply = reply

    def answer(self, answers: Sequence[Answer]) -> None:
        """On the Trio thread, once."""
        assert self._reply is not None
        self._reply.give(answers)


class _SaveRequest(_Request):
    """The last operation is a Save."""

    __slots__ = ("_box", "_result", "_resumer")

    def __init__(
        self, operations: tuple[Operation, ...], resumer: Callable[[Any], None], result: Any, box: StoreBox
    ) -> None:
        super().__init__(operations)
        self._resumer = resumer
        self._result = result
        self._box = box

    def answer(self, answers: Sequence[Answer]) -> None:
        refusal = answers[-1]
        if refusal is None:
            save = self.operations[-1]
            assert isinstance(save, Save)
            if save.takes:
                self._box.saved(save.id, save.takes)
            self._resumer(self._result)
        else:
            self._resumer(refusal)


class StoreEnvironment(Environment):
    """Keeps checkpoints in a store, as one owner of claims; `open_runtime` runs it.

    lease_s: how long other hosts wait for a sign of life before they take instances over.
    """

    def __init__(self, store: CheckpointStore, *, lease_s: float = LEASE_SECONDS) -> None:
        self.store = wanted("store", store, CheckpointStore, "a CheckpointStore")
        self.lease_s = wanted_lease(lease_s)
        self.owner = new_owner()
        self.statistics = WriterStatistics()
        self.on_taken: Callable[[uuid.UUID], None] = lambda id: None  # told of instances that are not this owner's now
        self._tokens: dict[uuid.UUID, int] = {}  # of the instances that this owner has claimed
        self.box = StoreBox(store, self.call, self._put, self._tokens)
        self._unkept: set[uuid.UUID] = set()  # of these, those whose outcome the store is known not to keep
        self._unclaimed: dict[uuid.UUID, Claim] = {}  # of those that will be claimed with their first save
        self._claiming: dict[uuid.UUID, int] = {}  # how often
        self._doubts: dict[uuid.UUID, float] = {}  # whose transaction failed, and how long it may yet arrive
        self._threads = StoreThreads(CLOSE_SECONDS)
        self._asked: deque[_Request] = deque()  # not yet taken by the writer
        self._writing: list[_Request] = []  # in the present transaction
        self._news = trio.Event()  # for the writer
        self._is_closing = False
        self._is_abandoned = False
        self._was_left_alone = False  # by somebody who waited for an answer of the writer's

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
        claims = self._claim_at_last(id) if self._unclaimed else ()
        save = Save(id, self._tokens.get(id, 0), checkpoint_id, checkpoint, self.box.takes(id))
        self._request(_SaveRequest((*claims, save), resumer, result, self.box))

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        """The checkpoint went with the transaction that recorded the end."""

    # Claims

    def claim_with_first_save(self, claim: Claim) -> None:
        """A new instance whose id nobody else can know: nothing is stored before its first checkpoint."""
        self._unclaimed[claim.id] = claim

    def _claim_at_last(self, id: uuid.UUID) -> list[Claim]:
        """The claim of such an instance, to go before what is the first to be stored of it."""
        claim = self._unclaimed.pop(id, None)
        if claim is None:
            return []
        self._hold(id, 1, claim)
        return [claim]

    async def claim(self, claims: Sequence[Claim]) -> list[Answer]:
        """Claim instances in one transaction; an answer each, errors among them."""
        ids = [claim.id for claim in claims]
        claiming = self._claiming
        for id in ids:
            claiming[id] = claiming.get(id, 0) + 1
        try:
            answers = await self._ask(*claims)
            forgotten = {
                index: one for index, one in enumerate(answers) if type(one) is not Claimed and self._is_forgotten(one)
            }
            if forgotten:  # released and claimed again
                pairs = [(Release(one.id, one.token), claims[index]) for index, one in forgotten.items()]
                again = await self._ask(*(operation for pair in pairs for operation in pair))
                for index, answer in zip(forgotten, again[1::2], strict=True):
                    answers[index] = answer
        except trio.Cancelled:
            self.doubt(ids)  # they may be granted yet
            raise
        finally:
            for id in ids:
                claiming[id] -= 1
                if not claiming[id]:
                    del claiming[id]
        for claim, answer in zip(claims, answers, strict=True):
            if isinstance(answer, Claimed):
                self._hold(answer.id, answer.token, claim if answer.recoveries == 0 else None)
        return answers

    def _hold(self, id: uuid.UUID, token: int, began_as: Claim | None) -> None:
        self._tokens[id] = token
        if began_as is not None and began_as.script is not None and not began_as.keeps_outcome:
            self._unkept.add(id)

    def _let_go(self, id: uuid.UUID) -> int | None:
        if self._unkept:
            self._unkept.discard(id)
        return self._tokens.pop(id, None)

    def _is_forgotten(self, answer: Answer) -> TypeGuard[InstanceRecord]:
        """Is the instance this owner's, for the store, though it does not run here?"""
        if not isinstance(answer, InstanceRecord) or answer.id in self._tokens:
            return False
        return (answer.state, answer.owner) == (RUNNING, self.owner.id)

    async def finish(
        self,
        id: uuid.UUID,
        state: str = FINISHED,
        outcome: bytes | None = None,
        error: str | None = None,
        until: float = math.inf,
    ) -> None:
        """Record the end of an instance; returns when that is durable. StaleInstanceError, StoreError. Whoever waits is
        not cancelled before the store had its time to answer, nor does it wait longer than `until`."""
        token = self._given_up(id)
        if token is not None:  # None: nothing of it is stored
            await self._insist(Finish(id, token, state, outcome, error), until)

    async def cancel(self, id: uuid.UUID, until: float = math.inf) -> None:
        """As `finish`, and also where it was given up, another owner has it by now, or it waits in the store: it was to
        end for good."""
        refusal: StaleInstanceError | None = None
        if id in self._tokens or id in self._unclaimed:
            try:
                await self.finish(id, CANCELLED, until=until)
                return
            except StaleInstanceError as stale:
                refusal = stale
        try:
            await self._insist(Cancel(id), until)
        except JactlError as error:
            if refusal is not None:  # it has ended; or who asks again is told
                raise refusal from None
            if not isinstance(error, UnknownInstanceError):  # nothing was stored of it
                raise

    async def release(self, id: uuid.UUID, error: str | None = None, until: float = math.inf) -> None:
        """Give a claim up; the instance is free at once. Waits as `finish` does."""
        token = self._given_up(id)
        if token is not None:
            await self._insist(Release(id, token, error), until)

    async def hibernate(self, id: uuid.UUID, checkpoint: bytes, wake_in_s: float | None, awaits: str | None) -> None:
        """Keep the waiting state and give the claim up. StaleInstanceError; StoreError, and the claim is kept."""
        claims, token, takes = self._claim_at_last(id), self._tokens.get(id, 0), self.box.takes(id)
        await self.change(*claims, Hibernate(id, token, checkpoint, wake_in_s, awaits, takes))
        self._let_go(id)

    async def _put(self, send: Send) -> None:
        """Keep a message; one for an instance of which nothing is stored yet makes it known to the store."""
        await self.change(*self._claim_at_last(send.id), send)

    async def change(self, *operations: Operation) -> None:
        """Do what the last of these says. StoreError where it is refused."""
        _raise_refused(await self._ask(*operations))

    async def _insist(self, operation: Operation, until: float) -> None:
        """As `change`, and not cancelled before the store had its time."""
        reply = Reply()
        self._request(_Request((operation,), reply))
        try:
            if until == math.inf:  # the usual end: a scope would cost more than the rest
                await reply.wait()
            else:
                with trio.CancelScope(deadline=until):
                    await reply.wait()
        except trio.Cancelled:  # told again at the next occasion
            with trio.CancelScope(deadline=min(until, trio.current_time() + self.patience_s), shield=True):
                await reply.wait()
        if not reply.is_there:
            self._was_left_alone = True
            raise StoreError(NO_ANSWER)
        _raise_refused(reply.value)

    def _given_up(self, id: uuid.UUID) -> int | None:
        """The token of a claim that ends here; None where nothing of the instance is stored."""
        if self._unclaimed:
            self._unclaimed.pop(id, None)
        return self._let_go(id)

    def lose(self, id: uuid.UUID) -> None:
        """Another owner has the instance."""
        self._let_go(id)
        self.doubt([id])  # it may have been claimed once more for this one

    def doubt(self, ids: Iterable[uuid.UUID]) -> None:
        """Give these back, should the store have them as this owner's while they do not run here."""
        until = trio.current_time() + DOUBT_LEASES * self.lease_s
        self._doubts.update((id, until) for id in ids)

    def may_keep_outcome(self, id: uuid.UUID) -> bool:
        """Is the instance in the store, and would that keep its outcome, for all that is known here?"""
        return id in self._tokens and id not in self._unkept

    # Asking the store

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        """Call a method of the store in a thread; everything that the store is asked for passes here."""
        return await self._threads.call(method, *arguments)

    async def _ask(self, *operations: Operation) -> list[Answer]:
        reply = Reply()
        self._request(_Request(operations, reply))
        return list(await reply.wait())

    def _request(self, request: _Request) -> None:
        if self._is_abandoned:
            request.answer(_refused(request, StoreError(NO_ANSWER)))
            return
        self._asked.append(request)
        self._news.set()

    # Tasks

    async def open(self) -> None:
        """Open the store and become known to it."""
        await self.call(self.store.open)
        await self.call(self.store.register, self.owner, self.lease_s)

    async def write_for_ever(self) -> None:
        """The writer task: ends when `close` was called and all that was asked for is written."""
        while self._asked or not self._is_closing:
            await self._news.wait()
            self._news = trio.Event()
            while self._asked and not self._is_abandoned:
                await self._write(*self._taken())

    def _taken(self) -> tuple[list[_Request], int]:
        """What the next transaction takes of the queue, and how many operations these are."""
        asked, count = self._asked, 0
        requests = self._writing
        while asked and count < OPERATIONS_MAX:
            requests.append(asked.popleft())
            count += len(requests[-1].operations)
        return requests, count

    async def _write(self, requests: Sequence[_Request], count: int) -> None:
        operations = [operation for request in requests for operation in request.operations]
        figures = self.statistics
        figures.transactions += 1
        figures.operations += count
        figures.largest = max(figures.largest, count)
        try:
            answers = await self.call(self.store.write, self.owner.id, operations)
        except Exception as error:
            figures.failures += 1
            _LOGGER.warning("The store failed to write %d operations: %s", count, error)
            self.doubt(operation.id for operation in operations)
            answers = await self.call(settled_answers, self.store, self.owner.id, operations, error)
        self._answer(answers)

    def _answer(self, answers: Sequence[Answer]) -> None:
        requests, self._writing = self._writing, []  # empty if they were abandoned
        start = 0
        for request in requests:
            end = start + len(request.operations)
            request.answer(answers[start:end])
            start = end

    async def renew_for_ever(self) -> None:
        """Tell the store from time to time that this owner lives."""
        while True:
            await trio.sleep(self.lease_s / 3)
            try:
                if not await self.call(self.store.renew, self.owner.id, self.lease_s):
                    # Others took this process for dead. What they have not claimed is still ours.
                    await self.call(self.store.register, self.owner, self.lease_s)
                await self._give_back()
                await self._look_for_taken()
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

    async def _look_for_taken(self) -> None:
        """Stop what another owner has taken over, or somebody has cancelled: its next write would be refused anyway."""
        before = self._tokens.copy()
        held = set(await self.call(self.store.held, self.owner.id))
        requests = (*self._asked, *self._writing)
        asked = {operation.id for request in requests for operation in request.operations}
        for id in before.keys() - held - asked:
            if self._tokens.get(id) == before[id]:
                self.on_taken(id)

    @property
    def patience_s(self) -> float:
        """How long the store may yet take to answer who leaves; little, once it has let somebody wait in vain."""
        return CLOSE_SECONDS / 10 if self._was_left_alone or self._threads.is_hanging else CLOSE_SECONDS

    def stop_writing(self) -> None:
        """No more requests will come, and nobody is waited for any longer than the runtime waits."""
        self._is_closing = True
        self._threads.is_leaving = True
        self._news.set()

    def abandon(self) -> None:
        """Answer everything that waits with an error: the store has taken too long."""
        self._is_abandoned = True
        requests, self._writing = [*self._writing, *self._asked], []
        self._asked.clear()
        for request in requests:
            request.answer(_refused(request, StoreError(NO_ANSWER)))

    async def close(self) -> None:
        """Leave in order: what this owner still has is free at once."""
        leave(self.owner)
        if not self._is_abandoned:
            await self.call(self.store.retire, self.owner.id)
        self._threads.close()


def patience_s(environment: Environment) -> float:
    """How long who leaves waits for an answer of the Environment."""
    return environment.patience_s if isinstance(environment, StoreEnvironment) else CLOSE_SECONDS


def _raise_refused(answers: Sequence[Answer]) -> None:
    """What the last answer says."""
    if isinstance(answers[-1], JactlError):
        raise answers[-1]


def _refused(request: _Request, error: JactlError) -> list[Answer]:
    return [error] * len(request.operations)
