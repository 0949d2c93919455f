"""Hosts killed at named probes, one after the other -> what they lost."""

from __future__ import annotations

from .events import Event
from .host import expected
from .processes import command_of, faults_found, run_host

COUNT, ROUNDS = 3, 4


def kill_at_probes(url: str, *probes: str) -> list[str]:
    """Each probe, "NAME:K", kills one host on the same store; then one runs to the end."""
    events: list[Event] = []
    found: list[str] = []
    for probe in (*probes, None):
        command = command_of(url, "--count", COUNT, "--rounds", ROUNDS)
        has_ended, told = run_host(command if probe is None else [*command, "--probe", probe])
        if has_ended is (probe is not None):
            found.append(f"the host for {probe} was {'not ' if has_ended else ''}killed")
        events += told
    return found + faults_found(url, events, expected(COUNT, ROUNDS))
