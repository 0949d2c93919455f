"""FaultyStore: a store that fails where a test says so, around any other store."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterable, Sequence
from random import Random
from uuid import UUID

from ..errors import StoreError
from ..store import CheckpointStore
from ..store.records import Answer, Operation
from .around import AroundStore


class StoreFault(enum.StrEnum):
    """What happens to one call of write."""

    BEFORE = "error before"  # StoreError, and nothing is written
    AFTER = "error after success"  # it is written, and then StoreError
    DELAY = "delay"  # it takes delay_s longer
    DUPLICATE = "duplicate"  # it is written twice, as when a client tries again; the first answers count


class FaultyStore(AroundStore):
    """Passes everything on to `store`; some calls of write fail.

        store = FaultyStore(SQLiteStore("test.db"), {2: StoreFault.AFTER})
        store = FaultyStore.by_chance(MemoryStore(), share=0.2, seed=7)

    faults: by the number of the call, from 1 over the life of this object; may change on the way.
    delay_s: seconds of real time, in the thread that calls.
    calls: how many there were.  happened: the faults that did happen, by number.
    """

    def __init__(
        self,
        store: CheckpointStore,
        faults: dict[int, StoreFault] | Callable[[int], StoreFault | None],
        *,
        delay_s: float = 0.01,
    ) -> None:
        super().__init__(store)
        self.delay_s = delay_s
        self.calls = 0
        self.happened: dict[int, StoreFault] = {}
        self.faults = faults

    @classmethod
    def by_chance(
        cls,
        store: CheckpointStore,
        share: float,
        seed: int = 0,
        kinds: Iterable[StoreFault] = tuple(StoreFault),
        *,
        delay_s: float = 0.01,
    ) -> FaultyStore:
        """A share of the calls fails, 0.0 to 1.0; the same seed is the same sequence of faults."""
        chance, choices = Random(seed), tuple(kinds)
        return cls(store, lambda number: chance.choice(choices) if chance.random() < share else None, delay_s=delay_s)

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        self.calls += 1
        fault = self.faults.get(self.calls) if isinstance(self.faults, dict) else self.faults(self.calls)
        if fault is not None:
            self.happened[self.calls] = fault
        if fault is StoreFault.BEFORE:
            raise StoreError("A fault that was asked for: nothing was written")
        if fault is StoreFault.DELAY:
            time.sleep(self.delay_s)
        answers = self.store.write(owner, operations)
        if fault is StoreFault.DUPLICATE:
            self.store.write(owner, operations)
        if fault is StoreFault.AFTER:
            raise StoreError("A fault that was asked for: it was written all the same")
        return answers
