"""Operations on instances that are in memory -> answers, and the instances as they are then.

MemoryStore keeps its instances here for good; PostgresStore those of one transaction, whose rows it has locked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from uuid import UUID

from ..errors import StaleInstanceError, StoreError
from .records import PARKED, RUNNING, Answer, Claim, Claimed, Finish, InstanceRecord, Operation, Release, Save


class Instances:
    """Instances by id, with their last checkpoints.

    is_alive: does the owner (None: nobody) have a lease?  clock: seconds since 1970.
    """

    def __init__(self, is_alive: Callable[[UUID | None], bool], clock: Callable[[], float]) -> None:
        self.records: dict[UUID, InstanceRecord] = {}
        self.checkpoints: dict[UUID, bytes] = {}
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
        if record.state != RUNNING or self._is_alive(record.owner):
            return self.shown(record)
        if record.checkpoint_id is None and claim.script is None:
            return self.shown(record)
        if record.checkpoint_id is None and claim.script is not None:
            return self._new(owner, claim, record.token + 1, record.created_at)
        if record.recoveries >= claim.recoveries_max:
            return self.shown(self.change(record, state=PARKED, owner=None))
        taken = self.change(record, owner=owner, token=record.token + 1, recoveries=record.recoveries + 1)
        checkpoint = self.checkpoints.get(claim.id)
        return Claimed(claim.id, taken.token, taken.script, taken.checkpoint_id, checkpoint, taken.recoveries)

    def _new(self, owner: UUID, claim: Claim, token: int = 1, created_at: float | None = None) -> Answer:
        """An instance that has nothing saved begins as the claim says."""
        if claim.script is None:
            return None
        now = self._clock()
        self.records[claim.id] = InstanceRecord(
            claim.id,
            claim.script,
            RUNNING,
            owner,
            token,
            claim.checkpoint_id,
            0,
            claim.keeps_outcome,
            now if created_at is None else created_at,
            now,
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
        self.change(record, checkpoint_id=save.checkpoint_id, recoveries=0, error=None)

    def _finish(self, owner: UUID, finish: Finish) -> None:
        record = self._owned(owner, finish)
        self.checkpoints.pop(finish.id, None)
        if record.keeps_outcome:
            self.change(record, state=finish.state, owner=None, outcome=finish.outcome, error=finish.error)
        else:
            del self.records[finish.id]

    def _release(self, owner: UUID, release: Release) -> None:
        record = self._owned(owner, release)
        recoveries = max(record.recoveries - 1, 0) if release.error is None else record.recoveries
        if record.checkpoint_id is None and not record.keeps_outcome:
            del self.records[release.id]  # nothing to recover, and nobody can ask for it
        else:
            self.change(
                record,
                owner=None,
                recoveries=recoveries,
                error=record.error if release.error is None else release.error,
            )

    def _owned(self, owner: UUID, operation: Save | Finish | Release) -> InstanceRecord:
        record = self.records.get(operation.id)
        mine = record is not None and (record.state, record.owner, record.token) == (RUNNING, owner, operation.token)
        if record is None or not mine:
            raise StaleInstanceError(f"Instance {operation.id} is not this owner's any more")
        return record


_OPERATIONS: dict[type, Callable[..., Answer]] = {
    Claim: Instances._claim,
    Save: Instances._save,
    Finish: Instances._finish,
    Release: Instances._release,
}
