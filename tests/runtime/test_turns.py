"""Scripts that compute take turns, so that others are looked at between any two slices."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.continuation import requests
from jactl_trio.runtime.driver import HANDLERS

SCRIPTS = 8
SLICES = 40


class TurnsOfTheLoop(trio.abc.Instrument):
    def __init__(self) -> None:
        self.count = 0

    def before_io_wait(self, timeout: float) -> None:
        self.count += 1


async def test_one_slice_in_each_turn_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = TurnsOfTheLoop()
    slices: Counter[int] = Counter()
    drivers: list[Any] = []
    enough = trio.Event()
    handler = HANDLERS[requests.Slice]

    async def counted(driver: Any, request: Any) -> Any:
        step = await handler(driver, request)
        slices[loop.count] += 1
        drivers.append(driver)
        if len(drivers) >= SLICES:
            enough.set()
        return step

    monkeypatch.setitem(HANDLERS, requests.Slice, counted)
    trio.lowlevel.add_instrument(loop)
    try:
        script = jactl.Context().compile("while (true) { }")
        async with trio.open_nursery() as nursery:
            for _ in range(SCRIPTS):
                nursery.start_soon(script.run)
            await enough.wait()
            nursery.cancel_scope.cancel()
    finally:
        trio.lowlevel.remove_instrument(loop)
    assert max(slices.values()) == 1
    turns = sorted(slices)
    assert all(later - earlier >= 2 for earlier, later in pairwise(turns))  # one for the others between any two
    assert len(set(drivers[-SCRIPTS:])) == SCRIPTS  # and they take them in turn


async def test_cancelled_while_it_waits_for_its_turn() -> None:
    script = jactl.Context().compile("while (true) { }")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(script.run)
        for _ in range(3):
            with trio.move_on_after(0.05) as scope:
                await script.run()
            assert scope.cancelled_caught
        nursery.cancel_scope.cancel()
