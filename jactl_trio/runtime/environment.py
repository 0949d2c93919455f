"""Environment: the host's two checkpoint hooks, and the resumer that answers a save."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import trio

from ..errors import UsageError


class Resumer:
    """Tells the instance that its checkpoint is safe, or that saving failed: called once.

        resumer(result)     or     resumer(error)      with an exception as the error

    May be called from the Trio thread or from any other; raises UsageError when it is called twice.
    """

    def __init__(self, answers: trio.MemorySendChannel[Any]) -> None:
        self._answers = answers
        self._token = trio.lowlevel.current_trio_token()
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self.is_used = False

    def __call__(self, result: Any) -> None:
        with self._lock:
            if self.is_used:
                raise UsageError("A resumer was called twice for one checkpoint")
            self.is_used = True
        if threading.get_ident() == self._thread:
            self._deliver(result)
        else:
            self._token.run_sync_soon(self._deliver, result)

    def _deliver(self, result: Any) -> None:
        try:
            self._answers.send_nowait(result)
        except trio.BrokenResourceError:
            pass  # the instance has been released meanwhile: the checkpoint is in the host's hands


class Environment:
    """Where checkpoints go: override one or both hooks. Both are called on the Trio thread and must not block.

    The rule is the guide's page "Checkpoints": ids are 1, 2, 3... per instance without gaps; an older
    checkpoint may go once a newer one is saved.
    """

    def save_checkpoint(
        self,
        id: UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: Resumer,
    ) -> None:
        """Save `checkpoint`, then call resumer(result), or resumer(error) where that failed.

        source, offset: where the script called checkpoint(), for error messages. The default only resumes.
        """
        resumer(result)

    def delete_checkpoint(self, id: UUID, checkpoint_id: int) -> None:
        """The instance has ended; `checkpoint_id` is the last one saved. Called once; nobody waits for it."""
