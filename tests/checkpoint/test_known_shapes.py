"""Shapes that a script's checkpoints have had before are not checked again: what only looks like them is."""

from __future__ import annotations

import cbor2
import pytest

import jactl_trio as jactl
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.continuation.machine import Waiting
from jactl_trio.continuation.requests import Slice
from jactl_trio.runtime.driver import Driver
from jactl_trio.values.cells import Cell


def waiting(context: jactl.Context, source: str) -> Driver:
    script = context.compile(source)
    driver = Driver(script.unit, script.new_run())
    assert script.unit.main is not None
    step = driver.machine.start(script.unit.main, driver.run_state.globals)
    while isinstance(step, Waiting) and type(step.request) is Slice:
        step = driver.machine.resume(None)
    assert isinstance(step, Waiting)
    return driver


def outcome(driver: Driver, body: bytes) -> tuple[str, str, str]:
    """What comes of a body: where it is refused, why."""
    try:
        value = driver.restore(seal(body, driver.unit.identity))
    except jactl.CheckpointError as error:
        return type(error).__name__, error.message, ""
    return repr(value), repr(driver.machine.frames[0].locals), repr(driver.run_state)


def outcomes(driver: Driver, body: bytes) -> set[tuple[str, str, str]]:
    """With nothing known of earlier checkpoints, and with what a good one has left."""
    good = open_sealed(driver.encoded(1))[1]
    driver.unit.known_shapes = None
    first = outcome(driver, body)
    outcome(driver, good)
    return {first, outcome(driver, body)}


def test_what_is_made_of_bytes_does_not_depend_on_what_is_known_of_earlier_ones() -> None:
    driver = waiting(jactl.Context(), "int a = 1; def b = ['x', 2L]; checkpoint(); a")
    _, body = open_sealed(driver.encoded(1))
    refused = 0
    for index in range(len(body)):
        for bit in (1, 0x20, 0x80):
            changed = bytearray(body)
            changed[index] ^= bit
            (only,) = outcomes(driver, bytes(changed))
            refused += only[0].startswith("Checkpoint")
        (only,) = outcomes(driver, body[:index])
        assert only[0] == "CheckpointDecodeError"
    assert refused > len(body)


def test_known_bytes_that_stand_elsewhere_are_not_taken_for_units_and_shapes() -> None:
    driver = waiting(jactl.Context(), "int a = 1; checkpoint(); a")
    _, body = open_sealed(driver.encoded(1))
    parts = cbor2.loads(body)
    known = cbor2.dumps(parts[8]) + cbor2.dumps(parts[9])
    at = body.index(known)
    begin, end = body[:at], body[at + len(known) :]
    forged = {
        "in a byte string": begin + b"\x58" + bytes([len(known)]) + known + cbor2.dumps(parts[9]) + end,
        "cut off in a byte string": begin + b"\x58\x10" + known + end,
        "one part too early": b"\x8b" + body[1 : at - 1] + known + end,
        "one part too late": begin + b"\xf6" + known + end,
        "twice": begin + known + known + end,
        "deeper": begin + b"\x81" + known + end,
        "under a tag": begin + b"\xc1" + known + end,
        "of another script": begin + known[:10] + bytes([known[10] ^ 1]) + known[11:] + end,
    }
    for name, changed in forged.items():
        (only,) = outcomes(driver, changed)
        assert only[0] in ("CheckpointDecodeError", "UnknownScriptError"), name


@pytest.mark.parametrize("kind", [2.0, [2]])
def test_a_shape_that_is_only_equal_to_a_known_one_is_refused(kind: object) -> None:
    driver = waiting(jactl.Context(), "int a = 1; checkpoint(); a")
    good = driver.encoded(1)
    driver.restore(good)
    identity, body = open_sealed(good)
    parts = cbor2.loads(body)
    assert parts[9][0] == 2
    parts[9][0] = kind
    with pytest.raises(jactl.CheckpointDecodeError):
        driver.restore(seal(cbor2.dumps(parts), identity))
    driver.restore(good)


def test_a_function_of_the_host_is_the_one_that_is_registered_now() -> None:
    context = jactl.Context()
    context.function(lambda: "old", name="told")
    driver = waiting(context, "def f = told; checkpoint(); f()")
    checkpoint = driver.encoded(1)
    driver.restore(checkpoint)
    context.function(lambda: "new", name="told")
    driver.restore(checkpoint)
    step = driver.machine.resume(False)
    assert not isinstance(step, Waiting) and step.value == "new"


@pytest.mark.parametrize(
    "source",
    [
        "def a = [x:1, y:[z:2L]]; def f = { it + a.x }; checkpoint(); f(1)",
        "class P { int x; P next = null }; def p = new P(x:1, next:new P(x:2)); checkpoint(); p.x",
        "def l = 10.map{ [id:it, name:'n' + it, price:it * 1.50] }; checkpoint(); l.size()",
        "def s = 'a\\uD800'; def m = [(s):s, b:s]; checkpoint(); m.size()",
        "eval('def g(x) { checkpoint(); x }; g(n)', [n:1])",
    ],
)
def test_bytes_do_not_depend_on_what_is_known_of_earlier_checkpoints(source: str) -> None:
    driver = waiting(jactl.Context(), source)
    new = driver.encoded(1)
    assert driver.encoded(1) == new
    driver.run_state.globals["other"] = {"x": 1.5, "y": [Cell(driver)], "z": (1, "two")}
    with pytest.raises(jactl.CheckpointEncodeError):
        driver.encoded(1)
    del driver.run_state.globals["other"]
    assert driver.encoded(1) == new


def test_what_a_script_keeps_of_its_checkpoints_is_bounded() -> None:
    driver = waiting(
        jactl.Context(), "def m = 1000.map{ [('key' + it):it] } + 3.map{ [('long ' * 1000):it] }; checkpoint(); m"
    )
    first = driver.encoded(1)
    assert driver.encoded(1) == first
    keys = driver.unit.layouts.by_key
    assert 0 < len(keys) <= 256
    driver.restore(first)
    step = driver.machine.resume(False)
    while isinstance(step, Waiting):
        step = driver.machine.resume(None)
    assert step.value == [{f"key{n}": n} for n in range(1000)] + [{"long " * 1000: n} for n in range(3)]


def test_a_variable_that_is_not_there_yet_leaves_no_trace_in_other_checkpoints() -> None:
    driver = waiting(jactl.Context(), "int a = 1; def b = 'two'; checkpoint(); a + b.size()")
    frame = driver.machine.frames[0]
    whole = dict(frame.locals)
    good = driver.encoded(1)
    for missing in whole:
        frame.locals = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(jactl.CheckpointDecodeError):
            driver.restore(driver.encoded(1))
    frame.locals = whole
    assert driver.encoded(1) == good


def test_what_a_script_keeps_of_the_checkpoints_that_it_read_is_bounded() -> None:
    driver = waiting(jactl.Context(), "def m = [:]; checkpoint(); m")
    driver.restore(driver.encoded(1))
    values = [*({f"key{n % 20}": n} for n in range(40)), {"x" * 5_000: 1}]
    for value in values:
        driver.machine.frames[0].locals = {"v_m": value}
        checkpoint = driver.encoded(1)
        for _ in range(2):
            driver.restore(checkpoint)
            assert driver.machine.frames[0].locals == {"v_m": value}
    assert len(driver.unit.known_shapes) == 16
