"""Shapes that a script's checkpoints have had before are not checked again: what only looks like them is."""

from __future__ import annotations

import cbor2
import pytest

import jactl_trio as jactl
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.continuation.machine import Waiting
from jactl_trio.runtime.driver import Driver


def waiting(context: jactl.Context, source: str) -> Driver:
    script = context.compile(source)
    driver = Driver(script.unit, script.new_run())
    assert script.unit.main is not None
    step = driver.machine.start(script.unit.main, driver.run_state.globals)
    assert isinstance(step, Waiting)
    return driver


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
