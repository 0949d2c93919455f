"""A function of the host -> its value, called in a Trio loop with the real clock.

A trial runs on a mock clock, which jumps whenever everything waits: a time-out in the host's code would strike at once,
and a connection would belong to a loop that is gone after the trial. So hosts are called in one loop of their own, in
a thread, while the trial stands still.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import trio

from ..errors import UsageError

CALL_SECONDS_MAX = 60.0


class _Loop:
    def __init__(self) -> None:
        self.seconds = 0.0  # that were waited for calls
        self._ready: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._nursery: trio.Nursery
        self._token: trio.lowlevel.TrioToken
        threading.Thread(target=trio.run, args=(self._run,), name="jactl_trio.verify", daemon=True).start()
        self._ready.get()

    async def _run(self) -> None:
        async with trio.open_nursery() as self._nursery:
            self._token = trio.lowlevel.current_trio_token()
            self._ready.put(None)
            await trio.sleep_forever()

    def call(self, function: Callable[[], Awaitable[Any]]) -> Any:
        answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        async def work() -> None:
            value, error = None, None
            with trio.move_on_after(CALL_SECONDS_MAX) as scope:
                try:
                    value = await function()
                except trio.Cancelled:
                    raise
                except BaseException as raised:  # the one who waits in the other thread raises it
                    error = raised
            if scope.cancelled_caught:
                error = UsageError(
                    f"A function of the host took longer than {CALL_SECONDS_MAX:g} s: give a stub for it"
                )
            answers.put((value, error))

        begun = time.monotonic()
        self._token.run_sync_soon(self._nursery.start_soon, work)
        value, error = answers.get()
        self.seconds += time.monotonic() - begun
        if error is not None:
            raise error
        return value


@cache
def _loop() -> _Loop:
    return _Loop()


def seconds_inside() -> float:
    """A clock that stands still while functions of the host work."""
    return time.monotonic() - (_loop().seconds if _loop.cache_info().currsize else 0.0)


def call_outside(function: Callable[[], Awaitable[Any]]) -> Any:
    """Wait for `function()`, which runs in the other loop; its value, or its error is raised."""
    return _loop().call(function)
