"""Operations of one owner -> SQL, inside one transaction; each gets its own answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from ..errors import StaleInstanceError, StoreError
from .records import (
    ENDED,
    GOING,
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
    Operation,
    Park,
    Release,
    Retry,
    Save,
    ScriptRecord,
    Send,
)
from .rules import Instances
from .sqlite_many import Many, waves
from .sqlite_rows import bytes_or_lost, column_of, record_of, row_of


class Batch:
    """The operations of one transaction."""

    def __init__(
        self, db: sqlite3.Connection, sql: Mapping[str, str], owner: UUID, now: float, known_scripts: set[str]
    ) -> None:
        self.db = db
        self.sql = sql
        self.owner = owner.bytes
        self.now = now
        self.known_scripts = known_scripts
        self.added_scripts: set[str] = set()
        self.many = Many(db, sql, self.owner, now)

    def answers(self, operations: Sequence[Operation]) -> list[Answer]:
        """Do all, those of one instance in their order; an answer each."""
        answers: list[Answer] = [None] * len(operations)
        for indexes in waves(operations):
            alike = [operations[index] for index in indexes]
            for operation in alike:
                if isinstance(operation, Claim):
                    self._keep_all(operation.scripts)
            found = self.many.answers(alike) or [self.answer(operation) for operation in alike]
            for index, answer in zip(indexes, found, strict=True):
                answers[index] = answer
        return answers

    def answer(self, operation: Operation) -> Answer:
        """Do it; a refusal is an answer. Anything else that is raised ends the transaction."""
        try:
            return _OPERATIONS[type(operation)](self, operation)
        except (StaleInstanceError, StoreError) as error:
            return error

    def claim(self, claim: Claim) -> Answer:
        given = {
            "id": claim.id.bytes,
            "script": claim.script,
            "owner": self.owner,
            "checkpoint_id": claim.checkpoint_id,
            "keeps_outcome": claim.keeps_outcome,
            "now": self.now,
        }
        if claim.script is not None and self._changes("create", given) == 1:
            return self._begun(claim, 1)
        record = self._record(claim.id)
        if record is None or record.state not in GOING or record.is_owned:
            return record
        if record.checkpoint_id is None:
            if claim.script is None:
                return record
            self._changes("begin_again", given)
            return self._begun(claim, record.token + 1)
        if record.recoveries >= claim.recoveries_max:
            self._changes("park", given)
            return self._record(claim.id)
        self._changes("take", given)
        saved = self.db.execute(self.sql["checkpoint"], (claim.id.bytes,)).fetchone()
        body = None if saved is None else bytes_or_lost(saved[1])  # None: lost: whoever claims it says so
        wake_in_s = None if record.wake_at is None else max(record.wake_at - self.now, 0.0)
        token, recoveries = record.token + 1, record.recoveries + 1
        return Claimed(claim.id, token, record.script, record.checkpoint_id, body, recoveries, wake_in_s)

    def import_(self, one: Import) -> Answer:
        self._keep_all(one.scripts)
        return self.decided(one)

    def _begun(self, claim: Claim, token: int) -> Claimed:
        assert claim.script is not None
        if claim.checkpoint is not None:
            self.db.execute(self.sql["put_checkpoint"], (claim.id.bytes, claim.checkpoint))
        return Claimed(claim.id, token, claim.script, claim.checkpoint_id, claim.checkpoint)

    def _keep_all(self, scripts: Iterable[ScriptRecord]) -> None:
        for script in scripts:
            self._keep(script)

    def _keep(self, script: ScriptRecord) -> None:
        if script.identity not in self.known_scripts and script.identity not in self.added_scripts:
            names = json.dumps(dict(script.globals)), json.dumps(script.uses)
            texts = (column_of(text) for text in (script.source, script.name, script.package))
            row = (script.identity, *texts, *names, script.is_class)
            self.db.execute(self.sql["add_script"], row)
            self.added_scripts.add(script.identity)

    def save(self, save: Save) -> None:
        if self._changes("save", {**self._given(save), "checkpoint_id": save.checkpoint_id}) != 1:
            self._refuse_save(save)
        else:
            self.db.execute(self.sql["put_checkpoint"], (save.id.bytes, save.checkpoint))
            self._take(save.id, save.takes)

    def _take(self, id: UUID, seqs: Iterable[int]) -> None:
        for seq in seqs:
            if self._changes("take_message", {"id": id.bytes, "seq": seq}) != 1:
                self._changes("take_keyed_message", {"id": id.bytes, "seq": seq})

    def _refuse_save(self, save: Save) -> None:
        record = self._owned(save)
        before = record.checkpoint_id or 0
        if save.checkpoint_id == before > 0:
            saved = self.db.execute(self.sql["checkpoint"], (save.id.bytes,)).fetchone()
            if saved is not None and saved[1] == save.checkpoint:
                return  # the same operation once more
        raise StoreError(f"Checkpoint {save.checkpoint_id} of {save.id} does not follow {before}")

    def finish(self, finish: Finish) -> None:
        given = self._given(finish)
        kept = {**given, "state": finish.state, "outcome": finish.outcome, "error": column_of(finish.error)}
        if self._changes("finish", kept) != 1 and self._changes("finish_and_forget", given) != 1:
            self._owned(finish)
        self._drop(finish.id)

    def _drop(self, id: UUID) -> None:
        """What an instance that has ended does not need."""
        self.db.execute(self.sql["drop_checkpoint"], (id.bytes,))
        self.db.execute(self.sql["drop_messages"], (id.bytes,))

    def release(self, release: Release) -> None:
        if self._changes("release", {**self._given(release), "error": column_of(release.error)}) != 1:
            self._owned(release)
        self.db.execute(self.sql["drop_unsaved"], (release.id.bytes,))
        self._changes("drop_orphaned_messages", {"id": release.id.bytes})

    def decided(self, operation: Hibernate | Send | Retry | Park | Cancel | Delete | Import) -> Answer:
        """The rare ones: the rules that MemoryStore has too decide on the record, and it is written back."""
        id = operation.id
        before = self._record(id)
        instances = Instances(lambda owner: before is not None and before.is_owned, lambda: self.now)
        if before is not None:
            instances.records[id] = before
        key = operation.key if isinstance(operation, Send) else None
        if key is not None and self.db.execute(self.sql["has_key"], (id.bytes, column_of(key))).fetchone():
            instances.keys.add((id, key))
        answer = instances.answer(UUID(bytes=self.owner), operation)
        after = instances.records.get(id)
        if after is None and before is not None:
            self.db.execute(self.sql["drop_instance"], (id.bytes,))
            self._drop(id)
        elif after is not None and after is not before:
            if before is None:
                self._changes("create", row_of(after))
            self._changes("put", row_of(after))
            if after.state in ENDED:
                self._drop(id)
        for body in instances.checkpoints.values():
            self.db.execute(self.sql["put_checkpoint"], (id.bytes, body))
        for message in instances.posted:
            left = None if message.is_taken else message.body
            texts = column_of(message.name), left, column_of(message.key)
            self.db.execute(self.sql["post"], (id.bytes, message.seq, *texts))
        self._take(id, (seq for _, seq in instances.taken))
        return answer

    def _given(self, operation: Save | Finish | Release) -> dict[str, object]:
        return {"id": operation.id.bytes, "owner": self.owner, "token": operation.token, "now": self.now}

    def _owned(self, operation: Save | Finish | Release) -> InstanceRecord:
        """The instance, if the owner has it; StaleInstanceError if not."""
        record = self._record(operation.id)
        owned = record is not None and record.state == RUNNING and record.token == operation.token
        if record is None or not owned or record.owner is None or record.owner.bytes != self.owner:
            raise StaleInstanceError(f"Instance {operation.id} is not this owner's any more")
        return record

    def _record(self, id: UUID) -> InstanceRecord | None:
        row = self.db.execute(self.sql["instance"], {"id": id.bytes, "now": self.now}).fetchone()
        return None if row is None else record_of(row)

    def _changes(self, query: str, given: Mapping[str, object]) -> int:
        return self.db.execute(self.sql[query], given).rowcount


_OPERATIONS: dict[type, Callable[..., Answer]] = {
    Claim: Batch.claim,
    Save: Batch.save,
    Finish: Batch.finish,
    Import: Batch.import_,
    Release: Batch.release,
    **dict.fromkeys((Hibernate, Send, Retry, Park, Cancel, Delete), Batch.decided),
}
