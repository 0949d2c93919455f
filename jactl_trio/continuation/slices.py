"""Time slices: a watchdog thread raises a flag, and compiled code that sees it suspends.

Compiled code reads the name TICK from its builtins at function entries and in loops, and calls `tick()` if it is
true; the runtime's own loops read `FLAG.is_up`, which says the same. A closure that calls nothing does not look, so
every loop that calls closures has to.  The watchdog looks every few milliseconds whether a machine has been at work
since it last looked; it sleeps while none is, never keeps the process alive, and is started with the first machine.

The flag belongs to the process, the slice to a thread: a tick() on a thread whose slice is not over does nothing.
Checking a clock in compiled code instead was measured: 45 ns in each loop iteration against 3 ns.
"""

from __future__ import annotations

import os
import threading
import weakref
from time import perf_counter, sleep
from typing import Any

from ..errors import LimitError
from ..limits import SLICE_SECONDS
from ..values.suspension import give_way_by, suspend, transparent
from .current import RunState, current
from .requests import Slice

_LOOK_SECONDS = SLICE_SECONDS / 2
# Less than a whole one: the next look is not before _LOOK_SECONDS and the time that Python takes to let another thread
# run, which is as much as a slice.
_OVER_AFTER_SECONDS = SLICE_SECONDS * 0.8
_IDLE_LOOKS = 200  # then the watchdog sleeps until it is woken


@transparent
def tick() -> Any:
    """Give up the thread if the watchdog says so; LimitError if the run's time is over."""
    work = current.work
    if work is None or work.run is None or not work.is_over:
        _lower_flag()
        return None
    work.is_over = False
    _lower_flag()
    check_time(work.run, perf_counter() - work.started)
    return suspend(Slice())


give_way_by(tick)


def count_loop() -> None:
    """Called by compiled code in every iteration where max_loop_iterations is set."""
    run = current.run
    limit = run.context.options.max_loop_iterations
    if 0 <= limit <= run.loop_count:
        raise LimitError(f"Loop iterations limit of {limit} exceeded (count={run.loop_count})")
    run.loop_count += 1


def check_time(run: RunState, seconds: float = 0.0) -> None:
    """LimitError if the run has used up max_execution_time; `seconds`: used and not yet counted.

    Only the time that script code runs counts, not the time that it waits: an instance may wait for days.
    """
    if run.context is None:
        return
    limit = run.context.options.max_execution_time
    if limit >= 0 and (run.run_seconds + seconds) * 1000 >= limit:
        raise LimitError(f"Script execution exceeded max time of {limit}ms")


# The builtins of all compiled code. Code generation adds its helpers here.
BUILTINS: dict[str, Any] = {"TICK": False, "tick": tick, "count_loop": count_loop}


class _Flag:
    """TICK for the runtime's own functions: a slot is read in a third of the time that a dict's entry takes."""

    __slots__ = ("is_up",)

    def __init__(self) -> None:
        self.is_up = False


FLAG = _Flag()


class Work:
    """What the machine of one thread does at present: written by that thread, looked at by the watchdog."""

    __slots__ = ("__weakref__", "is_over", "run", "seen", "started", "step")

    def __init__(self) -> None:
        self.run: RunState | None = None
        self.started = 0.0
        self.step = 0  # grows with every step of a machine
        self.is_over = False  # set by the watchdog: the slice is used up
        self.seen = 0  # `step` at the watchdog's last look

    def begin(self, run: RunState) -> None:
        self.started = perf_counter()  # before the watchdog sees the run
        self.run = run
        self.step += 1
        self.is_over = False
        if _watchdog.is_asleep:
            _watchdog.wake()

    def end(self) -> None:
        if self.run is not None:
            self.run.run_seconds += perf_counter() - self.started
            self.run = None
            self.step += 1


def work_of_thread() -> Work:
    """The Work of the calling thread."""
    work = current.work
    if work is None:
        work = current.work = Work()
        _watchdog.watch(work)
    return work


class _Watchdog:
    def __init__(self) -> None:
        self.is_asleep = True
        self.works: list[weakref.ref[Work]] = []
        self.lock = threading.Lock()
        self.woken = threading.Event()
        self.thread: threading.Thread | None = None

    def watch(self, work: Work) -> None:
        with self.lock:
            self.works = [known for known in self.works if known() is not None]
            self.works.append(weakref.ref(work))

    def wake(self) -> None:
        with self.lock:
            self.is_asleep = False
            if self.thread is None:
                self.thread = threading.Thread(target=self._look_for_ever, name="jactl-trio slices", daemon=True)
                self.thread.start()
        self.woken.set()

    def alive(self) -> list[Work]:
        return [work for known in self.works if (work := known()) is not None]

    def _look_for_ever(self) -> None:
        idle = 0
        while True:
            sleep(_LOOK_SECONDS)
            idle = 0 if self._look() else idle + 1
            if idle >= _IDLE_LOOKS:
                idle = 0
                self.woken.clear()
                self.is_asleep = True
                # A machine that began before the line above has not woken us: look once more.
                if not any(work.run for work in self.alive()):
                    self.woken.wait()
                self.is_asleep = False

    def _look(self) -> bool:
        """Raise the flag for slices that are over; whether any machine has worked since the last look."""
        active = False
        now = perf_counter()
        for work in self.alive():
            if work.run is not None:
                active = True
                if now - work.started > _OVER_AFTER_SECONDS:
                    work.is_over = True
                    BUILTINS["TICK"] = FLAG.is_up = True
            elif work.step != work.seen:
                active = True
            work.seen = work.step
        return active


def _lower_flag() -> None:
    BUILTINS["TICK"] = FLAG.is_up = any(work.is_over and work.run is not None for work in _watchdog.alive())


_watchdog = _Watchdog()


def _after_fork() -> None:
    """The child has no watchdog thread."""
    global _watchdog
    _watchdog = _Watchdog()
    current.work = None
    BUILTINS["TICK"] = FLAG.is_up = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
