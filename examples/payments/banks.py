"""Simulated banks: slow, sometimes failing, sometimes not answering in time."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any

import trio

_TIMEOUT_S = 0.15


@dataclass(frozen=True)
class Bank:
    """delay_s: the usual answer time; failing, silent: shares of calls."""

    name: str
    delay_s: float
    failing: float
    silent: float


BANKS = {
    bank.name: bank
    for bank in (Bank("north", 0.02, 0.10, 0.03), Bank("south", 0.04, 0.05, 0.02), Bank("reserve", 0.06, 0.0, 0.0))
}


async def authorise(bank: Bank, token: str, amount: int) -> dict[str, Any]:
    """The bank's answer, or what became of the call: 'failed' or 'timeout'."""
    with trio.move_on_after(_TIMEOUT_S):
        if random.random() < bank.silent:
            await trio.sleep_forever()
        await trio.sleep(random.expovariate(1 / bank.delay_s))
        if random.random() < bank.failing:
            return {"status": "failed", "bank": bank.name}
        # the same card and amount get the same answer, so that a repeated call changes nothing
        digest = hashlib.blake2b(f"{token}/{amount}".encode(), digest_size=1).digest()
        return {"status": "declined" if digest[0] < 20 else "approved", "bank": bank.name}
    return {"status": "timeout", "bank": bank.name}
