"""Stores with one fault each, that the proofs have to find: by the same checks that a right one passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from jactl_trio.errors import StoreError
from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import Answer, Claim, Hibernate, Operation, Save, Send
from jactl_trio.verify.around import AroundStore


class _EachAlone(AroundStore):
    """Writes one operation after the other, so that a fault can be of one."""

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        return [self._write(owner, operation) for operation in operations]

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        return self.store.write(owner, [operation])[0]


class Unfenced(_EachAlone):
    """Takes every write as its present owner's, whoever sent it."""

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        record = self.store.instance(operation.id)
        if not isinstance(operation, Claim) and record is not None and record.owner is not None:
            owner, operation = record.owner, replace(operation, token=record.token)
        return super()._write(owner, operation)


class Leaseless(_EachAlone):
    """Grants every claim, whether the owner lives or not."""

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        record = self.store.instance(operation.id) if isinstance(operation, Claim) else None
        if record is not None and record.owner not in (None, owner):
            self.store.forget(record.owner)  # type: ignore[arg-type]
        return super()._write(owner, operation)


class Hasty(AroundStore):
    """Says that a checkpoint is saved before it is: it goes out with the owner's next write."""

    def __init__(self, store: CheckpointStore) -> None:
        super().__init__(store)
        self._waiting: dict[UUID, list[Operation]] = {}

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        self.store.write(owner, self._waiting.pop(owner, []))
        self._waiting[owner] = [one for one in operations if isinstance(one, Save)]
        answers = iter(self.store.write(owner, [one for one in operations if not isinstance(one, Save)]))
        return [None if isinstance(one, Save) else next(answers) for one in operations]


class HastyPost(AroundStore):
    """Says that a message is kept before it is: it goes out with the owner's next message."""

    def __init__(self, store: CheckpointStore) -> None:
        super().__init__(store)
        self._waiting: list[Operation] = []

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        sends: list[Operation] = [one for one in operations if isinstance(one, Send)]
        if sends:
            self.store.write(owner, self._waiting)
            self._waiting = sends
        answers = iter(self.store.write(owner, [one for one in operations if not isinstance(one, Send)]))
        return [None if isinstance(one, Send) else next(answers) for one in operations]


class Untaking(_EachAlone):
    """Keeps the messages that a checkpoint has taken."""

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        return super()._write(owner, replace(operation, takes=()) if isinstance(operation, Save) else operation)


class Forgetful(_EachAlone):
    """Loses every seventh save that it has acknowledged."""

    def __init__(self, store: CheckpointStore) -> None:
        super().__init__(store)
        self._saves = 0

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        self._saves += isinstance(operation, Save)
        if isinstance(operation, Save) and self._saves % 7 == 0:
            return None
        return super()._write(owner, operation)


class Guessing(AroundStore):
    """Takes a transaction that failed for one that was done."""

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        try:
            return self.store.write(owner, operations)
        except StoreError:
            if any(isinstance(operation, Claim) for operation in operations):
                raise  # there is no claim to make up
            return [None] * len(operations)


class Uncounting(_EachAlone):
    """Recovers an instance however often it has failed to get on."""

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        endless = replace(operation, recoveries_max=1_000_000) if isinstance(operation, Claim) else operation
        return super()._write(owner, endless)


class Sleepless(_EachAlone):
    """Wakes what hibernates at once."""

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        woken = replace(operation, wake_in_s=0.0) if isinstance(operation, Hibernate) else operation
        return super()._write(owner, woken)


def asynchronous(store: CheckpointStore) -> CheckpointStore:
    """PostgreSQL says that it has committed before its log is on the disk."""
    from jactl_trio.store import postgres_connections

    settings = postgres_connections._SETTINGS
    planted = settings.replace("'off', 'on'", "'on', 'off'")
    assert planted != settings
    postgres_connections._SETTINGS = planted
    return store


PLANTED: dict[str, Callable[[CheckpointStore], CheckpointStore]] = {
    "unfenced": Unfenced,
    "leaseless": Leaseless,
    "hasty": Hasty,
    "hasty-post": HastyPost,
    "untaking": Untaking,
    "forgetful": Forgetful,
    "guessing": Guessing,
    "uncounting": Uncounting,
    "sleepless": Sleepless,
    "asynchronous": asynchronous,
}
