"""How running code gives up the thread: the Suspend exception, and which functions may stand on its way.

A call that must wait raises Suspend.  It unwinds to the machine (continuation.machine), which captures each frame on
the way from the traceback.  So every Python frame between a waiting call and the machine must be one of:

- compiled script code;
- a function marked `resumable`: its frames are captured and later entered mid-way.  It keeps to these
  rules, checked when its resume entry is made: a call that may suspend stands alone, as `x = f(...)`, `return f(...)`
  or `f(...)`; no such call inside for loops, comprehensions, with blocks, lambdas or nested functions (write
  `while`); locals are plain data that a checkpoint can hold; no call with *args or **kwargs (it would use the C
  stack);
- a function marked `transparent`: it raises Suspend itself, or makes its suspending call in tail position
  (`return f(...)`), so that its frame can be dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

RESUMABLE: dict[CodeType, Callable[..., Any]] = {}
TRANSPARENT: set[CodeType] = set()


class Suspend(BaseException):
    """Carries the request that the instance waits for; never seen by scripts or host functions."""

    __slots__ = ()

    @property
    def request(self) -> Any:
        return self.args[0]  # an __init__ of our own would take as long as all the rest of a raise


def resumable(function: F) -> F:
    """Mark a function whose frames are captured at its suspending calls and entered mid-way later."""
    RESUMABLE[function.__code__] = function
    return function


def transparent(function: F) -> F:
    """Mark a function whose frame may be dropped at capture: what it would return goes to its caller."""
    TRANSPARENT.add(function.__code__)
    return function


WALK_STEPS = 10_000  # how far the runtime's own walks over data go before they give way (some milliseconds)


@transparent
def give_way() -> Any:
    """Let the loop turn if the script's time slice is over; LimitError if its time is: for walks of any length.

    Shared data is shown once for each way that leads to it, so a small graph can have an enormous text.
    """
    return _tick()


def give_way_by(tick: Callable[[], Any]) -> None:
    """What `give_way` calls: time slices tell."""
    global _tick
    _tick = tick


def _no_slices() -> Any:
    return None


_tick: Callable[[], Any] = _no_slices


@transparent
def suspend(request: object) -> Any:
    """Wait for `request`; the value that the machine is resumed with is returned to the caller."""
    raise Suspend(request)
