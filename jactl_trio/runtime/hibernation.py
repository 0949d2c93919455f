"""What a hibernated instance waits for <-> what its bytes say of it.

Bytes that hibernate hold frames that wait for a time or a message, not for the answer to a save; and since they may
come alone, without the store that knows how much time is left, they name the end of the wait by the wall clock.
"""

from __future__ import annotations

import time
from typing import Any

from ..continuation.requests import Receive, Sleep
from ..errors import CheckpointDecodeError


class Hibernated(Exception):
    """Ends the task of an instance that is in the store now, and waits there."""


def waiting_of(request: Sleep | Receive, wake_in_s: float | None) -> dict[str, Any]:
    """The value that goes with the frames. wake_in_s: seconds; None: no time ends the wait."""
    until = None if wake_in_s is None else int((time.time() + wake_in_s) * 1000)
    if isinstance(request, Sleep):
        return {"waits": "sleep", "until": until, "value": request.value}
    return {"waits": "receive", "until": until, "name": request.name}


def request_of(waiting: Any, wake_in_s: float | None = None) -> Sleep | Receive:
    """What is waited for, with the time that is left. wake_in_s: by the store's clock, where one knows.

    CheckpointDecodeError where the value is none that goes with the frames of a hibernated instance.
    """
    match waiting:
        case {"waits": "sleep", "until": int() as until, "value": value}:
            return Sleep(_left_ms(until, wake_in_s), value)
        case {"waits": "receive", "until": None, "name": str() as name}:
            return Receive(name, None if wake_in_s is None else int(wake_in_s * 1000))
        case {"waits": "receive", "until": int() as until, "name": str() as name}:
            return Receive(name, _left_ms(until, wake_in_s))
    raise CheckpointDecodeError("The checkpoint does not say what its script waits for")


def _left_ms(until: int, wake_in_s: float | None) -> int:
    return int((max(until / 1000 - time.time(), 0.0) if wake_in_s is None else wake_in_s) * 1000)
