"""Runtimes with one fault each that the simulator has to find; stores with one are in `tests/store/planted.py`."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from jactl_trio.store.records import Answer, Claim, Claimed, Operation

from .environment import SimulatedEnvironment


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
