"""One instance of a store <-> bytes that another store takes in, with all that it needs to go on there.

    exported = magic "JCI" . version: 1 byte . CBOR map . digest: 32 bytes, BLAKE2b over all before it

The digest shows damage; who wrote the bytes it does not prove. A checkpoint in them does where it is keyed.
"""

from __future__ import annotations

import dataclasses
import hmac
import uuid
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import cbor2

from ..errors import CheckpointDecodeError, JactlError, StoreError, UnknownInstanceError
from .interface import CheckpointStore
from .records import ENDED, HIBERNATED, PARKED, RUNNING, Import, InstanceRecord, Message, Park, ScriptRecord

VERSION = 1
EXPORTED = "exported"  # why the instance is set aside here
_MAGIC = b"JCI"
_DIGEST_BYTES = 32
_STATES = frozenset((RUNNING, PARKED)) | frozenset(ENDED)  # what hibernates is set aside, and waits as it goes on
_COUNT_MAX = 2**53  # more than any store has counted


def export_instance(store: CheckpointStore, id: uuid.UUID) -> bytes:
    """Set an instance aside and write it down, for import_instance elsewhere. It blocks.

        data = export_instance(store, id)
        import_instance(other, data)
        # then delete it here; or retry it here, if it is not to move after all

    The instance must not be running: release it, or wait until it hibernates. From now on nobody recovers it here, so
    that it does not go on twice; doing this again gives the same. One that has ended is given with its outcome.
    Messages that are sent to it here later are not in the bytes.
    Raises UnknownInstanceError; StoreError where it runs, or nothing of it is saved yet.
    """
    record = store.instance(id)
    if record is None:
        raise UnknownInstanceError(f"There is no instance {id}")
    if record.state in (RUNNING, HIBERNATED):
        answer = store.write(uuid.uuid4(), [Park(id, EXPORTED)])[0]
        if isinstance(answer, JactlError):
            raise answer
        record = store.instance(id)
        assert record is not None  # only deleting it by hand just now could have done that
    if record.state == PARKED and record.error == EXPORTED:
        record = dataclasses.replace(record, state=RUNNING, recoveries=0, error=None)
    found = store.checkpoint(id)
    checkpoint = None if found is None else found[1]
    return _written(Import(record, checkpoint, _scripts(store, record.script), tuple(store.sent(id))))


def import_instance(store: CheckpointStore, data: bytes) -> uuid.UUID:
    """Take in what export_instance gave; the next host that recovers goes on with it. It blocks.

    Raises CheckpointDecodeError for bytes that are damaged or no exported instance, StoreError where the store has an
    instance with that id.
    """
    one = _read(data)
    answer = store.write(uuid.uuid4(), [one])[0]
    if isinstance(answer, JactlError):
        raise answer
    return one.id


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


def _written(one: Import) -> bytes:
    record = one.record
    body = {
        "id": record.id.bytes,
        "script": record.script,
        "state": record.state,
        "token": record.token,
        "checkpoint_id": record.checkpoint_id,
        "recoveries": record.recoveries,
        "keeps_outcome": record.keeps_outcome,
        "created_at": record.created_at,
        "outcome": record.outcome,
        "error": _bytes(record.error),
        "sent": record.sent,
        "checkpoint": one.checkpoint,
        "scripts": [
            {
                "identity": script.identity,
                "source": _bytes(script.source),
                "name": _bytes(script.name),
                "package": _bytes(script.package),
                "globals": dict(script.globals),
                "uses": list(script.uses),
                "is_class": script.is_class,
            }
            for script in one.scripts
        ],
        "messages": [
            [message.seq, _bytes(message.name), None if message.is_taken else message.body, _bytes(message.key)]
            for message in one.messages
        ],
    }
    data = _MAGIC + bytes([VERSION]) + cbor2.dumps(body, canonical=True)
    return data + _digest(data)


def _read(data: bytes) -> Import:
    head = len(_MAGIC) + 1
    if len(data) < head + _DIGEST_BYTES or data[: len(_MAGIC)] != _MAGIC:
        raise CheckpointDecodeError("These bytes are no exported instance")
    if data[head - 1] != VERSION:
        raise CheckpointDecodeError(f"The exported instance has format {data[head - 1]}, this release reads {VERSION}")
    if not hmac.compare_digest(_digest(data[:-_DIGEST_BYTES]), data[-_DIGEST_BYTES:]):
        raise CheckpointDecodeError("The exported instance is damaged")
    try:
        return _import_of(_is(dict, cbor2.loads(data[head:-_DIGEST_BYTES])))
    except (cbor2.CBORDecodeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointDecodeError(f"The exported instance cannot be read: {error!r}") from error


def _import_of(body: Mapping[str, Any]) -> Import:
    record = InstanceRecord(
        uuid.UUID(bytes=_is(bytes, body["id"])),
        _is(str, body["script"]),
        _is(str, body["state"]),
        None,
        _count(body["token"]),
        None if body["checkpoint_id"] is None else _count(body["checkpoint_id"]),
        _count(body["recoveries"]),
        _is(bool, body["keeps_outcome"]),
        _is(float, body["created_at"]),
        0.0,
        _is(bytes | None, body["outcome"]),
        _text(body["error"]),
        sent=_count(body["sent"]),
    )
    checkpoint = _is(bytes | None, body["checkpoint"])
    if record.state not in _STATES:
        raise ValueError(f"{record.state!r} is no state of one that is exported")
    if (record.state in ENDED) != (checkpoint is None) or (checkpoint is not None and record.checkpoint_id is None):
        raise ValueError(f"it is {record.state}, and its checkpoint does not fit that")
    scripts = tuple(_script_of(_is(dict, script)) for script in _is(list, body["scripts"]))
    missing = {record.script}.union(*(script.uses for script in scripts)) - {script.identity for script in scripts}
    if missing:
        raise ValueError(f"its scripts {', '.join(sorted(missing))} are not there")
    return Import(record, checkpoint, scripts, _messages_of(record, _is(list, body["messages"])))


def _messages_of(record: InstanceRecord, rows: list[Any]) -> tuple[Message, ...]:
    messages = tuple(
        Message(record.id, _count(seq), _is(str, _text(name)), _is(bytes, body or b""), _text(key), body is None)
        for seq, name, body, key in rows
    )
    seqs = [message.seq for message in messages]
    keys = [message.key for message in messages if message.key is not None]
    if seqs != sorted(set(seqs)) or (seqs and not 1 <= seqs[0] <= seqs[-1] <= record.sent):
        raise ValueError(f"its messages are not counted from 1 to {record.sent}")
    if len(set(keys)) < len(keys):
        raise ValueError("two of its messages have one key")
    return messages


def _script_of(body: Mapping[str, Any]) -> ScriptRecord:
    return ScriptRecord(
        _is(str, body["identity"]),
        _is(str, _text(body["source"])),
        _is(str, _text(body["name"])),
        _is(str, _text(body["package"])),
        {_is(str, name): _is(str, kind) for name, kind in _is(dict, body["globals"]).items()},
        tuple(_is(str, identity) for identity in _is(list, body["uses"])),
        _is(bool, body["is_class"]),
    )


def _is(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r:.40} is no {kind}")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _COUNT_MAX:
        raise ValueError(f"{value!r:.40} is no count")
    return value


def _bytes(text: str | None) -> bytes | None:
    """Texts of scripts and hosts may have lone surrogates, which CBOR's texts cannot."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _text(data: Any) -> Any:
    return None if data is None else _is(bytes, data).decode("utf-8", "surrogatepass")


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST_BYTES).digest()
