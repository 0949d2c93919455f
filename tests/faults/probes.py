"""Named probes: moments around a store's work at which a process kills itself, as if the power of its host failed."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import (
    Answer,
    Claim,
    Finish,
    InstanceRecord,
    Operation,
    Owner,
    Save,
    ScriptRecord,
    StoreStatistics,
)

PROBES = (
    "before-claim",  # of new instances
    "after-claim",
    "before-save",
    "after-save",  # it is durable, and nobody has been told
    "before-recovery",
    "mid-recovery",  # claimed, not yet restored
    "before-end",
    "after-end",  # the checkpoint is deleted, and nobody has been told
    "before-retire",
    "after-retire",
)


def probe_of(operation: Operation) -> str:
    if isinstance(operation, Claim):
        return "claim" if operation.script is not None else "recovery"
    return {Save: "save", Finish: "end"}.get(type(operation), "release")


class ProbeStore(CheckpointStore):
    """The store inside, with a SIGKILL to its own process at the k-th passing of one probe.

    probe: "NAME:K".
    """

    def __init__(self, inner: CheckpointStore, probe: str) -> None:
        self.inner = inner
        self._name, _, count = probe.partition(":")
        assert self._name in PROBES, self._name
        self._count = int(count)
        self._passed: Counter[str] = Counter()

    def passes(self, name: str) -> None:
        self._passed[name] += 1
        if name == self._name and self._passed[name] == self._count:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        kinds = dict.fromkeys(probe_of(operation) for operation in operations)
        for kind in kinds:
            self.passes(f"before-{kind}")
        answers = self.inner.write(owner, operations)
        for kind in kinds:
            self.passes("mid-recovery" if kind == "recovery" else f"after-{kind}")
        return answers

    def retire(self, owner: UUID) -> None:
        self.passes("before-retire")
        self.inner.retire(owner)
        self.passes("after-retire")

    def open(self) -> None:
        self.inner.open()

    def close(self) -> None:
        self.inner.close()

    def register(self, owner: Owner, lease_s: float) -> None:
        self.inner.register(owner, lease_s)

    def renew(self, owner: UUID, lease_s: float) -> bool:
        return self.inner.renew(owner, lease_s)

    def forget(self, owner: UUID) -> None:
        self.inner.forget(owner)

    def owners(self) -> list[Owner]:
        return self.inner.owners()

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        return self.inner.free(limit, after)

    def instance(self, id: UUID) -> InstanceRecord | None:
        return self.inner.instance(id)

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        return self.inner.instances(state, limit)

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        return self.inner.checkpoint(id)

    def script(self, identity: str) -> ScriptRecord | None:
        return self.inner.script(identity)

    def statistics(self) -> StoreStatistics:
        return self.inner.statistics()

    def purge(self, older_than_s: float) -> int:
        return self.inner.purge(older_than_s)

    def check(self) -> list[str]:
        return self.inner.check()
