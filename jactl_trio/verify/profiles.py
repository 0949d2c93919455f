"""How far a verification looks: by profile, by seed."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UsageError
from .equivalence import MODES

PHASES = ("examples", "equivalence", "schedules", "upgrade")


@dataclass(frozen=True)
class Profile:
    """schedules: drawn for each script and each place of checkpoints.  recoveries: of one script, at most."""

    name: str
    schedules: int
    recoveries: int
    modes: tuple[str, ...] = MODES


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", 25, 10, ("moved", "recovered")),
        Profile("ci", 100, 50),
        Profile("nightly", 2_000, 1_000),
    )
}


def profile_named(name: str) -> Profile:
    """The profile of that name. UsageError."""
    if name not in PROFILES:
        raise UsageError(f"No profile {name!r}: there are {', '.join(PROFILES)}")
    return PROFILES[name]
