"""The value of a message <-> bytes, in the form of checkpoints: so all that a script can hold can be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ..checkpoint import Snapshot, decode, encode
from ..continuation.unit import Unit
from ..errors import CheckpointEncodeError, UsageError
from ..values.convert import from_host
from .context import Context


def encoded_message(context: Context, id: UUID, value: Any) -> bytes:
    """UsageError for a value that cannot be sent."""
    try:
        snapshot = Snapshot(_nothing(context), [], {}, id, value=from_host(value, context.registry.knows))
        return encode(snapshot, context.registry, context.keys)
    except CheckpointEncodeError as error:
        raise UsageError(f"The message cannot be sent: {error.message}") from error


def message_value(context: Context, body: bytes) -> Any:
    """What was sent. CheckpointDecodeError."""
    return decode(body, context.registry, lambda reference: _nothing(context), context.keys).value


def _nothing(context: Context) -> Unit:
    """What bytes without frames name as their script."""
    return context.compile("").unit
