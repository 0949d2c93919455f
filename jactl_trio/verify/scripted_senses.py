"""A run's clock and chance under verification: known values, and each that a script sees is noted. So is whether a
wait for a message was in vain, which is chance to a script, too.

The clock is the mock clock's, from EPOCH on; chance differs from run to run, but is the same each time the schedule is
repeated. The plain run that a run is compared with is given what that run has seen.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import trio

from ..continuation.current import RunState
from ..continuation.senses import Senses

EPOCH_NS = 1_767_225_600 * 10**9  # the first second of 2026
Seen = tuple[tuple[Any, ...], ...]  # after each checkpoint, in the order in which it was seen


def virtual_time() -> float:
    """Seconds since 1970 by the mock clock, for stores whose clock can be set; outside of trials it stands."""
    return EPOCH_NS / 1e9 + (trio.current_time() if trio.lowlevel.in_trio_run() else 0.0)


class ScriptedSenses(Senses):
    """seen: what the first looks show.  name: of the run, on which chance depends.  late_s: how long the instance has
    lived when the mock clock begins.  on_seen: told of what kind of thing was seen, and its value.
    """

    def __init__(
        self,
        run: RunState,
        name: str,
        seen: Seen = (),
        late_s: float = 0.0,
        on_seen: Callable[[str, Any], None] = lambda kind, value: None,
    ) -> None:
        self._run = run
        self._name = name
        self._seen = seen
        self._late_s = late_s
        self._on_seen = on_seen
        self._looks = (0, 0)  # the checkpoint, and how many since then

    def time_ns(self) -> int:
        found: int = self._look("the time", lambda chance: self._now_ns())
        return found

    def elapsed_ns(self) -> int:
        found: int = self._look("a clock", lambda chance: self._now_ns())
        return found

    def below(self, bound: int) -> int:
        found: int = self._look(f"chance below {bound}", lambda chance: chance.randrange(bound))
        return found

    def uuid(self) -> uuid.UUID:
        found: uuid.UUID = self._look("a new UUID", lambda chance: uuid.UUID(int=chance.getrandbits(128), version=4))
        return found

    def receives(self, name: str, is_there: bool) -> bool:
        """Does a wait for a message end with one?"""
        found: bool = self._look(f"a message {name!r}", lambda chance: is_there)
        return found

    def _now_ns(self) -> int:
        return EPOCH_NS + round((trio.current_time() + self._late_s) * 1e9)

    def _look(self, kind: str, make: Callable[[Random], Any]) -> Any:
        checkpoint_id, count = self._run.checkpoint_id, 0
        if self._looks[0] == checkpoint_id:
            count = self._looks[1]
        self._looks = (checkpoint_id, count + 1)
        known = self._seen[checkpoint_id] if checkpoint_id < len(self._seen) else ()
        if count < len(known):
            value = known[count]
        else:
            value = make(Random(f"{self._name} {checkpoint_id} {count}"))
        self._on_seen(kind, value)
        return value
