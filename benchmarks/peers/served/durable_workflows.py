"""DBOS: workflows of steps, and workflows that a kill leaves behind. Runs under the peers' Python."""

from __future__ import annotations

import sqlite3
import sys
import threading
from time import perf_counter
from typing import Any

from serving import serve

if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):  # DBOS would fail at its launch
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3

from dbos import DBOS

_count = 0
_arrived = 0
_all_arrived = threading.Event()
_may_end = threading.Event()
_lock = threading.Lock()


@DBOS.step()
def step(number: int) -> int:
    return number


@DBOS.workflow()
def steps_of(count: int) -> int:
    total = 0
    for number in range(count):
        total += step(number)
    return total


@DBOS.workflow()
def waits_behind_a_step(number: int) -> int:
    global _arrived
    found = step(number)
    with _lock:
        _arrived += 1
        if _arrived == _count:
            _all_arrived.set()
    _may_end.wait()
    return found


def _launch(url: str) -> None:
    DBOS(
        config={
            "name": "benchmark",
            "system_database_url": url,
            "run_admin_server": False,
            "log_level": "ERROR",
            "executor_id": "benchmark",
            "application_version": "1",
            "max_executor_threads": 200,
        }
    )
    DBOS.launch()


def launch(url: str) -> dict[str, Any]:
    _launch(url)
    return {}


def steps(workflows: int, each: int) -> dict[str, Any]:
    """Seconds from the start of the first workflow to the result of the last."""
    started = perf_counter()
    handles = [DBOS.start_workflow(steps_of, each) for _ in range(workflows)]
    results = [handle.get_result() for handle in handles]
    return {"seconds": perf_counter() - started, "results": sorted(set(results))}


def begin(url: str, count: int) -> dict[str, Any]:
    """So many workflows that wait behind a step: the process is killed then."""
    global _count
    _count = count
    _launch(url)
    for number in range(count):
        DBOS.start_workflow(waits_behind_a_step, number)
    _all_arrived.wait()
    return {}


def go_on(url: str, count: int) -> dict[str, Any]:
    """Seconds from the launch until all of them have come as far again."""
    global _count
    _count = count
    started = perf_counter()
    _launch(url)
    assert _all_arrived.wait(60), f"{_arrived} of {count} after a minute"
    return {"seconds": perf_counter() - started}


serve(launch=launch, steps=steps, begin=begin, go_on=go_on)
