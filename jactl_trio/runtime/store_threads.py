"""Blocking calls of a store -> threads that stay, as many as there are calls under way.

trio.to_thread costs 140 us a call (limiter, thread cache, name, context), a thread that waits for the next one 57 us:
less than a commit takes on a good disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

import trio
from outcome import Outcome, capture

from .environment import Reply

T = TypeVar("T")
_Call = tuple[trio.lowlevel.TrioToken, Reply, Callable[..., Any], tuple[Any, ...]]


class StoreThreads:
    """The threads of one StoreEnvironment. They end with `close`, or when nobody has this object any more.

    patience_s: how long a call that was cancelled is waited for, so that nobody closes a store under it. One that takes
    longer hangs, and is left alone; from then on the others are given a tenth of that.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self.is_leaving = False  # whoever closes them waits, and nobody else
        self._idle: list[_Worker] = []
        self._left_alone: list[_Worker] = []

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        """What the method returns or raises."""
        worker = self._idle.pop() if self._idle else _Worker()
        reply = worker.begin(method, arguments)
        try:
            try:
                made: Outcome[T] = await reply.wait()
            except trio.Cancelled:
                with trio.move_on_after(self.patience_s, shield=True):
                    await reply.wait()
                if not reply.is_there:
                    raise
                made = reply.value
            return made.unwrap()
        finally:
            if worker.is_idle:
                self._idle.append(worker)
            else:
                worker.end()
                self._left_alone.append(worker)

    @property
    def patience_s(self) -> float:
        if self.is_leaving:
            return 0.0
        return self._patience_s / 10 if self.is_hanging else self._patience_s

    @property
    def is_hanging(self) -> bool:
        """Is there a call that was left alone, and has not ended yet?"""
        self._left_alone = [worker for worker in self._left_alone if not worker.is_idle]
        return bool(self._left_alone)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().end()

    __del__ = close


class _Worker:
    """One thread, and the call that it has. is_idle: it has none."""

    def __init__(self) -> None:
        self.is_idle = True
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        threading.Thread(target=self._work_for_ever, name="jactl-trio store", daemon=True).start()

    def begin(self, method: Callable[..., Any], arguments: tuple[Any, ...]) -> Reply:
        """Call it; what is told is an Outcome."""
        self.is_idle = False
        reply = Reply()
        self._calls.put((trio.lowlevel.current_trio_token(), reply, method, arguments))
        return reply

    def end(self) -> None:
        """After the call that it may have."""
        self._calls.put(None)

    def _work_for_ever(self) -> None:
        while (call := self._calls.get()) is not None:
            token, reply, method, arguments = call
            made = capture(method, *arguments)
            try:
                token.run_sync_soon(self._answer, reply, made)
            except trio.RunFinishedError:  # nobody waits any more
                return
            del call, reply, made, arguments  # what they hold is not kept until the next call

    def _answer(self, reply: Reply, made: Outcome[Any]) -> None:
        self.is_idle = True
        reply.give(made)
