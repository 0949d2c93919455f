"""Checkpoints: capture and encode, decode and restore, and bytes, beside cbor2 on the same plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cbor2

from jactl_trio import Context
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Waiting
from jactl_trio.runtime.driver import Driver

from .measure import paired, single
from .rows import Row

_MAPS = '{ [id: it, name: "item $it", price: it * 1.5, count: it % 7, isNew: it % 2 == 0] }'
STATES = {
    "small": ('int a = 1; long b = 2L; def c = "three"; double d = 4D; boolean e = true', "[a, b, c, d, e]"),
    "medium": (f"def items = 100.map{_MAPS}", "items"),
    "large": (f"def items = 10000.map{_MAPS}", "items"),
    "shared": ("def one = [1, 2, 3]; def items = 1000.map{ one }", "items"),
}
_BYTES_MAX = {"small": 600, "medium": 3_100, "large": 290_000}
_ENCODE_US, _DECODE_US = {"small": 20.0}, {"small": 30.0}


def rows(rounds: int) -> Iterator[Row]:
    for name, (state, value) in STATES.items():
        yield from _of_state(name, f"{state}; checkpoint(); {value}", rounds)
    deep = "def down(int n) { n == 0 ? checkpoint() : down(n - 1); n }; down(100)"
    driver = _waiting(deep)
    checkpoint = driver.encoded(1)
    yield Row("100 frames deep, encode", "us", _us(lambda: driver.encoded(1), rounds), target=300)
    yield Row(
        "100 frames deep, decode", "us", _us(lambda: _waiting_again(driver).restore(checkpoint), rounds), target=300
    )


def _of_state(name: str, source: str, rounds: int) -> Iterator[Row]:
    driver = _waiting(source)
    checkpoint = driver.encoded(1)
    value = _value_after(driver, checkpoint)
    plain = cbor2.loads(cbor2.dumps(value, default=_as_float))
    dumped = cbor2.dumps(plain)
    times = 200 if name in ("small", "medium") else 1
    encode = paired(_times(times, lambda: driver.encoded(1)), _times(times, lambda: cbor2.dumps(plain)), rounds)
    decode = paired(
        _times(times, lambda: _waiting_again(driver).restore(checkpoint)),
        _times(times, lambda: cbor2.loads(dumped)),
        rounds,
    )
    per = 1e6 / times
    for what, measured, targets, factor in (
        ("encode", encode, _ENCODE_US, 1.8),
        ("decode", decode, _DECODE_US, 2.0),
    ):
        ours, other = measured.ours_s * per, measured.other_s * per
        if name in targets:
            yield Row(f"{name}, {what}", "us", ours, target=targets[name])
        else:
            target = factor if name in _BYTES_MAX else None
            yield Row(f"{name}, {what}", "us", ours, other, measured.ratio, target, "cbor2")
    yield Row(f"{name}, bytes", "bytes", len(checkpoint), target=_BYTES_MAX.get(name))


def _waiting(source: str) -> Driver:
    """A script that waits in its checkpoint."""
    context = Context()
    script = context.compile(source)
    driver = Driver(script.unit, script.new_run())
    step = driver.machine.start(script.unit.main, driver.run_state.globals)
    while isinstance(step, Waiting) and type(step.request).__name__ == "Slice":
        step = driver.machine.resume(None)
    assert isinstance(step, Waiting)
    return driver


def _waiting_again(driver: Driver) -> Driver:
    return Driver(driver.unit, RunState(driver.run_state.context, {}))


def _value_after(driver: Driver, checkpoint: bytes) -> Any:
    """What the script gives when it goes on from the bytes: that they hold all."""
    again = _waiting_again(driver)
    again.restore(checkpoint)
    step = again.machine.resume(False)
    assert not isinstance(step, Waiting)
    return step.value


def _as_float(encoder: Any, value: Any) -> None:
    encoder.encode(float(value))


def _times(count: int, call: Any) -> Any:
    def repeated() -> None:
        for _ in range(count):
            call()

    return repeated


def _us(call: Any, rounds: int) -> float:
    return single(_times(100, call), rounds) * 1e4
