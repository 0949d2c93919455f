"""Crowd: so many workers that save checkpoints for a turn, all wait, and go on in the next turn.

Two crowds can so take turns in one process, and what is measured is the time between a turn's start and the moment at
which its last worker waits again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import trio


@dataclass
class Turn:
    saved: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.saved / self.seconds


@dataclass
class Crowd:
    size: int
    saved_in_all: int = 0
    _waiting: int = 0
    _until: float = 0.0
    _is_over: bool = False
    _next: trio.Event = field(default_factory=trio.Event)
    _all_wait: trio.Event = field(default_factory=trio.Event)

    @property
    def batch(self) -> int:
        """Checkpoints that a worker saves between two looks at the clock."""
        return 10 if self.size <= 100 else 4 if self.size <= 1_000 else 1

    # A worker's side

    async def next_turn(self) -> bool:
        """Wait for the next turn; False: there is none."""
        self._waiting += 1
        if self._waiting == self.size:
            self._all_wait.set()
        await self._next.wait()
        return not self._is_over

    def saved(self, count: int) -> bool:
        """Is there time for more?"""
        self.saved_in_all += count
        return perf_counter() < self._until

    # The other side

    async def all_wait(self) -> None:
        await self._all_wait.wait()

    async def turn(self, seconds: float) -> Turn:
        before, started = self.saved_in_all, perf_counter()
        self._until = started + seconds
        self._release()
        await self.all_wait()
        return Turn(self.saved_in_all - before, perf_counter() - started)

    def end(self) -> None:
        self._is_over = True
        self._release()

    def _release(self) -> None:
        self._waiting, self._all_wait = 0, trio.Event()
        released, self._next = self._next, trio.Event()
        released.set()
