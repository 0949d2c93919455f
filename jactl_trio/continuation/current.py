"""The run that this thread executes: what compiled code and built-in functions may ask for without a parameter."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any, Protocol

from ..structs import Struct, field
from .senses import SENSES, Senses

if TYPE_CHECKING:
    from .slices import Work


class Output(Protocol):
    def write(self, text: str, /) -> Any: ...


class Input(Protocol):
    def readline(self) -> str: ...


class RunState(Struct):
    """One run of one script: everything that belongs to it apart from its frames.

    context: has .options (values.options.Options), .registry, and .compile_eval(source, globals) -> Unit.
    The counters travel in checkpoints, so that limits go on counting after a recovery.
    """

    context: Any = None
    globals: dict[str, Any] = field(default_factory=dict)
    output: Output | None = None
    input: Input | None = None
    invocation_context: Any = None
    instance_id: uuid.UUID | None = None
    checkpoint_id: int = 0  # of the last checkpoint saved; 0: none yet
    call_ordinal: int = 0  # host calls since then
    loop_count: int = 0  # loop iterations, where max_loop_iterations is set
    run_seconds: float = 0.0  # time spent in script code
    senses: Senses = SENSES
    evaluated: list[Any] = field(default_factory=list)  # Units that eval() made and that may be on the stack


class Current(threading.local):
    """`run` is the RunState of the machine that runs on this thread; `work` what that does at present (see slices).

    Both are set by the machine.
    """

    run: RunState = None  # type: ignore[assignment] # never read outside a run
    work: Work | None = None


current = Current()
