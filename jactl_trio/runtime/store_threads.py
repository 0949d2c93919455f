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

T = TypeVar("T")


class StoreThreads:
    """The threads of one StoreEnvironment. They end with `close`, or when nobody has this object any more."""

    def __init__(self) -> None:
        self._idle: list[_Worker] = []

    async def call(self, method: Callable[..., T], *arguments: Any, may_be_abandoned: bool = False) -> T:
        """What the method returns or raises. may_be_abandoned: a cancellation does not wait for it."""
        worker = self._idle.pop() if self._idle else _Worker()
        try:
            returned: T = await worker.call(method, arguments, may_be_abandoned)
            return returned
        finally:
            if worker.task is None:
                self._idle.append(worker)
            else:
                worker.end()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().end()

    __del__ = close


class _Worker:
    """One thread, and the call that it has. task: waits for it; None: it has none."""

    def __init__(self) -> None:
        self.task: trio.lowlevel.Task | None = None
        self._is_abandoned = False
        self._calls: SimpleQueue[tuple[trio.lowlevel.TrioToken, Callable[..., Any], tuple[Any, ...]] | None]
        self._calls = SimpleQueue()
        threading.Thread(target=self._work_for_ever, name="jactl-trio store", daemon=True).start()

    async def call(self, method: Callable[..., Any], arguments: tuple[Any, ...], may_be_abandoned: bool) -> Any:
        self.task = trio.lowlevel.current_task()
        self._calls.put((trio.lowlevel.current_trio_token(), method, arguments))

        def abort(raise_cancel: Any) -> trio.lowlevel.Abort:
            if not may_be_abandoned:
                return trio.lowlevel.Abort.FAILED
            self._is_abandoned = True
            return trio.lowlevel.Abort.SUCCEEDED

        return await trio.lowlevel.wait_task_rescheduled(abort)

    def end(self) -> None:
        """After the call that it may have."""
        self._calls.put(None)

    def _work_for_ever(self) -> None:
        while (call := self._calls.get()) is not None:
            token, method, arguments = call
            made = capture(method, *arguments)
            try:
                token.run_sync_soon(self._answer, made)
            except trio.RunFinishedError:  # nobody waits any more
                return
            del call, made, arguments  # what they hold is not kept until the next call

    def _answer(self, made: Outcome[Any]) -> None:
        task = self.task
        if task is not None and not self._is_abandoned:
            self.task = None
            trio.lowlevel.reschedule(task, made)
