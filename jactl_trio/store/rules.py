"""Operations on instances that are in memory -> answers, and the instances as they are then.

MemoryStore keeps its instances here for good; PostgresStore those of one transaction, whose rows it has locked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from uuid import UUID

from ..errors import StaleInstanceError, StoreError, UnknownInstanceError
from .records import (
    CANCELLED,
    ENDED,
    GOING,
    HIBERNATED,
    KEY_BYTES_MAX,
    PARKED,
    RUNNING,
    Answer,
    Cancel,
    Claim,
    Claimed,
    Delete,
    Finish,
    Hibernate,
    Import,
    InstanceRecord,
    Message,
    Operation,
    Park,
    Release,
    Retry,
    Save,
    Send,
    is_exported,
    is_key,
)


class Instances:
    """Instances by id, with their last checkpoints, and what becomes of their messages.

    is_alive: does the owner (None: nobody) have a lease?  clock: seconds since 1970.  keys: of messages that were sent.
    emptied: instances all of whose messages go, before those that were posted come and those that were taken go.
    """

    def __init__(self, is_alive: Callable[[UUID | None], bool], clock: Callable[[], float]) -> None:
        self.records: dict[UUID, InstanceRecord] = {}
        self.checkpoints: dict[UUID, bytes] = {}
        self.keys: set[tuple[UUID, str]] = set()
        self.emptied: set[UUID] = set()
        self.posted: list[Message] = []
        self.taken: list[tuple[UUID, int]] = []
        self._is_alive = is_alive
        self._clock = clock

    def answer(self, owner: UUID, operation: Operation) -> Answer:
        """Do it; a refusal is an answer and changes nothing."""
        try:
            return _OPERATIONS[type(operation)](self, owner, operation)
        except (StaleInstanceError, StoreError) as error:
            return error

    def shown(self, record: InstanceRecord) -> InstanceRecord:
        """A record as others see it."""
        return dataclasses.replace(record, is_owned=record.state == RUNNING and self._is_alive(record.owner))

    def change(self, record: InstanceRecord, **changes: object) -> InstanceRecord:
        changed = dataclasses.replace(record, updated_at=self._clock(), **changes)  # type: ignore[arg-type]
        self.records[record.id] = changed
        return changed

    def _claim(self, owner: UUID, claim: Claim) -> Answer:
        record = self.records.get(claim.id)
        if record is None:
            return self._new(owner, claim)
        if record.state not in GOING or self._is_alive(record.owner):
            return self.shown(record)
        if record.checkpoint_id is None:
            return self.shown(record) if claim.script is None else self._new(owner, claim, record)
        if record.recoveries >= claim.recoveries_max:
            return self.shown(self.change(record, state=PARKED, owner=None))
        taken = self.change(
            record,
            state=RUNNING,
            owner=owner,
            token=record.token + 1,
            recoveries=record.recoveries + 1,
            awaits=None,  # wake_at stays: whoever has it next is told what is left of its time, too
        )
        return Claimed(
            claim.id,
            taken.token,
            taken.script,
            taken.checkpoint_id,
            self.checkpoints.get(claim.id),
            taken.recoveries,
            None if record.wake_at is None else max(record.wake_at - taken.updated_at, 0.0),
        )

    def _new(self, owner: UUID, claim: Claim, before: InstanceRecord | None = None) -> Answer:
        """An instance that has nothing saved begins as the claim says."""
        if claim.script is None:
            return None
        now = self._clock()
        token = 1 if before is None else before.token + 1
        self.records[claim.id] = InstanceRecord(
            claim.id,
            claim.script,
            RUNNING,
            owner,
            token,
            claim.checkpoint_id,
            0,
            claim.keeps_outcome,
            now if before is None else before.created_at,
            now,
            sent=0 if before is None else before.sent,
        )
        if claim.checkpoint is not None:
            self.checkpoints[claim.id] = claim.checkpoint
        return Claimed(claim.id, token, claim.script, claim.checkpoint_id, claim.checkpoint)

    def _save(self, owner: UUID, save: Save) -> None:
        record = self._owned(owner, save)
        before = record.checkpoint_id or 0
        if save.checkpoint_id == before > 0 and self.checkpoints[save.id] == save.checkpoint:
            return  # the same operation once more
        if save.checkpoint_id != before + 1:
            raise StoreError(f"Checkpoint {save.checkpoint_id} of {save.id} does not follow {before}")
        self.checkpoints[save.id] = save.checkpoint
        self.change(record, checkpoint_id=save.checkpoint_id, recoveries=0, error=None, wake_at=None)
        self.taken += [(save.id, seq) for seq in save.takes]

    def _hibernate(self, owner: UUID, hibernate: Hibernate) -> None:
        record = self._owned(owner, hibernate)
        self.checkpoints[hibernate.id] = hibernate.checkpoint
        self.change(
            record,
            state=HIBERNATED,
            owner=None,
            checkpoint_id=record.checkpoint_id or 0,
            recoveries=0,
            error=None,
            wake_at=None if hibernate.wake_in_s is None else self._clock() + hibernate.wake_in_s,
            awaits=hibernate.awaits,
        )
        self.taken += [(hibernate.id, seq) for seq in hibernate.takes]

    def _finish(self, owner: UUID, finish: Finish) -> None:
        self._end(self._owned(owner, finish), finish.state, finish.outcome, finish.error)

    def _end(
        self, record: InstanceRecord, state: str, outcome: bytes | None, error: str | None, token: int = 0
    ) -> None:
        if record.keeps_outcome:
            self.checkpoints.pop(record.id, None)
            self._empty(record.id)
            self.change(
                record,
                state=state,
                owner=None,
                token=token or record.token,
                outcome=outcome,
                error=error,
                wake_at=None,
                awaits=None,
            )
        else:
            self._forget(record.id)

    def _forget(self, id: UUID) -> None:
        del self.records[id]
        self.checkpoints.pop(id, None)
        self._empty(id)

    def _empty(self, id: UUID) -> None:
        self.emptied.add(id)
        self.keys = {pair for pair in self.keys if pair[0] != id}
        self.posted = [message for message in self.posted if message.id != id]
        self.taken = [pair for pair in self.taken if pair[0] != id]

    def _release(self, owner: UUID, release: Release) -> None:
        record = self._owned(owner, release)
        recoveries = max(record.recoveries - 1, 0) if release.error is None else record.recoveries
        if record.checkpoint_id is None and not record.keeps_outcome:
            self._forget(release.id)  # nothing to recover, and nobody can ask for it
        else:
            self.change(
                record,
                owner=None,
                recoveries=recoveries,
                error=record.error if release.error is None else release.error,
            )

    # Operations that anybody may do

    def _send(self, owner: UUID, send: Send) -> None:
        record = self._known(send.id)
        if record.state in ENDED:
            raise UnknownInstanceError(f"Instance {send.id} has ended: {record.state}")
        if is_exported(record):
            raise StoreError(
                f"Instance {send.id} is set aside to move to another store: send it there, or retry it here"
            )
        if not is_key(send.key):
            raise StoreError(f"A message for {send.id} has a key of more than {KEY_BYTES_MAX} bytes")
        if send.key is not None:
            if (send.id, send.key) in self.keys:
                return
            self.keys.add((send.id, send.key))
        seq = record.sent + 1
        self.records[send.id] = dataclasses.replace(record, sent=seq)
        self.posted.append(Message(send.id, seq, send.name, send.body, send.key))

    def _retry(self, owner: UUID, retry: Retry) -> None:
        record = self._known(retry.id)
        if record.state != PARKED:
            raise StoreError(f"Instance {retry.id} is not parked, but {record.state}")
        error = (record.error or "").partition(": ")[2] or None if is_exported(record) else record.error
        self.change(record, state=RUNNING, owner=None, recoveries=0, error=error)

    def _park(self, owner: UUID, park: Park) -> None:
        record = self._unowned(park.id)
        if record.state in ENDED or record.checkpoint_id is None:
            raise StoreError(f"Instance {park.id} cannot be parked: it is {record.state}, or nothing of it is saved")
        token = record.token + 1
        self.change(record, state=PARKED, owner=None, token=token, error=park.error, awaits=None)

    def _cancel(self, owner: UUID, cancel: Cancel) -> None:
        record = self._known(cancel.id)
        if record.state in ENDED:
            raise StoreError(f"Instance {cancel.id} has ended: {record.state}")
        self._end(record, CANCELLED, None, None, record.token + 1)

    def _delete(self, owner: UUID, delete: Delete) -> None:
        self._forget(self._unowned(delete.id).id)

    def _import(self, owner: UUID, one: Import) -> None:
        known = self.records.get(one.id)
        if known is not None:
            raise StoreError(f"Instance {one.id} is in this store already: {known.state}")
        if not all(is_key(message.key) for message in one.messages):
            raise StoreError(f"A message for {one.id} has a key of more than {KEY_BYTES_MAX} bytes")
        self.change(one.record, owner=None, is_owned=False)
        if one.checkpoint is not None:
            self.checkpoints[one.id] = one.checkpoint
        self.keys |= {(one.id, message.key) for message in one.messages if message.key is not None}
        self.posted += one.messages

    def _known(self, id: UUID) -> InstanceRecord:
        record = self.records.get(id)
        if record is None:
            raise UnknownInstanceError(f"There is no instance {id}")
        return record

    def _unowned(self, id: UUID) -> InstanceRecord:
        record = self._known(id)
        if record.state == RUNNING and self._is_alive(record.owner):
            raise StoreError(f"Instance {id} runs at another owner")
        return record

    def _owned(self, owner: UUID, operation: Save | Hibernate | Finish | Release) -> InstanceRecord:
        record = self.records.get(operation.id)
        mine = record is not None and (record.state, record.owner, record.token) == (RUNNING, owner, operation.token)
        if record is None or not mine:
            raise StaleInstanceError(f"Instance {operation.id} is not this owner's any more")
        return record


_OPERATIONS: dict[type, Callable[..., Answer]] = {
    Claim: Instances._claim,
    Save: Instances._save,
    Hibernate: Instances._hibernate,
    Finish: Instances._finish,
    Release: Instances._release,
    Send: Instances._send,
    Retry: Instances._retry,
    Park: Instances._park,
    Cancel: Instances._cancel,
    Delete: Instances._delete,
    Import: Instances._import,
}
