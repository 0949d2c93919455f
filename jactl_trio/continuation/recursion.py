"""Room for deep calls while script code runs: Python's recursion limit, raised for that time only.

A Python function that calls a Python function takes no C stack (CPython 3.11 and later), so the limit can be as high as
memory allows. It belongs to the whole interpreter: the first machine that runs raises it, the last one lowers it.

Every step of a machine passes here twice. A `with` takes three times as long as calling the lock's methods does.
"""

from __future__ import annotations

import sys
import threading

from ..limits import CALL_DEPTH_MAX

_ROOM = CALL_DEPTH_MAX + 1_000  # the host's own calls below

_lock = threading.Lock()
_enter, _leave = _lock.acquire, _lock.release
_running = 0
_usual = sys.getrecursionlimit()


def raise_limit() -> None:
    """Begin to run script code; calls nest, and threads may do it at the same time."""
    global _running, _usual
    _enter()
    try:
        _running += 1
        if _running == 1:
            _usual = sys.getrecursionlimit()
            if _usual < _ROOM:
                sys.setrecursionlimit(_ROOM)
    finally:
        _leave()


def restore_limit() -> None:
    """End what raise_limit began."""
    global _running
    _enter()
    try:
        _running -= 1
        if _running == 0:
            sys.setrecursionlimit(_usual)
    finally:
        _leave()
