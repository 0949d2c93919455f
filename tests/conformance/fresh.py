"""Run a script that goes on, after every save, in code compiled afresh: as another process would recover it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jactl_trio.continuation.current import RunState
from jactl_trio.runtime.driver import Driver
from jactl_trio.runtime.script import Script
from jactl_trio.values.convert import to_host


class MovingDriver(Driver):
    """Restores each checkpoint into the other one of two compilations, in two contexts."""

    __slots__ = ("_scripts",)

    def __init__(self, scripts: list[Script], run_state: RunState) -> None:
        super().__init__(scripts[0].unit, run_state)
        self._scripts = scripts

    def restore(self, checkpoint: bytes) -> Any:
        self._scripts.reverse()
        script = self._scripts[0]
        self.unit, self.run_state.context = script.unit, script.context
        return super().restore(checkpoint)


async def run_recovered(compiled: Callable[[], Script], given: dict[str, Any], source: Any, output: Any) -> Any:
    """Run what `compiled` makes (anew at each call), moving at every save."""
    scripts = [compiled(), compiled()]
    driver = MovingDriver(scripts, scripts[0].new_run(given, source, output))
    return to_host(await driver.run())
