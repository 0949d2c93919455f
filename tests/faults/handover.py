"""SIGTERM to one of two servers, again and again -> how long its instances were nobody's."""

from __future__ import annotations

import argparse
import signal
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from jactl_trio import SQLiteStore
from tests.cli.test_serve import LONG, saved, serving, wait_until

from .figures import Row

INSTANCES = 20
HANDOVERS = 10
SECONDS_MAX = 1.0  # what `serve` promises, from the signal until the other has everything


@dataclass
class Outcome:
    """seconds: of each handover."""

    seconds: list[float] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def hand_over(folder: Path, handovers: int) -> Outcome:
    """A server, a second one, SIGTERM to the first, a third one..."""
    outcome = Outcome()
    for n in range(INSTANCES):
        (folder / f"long{n}.jactl").write_text(f"{n}\n{LONG.replace('200', '1000000')}")
    store = SQLiteStore(folder / "serve.db")
    servers = [serving(folder)]
    wait_until(lambda: saved(store) > INSTANCES)
    for _ in range(handovers):
        outcome.seconds.append(_next_takes_over(store, servers, folder))
        if servers.pop(0).returncode != 0:
            outcome.found.append("a server did not end well")
    servers[0].send_signal(signal.SIGTERM)
    servers[0].communicate(timeout=60)
    running = store.instances("running")
    outcome.found += [f"{len(running)} of {INSTANCES} run in the end"] if len(running) != INSTANCES else []
    outcome.found += store.check()
    store.close()
    return outcome


def _next_takes_over(store: SQLiteStore, servers: list, folder: Path) -> float:  # type: ignore[type-arg]
    owners_before = {owner.id for owner in store.owners()}
    servers.append(serving(folder))
    wait_until(lambda: len(store.owners()) == 2)
    (first,) = owners_before
    before = saved(store)
    wait_until(lambda: saved(store) > before + INSTANCES)  # both are up
    servers[0].send_signal(signal.SIGTERM)
    told = time.monotonic()
    wait_until(lambda: _has_new_owners(store, first))
    taken = time.monotonic()
    servers[0].communicate(timeout=60)
    return taken - told


def _has_new_owners(store: SQLiteStore, first: UUID) -> bool:
    return {record.owner for record in store.instances("running")}.isdisjoint({first, None})


def prove(given: argparse.Namespace) -> Row:
    """On SQLite, whose servers have to look; PostgreSQL tells them."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = hand_over(Path(folder), given.count or HANDOVERS)
    median_s, slowest_s = statistics.median(outcome.seconds), max(outcome.seconds)
    if median_s > SECONDS_MAX:
        outcome.found.append(f"a handover takes {median_s:.2f} s")
    text = (
        f"{len(outcome.seconds)} handovers of {INSTANCES} instances: median {median_s:.2f} s, longest {slowest_s:.2f} s"
    )
    return Row("handover", "SIGTERM to `serve`, until another server has all that it ran (SQLite)", text, outcome.found)
