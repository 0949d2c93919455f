"""Gates: of the tasks that start or recover the same instance, one at a time goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import trio


class Gates:
    """One gate for each id that somebody is admitting; whoever comes next waits, in the order of coming."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, trio.lowlevel.ParkingLot | None] = {}  # None: nobody has come yet

    async def enter(self, id: UUID) -> None:
        """Wait until nobody else is inside; no schedule point where nobody is."""
        if id not in self._waiting:
            self._waiting[id] = None
            return
        lot = self._waiting[id]
        if lot is None:
            lot = self._waiting[id] = trio.lowlevel.ParkingLot()
        await lot.park()  # whoever leaves hands the gate on

    def leave(self, id: UUID) -> None:
        """Let the next one in."""
        lot = self._waiting[id]
        if lot:
            lot.unpark()
        else:
            del self._waiting[id]

    @contextmanager
    def free(self, ids: Iterable[UUID]) -> Iterator[list[UUID]]:
        """Enter those of the gates that are free, all at once; which ones these are."""
        entered = [id for id in ids if id not in self._waiting]
        self._waiting.update(dict.fromkeys(entered))
        try:
            yield entered
        finally:
            for id in entered:
                self.leave(id)
