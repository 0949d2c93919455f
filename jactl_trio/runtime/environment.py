"""Environment: the host's two hooks for checkpoints, and the resumer through which it answers a save."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from typing import Any

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


class Resumer:
    """Lets a script that waits for a save go on: call it once, with the result or an exception, from any thread."""

    __slots__ = ("_answers", "_is_called", "_lock", "_thread", "_token")

    def __init__(self, answers: trio.MemorySendChannel[Any], token: trio.lowlevel.TrioToken) -> None:
        self._answers = answers
        self._token = token
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_called = False

    def __call__(self, result: Any = None) -> None:
        with self._lock:
            if self._is_called:
                raise UsageError("A resumer is called once")
            self._is_called = True
        self._answer(result)

    def __del__(self) -> None:
        if not self._is_called:
            self._answer(CheckpointSaveError("The environment lost the resumer without calling it"))

    def _answer(self, result: Any) -> None:
        if threading.get_ident() == self._thread:
            _send(self._answers, result)
        else:
            with suppress(trio.RunFinishedError):  # nobody waits any more
                self._token.run_sync_soon(_send, self._answers, result)


def _send(answers: trio.MemorySendChannel[Any], result: Any) -> None:
    # Nobody takes it if the instance was released or cancelled while it waited.
    with suppress(trio.BrokenResourceError, trio.ClosedResourceError, trio.WouldBlock):
        answers.send_nowait(result)
