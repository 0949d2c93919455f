"""Time two callables alternately in one process, so that a drift of the machine hits both.

The clock is the process's own CPU time, its other threads included: nothing that is timed here waits for anything, and
what else the machine does is left out.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ratio:
    """Medians in seconds, and the median of the ratios of neighbours."""

    ours_s: float
    other_s: float
    ratio: float


def paired(ours: Callable[[], Any], other: Callable[[], Any], rounds: int) -> Ratio:
    """Run ours, other, ours, other... after one warm-up of each."""
    ours(), other()
    return ratio_of((seconds(ours), seconds(other)) for _ in range(rounds))


def ratio_of(pairs: Any) -> Ratio:
    """pairs: of seconds, ours and the other's, neighbours in time."""
    found = list(pairs)
    return Ratio(
        statistics.median(a for a, _ in found),
        statistics.median(b for _, b in found),
        statistics.median(a / b for a, b in found),
    )


def single(run: Callable[[], Any], rounds: int) -> float:
    """The median time of one call in seconds, after a warm-up."""
    run()
    return statistics.median(seconds(run) for _ in range(rounds))


def repeated(count: int, run: Callable[[], Any]) -> Callable[[], Any]:
    """One call of many, for what is too short to be timed alone; gives the last answer."""

    def many() -> Any:
        for _ in range(count - 1):
            run()
        return run()

    return many


def seconds(run: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> float:
    """One call, with the garbage collector quiet."""
    gc.collect()
    gc.disable()
    try:
        started = clock()
        run()
        return clock() - started
    finally:
        gc.enable()
