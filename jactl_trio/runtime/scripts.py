"""The identity of a script -> its unit: compiled here, or again from the source that a store keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ..checkpoint import Snapshot, UnitReference, decode, identity_of
from ..continuation.unit import Unit
from ..errors import CheckpointDecodeError, UnknownScriptError
from ..store.records import ScriptRecord
from .context import Context
from .driver import find_unit
from .hibernation import request_of

Fetch = Callable[[str], Awaitable["ScriptRecord | None"]]  # from the store, by identity


async def unit_of(context: Context, identity: str, fetch: Fetch) -> Unit:
    """The unit, with what it uses; UnknownScriptError where neither the context nor the store has it."""
    known = context.compiler.unit(identity)
    if known is not None:
        return known
    record = await fetch(identity)
    if record is None:
        raise UnknownScriptError(f"The script {identity[:12]} is neither known to the context nor kept in the store")
    used = [await unit_of(context, one, fetch) for one in record.uses]
    return context.compiler.again(record, used)


async def snapshot_of(context: Context, checkpoint: bytes, fetch: Fetch) -> Snapshot:
    """What the bytes hold, with their script. CheckpointDecodeError, UnknownScriptError."""
    unit = await unit_of(context, identity_of(checkpoint), fetch)  # held while the bytes are decoded

    def resolver(reference: UnitReference) -> Unit | None:
        return unit if reference.identity == unit.identity else _among(unit, reference.identity) or _known(reference)

    def _known(reference: UnitReference) -> Unit | None:
        return find_unit(context, reference)

    snapshot = decode(checkpoint, context.registry, resolver, context.keys)
    if snapshot.instance_id is None:
        raise CheckpointDecodeError("The checkpoint belongs to no instance")
    if snapshot.value is not None:  # before anything is claimed for it
        request_of(snapshot.value)
        if not snapshot.frames:
            raise CheckpointDecodeError("These are bytes of a value, not of a script that waits")
    return snapshot


def _among(unit: Unit, identity: str) -> Unit | None:
    """One of the units that a unit was compiled against."""
    waiting: list[Any] = list(unit.used)
    while waiting:
        used = waiting.pop()
        if used.identity == identity:
            found: Unit = used
            return found
        waiting += used.used
    return None
