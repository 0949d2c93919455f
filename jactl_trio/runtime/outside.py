"""A script that a program without a Trio loop runs -> its value. Trio is imported only if the script waits."""

from __future__ import annotations

from typing import Any

from ..continuation.current import Input
from ..continuation.machine import Done, Machine, Waiting
from ..continuation.requests import Slice
from ..values.convert import to_host
from .script import Script


def run_outside(script: Script, globals: dict[str, Any] | None = None, input: Input | None = None) -> Any:
    """Run it to its end, in a loop of its own from its first wait on. Nothing is durable."""
    unit, run = script.unit, script.new_run(globals, input)
    assert unit.main is not None
    machine = Machine(run)
    step = machine.start(unit.main, run.globals)
    while isinstance(step, Waiting) and type(step.request) is Slice:  # there is nobody to give way to
        step = machine.resume(None)
    if isinstance(step, Done):
        return to_host(step.value)
    import trio

    from .driver import Driver

    driver = Driver(unit, run)
    driver.machine = machine
    return to_host(trio.run(driver.go_on_from, step))
