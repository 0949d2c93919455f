"""A sample of jumps of the wall clock; `python -m tests.faults clock` takes more."""

from __future__ import annotations

import pytest

from .clock import HOUR, INSTANCES, OF_PLANTED, Given, World
from .events import CLAIMED


@pytest.mark.parametrize(
    ("jump_s", "moment", "lapses"), [(700, 300, True), (30 * 24 * HOUR, 2 * HOUR, False), (-HOUR, 300, False)]
)
def test_a_jump_of_the_wall_clock_loses_no_timer(jump_s: int, moment: int, lapses: bool) -> None:
    world = World(jump_s, moment).run()
    assert world.found == [], f"python -m tests.faults clock --at {jump_s}@{moment}"
    claims = sum(event.kind == CLAIMED for event in world.events)
    assert (claims > 3 * INSTANCES) is lapses  # once from the start, and once after each of two long waits


@pytest.mark.parametrize("planted", OF_PLANTED, ids=str)
def test_a_store_that_is_wrong_about_time_is_found(planted: Given) -> None:
    assert World(*planted).run().found
