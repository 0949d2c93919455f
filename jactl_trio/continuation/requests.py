"""What a suspended script asks for: the requests that a Suspend carries from a script to its machine's driver."""

from __future__ import annotations

from typing import Any

from ..structs import Struct
from ..values.signature import Signature


class Sleep(Struct):
    """Wait for a number of milliseconds; then resume with `value`."""

    milliseconds: int
    value: Any = None


class HostCall(Struct):
    """Call an asynchronous host function with converted arguments; resume with its (boxed) result.

    `ordinal` counts the host calls since the last checkpoint: with the instance's ids it is the call's idempotency key.
    """

    signature: Signature
    args: tuple[Any, ...]
    receiver: Any = None
    ordinal: int = 0


class SaveCheckpoint(Struct):
    """Save the present state; resume with True after a save and with False after a recovery from it."""


class Slice(Struct):
    """The time slice is used up, or the stack is nearly: let the loop turn, then resume with None."""


class StressSuspend(Struct):
    """Options.stress 'suspend': suspend for nothing; resume with `value`."""

    value: Any = None


class StressCheckpoint(Struct):
    """Options.stress 'checkpoint': send the frames and `value` through bytes; resume with the restored `value`."""

    value: Any = None


class Receive(Struct):
    """Wait until the host sends the instance a message under `name`; resume with the message."""

    name: str
    milliseconds: int | None = None  # at most this long; then resume with None
