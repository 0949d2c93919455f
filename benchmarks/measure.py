"""Time two callables alternately in one process, so that a drift of the machine hits both."""

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


def paired(ours: Callable[[], Any], other: Callable[[], Any], rounds: int = 7) -> Ratio:
    """Run ours, other, ours, other... after one warm-up of each."""
    ours(), other()
    pairs = [(_seconds(ours), _seconds(other)) for _ in range(rounds)]
    return Ratio(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def single(run: Callable[[], Any], rounds: int = 7) -> float:
    """The median time of one call in seconds, after a warm-up."""
    run()
    return statistics.median(_seconds(run) for _ in range(rounds))


def _seconds(run: Callable[[], Any]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        run()
        return time.perf_counter() - started
    finally:
        gc.enable()
