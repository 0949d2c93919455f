"""1,000 simulated worlds keep every rule; `python -m tests.simulator` lives through more. Planted faults are found."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from tests.store.planted import Forgetful, Hasty, Leaseless, Unfenced

from .environment import SimulatedEnvironment
from .planted import Guessing, Unclaiming
from .running import lived, told_of
from .swarm import Trouble

WORLDS, SHARES = 1_000, 20
WORLDS_TO_FIND_MAX = 60


@pytest.mark.parametrize("first", range(0, WORLDS, WORLDS // SHARES))
def test_worlds(first: int) -> None:
    told = [told_of(seed) for seed in range(first, first + WORLDS // SHARES)]
    assert [line for one in told for line in one.found] == []
    assert sum(one.saves for one in told) > 500 and sum(one.runs > one.instances for one in told) > 10
    assert len({trouble for one in told for trouble in one.troubles}) == len(Trouble)


def test_a_seed_is_one_world() -> None:
    first, second = ([one.timeline() for one in lived(7)[0].chronicles.values()] for _ in range(2))
    assert first == second and any(first)


class _Late(SimulatedEnvironment):
    """Lets others go first before it writes; nothing is wrong with it."""

    async def _write(self, requests: Any, count: int) -> None:
        await trio.lowlevel.checkpoint()
        await super()._write(requests, count)


def test_who_is_shut_down_does_not_own_what_the_network_claims_for_it_later() -> None:
    """In this world the claim of a host that has left comes again when it is gone; the next host takes over."""
    world, found = lived(67, make_environment=_Late)
    assert [str(one) for one in found] == []
    (chronicle,) = world.chronicles.values()
    assert any("host 1.1)  recovers" in line for line in chronicle.timeline()[11:])


@pytest.mark.parametrize(
    ("planted", "rules"),
    [
        ({"make_store": Unfenced}, {"owner", "gapless", "durable", "calls", "output", "answer", "deleted", "ended"}),
        ({"make_store": Leaseless}, {"owner"}),
        ({"make_store": Hasty}, {"durable"}),
        ({"make_store": Forgetful}, {"durable"}),
        ({"make_environment": Unclaiming}, {"failed", "ended", "stuck"}),
        ({"make_environment": Guessing}, {"durable", "ended", "internal", "stuck"}),
    ],
    ids=lambda value: next(iter(value.values())).__name__ if isinstance(value, dict) else "",
)
def test_planted_faults_are_found(planted: dict[str, Any], rules: set[str]) -> None:
    for seed in range(WORLDS_TO_FIND_MAX):
        found = {finding.violation.rule for finding in lived(seed, **planted)[1]}
        if found:
            assert found & rules, found
            return
    raise AssertionError(f"not found in {WORLDS_TO_FIND_MAX} worlds")
