"""News from the store, where it can tell: another process has sent a message, or has given instances up."""

from __future__ import annotations

import logging

import trio

from ..errors import StoreError
from ..store.interface import Listener
from .runtime import Runtime
from .store_environment import StoreEnvironment

PAUSE_SECONDS = 1.0  # before a lost connection is replaced
POLL_SECONDS = 10.0  # between looks for messages, where there is news
_LOGGER = logging.getLogger("jactl_trio")


async def listen_for_ever(runtime: Runtime) -> None:
    """A task that tells a runtime of news. It ends at once where the store has none: then looks have to do."""
    keeper = runtime.keeper
    while keeper is not None:
        try:
            listener = await keeper.call(keeper.store.listener)
            if listener is None:
                return
            try:
                await _listen(runtime, keeper, listener)
            finally:
                with trio.CancelScope(shield=True):
                    await keeper.call(listener.close)
        except StoreError as error:
            _LOGGER.warning("The store tells no news: %s", error)
            await trio.sleep(PAUSE_SECONDS)


async def _listen(runtime: Runtime, keeper: StoreEnvironment, listener: Listener) -> None:
    runtime.post.poll_s = POLL_SECONDS
    while True:
        runtime.stir()  # there may have been news before it listened
        await trio.lowlevel.wait_readable(listener.fileno())
        await keeper.call(listener.drain)
