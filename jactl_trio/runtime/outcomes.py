"""The value of a finished instance <-> bytes that a store keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..continuation.current import RunState
from ..continuation.unit import Unit
from ..errors import CheckpointEncodeError, JactlError
from ..store import InstanceRecord
from ..values.convert import to_host
from ..values.display import plain_text
from .snapshots import decoded, encoded

if TYPE_CHECKING:
    from .context import Context
    from .instance import Instance


def encoded_outcome(
    context: Context, unit: Unit, instance: Instance, value: Any, key: bytes | None
) -> tuple[bytes | None, str | None]:
    """The bytes of a value; a value that cannot be saved leaves only its text."""
    run = RunState(context=context)
    try:
        data = encoded(
            context, unit, run, [], instance_id=instance.id, checkpoint_id=instance.checkpoint_id, value=value, key=key
        )
    except CheckpointEncodeError:
        return None, plain_text(value)
    return data, None


def decoded_outcome(context: Context, record: InstanceRecord, key: bytes | None) -> Any:
    """The value of a finished instance; raises JactlError where only its text was kept."""
    if record.outcome is None:
        raise JactlError(f"The outcome of instance {record.id} was not kept as a value: {record.error}")
    return to_host(decoded(context, record.outcome, context.unit_for, key).value)
