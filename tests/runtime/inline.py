"""A StoreEnvironment without threads, for tests in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import trio

from jactl_trio.runtime.store_environment import StoreEnvironment


class InLine(StoreEnvironment):
    """Calls the store on the Trio thread, after some virtual time."""

    latency_s = 0.0

    async def call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        await trio.sleep(self.latency_s)
        return method(*arguments)
