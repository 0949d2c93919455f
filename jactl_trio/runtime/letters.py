"""The value of a message <-> bytes, in the form of checkpoints: so all that a script can hold can be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ..checkpoint import BodyTooLong, Snapshot, decode, encode
from ..continuation.unit import Unit
from ..errors import CheckpointDecodeError, CheckpointEncodeError, UsageError
from ..store.records import Message
from ..values.convert import from_host
from .context import Context


def encoded_message(context: Context, id: UUID, name: str, value: Any) -> bytes:
    """UsageError for a value that cannot be sent. Its name goes with it: what was sealed tells whose answer to what it
    is, whatever became of the row that it lay in."""
    try:
        snapshot = Snapshot(_nothing(context), [], {"name": name}, id, value=from_host(value, context.registry.knows))
        return encode(snapshot, context.registry, context.keys, context.checkpoint_bytes_max)
    except BodyTooLong as error:
        raise UsageError(f"Message {name!r} cannot be sent: it has {error.size}") from error
    except CheckpointEncodeError as error:
        raise UsageError(f"Message {name!r} cannot be sent: {error.message}") from error


def message_value(context: Context, message: Message) -> Any:
    """What was sent. CheckpointDecodeError, also for bytes that are no message of this name for this instance."""
    snapshot = decode(message.body, context.registry, lambda reference: _nothing(context), context.keys)
    if snapshot.frames or (snapshot.instance_id, snapshot.globals.get("name")) != (message.id, message.name):
        raise CheckpointDecodeError(f"The bytes of message {message.name!r} for {message.id} are not that message's")
    return snapshot.value


def _nothing(context: Context) -> Unit:
    """What bytes without frames name as their script."""
    return context.compile("").unit
