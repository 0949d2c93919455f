"""MemoryStore: a store that lasts as long as the object; for tests, and where only the rules are wanted."""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

from .interface import PAGE_BYTES, PURGE_MAX, SETTLED_SECONDS, CheckpointStore
from .records import (
    CHECKPOINT,
    ENDED,
    HIBERNATED,
    MESSAGE,
    OUTCOME,
    RUNNING,
    Answer,
    Claim,
    Import,
    InstanceRecord,
    Kept,
    Message,
    Operation,
    Owner,
    ScriptRecord,
    StoreStatistics,
    Waiting,
)
from .rules import Instances


class MemoryStore(CheckpointStore):
    """Keeps everything in this object; closing it forgets nothing.

    clock: seconds since 1970, for tests that move the time.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._owners: dict[UUID, tuple[Owner, float]] = {}  # with the end of the lease
        self._instances = Instances(self._is_alive, clock)
        self._scripts: dict[str, ScriptRecord] = {}
        self._messages: dict[UUID, list[Message]] = {}  # in the order in which they were sent

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
                    self._instances.change(record, recoveries=0)
            return True

    def retire(self, owner: UUID) -> None:
        with self._lock:
            self._owners.pop(owner, None)
            for record in self._owned_by(owner):
                self._instances.change(record, owner=None, recoveries=max(record.recoveries - 1, 0))

    def forget(self, owner: UUID) -> None:
        with self._lock:
            self._owners.pop(owner, None)

    def owners(self) -> list[Owner]:
        with self._lock:
            return [owner for owner, _ in self._owners.values()]

    def held(self, owner: UUID) -> list[UUID]:
        with self._lock:
            return [record.id for record in self._owned_by(owner)]

    def _owned_by(self, owner: UUID) -> list[InstanceRecord]:
        return [
            record for record in self._instances.records.values() if record.owner == owner and record.state == RUNNING
        ]

    def _is_alive(self, owner: UUID | None) -> bool:
        known = None if owner is None else self._owners.get(owner)
        return known is not None and known[1] > self._clock()

    # Instances

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        with self._lock:
            for operation in operations:
                for script in operation.scripts if isinstance(operation, Claim | Import) else ():
                    self._scripts.setdefault(script.identity, script)
            answers = [self._instances.answer(owner, operation) for operation in operations]
            self._carry()
            return answers

    def _carry(self) -> None:
        """Messages go where the operations have sent them."""
        instances = self._instances
        for id in instances.emptied:
            self._messages.pop(id, None)
        for message in instances.posted:
            self._messages.setdefault(message.id, []).append(message)
        for id, seq in instances.taken:
            kept = [_taken(one) if one.seq == seq else one for one in self._messages.pop(id, ())]
            if left := [one for one in kept if one.key is not None or not one.is_taken]:
                self._messages[id] = left
        instances.emptied.clear()
        instances.posted.clear()
        instances.taken.clear()

    # Reading

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        with self._lock:
            found = sorted(record.id for record in self._instances.records.values() if self._is_free(record))
        return [id for id in found if after is None or id > after][:limit]

    def _is_free(self, record: InstanceRecord) -> bool:
        if record.state == HIBERNATED:
            return self._wake_at(record) <= self._clock()
        return record.state == RUNNING and record.checkpoint_id is not None and not self._is_alive(record.owner)

    def _wake_at(self, record: InstanceRecord) -> float:
        if any(one.name == record.awaits and not one.is_taken for one in self._messages.get(record.id, ())):
            return -math.inf
        return math.inf if record.wake_at is None else record.wake_at

    def wake_in_s(self) -> float | None:
        with self._lock:
            times = [self._wake_at(one) for one in self._instances.records.values() if one.state == HIBERNATED]
        first = min(times, default=math.inf)
        return None if first == math.inf else max(first - self._clock(), 0.0)

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        with self._lock:
            found = ([one for one in self._messages.get(who.id, ()) if _is_for(who, one)] for who in waiting)
            return [messages[0] for who, messages in zip(waiting, found, strict=True) if messages and self._has(who)]

    def _has(self, who: Waiting) -> bool:
        record = self._instances.records.get(who.id)
        return who.token is None or (record is not None and record.token == who.token)

    def sent(self, id: UUID) -> list[Message]:
        with self._lock:
            return list(self._messages.get(id, ()))

    def instance(self, id: UUID) -> InstanceRecord | None:
        with self._lock:
            record = self._instances.records.get(id)
            return None if record is None else self._instances.shown(record)

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        with self._lock:
            found = [
                self._instances.shown(one) for one in self._instances.records.values() if state in (None, one.state)
            ]
        return sorted(found, key=lambda record: -record.updated_at)[:limit]

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        with self._lock:
            record, body = self._instances.records.get(id), self._instances.checkpoints.get(id)
        return None if record is None or record.checkpoint_id is None or body is None else (record.checkpoint_id, body)

    def kept(self, kind: str, limit: int = 100, after: Kept | None = None) -> list[Kept]:
        with self._lock:
            found = sorted(self._of_kind(kind), key=_place)
        page: list[Kept] = []
        size = 0
        for one in found:
            if len(page) == limit or size >= PAGE_BYTES:
                break
            if after is None or _place(one) > _place(after):
                page.append(one)
                size += len(one.body)
        return page

    def _of_kind(self, kind: str) -> list[Kept]:
        if kind == CHECKPOINT:
            return [Kept(kind, id, 0, body) for id, body in self._instances.checkpoints.items()]
        if kind == OUTCOME:
            records = self._instances.records.values()
            return [Kept(kind, one.id, 0, one.outcome) for one in records if one.outcome is not None]
        return [
            Kept(kind, one.id, one.seq, one.body)
            for some in self._messages.values()
            for one in some
            if not one.is_taken
        ]

    def exchange(self, pairs: Sequence[tuple[Kept, bytes]], settled_s: float = SETTLED_SECONDS) -> int:
        with self._lock:
            return sum(self._exchanged(kept, body, self._clock() - settled_s) for kept, body in pairs)

    def _exchanged(self, kept: Kept, body: bytes, settled_at: float) -> bool:
        instances = self._instances
        record = instances.records.get(kept.id)
        if record is None:
            return False
        if kept.kind == MESSAGE:
            box = self._messages.get(kept.id, [])
            found = [index for index, one in enumerate(box) if _is_at(kept, one)]
            for index in found:
                box[index] = dataclasses.replace(box[index], body=body)
            return bool(found)
        if kept.kind == OUTCOME:
            if record.outcome != kept.body:
                return False
            instances.records[kept.id] = dataclasses.replace(record, outcome=body)
            return True
        is_unsettled = record.state == RUNNING and record.owner is not None and record.updated_at > settled_at
        if is_unsettled or instances.checkpoints.get(kept.id) != kept.body:
            return False
        instances.checkpoints[kept.id] = body
        return True

    def script(self, identity: str) -> ScriptRecord | None:
        return self._scripts.get(identity)

    def statistics(self) -> StoreStatistics:
        free = len(self.free(limit=len(self._instances.records)))
        with self._lock:
            sizes = [len(body) for body in self._instances.checkpoints.values()]
            return StoreStatistics(
                dict(Counter(record.state for record in self._instances.records.values())),
                free,
                len(self._owners),
                len(self._scripts),
                len(sizes),
                sum(sizes),
                max(sizes, default=0),
            )

    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        with self._lock:
            since = self._clock() - older_than_s
            ended = (one for one in self._instances.records.values() if one.state in ENDED)
            old = sorted(one.id for one in ended if one.updated_at <= since)[:limit]
            for id in old:
                del self._instances.records[id]
        return len(old)


def _taken(message: Message) -> Message:
    return dataclasses.replace(message, body=b"", is_taken=True)


def _is_for(who: Waiting, message: Message) -> bool:
    return message.name == who.name and message.seq > who.after and not message.is_taken


def _place(kept: Kept) -> tuple[UUID, int]:
    return kept.id, kept.seq


def _is_at(kept: Kept, message: Message) -> bool:
    return (message.seq, message.body, message.is_taken) == (kept.seq, kept.body, False)
