"""A world that is over -> what broke in it: the rules of verify for each instance, and what a client was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from jactl_trio.store.records import CANCELLED, ENDED
from jactl_trio.verify.properties import RULES, Violation, violations
from jactl_trio.verify.traces import traced

from .world import World

# Here runs are stopped for many reasons, and others go on in their place: what that comes to is judged below.
LEFT_OUT = ("stopped", "released", "once")
APPLIED = [name for name in RULES if name not in LEFT_OUT]


@dataclass(frozen=True)
class Finding:
    """What broke, and the story of the instance."""

    id: UUID
    violation: Violation
    timeline: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"instance {self.id.int}: {self.violation}"


def findings(world: World) -> list[Finding]:
    """All that is wrong."""
    found = [
        Finding(id, violation, tuple(chronicle.timeline()))
        for id, chronicle in world.chronicles.items()
        for violation in [*violations(chronicle, world.reference_of(id), APPLIED), *_of_end(world, id)]
    ]
    found += [Finding(UUID(int=0), Violation("check", 0, "a clean store", text)) for text in world.check]
    if world.is_stuck and not found:
        found.append(Finding(UUID(int=0), Violation("stuck", 0, "all hosts to end", "hosts that wait for ever")))
    return found


def _of_end(world: World, id: UUID) -> Iterator[Violation]:
    chronicle, state, told = world.chronicles[id], world.states[id], world.answers[id]
    if state not in ENDED or chronicle.ended_by is None:
        yield Violation("ended", 0, "an end, once nothing goes wrong any more", state)
        return
    run, recorded = chronicle.ended_by
    if state != recorded or (state == CANCELLED and not chronicle.is_cancelled):
        yield Violation("ended", run, recorded, state)
    if state == CANCELLED:
        shown = {answer.error for answer in told}
        expected = "cancelled"
    else:
        path = [stretch.path for stretch in traced(chronicle).stretches if stretch.run == run][-1]
        shown = {str(answer) for answer in told}
        expected = str(world.reference_of(id).plain(path).answer)
    if shown != {expected}:
        yield Violation("told", run, f"every client to be told {expected}", str(sorted(map(str, shown))))
