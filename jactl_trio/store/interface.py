"""CheckpointStore: what a store must do. Blocking, small, and called from one thread at a time per method.

The rules that every store keeps (tests/store checks them for each):

- Only the present owner of an instance writes to it: every write carries its claim's token, and each claim's is higher.
- Checkpoint k is accepted only as the successor of k-1. What `write` has answered is durable.
- A message is there until a checkpoint is saved that takes it, or the instance ends.
- Bytes are exchanged only where they are still what they were, and never those of a checkpoint just saved.
- An instance is free when it has no owner, or its owner's lease has run out by the store's clock, or its owner
  was forgotten.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from uuid import UUID

from .processes import is_dead
from .records import Answer, InstanceRecord, Kept, Message, Operation, Owner, ScriptRecord, StoreStatistics, Waiting

PURGE_MAX = 1000  # outcomes in one transaction, which others may wait for
PAGE_BYTES = 32 * 1024 * 1024  # what a page of kept() holds before it ends
SETTLED_SECONDS = 60.0  # no store takes longer to say whether it has saved a checkpoint


class Listener(abc.ABC):
    """Tells when there is news in a store: messages, or instances that are free. For one thread at a time."""

    @abc.abstractmethod
    def fileno(self) -> int:
        """Of what becomes readable when there is news."""

    @abc.abstractmethod
    def drain(self) -> None:
        """Take the news that is there. StoreError if the connection is lost."""

    @abc.abstractmethod
    def close(self) -> None:
        """Listen no more."""


class CheckpointStore(abc.ABC):
    """A place where checkpoints are safe. Every method blocks, and raises StoreError where the store fails."""

    @abc.abstractmethod
    def open(self) -> None:
        """Connect; bring the schema up to date. StoreError for a newer schema."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of what open() took."""

    # Owners

    @abc.abstractmethod
    def register(self, owner: Owner, lease_s: float) -> None:
        """Make an owner known; its lease begins."""

    @abc.abstractmethod
    def renew(self, owner: UUID, lease_s: float) -> bool:
        """The lease begins anew; False if the owner was forgotten. Instances that have been running for longer than a
        lease are taken to be well recovered."""

    @abc.abstractmethod
    def retire(self, owner: UUID) -> None:
        """The owner leaves in order: its instances are free at once, and their recoveries do not count as failing."""

    @abc.abstractmethod
    def forget(self, owner: UUID) -> None:
        """The owner is dead: its instances are free at once."""

    @abc.abstractmethod
    def owners(self) -> list[Owner]:
        """All owners that are neither retired nor forgotten."""

    @abc.abstractmethod
    def held(self, owner: UUID) -> list[UUID]:
        """The running instances that an owner has claimed."""

    # Instances

    @abc.abstractmethod
    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        """Do all in one transaction, durable when this returns; one answer each.

        A refusal (StaleInstanceError, StoreError for a gap in the ids) is an answer and leaves the others alone. A
        StoreError that is raised leaves open which were done: ask `instance`.
        """

    @abc.abstractmethod
    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        """Instances that have a checkpoint and no living owner, and do not hibernate or are to wake, by id, those after
        `after`."""

    @abc.abstractmethod
    def wake_in_s(self) -> float | None:
        """Seconds until the first of the hibernated instances is to wake; None: none of them knows when."""

    @abc.abstractmethod
    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        """For each of those who wait, the first message that is there, if any, and if the claim is the last one."""

    @abc.abstractmethod
    def sent(self, id: UUID) -> list[Message]:
        """All messages of an instance that are kept, by seq; without a body those that are taken."""

    @abc.abstractmethod
    def instance(self, id: UUID) -> InstanceRecord | None:
        """One instance."""

    @abc.abstractmethod
    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        """Instances, those that changed last first."""

    @abc.abstractmethod
    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        """An instance's last checkpoint and its id."""

    @abc.abstractmethod
    def kept(self, kind: str, limit: int = 100, after: Kept | None = None) -> list[Kept]:
        """All checkpoints, messages or outcomes in pages, by id and seq, those after `after`. A page ends when it has
        PAGE_BYTES, and is empty only at the end."""

    @abc.abstractmethod
    def exchange(self, pairs: Sequence[tuple[Kept, bytes]], settled_s: float = SETTLED_SECONDS) -> int:
        """Put other bytes in the place of those that are still as they were; how many. In one transaction.

        It is no progress of the instance, and its owner need not know. A checkpoint that a present owner has saved in
        the last `settled_s` seconds is left alone: the owner may yet have to ask whether it was saved, by its bytes.
        """

    @abc.abstractmethod
    def script(self, identity: str) -> ScriptRecord | None:
        """A source by identity."""

    @abc.abstractmethod
    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        """Forget kept outcomes of instances that ended longer ago, at most so many; how many. In one transaction."""

    @abc.abstractmethod
    def statistics(self) -> StoreStatistics:
        """How much there is of what."""

    def check(self) -> list[str]:
        """What the store itself finds wrong with its data."""
        return []

    def listener(self) -> Listener | None:
        """Listen to what other processes do; None: this store cannot tell, it has to be asked from time to time."""
        return None

    def bury(self) -> list[Owner]:
        """Forget owners that were processes of this host and are gone; which."""
        dead = [owner for owner in self.owners() if is_dead(owner)]
        for owner in dead:
            self.forget(owner.id)
        return dead
