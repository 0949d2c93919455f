"""An instance as it leaves a store, or comes into another one <-> bytes.

    exported = magic "JCI" . version: 1 byte . CBOR map . digest: 32 bytes, BLAKE2b over all before it

The digest shows damage; who wrote the bytes it does not prove. A checkpoint in them does where it is keyed. So what is
read is taken for made up: every store has to be able to keep it, and to go on with it.
"""

from __future__ import annotations

import hmac
import math
import uuid
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from types import NoneType
from typing import Any, NoReturn

import cbor2

from ..errors import CheckpointDecodeError
from .records import ENDED, PARKED, RUNNING, Import, InstanceRecord, Message, ScriptRecord

VERSION = 1
COUNT_MAX = 2**53  # of tokens, checkpoints, messages: each store's integers hold it, with room to count on
RECOVERIES_MAX = 2**30
_MAGIC = b"JCI"
_DIGEST_BYTES = 32
_NESTING = 8


def written(one: Import) -> bytes:
    """The bytes."""
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


def read(data: bytes) -> Import:
    """What the bytes hold; CheckpointDecodeError where they are damaged, or none that a store could have written."""
    head = len(_MAGIC) + 1
    if len(data) < head + _DIGEST_BYTES or data[: len(_MAGIC)] != _MAGIC:
        raise CheckpointDecodeError("These bytes are no exported instance")
    if data[head - 1] != VERSION:
        raise CheckpointDecodeError(f"The exported instance has format {data[head - 1]}, this release reads {VERSION}")
    if not hmac.compare_digest(_digest(data[:-_DIGEST_BYTES]), data[-_DIGEST_BYTES:]):
        raise CheckpointDecodeError("The exported instance is damaged")
    try:
        return _import_of(_body(data[head:-_DIGEST_BYTES]))
    except Exception as error:  # whatever made-up bytes have hit upon
        text = str(error) or type(error).__name__
        raise CheckpointDecodeError(f"The exported instance cannot be read: {text:.200}") from error


def _body(data: bytes) -> Mapping[str, Any]:
    found = cbor2.loads(
        data,
        tag_hook=_refuse,
        semantic_decoders=_NO_TAGS,
        max_depth=_NESTING,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    body: Mapping[str, Any] = _is("the whole", found, dict)
    return body


def _import_of(body: Mapping[str, Any]) -> Import:
    record = InstanceRecord(
        uuid.UUID(bytes=_is("id", body["id"], bytes)),
        _name("script", body["script"]),
        _is("state", body["state"], str),
        None,
        _count("token", body["token"]),
        None if body["checkpoint_id"] is None else _count("checkpoint_id", body["checkpoint_id"]),
        _count("recoveries", body["recoveries"], RECOVERIES_MAX),
        _is("keeps_outcome", body["keeps_outcome"], bool),
        _time(body["created_at"]),
        0.0,
        _is("outcome", body["outcome"], bytes, NoneType),
        _text("error", body["error"], or_none=True),
        sent=_count("sent", body["sent"]),
    )
    checkpoint = _is("checkpoint", body["checkpoint"], bytes, NoneType)
    scripts = tuple(_script_of(script) for script in _is("scripts", body["scripts"], list))
    messages = tuple(_message_of(record.id, *message) for message in _is("messages", body["messages"], list))
    _check_state(record, checkpoint)
    _check_scripts(record.script, scripts)
    _check_messages(record, messages)
    return Import(record, checkpoint, scripts, messages)


def _script_of(body: Mapping[str, Any]) -> ScriptRecord:
    return ScriptRecord(
        _name("identity", body["identity"]),
        _text("source", body["source"]),
        _text("name", body["name"]),
        _text("package", body["package"]),
        {_is("a global", name, str): _is("a type", kind, str) for name, kind in body["globals"].items()},
        tuple(_name("uses", identity) for identity in _is("uses", body["uses"], list)),
        _is("is_class", body["is_class"], bool),
    )


def _message_of(id: uuid.UUID, seq: Any, name: Any, body: Any, key: Any) -> Message:
    is_taken = _is("a message", body, bytes, NoneType) is None
    key = _text("key", key, or_none=True)
    return Message(id, _count("seq", seq), _text("name", name), body or b"", key, is_taken)


def _check_state(record: InstanceRecord, checkpoint: bytes | None) -> None:
    """Only what can go on has a checkpoint, and only what has ended and kept that an outcome."""
    has_ended = record.state in ENDED
    if not has_ended and record.state not in (RUNNING, PARKED):
        raise ValueError(f"none is exported that is {record.state!r}")
    if has_ended != (checkpoint is None) or (checkpoint is not None and record.checkpoint_id is None):
        raise ValueError(f"it is {record.state}, and its checkpoint does not fit that")
    if (has_ended and not record.keeps_outcome) or (record.outcome is not None and not has_ended):
        raise ValueError(f"it is {record.state}, and its outcome does not fit that")


def _check_scripts(identity: str, scripts: Sequence[ScriptRecord]) -> None:
    """Each comes once, after those that it uses: so no script leads back to itself."""
    known: set[str] = set()
    for script in scripts:
        if script.identity in known or not known.issuperset(script.uses):
            raise ValueError(f"script {script.identity} comes twice, or before what it uses")
        known.add(script.identity)
    if identity not in known:
        raise ValueError("its script is not there")


def _check_messages(record: InstanceRecord, messages: Sequence[Message]) -> None:
    """As a store has them: numbered as they were sent, one for each key."""
    if messages and record.state in ENDED:
        raise ValueError(f"it is {record.state}, and has messages")
    last = 0
    for message in messages:
        if not last < message.seq <= record.sent:
            raise ValueError(f"message {message.seq} does not follow {last} of {record.sent}")
        if message.is_taken and message.key is None:
            raise ValueError(f"message {message.seq} is taken, and has no key")
        last = message.seq
    keys = [message.key for message in messages if message.key is not None]
    if len(set(keys)) != len(keys):
        raise ValueError("two messages have one key")


def _is(what: str, value: Any, *kinds: type) -> Any:
    if type(value) not in kinds:
        raise TypeError(f"{what} is a {type(value).__name__}")
    return value


def _count(what: str, value: Any, most: int = COUNT_MAX) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{what} is no count")
    return value


def _time(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("created_at is no time")
    return float(value)


def _name(what: str, value: Any) -> str:
    """An identity: it is part of messages, and of keys that not every store can have anything in."""
    if type(value) is not str or not value.isprintable() or not value:
        raise ValueError(f"{what} is no identity")
    return value


def _bytes(text: str | None) -> bytes | None:
    """Texts of scripts and hosts may have lone surrogates, which CBOR's texts cannot."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _text(what: str, data: Any, or_none: bool = False) -> Any:
    return None if data is None and or_none else _is(what, data, bytes).decode("utf-8", "surrogatepass")


def _refuse(*_: Any) -> NoReturn:
    raise ValueError("CBOR tags are not part of the format")


class _NoTags(dict[int, Any]):
    """Decoders of CBOR tags: none, for any number. cbor2's own would build objects."""

    def __missing__(self, tag: int) -> NoReturn:
        _refuse()


_NO_TAGS = _NoTags()


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST_BYTES).digest()
