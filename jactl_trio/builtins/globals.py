"""The global functions: time, chance, text, input, sleep and checkpoint."""

from __future__ import annotations

from typing import Any

from ..continuation.current import current
from ..continuation.requests import Receive, SaveCheckpoint, Sleep
from ..errors import NullError, RuntimeError
from ..values.numbers import Long, wrap_long
from ..values.printf import format
from ..values.signature import Param
from ..values.suspension import Suspend, resumable, suspend, transparent
from ..values.types import ANY, FUNCTION, LONG, STRING
from .declare import function


@function("sleep", params=(Param("timeMs", LONG), Param("data", ANY, None)), suspends=True)
@transparent
def sleep(milliseconds: int, data: Any) -> Any:
    return suspend(Sleep(milliseconds, data)) if milliseconds >= 0 else data


@function("receive", params=(Param("name", STRING), Param("timeMs", LONG, None)), suspends=True)
@transparent
def receive(name: str | None, milliseconds: int | None) -> Any:
    """The next message that the host sends to this instance under `name`; null if none comes in time."""
    if name is None:
        raise NullError("Null value for name of receive()")
    return suspend(Receive(name, milliseconds))


@function("checkpoint", params=(Param("commit", FUNCTION, None), Param("recover", FUNCTION, None)), suspends=True)
@resumable
def checkpoint(commit: Any, recover: Any) -> Any:
    saved = suspend(SaveCheckpoint())
    closure = commit if saved else recover
    if closure is None:
        return None
    return closure()


@transparent
def save_checkpoint() -> Any:
    """checkpoint() without closures, where nobody asks for its value: once it is answered nothing is left to do."""
    raise Suspend(SaveCheckpoint())


@function("timestamp", returns=LONG)
def timestamp() -> Long:
    return Long(current.run.senses.time_ns() // 1_000_000)


@function("nanoTime", returns=LONG)
def nano_time() -> Long:
    return Long(wrap_long(current.run.senses.elapsed_ns()))


@function("random", returns=LONG, params=(Param("bound", LONG),))
def random_long(bound: int) -> Long:
    if bound <= 0:
        raise RuntimeError("bound must be positive")
    return Long(current.run.senses.below(bound))


@function("uuid", returns=STRING)
def random_uuid() -> str:
    return str(current.run.senses.uuid())


@function("sprintf", returns=STRING, params=(Param("format", STRING), Param("args", ANY.array(), ())), varargs=True)
def sprintf(text: str | None, args: list[Any]) -> str:
    return format(text, list(args))


@function("nextLine", returns=STRING, suspends=True)
def next_line() -> str | None:
    source = current.run.input
    if source is None:
        return None
    line = source.readline()
    return line.removesuffix("\n").removesuffix("\r") if line else None
