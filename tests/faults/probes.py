"""Named probes: moments around a store's work at which a process kills itself, or ends the store's server."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import Answer, Claim, Finish, Operation, Save, Send
from jactl_trio.verify.around import AroundStore

PROBES = (
    "before-claim",  # of new instances
    "after-claim",
    "before-send",
    "after-send",  # the message is durable, and its sender has not been told
    "before-save",
    "after-save",  # it is durable, and nobody has been told
    "before-take",  # the checkpoint after a message that was received
    "after-take",
    "before-recovery",
    "mid-recovery",  # claimed, not yet restored
    "before-end",
    "after-end",  # the checkpoint is deleted, and nobody has been told
    "before-retire",
    "after-retire",
)


def probes_of(operation: Operation) -> tuple[str, ...]:
    if isinstance(operation, Claim):
        return ("claim" if operation.script is not None else "recovery",)
    if isinstance(operation, Save):
        return ("save", "take") if operation.takes else ("save",)
    return ({Finish: "end", Send: "send"}.get(type(operation), "release"),)


def die() -> None:
    """As if the power of this host failed."""
    os.kill(os.getpid(), signal.SIGKILL)


def end_server(pid_file: Path) -> None:
    """End a PostgreSQL server at once, without a word to its clients; somebody else starts it again."""
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
    while pid_file.exists():
        time.sleep(0.002)


class ProbeStore(AroundStore):
    """The store inside, with a strike at the k-th passing of one probe.

    probe: "NAME:K".
    """

    def __init__(self, store: CheckpointStore, probe: str, strike: Callable[[], None] = die) -> None:
        super().__init__(store)
        self._strike = strike
        self._name, _, count = probe.partition(":")
        assert self._name in PROBES, self._name
        self._count = int(count)
        self._passed: Counter[str] = Counter()

    def passes(self, name: str) -> None:
        self._passed[name] += 1
        if name == self._name and self._passed[name] == self._count:
            self._strike()

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        kinds = dict.fromkeys(kind for operation in operations for kind in probes_of(operation))
        for kind in kinds:
            self.passes(f"before-{kind}")
        answers = self.store.write(owner, operations)
        for kind in kinds:
            self.passes("mid-recovery" if kind == "recovery" else f"after-{kind}")
        return answers

    def retire(self, owner: UUID) -> None:
        self.passes("before-retire")
        self.store.retire(owner)
        self.passes("after-retire")
