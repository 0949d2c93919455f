"""One running script: calls functions, takes their frames down when they wait, and enters them again.

No Trio and no I/O, deterministic: the driver above decides what a request means and when it is answered.

    step = machine.start(function, *args)       Done(value) or Waiting(request)
    step = machine.resume(value)                the request's answer
    step = machine.throw(error)                 or its failure

A script's error is raised from these calls, with its location.  While the machine waits, `frames` is all there is
of the script: plain data.  They are entered one at a time, the innermost first, so that waiting again captures only
the frames that are new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import JactlError, LimitError
from ..limits import CALL_DEPTH_MAX
from ..values.suspension import Suspend
from . import recursion
from .capture import capture
from .current import RunState, current
from .failures import script_error
from .frames import Frame
from .requests import StressSuspend
from .slices import check_time, work_of_thread
from .unit import Code


@dataclass(slots=True)
class Done:
    """The script has ended with `value`."""

    value: Any


@dataclass(slots=True)
class Waiting:
    """The script waits for the answer to `request` (continuation.requests)."""

    request: Any


Step = Done | Waiting


class Machine:
    """Runs one script for one RunState."""

    __slots__ = ("frames", "run")

    def __init__(self, run: RunState) -> None:
        self.run = run
        self.frames: list[Frame] = []  # outermost first

    @classmethod
    def restored(cls, run: RunState, frames: Sequence[Frame]) -> Machine:
        """A machine that waits in these frames; go on with resume() or throw()."""
        machine = cls(run)
        machine.frames = list(frames)
        return machine

    def start(self, function: Callable[..., Any], *args: Any) -> Step:
        """Call a compiled function."""
        return self._work(_call, function, args)

    def resume(self, value: Any) -> Step:
        """Go on with the answer to the request."""
        try:
            check_time(self.run)
        except LimitError as error:
            return self.throw(error)
        return self._work(_answer, value, ())

    def throw(self, error: Exception) -> Step:
        """Go on with an error instead of an answer: raised where the script waits."""
        return self._work(_fail, error, ())

    def snapshot(self) -> list[Frame]:
        """The frames as they are now; they do not change when the machine goes on."""
        return list(self.frames)

    def _work(self, how: int, what: Any, args: tuple[Any, ...]) -> Step:
        """Run until the script ends or waits, with everything around it that script code needs."""
        outer = current.run
        work = current.work or work_of_thread()
        outer_run, outer_started = work.run, work.started
        recursion.raise_limit()
        current.run = self.run
        work.begin(self.run)
        try:
            return self._go_on(how, what, args)
        finally:
            work.end()
            work.run, work.started = outer_run, outer_started
            current.run = outer
            recursion.restore_limit()

    def _go_on(self, how: int, what: Any, args: tuple[Any, ...]) -> Step:
        frames = self.frames
        value: Any = what
        error: JactlError | None = script_error(what, frames) if how == _fail else None
        while True:
            if error is not None:
                while frames and not frames[-1].code.handles_errors:
                    frames.pop()
                if not frames:
                    raise error
            elif not frames and how != _call:
                return Done(value)
            try:
                if how == _call:
                    how = _answer
                    value = what(*args)
                else:
                    frame = frames.pop()
                    code = frame.code
                    entry = code.resume_entry or _resume_entry(code)
                    value = entry(frame.site.number, value, error, *map(frame.locals.get, code.resume_names))
                error = None
            except Suspend as suspended:
                request = self._taken_down(suspended)
                if type(request) is not StressSuspend:
                    return Waiting(request)
                value, error = request.value, None
            except Exception as failure:
                error = script_error(failure, frames)
                # They would keep the script's variables alive; its location says enough.
                error.__traceback__ = error.__context__ = None

    def _taken_down(self, suspended: Suspend) -> Any:
        """Move the running frames to the heap; the request that they wait for."""
        traceback = suspended.__traceback__
        assert traceback is not None
        suspended.__traceback__ = None
        self.frames += capture(traceback.tb_next)  # the first entry is this machine's own
        if len(self.frames) > CALL_DEPTH_MAX:
            error = script_error(RecursionError(), self.frames)
            self.frames = []
            raise error from None
        return suspended.args[0]  # its request, without a call


def _resume_entry(code: Code) -> Callable[..., Any]:
    """Made when it is first needed; what makes it is imported then, for many a script never waits."""
    from .resume import make_resume_entry

    return make_resume_entry(code)


_call, _answer, _fail = range(3)
