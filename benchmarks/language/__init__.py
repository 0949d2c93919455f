"""What a script costs beside the same by hand in Python, and after a resume beside the same without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jactl_trio import Context
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Machine, Waiting

from ..benchmark import Benchmark, Workbench
from ..measure import paired
from ..rows import Row, ratio_at_most
from . import collections, functions, loops, numbers, resumed, texts
from .pair import Pair

PAIRS: tuple[Pair, ...] = functions.PAIRS + loops.PAIRS + numbers.PAIRS + texts.PAIRS + collections.PAIRS


def runner(source: str) -> Callable[[], Any]:
    """Runs a script from its start to its end, without Trio; its time slices are used up and go on at once."""
    context = Context()
    unit = context.compile(source).unit

    def run() -> Any:
        machine = Machine(RunState(context, {}))
        assert unit.main is not None
        step = machine.start(unit.main, {})
        while isinstance(step, Waiting):
            step = machine.resume(None)
        return step.value

    return run


def _benchmark(pair: Pair) -> Benchmark:
    def measure(workbench: Workbench) -> Iterator[Row]:
        ours = runner(pair.script)
        assert ours() == pair.python(), pair.name
        measured = paired(ours, pair.python, workbench.effort.rounds)
        times = measured.ours_s * 1e3, measured.other_s * 1e3, measured.ratio
        yield Row(pair.name, "ms", *times, "Python", ratio_at_most(pair.target))

    return Benchmark(pair.name, measure)


BENCHMARKS = (*map(_benchmark, PAIRS), *resumed.BENCHMARKS)
