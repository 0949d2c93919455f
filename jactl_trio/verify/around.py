"""AroundStore: a store that passes everything on to another; subclasses step in where they want to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ..store import CheckpointStore
from ..store.interface import PURGE_MAX, SETTLED_SECONDS, Listener
from ..store.records import (
    Answer,
    InstanceRecord,
    Kept,
    Message,
    Operation,
    Owner,
    ScriptRecord,
    StoreStatistics,
    Waiting,
)


class AroundStore(CheckpointStore):
    """All of it is `store`'s, what the interface has with a default too."""

    def __init__(self, store: CheckpointStore) -> None:
        self.store = store

    def open(self) -> None:
        self.store.open()

    def close(self) -> None:
        self.store.close()

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        return self.store.write(owner, operations)

    def register(self, owner: Owner, lease_s: float) -> None:
        self.store.register(owner, lease_s)

    def renew(self, owner: UUID, lease_s: float) -> bool:
        return self.store.renew(owner, lease_s)

    def retire(self, owner: UUID) -> None:
        self.store.retire(owner)

    def forget(self, owner: UUID) -> None:
        self.store.forget(owner)

    def owners(self) -> list[Owner]:
        return self.store.owners()

    def held(self, owner: UUID) -> list[UUID]:
        return self.store.held(owner)

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        return self.store.free(limit, after)

    def wake_in_s(self) -> float | None:
        return self.store.wake_in_s()

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        return self.store.messages(waiting)

    def sent(self, id: UUID) -> list[Message]:
        return self.store.sent(id)

    def instance(self, id: UUID) -> InstanceRecord | None:
        return self.store.instance(id)

    def kept(self, kind: str, limit: int = 100, after: Kept | None = None) -> list[Kept]:
        return self.store.kept(kind, limit, after)

    def exchange(self, pairs: Sequence[tuple[Kept, bytes]], settled_s: float = SETTLED_SECONDS) -> int:
        return self.store.exchange(pairs, settled_s)

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        return self.store.instances(state, limit)

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        return self.store.checkpoint(id)

    def script(self, identity: str) -> ScriptRecord | None:
        return self.store.script(identity)

    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        return self.store.purge(older_than_s, limit)

    def statistics(self) -> StoreStatistics:
        return self.store.statistics()

    def check(self) -> list[str]:
        return self.store.check()

    def listener(self) -> Listener | None:
        return self.store.listener()

    def bury(self) -> list[Owner]:
        return self.store.bury()
