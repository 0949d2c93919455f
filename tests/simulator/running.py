"""A seed -> its world, lived through and judged, and what is told of it."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from uuid import UUID

from jactl_trio.verify.history import Begun, Saved
from jactl_trio.verify.properties import Violation
from jactl_trio.verify.quiet import quiet

from .judging import Finding, findings
from .scripts import scripts
from .swarm import Swarm
from .world import World


@dataclass
class Told:
    """What is counted of one world; found: a line for each fault, with the command that shows it."""

    instances: int
    saves: int
    runs: int
    troubles: dict[str, int]
    found: list[str] = field(default_factory=list)


@quiet()
def lived(seed: int, **planted: object) -> tuple[World, list[Finding]]:
    """planted: arguments of World, to plant a bug."""
    world = World(Swarm.drawn(seed, len(scripts().references)), **planted)  # type: ignore[arg-type]
    try:
        return world, findings(world.run())
    except Exception as error:
        shown = "".join(traceback.format_exception(error))
        return world, [Finding(UUID(int=0), Violation("internal", 0, "no exception of the runtime's own", shown))]


def told_of(seed: int) -> Told:
    world, found = lived(seed)
    chronicles = world.chronicles.values()
    return Told(
        len(world.ids),
        sum(1 for one in chronicles for _ in one.of(Saved)),
        sum(1 for one in chronicles for _ in one.of(Begun)),
        dict(world.struck_by),
        [f"python -m tests.simulator --seed {seed}: {finding}" for finding in found[:1]],
    )
