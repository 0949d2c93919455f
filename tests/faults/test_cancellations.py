"""A sample of the points at which a host can be cancelled; `python -m tests.faults cancellations` takes all."""

from __future__ import annotations

import math
import uuid

import pytest

from .cancellations import WAYS, World, worlds
from .telling import TellingEnvironment


@pytest.mark.parametrize("way", WAYS)
def test_a_cancellation_loses_nothing(way: str) -> None:
    lived = worlds(way, first=3, step=9)
    assert len(lived) > 5
    assert [f"python -m tests.faults cancellations --at {one.way}:{one.count}" for one in lived if one.found] == []


class Clinging(TellingEnvironment):
    """A planted fault: keeps its claims."""

    async def release(self, id: uuid.UUID, error: str | None = None, until: float = math.inf) -> None:
        pass

    async def close(self) -> None:
        pass


def test_the_check_finds_what_is_not_given_up() -> None:
    found = World("scope", 40, Clinging).run().found
    assert "the lease was not given up" in found and any("still claimed" in line for line in found)
