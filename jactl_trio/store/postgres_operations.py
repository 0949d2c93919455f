"""Operations of one owner -> their answers and few statements, in a transaction: lock the rows, decide, write.

What is decided is decided by the rules in Python that MemoryStore has too, on rows that nobody else can change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.sql import SQL

from .postgres_connections import Conflict, Connection
from .postgres_schema import about, bytes_of, record_of, text_of
from .records import (
    ENDED,
    Answer,
    Cancel,
    Claim,
    Finish,
    Hibernate,
    Import,
    InstanceRecord,
    Message,
    Operation,
    Release,
    Retry,
    Save,
    ScriptRecord,
    Send,
)
from .rules import Instances

BYTES_MAX = 32 * 1024 * 1024  # of checkpoints in one statement; the server's limit is 1 GB


class Batch:
    """The operations of one transaction. Made anew for each attempt."""

    def __init__(self, db: Connection, sql: Mapping[str, SQL], owner: UUID, operations: Sequence[Operation]) -> None:
        self.db = db
        self.sql = sql
        self.owner = owner
        self.operations = operations
        self.ids = list({operation.id for operation in operations})
        self.locked: Collection[UUID] = ()
        claims = [one for one in operations if isinstance(one, Claim) and one.script is not None]
        self.begun: list[Claim | Import] = [*claims, *(one for one in operations if isinstance(one, Import))]
        self.needs_leases = any(not isinstance(operation, _OF_OWNERS) for operation in operations)

    def answers(self, known_scripts: set[str]) -> list[Answer]:
        """Do all; an answer each."""
        self._keep_scripts(known_scripts)
        before, now = self._locked()
        alive: frozenset[UUID] = frozenset()
        if (
            self.needs_leases
        ):  # others do not ask; and only now, for leases may have run out while the locks were awaited
            now, found = self._rows("owners_alive", {})[0]
            alive = frozenset(found)
        instances = Instances(lambda owner: owner in alive, lambda: now)
        instances.records.update(before)
        instances.checkpoints.update(bodies := self._bodies(before))
        instances.keys |= self._keys()
        answers = [instances.answer(self.owner, operation) for operation in self.operations]
        self._put_records(before, instances.records, now)
        self._drop(instances.records)
        self._put_checkpoints({id: body for id, body in instances.checkpoints.items() if body is not bodies.get(id)})
        self._drop_messages([id for id in instances.emptied if id in before and before[id].sent])
        self._post(instances.posted)
        self._take(instances.taken)
        if any(isinstance(operation, _NEWS) for operation in self.operations):
            self.db.execute(self.sql["notify"])
        return answers

    def _keep_scripts(self, known: set[str]) -> None:
        scripts: dict[str, ScriptRecord] = {}
        for script in (script for one in self.begun for script in one.scripts if script.identity not in known):
            scripts.setdefault(script.identity, script)
        if scripts:
            given = {
                "identities": list(scripts),
                "sources": [bytes_of(script.source) for script in scripts.values()],
                "abouts": [about(script) for script in scripts.values()],
            }
            self.db.execute(self.sql["add_scripts"], given)

    def _locked(self) -> tuple[dict[UUID, InstanceRecord], float]:
        """The instances as they are, locked, and the time. Those that may begin get a row: no other can begin them."""
        begun = {one.id for one in self.begun}
        added = {row[0] for row in self._rows("add_instances", {"ids": list(begun)})} if begun else set()
        locked = {row[0]: row for row in self._rows("lock_instances", {"ids": self.ids})}
        if not locked.keys() >= begun:
            raise Conflict("one ended while it was claimed")
        self.locked = locked.keys()
        now = max((row[-1] for row in locked.values()), default=0.0)
        return {id: record_of(row) for id, row in locked.items() if id not in added}, now

    def _bodies(self, before: Mapping[UUID, InstanceRecord]) -> dict[UUID, bytes]:
        """The checkpoints that the rules will look at: of what is claimed, or saved once more."""
        wanted = {
            operation.id
            for operation in self.operations
            if operation.id in before and (isinstance(operation, Claim) or _is_repeated(operation, before))
        }
        return dict(self._rows("bodies", {"ids": list(wanted)})) if wanted else {}

    def _keys(self) -> set[tuple[UUID, str]]:
        """Of messages that are to be sent: those that were."""
        keyed = [(one.id, one.key) for one in self.operations if isinstance(one, Send) and one.key is not None]
        if not keyed:
            return set()
        rows = self._rows("keys", {"ids": [id for id, _ in keyed], "keys": [bytes_of(key) for _, key in keyed]})
        return {(id, text_of(key)) for id, key in rows}

    def _drop_messages(self, ids: list[UUID]) -> None:
        if ids:
            self.db.execute(self.sql["drop_messages"], {"ids": ids})

    def _post(self, messages: Sequence[Message]) -> None:
        if messages:
            given = {
                "ids": [one.id for one in messages],
                "seqs": [one.seq for one in messages],
                "names": [bytes_of(one.name) for one in messages],
                "bodies": [None if one.is_taken else one.body for one in messages],
                "keys": [None if one.key is None else bytes_of(one.key) for one in messages],
            }
            self.db.execute(self.sql["post_messages"], given)

    def _take(self, taken: Sequence[tuple[UUID, int]]) -> None:
        if taken:
            given = {"ids": [id for id, _ in taken], "seqs": [seq for _, seq in taken]}
            self.db.execute(self.sql["take_messages"], given)
            self.db.execute(self.sql["take_keyed_messages"], given)

    def _put_records(
        self, before: Mapping[UUID, InstanceRecord], after: Mapping[UUID, InstanceRecord], now: float
    ) -> None:
        saved: list[InstanceRecord] = []
        others: list[InstanceRecord] = []
        for id, record in after.items():
            if record is not before.get(id):
                (saved if _is_saved_only(before.get(id), record) else others).append(record)
        if saved:
            given = {"ids": [one.id for one in saved], "checkpoint_ids": [one.checkpoint_id for one in saved]}
            self.db.execute(self.sql["save_instances"], {**given, "now": now})
        if others:
            self.db.execute(self.sql["put_instances"], _columns(others))

    def _drop(self, after: Mapping[UUID, InstanceRecord]) -> None:
        # Only what is locked: what was not there then may be there by now, and is another's.
        gone = [id for id in self.locked if id not in after]
        ended = [id for id in self.locked if id in after and after[id].state in ENDED]
        if gone:
            self.db.execute(self.sql["drop_instances"], {"ids": gone})
        if gone or ended:
            self.db.execute(self.sql["drop_checkpoints"], {"ids": gone + ended})

    def _put_checkpoints(self, bodies: Mapping[UUID, bytes]) -> None:
        for some in _portions(bodies):
            self.db.execute(self.sql["put_checkpoints"], {"ids": list(some), "bodies": list(some.values())})

    def _rows(self, query: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self.db.execute(self.sql[query], given, binary=True).fetchall()


# Whether another owner lives is all one to them.
_OF_OWNERS = (Save, Hibernate, Finish, Release, Send, Retry, Cancel, Import)

_NEWS = (Send, Release, Retry, Import)  # others may have to do with it


def _is_repeated(operation: Operation, before: Mapping[UUID, InstanceRecord]) -> bool:
    return isinstance(operation, Save) and before[operation.id].checkpoint_id == operation.checkpoint_id


def _is_saved_only(before: InstanceRecord | None, after: InstanceRecord) -> bool:
    """Is this what the short statement for saves writes?"""
    if before is None or after.checkpoint_id is None or after.recoveries or after.error is not None:
        return False
    # An instance that has ended and begun anew in this batch has the same owner and token, but another beginning.
    return _lasting(before) == _lasting(after)


def _lasting(record: InstanceRecord) -> tuple[Any, ...]:
    """What a save leaves alone."""
    beginning = (record.script, record.keeps_outcome, record.created_at)
    waiting = (record.wake_at, record.awaits, record.sent)
    return (record.state, record.owner, record.token, record.outcome, *waiting, *beginning)


def _columns(records: Sequence[InstanceRecord]) -> dict[str, list[Any]]:
    return {
        "ids": [one.id for one in records],
        "scripts": [one.script for one in records],
        "states": [one.state for one in records],
        "owners": [one.owner for one in records],
        "tokens": [one.token for one in records],
        "checkpoint_ids": [one.checkpoint_id for one in records],
        "recoveries": [one.recoveries for one in records],
        "keeps_outcome": [one.keeps_outcome for one in records],
        "created_at": [one.created_at for one in records],
        "updated_at": [one.updated_at for one in records],
        "outcomes": [one.outcome for one in records],
        "errors": [None if one.error is None else bytes_of(one.error) for one in records],
        "wake_at": [one.wake_at for one in records],
        "awaits": [None if one.awaits is None else bytes_of(one.awaits) for one in records],
        "sent": [one.sent for one in records],
    }


def _portions(bodies: Mapping[UUID, bytes]) -> Iterator[dict[UUID, bytes]]:
    portion: dict[UUID, bytes] = {}
    size = 0
    for id, body in bodies.items():
        if portion and size + len(body) > BYTES_MAX:
            yield portion
            portion, size = {}, 0
        portion[id] = body
        size += len(body)
    if portion:
        yield portion
