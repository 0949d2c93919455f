"""How an instance ended <-> bytes, so that the store can keep it for whoever asks again."""

from __future__ import annotations

import uuid
from typing import Any

from .. import errors
from ..checkpoint import BodyTooLong, Resolver, Snapshot, decode, encode, identity_of
from ..continuation.unit import Unit
from ..errors import (
    CheckpointDecodeError,
    CheckpointEncodeError,
    CheckpointError,
    InstanceCancelledError,
    JactlError,
    Location,
)
from ..limits import CHECKPOINT_BYTES_MAX
from ..store.records import CANCELLED, FAILED, FINISHED, InstanceRecord


def encoded_value(context: Any, unit: Unit, id: uuid.UUID, value: Any) -> tuple[bytes | None, str | None]:
    """The outcome of a script that gave `value`; where that cannot be kept, nothing and the reason."""
    try:
        return _encoded(context, unit, id, value, context.checkpoint_bytes_max), None
    except BodyTooLong as error:
        return None, f"The result cannot be kept: it has {error.size}"
    except CheckpointEncodeError as error:
        return None, f"The result cannot be kept: {error.message}"


def encoded_error(context: Any, unit: Unit, id: uuid.UUID, error: JactlError) -> bytes:
    """The outcome of a script that failed; the embedder's limit does not hold: an error is always kept."""
    place = error.location
    in_unit = place is not None and place.source == unit.source
    fields = {"code": error.code, "message": error.message, "offset": place.offset if place and in_unit else None}
    return _encoded(context, unit, id, fields)


def shown_error(context: Any, error: Exception) -> str:
    """What a store shows of an error to whoever can read it: where the current key encrypts, nothing of its text, which
    may hold what a script works on."""
    if context.keys is None or not context.keys.current.encrypt:
        return str(error)
    code, place = (error.code, error.location) if isinstance(error, JactlError) else (type(error).__name__, None)
    where = "" if place is None else f" @ line {place.line}, column {place.column}"
    return f"{code}{where} (its text is encrypted)"


def value_of(context: Any, record: InstanceRecord, resolver: Resolver) -> Any:
    """What the script gave; raises its error, or InstanceCancelledError."""
    if record.state == CANCELLED:
        raise InstanceCancelledError(f"Instance {record.id} was cancelled")
    if record.state not in (FINISHED, FAILED) or record.outcome is None:
        raise CheckpointError(record.error or f"The outcome of instance {record.id} was not kept")
    snapshot = decode(record.outcome, context.registry, resolver, context.keys)
    if snapshot.frames or (snapshot.instance_id, identity_of(record.outcome)) != (record.id, record.script):
        raise CheckpointDecodeError(f"The store has other bytes than its outcome as the outcome of {record.id}")
    if record.state == FINISHED:
        return snapshot.value
    fields, unit = snapshot.value, snapshot.unit
    known = _BY_CODE.get(fields["code"], errors.RuntimeError)
    offset = fields["offset"]
    raise known(fields["message"], None if offset is None else Location(unit.source, offset, unit.name))


def _encoded(context: Any, unit: Unit, id: uuid.UUID, value: Any, bytes_max: int = CHECKPOINT_BYTES_MAX) -> bytes:
    return encode(Snapshot(unit, [], {}, id, value=value), context.registry, context.keys, bytes_max)


_BY_CODE: dict[str, type[JactlError]] = {
    known.code: known
    for known in (
        errors.RuntimeError,
        errors.NullError,
        errors.DieError,
        errors.LimitError,
        errors.HostFunctionError,
        errors.CompileError,
    )
}
