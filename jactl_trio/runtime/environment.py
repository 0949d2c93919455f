"""Environment: the host's two hooks for checkpoints, and the resumer through which it answers a save.

A save has two halves: the host has the Resumer, the instance's task the Reply. That task is woken by hand: a memory
channel for each save was measured at 4 us, this at less than 1.
"""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from typing import Any, Final

import trio

from ..errors import CheckpointSaveError, UsageError


class Environment:
    """Where checkpoints go. Subclass it and override both hooks; these defaults save nothing.

    Both are called on the Trio thread and must not block.
    """

    def save_checkpoint(
        self,
        id: uuid.UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: Resumer,
    ) -> None:
        """Save `checkpoint`, the `checkpoint_id`-th (1, 2, 3...) of instance `id`; then call `resumer(result)`.

        The script goes on when the resumer is called. An exception in place of the result, or one raised here, reaches
        the instance's owner as CheckpointSaveError: the save has failed, and the last checkpoint stays good.
        source, offset: the script, and where in it checkpoint() is called, for messages.
        """
        resumer(result)

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        """Instance `id` has ended, `checkpoint_id` was its last checkpoint; called once, and nobody waits for it."""


_NOTHING_YET: Final = object()


class Reply:
    """What somebody will be told once; for one task that waits for it, on the Trio thread. value: if `is_there`."""

    __slots__ = ("_task", "value")

    def __init__(self) -> None:
        self.value: Any = _NOTHING_YET
        self._task: trio.lowlevel.Task | None = None

    @property
    def is_there(self) -> bool:
        return self.value is not _NOTHING_YET

    def give(self, value: Any) -> None:
        """Tell it; called once."""
        self.value = value
        task, self._task = self._task, None
        if task is not None:
            trio.lowlevel.reschedule(task)

    async def wait(self) -> Any:
        """What is told, once it is. Waiting can be cancelled, and begun again."""
        if self.value is _NOTHING_YET:
            self._task = trio.lowlevel.current_task()
            await trio.lowlevel.wait_task_rescheduled(self._abort)
        return self.value

    def _abort(self, raise_cancel: Any) -> trio.lowlevel.Abort:
        self._task = None
        return trio.lowlevel.Abort.SUCCEEDED


class Resumer:
    """Lets a script that waits for a save go on: call it once, with the result or an exception, from any thread."""

    __slots__ = ("_reply", "_thread", "_token")

    def __init__(self, reply: Reply, token: trio.lowlevel.TrioToken) -> None:
        self._reply = [reply]  # until it is called: of two threads that call it, one pops it
        self._token = token
        self._thread = threading.get_ident()

    def __call__(self, result: Any = None) -> None:
        try:
            reply = self._reply.pop()
        except IndexError:
            raise UsageError("A resumer is called once") from None
        if threading.get_ident() == self._thread:
            reply.give(result)
        else:
            with suppress(trio.RunFinishedError):  # nobody waits any more
                self._token.run_sync_soon(reply.give, result)

    def __del__(self) -> None:
        if self._reply:
            self(CheckpointSaveError("The environment lost the resumer without calling it"))
