"""Python functions that stand in for compiled code: source text -> Unit.

Every call that stands alone is a site, as in generated code.  `wait(x)` suspends with request x, `same(x)` does so and
the driver answers with x.
"""

from __future__ import annotations

import ast
from typing import Any

from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.frames import Frame
from jactl_trio.continuation.machine import Done, Machine
from jactl_trio.continuation.unit import Code, Site, Unit
from jactl_trio.values.suspension import suspend


def unit_of(source: str, identity: str = "0" * 64, **names: Any) -> Unit:
    """Each function of a Python text as a Code with sites."""
    tree = ast.parse(source)
    namespace: dict[str, Any] = {"wait": suspend, **names}
    unit = Unit(identity, source, "handmade", "", namespace)
    namespace["__unit__"] = unit
    unit.positions = list(range(len(source) + 2))
    exec(compile(tree, "<handmade>", "exec"), namespace)
    for function in tree.body:
        assert isinstance(function, ast.FunctionDef)
        code = Code(function.name, namespace[function.name], function, namespace, unit)
        code.handles_errors = any(isinstance(node, ast.Try) for node in ast.walk(function))
        for node in ast.walk(function):
            value = getattr(node, "value", None)
            if (
                isinstance(node, ast.Assign | ast.Expr | ast.Return)
                and isinstance(value, ast.Call)
                and isinstance(value.func, ast.Name)
            ):
                code.sites[value.lineno] = Site(value.lineno, f"{value.lineno}.0", value.lineno)
        unit.codes[code.key] = code
    unit.main = namespace.get("main")
    return unit


def finish(machine: Machine, step: Any, through: Any = None) -> Any:
    """Answer every request with itself until the end; `through(frames, value)` stands for a checkpoint."""
    while not isinstance(step, Done):
        value = step.request
        if through is not None:
            frames, value = through(machine.snapshot(), value)
            machine = Machine.restored(machine.run, frames)
        step = machine.resume(value)
    return step.value


def run(unit: Unit, *args: Any, name: str = "main", through: Any = None) -> Any:
    machine = Machine(RunState())
    return finish(machine, machine.start(unit.namespace[name], *args), through)


def copied(frames: list[Frame], value: Any) -> tuple[list[Frame], Any]:
    """Frames with nothing but what they say that they hold."""
    return [Frame(frame.code, frame.site, dict(frame.locals)) for frame in frames], value
