"""`await jactl.eval(source, globals)`: a source text and its globals -> its value, in one line."""

from __future__ import annotations

from typing import Any

from ..continuation.current import Input, Output


async def eval(
    source: str,
    globals: dict[str, Any] | None = None,
    *,
    context: Any = None,
    input: Input | None = None,
    output: Output | None = None,
) -> Any:
    """Compile and run a script, in a Context of its own where none is given; the value of its last expression."""
    if context is None:
        from .context import Context

        context = Context()
    return await context.compile(source, globals).run(globals, input=input, output=output)
