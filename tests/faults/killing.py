"""Hosts killed at named probes, one after the other -> what they lost."""

from __future__ import annotations

from .events import Event
from .host import expected
from .processes import command_of, faults_found, run_host

COUNT, ROUNDS = 3, 2
NEEDS_A_RECOVERY = ("before-recovery", "mid-recovery")


def kill_at_probes(url: str, *probes: str) -> list[str]:
    """Each probe, "NAME:K", kills one host on the same store; then one runs to the end."""
    first = probes[0]
    chain = ("after-save:1", *probes) if first.startswith(NEEDS_A_RECOVERY) else probes
    events: list[Event] = []
    kills = 0
    for probe in (*chain, None):
        command = command_of(url, "--count", COUNT, "--rounds", ROUNDS)
        has_ended, told = run_host(command if probe is None else [*command, "--probe", probe])
        kills += not has_ended
        events += told
    found = faults_found(url, events, expected(COUNT, ROUNDS))
    return found if kills else [*found, "no host was killed"]
