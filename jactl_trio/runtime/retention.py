"""How long outcomes are kept -> a task that has the store forget those that are older."""

from __future__ import annotations

import logging

import trio

from ..errors import JactlError
from ..store.interface import PURGE_MAX
from .store_environment import StoreEnvironment

PURGE_EVERY_SECONDS = 600.0  # at most, between looks: an outcome is kept so much longer than was asked for
_LOGGER = logging.getLogger("jactl_trio")


async def purge_for_ever(environment: StoreEnvironment, keep_outcomes_s: float) -> None:
    """Purge at once, and then from time to time. Age is told by the store's clock; hosts need not agree who does it."""
    while True:
        try:
            await purge(environment, keep_outcomes_s)
        except JactlError as error:  # the next look finds the same
            _LOGGER.warning("Outcomes cannot be purged: %s", error)
        await trio.sleep(min(keep_outcomes_s, PURGE_EVERY_SECONDS))


async def purge(environment: StoreEnvironment, older_than_s: float) -> int:
    """All that are older, some in each transaction, so that the saves of others come in between; how many."""
    count = 0
    while found := await environment.call(environment.store.purge, older_than_s, PURGE_MAX):
        count += found
        if found < PURGE_MAX:
            break
    return count
