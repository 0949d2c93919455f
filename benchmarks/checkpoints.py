"""Checkpoints: capture and encode, decode and restore, and bytes, beside cbor2 on the same plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import cbor2

from jactl_trio import Context
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Waiting
from jactl_trio.runtime.driver import Driver

from .benchmark import Benchmark, Workbench
from .measure import paired, repeated, single
from .rows import Row, Target, at_most, ratio_at_most

_MAPS = '{ [id: it, name: "item $it", price: it * 1.5D, count: it % 7, isNew: it % 2 == 0] }'


@dataclass(frozen=True)
class State:
    """setup: makes what the script holds while it waits; value: what it gives after that, from the bytes alone."""

    name: str
    setup: str
    value: str
    times: int  # in one measurement
    encode: Target | None = None
    decode: Target | None = None
    bytes_max: int | None = None


STATES = (
    State(
        "small",
        'int a = 1; long b = 2L; def c = "three"; double d = 4D; boolean e = true',
        "[a, b, c, d, e]",
        200,
        at_most(20),
        at_most(30),
        600,
    ),
    State("medium", f"def items = 100.map{_MAPS}", "items", 100, ratio_at_most(1.8), ratio_at_most(2), 3_100),
    State("large", f"def items = 10000.map{_MAPS}", "items", 1, ratio_at_most(1.8), ratio_at_most(2), 290_000),
    State("shared", "def one = [1, 2, 3]; def items = 1000.map{ one }", "items", 20),
    State("deep", "def items = []; for (int i = 0; i < 300; i++) { items = [items] }", "items", 20),
)
_FAR_DEEPER = 100_000
_DEPTHS = (1, 10, 100)
_DEEP = "def down(int n) {{ int a = n; def b = 'two'; n == 0 ? checkpoint() : down(n - 1); a + b.size() }}; down({})"


def _of_state(state: State, workbench: Workbench) -> Iterator[Row]:
    driver = waiting(f"{state.setup}; checkpoint(); {state.value}")
    checkpoint = driver.encoded(1)
    plain = cbor2.loads(cbor2.dumps(_value_after(driver, checkpoint), default=_as_float))
    dumped = cbor2.dumps(plain)
    sides: dict[str, tuple[Callable[[], Any], Callable[[], Any], Target | None]] = {
        "encode": (lambda: driver.encoded(1), lambda: cbor2.dumps(plain), state.encode),
        "decode": (lambda: again(driver).restore(checkpoint), lambda: cbor2.loads(dumped), state.decode),
    }
    for what, (ours, other, target) in sides.items():
        times = paired(repeated(state.times, ours), repeated(state.times, other), workbench.effort.rounds)
        per = 1e6 / state.times
        yield Row(f"{state.name}, {what}", "us", times.ours_s * per, times.other_s * per, times.ratio, "cbor2", target)
    target = None if state.bytes_max is None else at_most(state.bytes_max)
    ratio = len(checkpoint) / len(dumped)
    yield Row(f"{state.name}, bytes", "bytes", len(checkpoint), len(dumped), ratio, "cbor2", target)


def _far_deeper(workbench: Workbench) -> Iterator[Row]:
    """A depth at which cbor2 alone gives up, or the process dies."""
    driver = waiting(f"def l = []; for (int i = 0; i < {_FAR_DEEPER}; i++) {{ l = [l] }}; checkpoint(); l")
    checkpoint, depth = driver.encoded(1), 0
    value = _value_after(driver, checkpoint)
    while value:
        (value,), depth = value, depth + 1
    assert depth == _FAR_DEEPER
    yield from _times(f"list nested {_FAR_DEEPER:,} deep", driver, checkpoint, workbench, 1)


def _of_depth(depth: int, workbench: Workbench) -> Iterator[Row]:
    driver = waiting(_DEEP.format(depth - 1))
    checkpoint = driver.encoded(1)
    assert len(driver.machine.frames) == depth + 2, driver.machine.frames  # and main, and checkpoint() itself
    assert _value_after(driver, checkpoint) == depth - 1 + 3
    target = at_most(300) if depth == 100 else None
    yield from _times(f"{depth} frame{'s' * (depth > 1)} deep", driver, checkpoint, workbench, 50, target)


def _times(
    name: str, driver: Driver, checkpoint: bytes, workbench: Workbench, times: int, target: Target | None = None
) -> Iterator[Row]:
    rounds = workbench.effort.rounds
    encode = single(repeated(times, lambda: driver.encoded(1)), rounds)
    decode = single(repeated(times, lambda: again(driver).restore(checkpoint)), rounds)
    yield Row(f"{name}, encode", "us", encode / times * 1e6, target=target)
    yield Row(f"{name}, decode", "us", decode / times * 1e6, target=target)
    yield Row(f"{name}, bytes", "bytes", len(checkpoint))


def waiting(source: str) -> Driver:
    """A script that waits in its checkpoint."""
    context = Context()
    script = context.compile(source)
    driver = Driver(script.unit, script.new_run())
    assert script.unit.main is not None
    step = driver.machine.start(script.unit.main, driver.run_state.globals)
    while isinstance(step, Waiting) and type(step.request).__name__ == "Slice":
        step = driver.machine.resume(None)
    assert isinstance(step, Waiting)
    return driver


def again(driver: Driver) -> Driver:
    return Driver(driver.unit, RunState(driver.run_state.context, {}))


def _value_after(driver: Driver, checkpoint: bytes) -> Any:
    """What the script gives when it goes on from the bytes: that they hold all."""
    other = again(driver)
    other.restore(checkpoint)
    step = other.machine.resume(False)
    while isinstance(step, Waiting):
        step = other.machine.resume(None)
    return step.value


def _as_float(encoder: Any, value: Any) -> None:
    encoder.encode(float(value))


BENCHMARKS = (
    *(Benchmark(state.name, partial(_of_state, state)) for state in STATES),
    Benchmark("far deeper", _far_deeper),
    *(Benchmark(f"{depth} frames", partial(_of_depth, depth)) for depth in _DEPTHS),
)
