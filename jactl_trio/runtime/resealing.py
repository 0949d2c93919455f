"""A store and a ring of keys -> the same store, with all that hosts have sealed under the ring's current key.

Page by page, each page in one transaction; bytes are exchanged only where they are still what was read. So it may be
stopped anywhere, killed too, and begun again, and hosts may go on meanwhile: what they save is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ..checkpoint import KeyRing, reseal
from ..errors import CheckpointDecodeError, StoreError
from ..store.interface import CheckpointStore
from ..store.records import KINDS, MESSAGE, Kept


@dataclass(slots=True, frozen=True)
class Resealed:
    """What reseal_store() did: counts of checkpoints, messages and outcomes.

    resealed: by this call.  current: they had the current key already.  left: checkpoints that a host which runs has
    saved within the last minute, by an older key; they can be resealed later.  refused: what no key of the ring opens,
    a line each; it stays as it is.
    """

    resealed: int
    current: int
    left: int
    refused: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Older keys are not needed any more: everything has the current one."""
        return not self.left and not self.refused


def reseal_store(store: CheckpointStore, keys: KeyRing, *, accept_unkeyed: bool = False) -> Resealed:
    """Seal checkpoints, messages and outcomes of a store with the ring's current key. It blocks.

        found = reseal_store(store, KeyRing(new, old))
        found.is_complete  # then nothing needs the old key

    Hosts may run meanwhile; those that still seal with an older key are to get the new ring first.  accept_unkeyed:
    also what has no key, which anybody who writes to the store may have written.  StoreError; doing it again goes on.
    """
    work = _Resealing(store, keys, accept_unkeyed)
    for kind in KINDS:
        work.all_of(kind)
    return Resealed(work.resealed, work.current, work.left, tuple(work.refused))


class _Resealing:
    """The pages of one call, and what became of them."""

    def __init__(self, store: CheckpointStore, keys: KeyRing, accept_unkeyed: bool) -> None:
        self.store = store
        self.keys = keys
        self.accept_unkeyed = accept_unkeyed
        self.resealed = 0
        self.current = 0
        self.left = 0
        self.refused: list[str] = []

    def all_of(self, kind: str) -> None:
        after: Kept | None = None
        while page := self.store.kept(kind, after=after):
            if after is not None and (page[-1].id, page[-1].seq) <= (after.id, after.seq):
                raise StoreError("The store is damaged: its ids do not come in their order")
            after = page[-1]
            pairs = [(kept, sealed) for kept in page if (sealed := self._sealed(kept)) is not None]
            older = [(kept, sealed) for kept, sealed in pairs if sealed is not kept.body]
            self.current += len(pairs) - len(older)
            done = self.store.exchange(older)
            self.resealed += done
            if done < len(older):
                for kept, _ in older:
                    self._once_more(kept)

    def _once_more(self, kept: Kept) -> None:
        """One of a page of which some could not be exchanged: it may have been, or be others' by now, or be gone."""
        now = self._now(kept)
        sealed = None if now is None else self._sealed(now)
        if now is None or sealed is None or sealed is now.body:
            return
        if self.store.exchange([(now, sealed)]):
            self.resealed += 1
        else:
            self.left += 1

    def _now(self, kept: Kept) -> Kept | None:
        """What is kept in that place now."""
        if kept.kind == MESSAGE:
            before: Kept | None = Kept(kept.kind, kept.id, kept.seq - 1, b"")
        else:
            before = Kept(kept.kind, UUID(int=kept.id.int - 1), 0, b"") if kept.id.int else None
        found = self.store.kept(kept.kind, 1, before)
        return found[0] if found and (found[0].id, found[0].seq) == (kept.id, kept.seq) else None

    def _sealed(self, kept: Kept) -> bytes | None:
        """The bytes under the current key; None if no key of the ring opens them."""
        try:
            return reseal(kept.body, self.keys, accept_unkeyed=self.accept_unkeyed)
        except CheckpointDecodeError as error:
            which = f" {kept.seq}" if kept.kind == MESSAGE else ""
            self.refused.append(f"{kept.kind}{which} of {kept.id}: {error.message}")
            return None
