"""Stores and runtimes with one fault each that the simulator has to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import Answer, Claim, Claimed, Operation, Save
from jactl_trio.verify.around import AroundStore

from .environment import SimulatedEnvironment


class Unfenced(AroundStore):
    """Takes every write as its present owner's, whoever sent it."""

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        return [self._write(owner, operation) for operation in operations]

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        record = self.store.instance(operation.id)
        if not isinstance(operation, Claim) and record is not None and record.owner is not None:
            owner, operation = record.owner, replace(operation, token=record.token)
        return self.store.write(owner, [operation])[0]


class Leaseless(AroundStore):
    """Grants every claim, whether the owner lives or not."""

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        for operation in operations:
            record = self.store.instance(operation.id) if isinstance(operation, Claim) else None
            if record is not None and record.owner not in (None, owner):
                self.store.forget(record.owner)  # type: ignore[arg-type]
        return self.store.write(owner, operations)


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


class Forgetful(AroundStore):
    """Loses every seventh save that it has acknowledged."""

    def __init__(self, store: CheckpointStore) -> None:
        super().__init__(store)
        self._saves = 0

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        return [self._write(owner, operation) for operation in operations]

    def _write(self, owner: UUID, operation: Operation) -> Answer:
        self._saves += isinstance(operation, Save)
        if isinstance(operation, Save) and self._saves % 7 == 0:
            return None
        return self.store.write(owner, [operation])[0]


class Unclaiming(SimulatedEnvironment):
    """Goes on with instances that it has only read."""

    async def claim(self, claims: Sequence[Claim]) -> list[Answer]:
        answers: list[Answer] = []
        for claim in claims:
            record, saved = self.store.instance(claim.id), self.store.checkpoint(claim.id)
            if claim.script is not None or record is None or saved is None:
                answers += await super().claim([claim])
            else:
                self._tokens[claim.id] = record.token
                answers.append(Claimed(claim.id, record.token, record.script, *saved, record.recoveries + 1))
        return answers


class Guessing(SimulatedEnvironment):
    """Takes a transaction that failed for one that was done."""

    def _written(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        try:
            return super()._written(owner, operations)
        except Exception:
            return [None] * len(operations)
