"""Any exception that leaves script code -> a JactlError with its place in the script's source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import DecimalException
from types import TracebackType

from ..errors import InternalError, JactlError, LimitError, Location, RuntimeError
from ..limits import CALL_DEPTH_MAX
from ..values import decimals
from .frames import Frame
from .unit import Unit


def script_error(error: Exception, waiting: Sequence[Frame] = ()) -> JactlError:
    """The error as the script's owner sees it: a JactlError, located in the innermost script function on the way.

    waiting: the frames that were not running; they tell the place if no script function was.
    """
    if isinstance(error, JactlError):
        known = error
    else:
        known = next((make for kind, make in _TABLE if isinstance(error, kind)), _internal)(error)
    if known.location is None:
        known.location = _location(error.__traceback__) or _waiting_location(waiting)
    return known


def locate(error: JactlError) -> JactlError:
    """For an except clause of the runtime's own code: the error with its location, as the machine would give it."""
    if error.location is None:
        error.location = _location(error.__traceback__)
    return error


def _location(traceback: TracebackType | None) -> Location | None:
    """The place of the innermost frame that is a script's, and whose error is not its caller's (position -1)."""
    found: Location | None = None
    while traceback is not None:
        unit: Unit | None = traceback.tb_frame.f_globals.get("__unit__")
        line = traceback.tb_lineno
        if unit is not None and line < len(unit.positions) and unit.positions[line] >= 0:
            found = Location(unit.source, unit.positions[line], unit.name)
        traceback = traceback.tb_next
    return found


def _waiting_location(waiting: Sequence[Frame]) -> Location | None:
    for frame in reversed(waiting):
        unit = frame.code.unit
        if unit is not None and frame.site.pos >= 0:
            return Location(unit.source, frame.site.pos, unit.name)
    return None


def _too_deep(error: Exception) -> JactlError:
    return LimitError(f"Calls nested too deeply (more than {CALL_DEPTH_MAX})")


def _out_of_memory(error: Exception) -> JactlError:
    return LimitError("Out of memory")


def _divided_by_zero(error: Exception) -> JactlError:
    return RuntimeError("Divide by zero error")


def _too_many_digits(error: Exception) -> JactlError:
    return decimals.too_long()


def _internal(error: Exception) -> JactlError:
    made = InternalError(f"{type(error).__name__}: {error}")
    made.__cause__ = error
    return made


_TABLE: tuple[tuple[type[Exception], Callable[[Exception], JactlError]], ...] = (
    (RecursionError, _too_deep),
    (MemoryError, _out_of_memory),
    (ZeroDivisionError, _divided_by_zero),
    (DecimalException, _too_many_digits),  # of an exact operation
)
