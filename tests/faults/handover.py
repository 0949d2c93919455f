"""SIGTERM to one of two servers, again and again -> how long its instances were nobody's."""

from __future__ import annotations

import argparse
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from uuid import UUID

import trio

from jactl_trio import SQLiteStore
from jactl_trio.cli import main
from jactl_trio.runtime.store_environment import StoreEnvironment
from tests.cli.test_serve import LONG, saved, serving, url, wait_until

from .controls import with_controls
from .figures import Row
from .forking import ROOT

Server = subprocess.Popen[str]
Start = Callable[[Path], Server]

INSTANCES = 20
HANDOVERS = 10
SECONDS_MAX = 1.0  # what `serve` promises, from the signal until the other has everything


@dataclass
class Outcome:
    """seconds: of each handover."""

    seconds: list[float] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def hand_over(folder: Path, handovers: int, start: Start = serving) -> Outcome:
    """A server, a second one, SIGTERM to the first, a third one..."""
    outcome = Outcome()
    for n in range(INSTANCES):
        (folder / f"long{n}.jactl").write_text(f"{n}\n{LONG.replace('200', '1000000')}")
    store = SQLiteStore(folder / "serve.db")
    servers = [start(folder)]
    wait_until(lambda: saved(store) > INSTANCES)
    for _ in range(handovers):
        outcome.seconds.append(_next_takes_over(store, servers, folder, start))
        if servers.pop(0).returncode != 0:
            outcome.found.append("a server did not end well")
    servers[0].send_signal(signal.SIGTERM)
    servers[0].communicate(timeout=60)
    running = store.instances("running")
    outcome.found += [f"{len(running)} of {INSTANCES} run in the end"] if len(running) != INSTANCES else []
    outcome.found += store.check()
    store.close()
    median_s = statistics.median(outcome.seconds)
    if median_s > SECONDS_MAX:
        outcome.found.append(f"a handover takes {median_s:.2f} s")
    return outcome


def _next_takes_over(store: SQLiteStore, servers: list[Server], folder: Path, start: Start) -> float:
    owners_before = {owner.id for owner in store.owners()}
    servers.append(start(folder))
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
    text = (
        f"{len(outcome.seconds)} handovers of {INSTANCES} instances: median {median_s:.2f} s, longest {slowest_s:.2f} s"
    )
    row = Row("handover", "SIGTERM to `serve`, until another server has all that it ran (SQLite)", text, outcome.found)
    return with_controls(row, of_planted())


def of_planted() -> dict[str, list[str]]:
    """The negative control: a server that keeps what it has until its process ends, and takes its time for that."""
    with tempfile.TemporaryDirectory() as folder:
        return {"clinging": hand_over(Path(folder), 1, clinging).found}


def clinging(folder: Path) -> Server:
    command = [sys.executable, "-m", "tests.faults.handover", "serve", str(folder), "--store", url(folder), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _be_clinging() -> int:
    async def keep(self: StoreEnvironment, id: UUID, error: str | None = None) -> None:
        pass

    async def linger(self: StoreEnvironment) -> None:
        with trio.CancelScope(shield=True):
            await trio.sleep(2 * SECONDS_MAX)

    with mock.patch.object(StoreEnvironment, "release", keep), mock.patch.object(StoreEnvironment, "close", linger):
        return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(_be_clinging())
