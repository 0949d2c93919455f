"""Instance: the handle on one run of a script, with the UUID that it keeps for its whole life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import trio
from trio_util import AsyncValue

from ..continuation.current import RunState

if TYPE_CHECKING:
    from .script import Script

RUNNING = "running"
SAVING = "saving"  # a checkpoint is on its way to the Environment
DONE = "done"
FAILED = "failed"  # the script ended with an error
CANCELLED = "cancelled"  # ended for good by cancel()
RELEASED = "released"  # stopped here; recoverable
STALE = "stale"  # another owner has taken it over
PARKED = "parked"  # failed too many recoveries


class Instance:
    """One run of a script.

    id: its UUID.  status: an AsyncValue of "running", "saving", "done", "failed", "cancelled", "released", "stale"
    or "parked".  checkpoint_id: of the last saved checkpoint, 0 before the first.  is_recovered: taken over from a checkpoint.
    """

    def __init__(self, id: UUID, script: Script | None, run: RunState, *, is_recovered: bool = False) -> None:
        self.id = id
        self.script = script
        self.status: AsyncValue[str] = AsyncValue(RUNNING)
        self.is_recovered = is_recovered
        self._run = run
        self._ended = trio.Event()
        self._value: Any = None
        self._error: BaseException | None = None
        self._scope = trio.CancelScope()
        self._is_cancelled = False

    @property
    def checkpoint_id(self) -> int:
        return self._run.checkpoint_id

    @property
    def globals(self) -> dict[str, Any]:
        """The script's variables, as they are now."""
        return self._run.globals

    async def result(self) -> Any:
        """Wait for the end and return the script's value.

        Raises the script's error; CheckpointSaveError, StaleInstanceError or InstanceCancelledError where the instance
        stopped for that reason; trio.Cancelled is never passed on from the instance.
        """
        await self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._value

    def cancel(self) -> None:
        """End the instance for good, at its next suspension or time slice; it never runs again."""
        self._is_cancelled = True
        self._scope.cancel()

    def _end(self, status: str, value: Any = None, error: BaseException | None = None) -> None:
        self._value, self._error = value, error
        self.status.value = status
        self._ended.set()

    def __repr__(self) -> str:
        return f"<Instance {self.id} {self.status.value} checkpoint {self.checkpoint_id}>"
