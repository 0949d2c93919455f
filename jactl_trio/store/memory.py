"""MemoryStore: a store that lasts as long as the object; for tests, and where only the rules are wanted."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from ..errors import StaleInstanceError, StoreError
from .interface import CheckpointStore
from .records import (
    ENDED,
    PARKED,
    RUNNING,
    Answer,
    Claim,
    Claimed,
    Finish,
    InstanceRecord,
    Operation,
    Owner,
    Release,
    Save,
    ScriptRecord,
)


class MemoryStore(CheckpointStore):
    """Keeps everything in this object; closing it forgets nothing.

    clock: seconds since 1970, for tests that move the time.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._owners: dict[UUID, tuple[Owner, float]] = {}  # with the end of the lease
        self._instances: dict[UUID, InstanceRecord] = {}
        self._checkpoints: dict[UUID, bytes] = {}
        self._scripts: dict[str, ScriptRecord] = {}

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    # Owners

    def register(self, owner: Owner, lease_s: float) -> None:
        with self._lock:
            self._owners[owner.id] = (owner, self._clock() + lease_s)

    def renew(self, owner: UUID, lease_s: float) -> bool:
        with self._lock:
            known = self._owners.get(owner)
            if known is None:
                return False
            now = self._clock()
            self._owners[owner] = (known[0], now + lease_s)
            for record in self._owned_by(owner):
                if record.recoveries and record.updated_at < now - lease_s:
                    self._change(record, recoveries=0)
            return True

    def retire(self, owner: UUID) -> None:
        with self._lock:
            self._owners.pop(owner, None)
            for record in self._owned_by(owner):
                self._change(record, owner=None, recoveries=max(record.recoveries - 1, 0))

    def forget(self, owner: UUID) -> None:
        with self._lock:
            self._owners.pop(owner, None)

    def owners(self) -> list[Owner]:
        with self._lock:
            return [owner for owner, _ in self._owners.values()]

    def _owned_by(self, owner: UUID) -> list[InstanceRecord]:
        return [record for record in self._instances.values() if record.owner == owner and record.state == RUNNING]

    def _is_alive(self, owner: UUID | None) -> bool:
        known = None if owner is None else self._owners.get(owner)
        return known is not None and known[1] > self._clock()

    # Instances

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        with self._lock:
            return [self._answer(owner, operation) for operation in operations]

    def _answer(self, owner: UUID, operation: Operation) -> Answer:
        try:
            return _OPERATIONS[type(operation)](self, owner, operation)
        except (StaleInstanceError, StoreError) as error:
            return error

    def _claim(self, owner: UUID, claim: Claim) -> Answer:
        for script in claim.scripts:
            self._scripts.setdefault(script.identity, script)
        record = self._instances.get(claim.id)
        if record is None:
            return self._new(owner, claim)
        if record.state != RUNNING or self._is_alive(record.owner):
            return self._shown(record)
        if record.checkpoint_id is None and claim.script is None:
            return self._shown(record)
        if record.checkpoint_id is None and claim.script is not None:
            return self._new(owner, claim, record.token + 1, record.created_at)
        if record.recoveries >= claim.recoveries_max:
            return self._shown(self._change(record, state=PARKED, owner=None))
        taken = self._change(record, owner=owner, token=record.token + 1, recoveries=record.recoveries + 1)
        checkpoint = self._checkpoints.get(claim.id)
        return Claimed(claim.id, taken.token, taken.script, taken.checkpoint_id, checkpoint, taken.recoveries)

    def _new(self, owner: UUID, claim: Claim, token: int = 1, created_at: float | None = None) -> Answer:
        """An instance that has nothing saved begins as the claim says."""
        if claim.script is None:
            return None
        now = self._clock()
        self._instances[claim.id] = InstanceRecord(
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
            self._checkpoints[claim.id] = claim.checkpoint
        return Claimed(claim.id, token, claim.script, claim.checkpoint_id, claim.checkpoint)

    def _save(self, owner: UUID, save: Save) -> None:
        record = self._owned(owner, save)
        before = record.checkpoint_id or 0
        if save.checkpoint_id == before > 0 and self._checkpoints[save.id] == save.checkpoint:
            return  # the same operation once more
        if save.checkpoint_id != before + 1:
            raise StoreError(f"Checkpoint {save.checkpoint_id} of {save.id} does not follow {before}")
        self._checkpoints[save.id] = save.checkpoint
        self._change(record, checkpoint_id=save.checkpoint_id, recoveries=0, error=None)

    def _finish(self, owner: UUID, finish: Finish) -> None:
        record = self._owned(owner, finish)
        self._checkpoints.pop(finish.id, None)
        if record.keeps_outcome:
            self._change(record, state=finish.state, owner=None, outcome=finish.outcome, error=finish.error)
        else:
            del self._instances[finish.id]

    def _release(self, owner: UUID, release: Release) -> None:
        record = self._owned(owner, release)
        recoveries = max(record.recoveries - 1, 0) if release.error is None else record.recoveries
        if record.checkpoint_id is None and not record.keeps_outcome:
            del self._instances[release.id]  # nothing to recover, and nobody can ask for it
        else:
            self._change(record, owner=None, recoveries=recoveries, error=release.error or record.error)

    def _owned(self, owner: UUID, operation: Save | Finish | Release) -> InstanceRecord:
        record = self._instances.get(operation.id)
        mine = record is not None and (record.state, record.owner, record.token) == (RUNNING, owner, operation.token)
        if record is None or not mine:
            raise StaleInstanceError(f"Instance {operation.id} is not this owner's any more")
        return record

    def _change(self, record: InstanceRecord, **changes: object) -> InstanceRecord:
        changed = dataclasses.replace(record, updated_at=self._clock(), **changes)  # type: ignore[arg-type]
        self._instances[record.id] = changed
        return changed

    def _shown(self, record: InstanceRecord) -> InstanceRecord:
        return dataclasses.replace(record, is_owned=record.state == RUNNING and self._is_alive(record.owner))

    # Reading

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        with self._lock:
            found = sorted(
                record.id
                for record in self._instances.values()
                if record.state == RUNNING and record.checkpoint_id is not None and not self._is_alive(record.owner)
            )
        return [id for id in found if after is None or id > after][:limit]

    def instance(self, id: UUID) -> InstanceRecord | None:
        with self._lock:
            record = self._instances.get(id)
            return None if record is None else self._shown(record)

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        with self._lock:
            found = [self._shown(one) for one in self._instances.values() if state in (None, one.state)]
        return sorted(found, key=lambda record: -record.updated_at)[:limit]

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        with self._lock:
            record, body = self._instances.get(id), self._checkpoints.get(id)
        return None if record is None or record.checkpoint_id is None or body is None else (record.checkpoint_id, body)

    def script(self, identity: str) -> ScriptRecord | None:
        return self._scripts.get(identity)

    def purge(self, older_than_s: float) -> int:
        with self._lock:
            limit = self._clock() - older_than_s
            old = [one.id for one in self._instances.values() if one.state in ENDED and one.updated_at <= limit]
            for id in old:
                del self._instances[id]
        return len(old)


_OPERATIONS: dict[type, Callable[..., Answer]] = {
    Claim: MemoryStore._claim,
    Save: MemoryStore._save,
    Finish: MemoryStore._finish,
    Release: MemoryStore._release,
}
