"""Script: a compiled source that can be run."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..continuation.current import Input, Output, RunState
from ..continuation.unit import Unit
from ..values.convert import from_host, to_host
from ..wanted import wanted_globals, wanted_streams

if TYPE_CHECKING:
    from .context import Context


class Script:
    """What Context.compile gives."""

    __slots__ = ("context", "unit")

    def __init__(self, context: Context, unit: Unit) -> None:
        self.context = context
        self.unit = unit

    @property
    def source(self) -> str:
        return self.unit.source

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def identity(self) -> str:
        """A hash of all that decides how it runs: source, name, package, static types of globals, classes used."""
        return self.unit.identity

    async def run(
        self,
        globals: dict[str, Any] | None = None,
        *,
        input: Input | None = None,
        output: Output | None = None,
        invocation_context: Any = None,
    ) -> Any:
        """Run it in this task and return its value; the script's error is raised. Nothing is durable.

        globals: the script works on this dict itself.  input: what nextLine() reads from, output: what print
        writes to (by default sys.stdout).  invocation_context: any object, for host functions that take `ctx`.
        """
        import trio

        from .driver import Driver

        driver = Driver(self.unit, self.new_run(globals, input, output, invocation_context))
        await trio.lowlevel.checkpoint()  # for a script may wait for nothing
        return to_host(await driver.run())

    def new_run(
        self,
        globals: dict[str, Any] | None = None,
        input: Input | None = None,
        output: Output | None = None,
        invocation_context: Any = None,
        id: uuid.UUID | None = None,
    ) -> RunState:
        """The state of a run that has not begun."""
        wanted_globals(globals)
        wanted_streams(input, output)
        bound = from_host(
            {} if globals is None else globals, self.context.registry.knows, self.context.options.allow_host_access
        )
        return RunState(self.context, bound, output, input, invocation_context, id or uuid.uuid4())

    def __repr__(self) -> str:
        return f"<Script {self.name or self.identity[:12]}>"
