"""Turns: of all scripts that have used up a time slice, one goes on in every second turn of the loop.

Without that, a hundred scripts that compute would each run a slice before any other task is looked at again.
"""

from __future__ import annotations

from time import perf_counter

import trio
from trio.lowlevel import RunVar

from ..limits import SLICE_SECONDS


class _Turns:
    """Of one run of Trio."""

    def __init__(self) -> None:
        self.slices = trio.Lock()  # passed on in the order of asking
        self.starts = trio.Lock()
        self.busy_until = 0.0  # a script that used up its slice will have gone on by then


_turns: RunVar[_Turns] = RunVar("jactl_trio.turns")


async def next_turn() -> None:
    """After a slice: let the loop turn, and wait for those that asked before."""
    turns = _of_this_run()
    turns.busy_until = perf_counter() + 2 * SLICE_SECONDS
    async with turns.slices:
        # One turn for the others alone: else whose time has come would, every other time, wait for this one too.
        await trio.lowlevel.checkpoint()


async def first_turn() -> None:
    """Before a script's first step in a task of its own: while others compute, one begins in each turn of the loop."""
    turns = _of_this_run()
    if perf_counter() < turns.busy_until:
        async with turns.starts:
            pass
    else:
        await trio.lowlevel.checkpoint_if_cancelled()


def _of_this_run() -> _Turns:
    try:
        return _turns.get()
    except LookupError:
        turns = _Turns()
        _turns.set(turns)
        return turns
