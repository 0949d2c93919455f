"""Refusals: instances that could not be restored here -> how long this host leaves them to others.

A host that lacks a key, a class or a release of the code that an instance needs would otherwise use up its attempts
within a few looks, before a host that has them comes by. The pause doubles from attempt to attempt, as is usual for
retries: AWS Architecture Blog, "Exponential Backoff And Jitter".
"""

from __future__ import annotations

from uuid import UUID

import trio

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0


class Refusals:
    """Of one runtime."""

    def __init__(self) -> None:
        self._pauses: dict[UUID, tuple[float, float]] = {}  # how long the last one is, and until when

    def add(self, id: UUID) -> None:
        """It could not be restored, once more."""
        last_s, _ = self._pauses.get(id, (FIRST_SECONDS / 2, 0.0))
        pause_s = min(2 * last_s, LONGEST_SECONDS)
        self._pauses[id] = pause_s, trio.current_time() + pause_s

    def forget(self, id: UUID) -> None:
        """It could be restored, or is to be tried at once."""
        self._pauses.pop(id, None)

    def holds(self, id: UUID) -> bool:
        """Is it left to others for now?"""
        return id in self._pauses and trio.current_time() < self._pauses[id][1]

    @property
    def are_none(self) -> bool:
        return not self._pauses

    def forget_old(self) -> None:
        """Those that nobody has tried for long: they go on elsewhere, or have ended."""
        before = trio.current_time() - LONGEST_SECONDS
        self._pauses = {id: pause for id, pause in self._pauses.items() if pause[1] > before}
