"""An instance that crashes its host at every recovery -> it is set aside in the end, with its checkpoint."""

from __future__ import annotations

import argparse
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from jactl_trio.runtime.recovery import RECOVERIES_MAX
from jactl_trio.store import open_store
from jactl_trio.store.records import PARKED, Retry

from .controls import with_controls
from .events import Event
from .figures import Row
from .host import expected
from .ledger import violations
from .processes import faults_found, run_host

COUNT, ROUNDS, CRASHING = 4, 6, 2
ID = uuid.UUID(int=CRASHING)


@dataclass
class Outcome:
    """crashes: hosts that it took with it, the one that had it first among them."""

    crashes: int = 0
    found: list[str] = field(default_factory=list)


def crash_until_parked(url: str, planted: str | None = None) -> Outcome:
    """One host after the other, until one comes to its end; then what crashed them is mended, and tried again."""
    outcome = Outcome()
    events: list[Event] = []
    options = [url, "--count", COUNT, "--rounds", ROUNDS, *(["--planted", planted] if planted else [])]
    crashing = [*options, "--crashing", CRASHING]
    for _ in range(2 * RECOVERIES_MAX):
        has_ended, told = run_host(crashing)
        events += told
        if has_ended:
            break
        outcome.crashes += 1
    results = expected(COUNT, ROUNDS)
    outcome.found = violations(events, {id: value for id, value in results.items() if id != ID})
    _look_at_parked(url, outcome)
    _, told = run_host(options)
    outcome.found += faults_found(url, events + told, results)
    return outcome


def _look_at_parked(url: str, outcome: Outcome) -> None:
    if outcome.crashes != RECOVERIES_MAX + 1:
        outcome.found.append(f"it ended {outcome.crashes} hosts, {RECOVERIES_MAX} recoveries are allowed")
    store = open_store(url, must_exist=True)
    record, saved = store.instance(ID), store.checkpoint(ID)
    if record is None or record.state != PARKED or saved is None or saved[0] != 1:
        outcome.found.append(f"it is not parked with its checkpoint: {record}, {saved and saved[0]}")
    elif store.write(uuid.uuid4(), [Retry(ID)]) != [None]:
        outcome.found.append("it cannot be tried again")
    store.close()


def prove(given: argparse.Namespace) -> Row:
    """On SQLite, in real processes."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash_until_parked(f"sqlite:{Path(folder) / 'store.db'}")
    text = f"parked after {outcome.crashes - 1} recoveries, {COUNT - 1} others ended right, it too when it was mended"
    row = Row("parking", "an instance that crashes its host at every recovery", text, outcome.found)
    return with_controls(row, of_planted())


def of_planted() -> dict[str, list[str]]:
    """The negative control: a store that lets it be recovered for ever."""
    with tempfile.TemporaryDirectory() as folder:
        return {"uncounting": crash_until_parked(f"sqlite:{folder}/store.db", "uncounting").found}
