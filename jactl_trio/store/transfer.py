"""One instance of a store <-> bytes that another store takes in, with all that it needs to go on there."""

from __future__ import annotations

import dataclasses
import uuid

from ..errors import JactlError, StoreError, UnknownInstanceError
from ..wanted import wanted, wanted_id
from .exported import read, written
from .interface import CheckpointStore
from .records import EXPORTED, HIBERNATED, PARKED, RUNNING, Import, InstanceRecord, Park, ScriptRecord, is_exported


def export_instance(store: CheckpointStore, id: uuid.UUID) -> bytes:
    """Set an instance aside and write it down, for import_instance elsewhere. It blocks.

        data = export_instance(store, id)
        import_instance(other, data)
        # then delete it here; or retry it here, if it is not to move after all

    The instance must not be running: release it, or wait until it hibernates. From now on nobody recovers it here, so
    that it does not go on twice, and it is sent no more messages here (StoreError), so that none stays behind; doing
    this again gives the same. One that was parked before stays so, in both stores. One that has ended is given with
    its outcome, and is not set aside.
    Raises UnknownInstanceError; StoreError where it runs, where nothing of it is saved yet, or where it was retried
    or deleted while it was written down.
    """
    wanted("store", store, CheckpointStore, "a CheckpointStore")
    record = _known(store, wanted_id(id))
    if record.state in (RUNNING, HIBERNATED, PARKED) and not is_exported(record):
        before = f": {record.error or ''}" if record.state == PARKED else ""
        answer = store.write(uuid.uuid4(), [Park(id, EXPORTED + before)])[0]
        if isinstance(answer, JactlError):
            raise answer
        record = _known(store, id)
    found = store.checkpoint(id)
    checkpoint = None if found is None else found[1]
    one = Import(_as_before(record), checkpoint, _scripts(store, record.script), tuple(store.sent(id)))
    if _known(store, id) != record:  # what was read may be of two states
        raise StoreError(f"Instance {id} has changed while it was exported: export it again")
    return written(one)


def import_instance(store: CheckpointStore, data: bytes) -> uuid.UUID:
    """Take in what export_instance gave; the next host that recovers goes on with it. It blocks.

    Taking the same bytes in twice is refused while the store knows the instance. Of one that ended without a kept
    outcome, or was deleted or purged, it knows nothing: throw the bytes away once they are taken in. Take in bytes only
    from whom you trust: damage is found here, but who wrote them shows only where checkpoints are keyed, and then
    when it is recovered.
    Raises CheckpointDecodeError for bytes that are damaged or no exported instance, StoreError where the store has an
    instance with that id, or another script under the identity of one of its scripts.
    """
    wanted("store", store, CheckpointStore, "a CheckpointStore")
    one = read(wanted("data", data, bytes, "bytes"))
    for script in one.scripts:
        if store.script(script.identity) not in (None, script):
            raise StoreError(
                f"Instance {one.id} comes with another source of script {script.identity} than the store's"
            )
    answer = store.write(uuid.uuid4(), [one])[0]
    if isinstance(answer, JactlError):
        raise answer
    return one.id


def _known(store: CheckpointStore, id: uuid.UUID) -> InstanceRecord:
    record = store.instance(id)
    if record is None:
        raise UnknownInstanceError(f"There is no instance {id}")
    return record


def _as_before(record: InstanceRecord) -> InstanceRecord:
    """As it was before it was set aside."""
    if not is_exported(record):
        return record
    _, colon, error = (record.error or "").partition(": ")
    if not colon:
        return dataclasses.replace(record, state=RUNNING, recoveries=0, error=None)
    return dataclasses.replace(record, error=error or None)


def _scripts(store: CheckpointStore, identity: str) -> tuple[ScriptRecord, ...]:
    """The script and the classes that it uses, these first."""
    found: dict[str, ScriptRecord] = {}

    def add(identity: str) -> None:
        script = store.script(identity)
        if script is None:
            raise StoreError(f"The store has lost script {identity}")
        for used in script.uses:
            if used not in found:
                add(used)
        found[identity] = script

    add(identity)
    return tuple(found.values())
