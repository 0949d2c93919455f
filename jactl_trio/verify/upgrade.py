"""Checkpoints that a store holds -> those that today's release, Context and script would refuse."""

from __future__ import annotations

from dataclasses import dataclass, field

import trio

from ..errors import JactlError
from ..runtime.context import Context
from ..runtime.scripts import snapshot_of
from ..store import CheckpointStore
from ..store.records import GOING, PARKED, InstanceRecord, ScriptRecord

INSTANCES_MAX = 1_000_000


@dataclass
class Upgrade:
    """restored: checkpoints that were read in full.  older: those of them whose source is not today's."""

    restored: int = 0
    older: int = 0
    refused: list[tuple[InstanceRecord, JactlError]] = field(default_factory=list)


def upgrade(store: CheckpointStore, context: Context, identity: str = "") -> Upgrade:
    """Restore the checkpoint of each unfinished instance, as a recovery would; nothing runs, nothing is written.

    identity: of today's script.
    """
    found = Upgrade()
    unfinished = (record for state in (*GOING, PARKED) for record in store.instances(state, INSTANCES_MAX))
    for record in unfinished:
        saved = store.checkpoint(record.id)
        if saved is None:
            continue
        try:
            trio.run(_restored, store, context, saved[1])
        except JactlError as error:
            found.refused.append((record, error))
        else:
            found.restored += 1
            found.older += record.script != identity
    return found


async def _restored(store: CheckpointStore, context: Context, checkpoint: bytes) -> None:
    async def fetch(identity: str) -> ScriptRecord | None:
        return store.script(identity)

    await snapshot_of(context, checkpoint, fetch)
