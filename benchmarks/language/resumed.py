"""Does a script run as fast after it has waited? The same script, with and without one suspension early on.

Each is short enough to end within its first time slice, so that nothing else suspends it, and long enough for what
one suspension itself takes not to count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jactl_trio import Context
from jactl_trio.continuation.machine import Machine, Waiting

from ..benchmark import Benchmark, Workbench
from ..measure import paired, repeated
from ..rows import Row, ratio_at_most

TARGET = 1.1
TIMES = 10

# `at`: where to wait; a place that is never reached is no suspension.
SCRIPTS = {
    "while loop": "int i = 0; int t = 0; while (i < 25000) { if (i == at) { sleep(0) }; t += i & 7; i++ }; t",
    "nested loops": "int t = 0; for (int i = 0; i < 160; i++) {\n"
    "  for (int j = 0; j < 160; j++) { if (i == at && j == 50) { sleep(0) }; t += (i ^ j) & 3 }\n"
    "}\n"
    "t",
    "loop in a function, untyped": "def f(n) {\n"
    "  def t = 0; for (def i = 0; i < n; i++) { if (i == at) { sleep(0) }; t += i & 7 }; t\n"
    "}\n"
    "f(20000)",
    "recursion": "int fib(int n) { if (n == at) { at = -1; sleep(0) }; n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(19)",
    "pipeline": "8000.map{ if (it == at) { sleep(0) }; it * 3 }.filter{ it % 2 == 0 }.sum()",
    "each": "int t = 0; 8000.each{ if (it == at) { sleep(0) }; t += it & 3 }; t",
    "loop in a method": "class C { int t = 0; def run(int n, int at) {\n"
    "  for (int i = 0; i < n; i++) { if (i == at) { sleep(0) }; t += i & 7 }; t\n"
    "} }\n"
    "new C().run(25000, at)",
}
_EARLY = {"recursion": 17}


def both(name: str, source: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The script with a wait soon after its start, and without."""
    script = Context().compile(source, globals={"at": 0})

    def run(at: int) -> Any:
        state = script.new_run({"at": at})
        machine = Machine(state)
        assert script.unit.main is not None
        step, waits = machine.start(script.unit.main, state.globals), 0
        while isinstance(step, Waiting):
            waits += type(step.request).__name__ == "Sleep"
            step = machine.resume(None)
        assert waits == (at >= 0), name
        return step.value

    early = _EARLY.get(name, 3)
    return (lambda: run(early)), (lambda: run(-1))


def _benchmark(name: str, source: str) -> Benchmark:
    def measure(workbench: Workbench) -> Iterator[Row]:
        resumed, unsuspended = both(name, source)
        assert resumed() == unsuspended(), name
        measured = paired(repeated(TIMES, resumed), repeated(TIMES, unsuspended), workbench.effort.rounds)
        times = measured.ours_s / TIMES * 1e3, measured.other_s / TIMES * 1e3, measured.ratio
        yield Row(f"after a resume: {name}", "ms", *times, "unsuspended", ratio_at_most(TARGET))

    return Benchmark(f"after a resume: {name}", measure)


BENCHMARKS = tuple(_benchmark(name, source) for name, source in SCRIPTS.items())
