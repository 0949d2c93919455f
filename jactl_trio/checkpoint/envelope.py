"""A body <-> the bytes of a checkpoint: who it belongs to, how long it is, and proof that nothing has changed.

    checkpoint = magic "JCP" . version: 1 byte . flags: 1 byte . identity length: 1 byte . identity
                 . stored length: 4 bytes . body length: 4 bytes . body as stored . digest: 32 bytes

    flags        1: the body is stored as raw deflate; 2: the digest is keyed
    identity     of the script (Unit.identity), as bytes: whom to ask for the source, without decoding
    digest       BLAKE2b over all before it, keyed with the embedder's key where there is one: then it also proves who
                 wrote it

Integers are unsigned, big-endian.  Bodies are compressed only from COMPRESS_FROM bytes on: below, the set-up of
zlib costs more time than the bytes are worth (measured: 62 us for 2 KB at its usual memory size, 17 us at ours).
"""

from __future__ import annotations

import hmac
import zlib
from dataclasses import dataclass
from hashlib import blake2b

from ..errors import CheckpointDecodeError, CheckpointEncodeError
from ..limits import CHECKPOINT_BYTES_MAX

FORMAT_VERSION = 1
COMPRESS_FROM = 4096
KEY_BYTES_MAX = blake2b.MAX_KEY_SIZE

_MAGIC = b"JCP"
_DEFLATED, _KEYED = 1, 2
_DIGEST_BYTES = 32
_FIXED = len(_MAGIC) + 3


@dataclass(slots=True, frozen=True)
class Envelope:
    """What stands around a body, read without trusting it."""

    version: int
    identity: str
    is_keyed: bool
    is_deflated: bool
    body_bytes: int
    stored_at: int
    stored_bytes: int


def seal(body: bytes, identity: str, key: bytes | None = None) -> bytes:
    """Wrap a body."""
    if len(body) > CHECKPOINT_BYTES_MAX:
        raise CheckpointEncodeError(f"A checkpoint of {len(body)} bytes is larger than {CHECKPOINT_BYTES_MAX}")
    flags = 0 if key is None else _KEYED
    stored = body
    if len(body) >= COMPRESS_FROM:
        deflate = zlib.compressobj(1, zlib.DEFLATED, -13, 6)
        deflated = deflate.compress(body) + deflate.flush()
        if len(deflated) < len(body):
            stored = deflated
            flags |= _DEFLATED
    name = bytes.fromhex(identity)
    head = b"%b%c%c%c%b%b%b" % (
        _MAGIC,
        FORMAT_VERSION,
        flags,
        len(name),
        name,
        len(stored).to_bytes(4),
        len(body).to_bytes(4),
    )
    sealed = head + stored
    return sealed + _digest(sealed, key)


def open_sealed(checkpoint: bytes, key: bytes | None = None) -> tuple[str, bytes]:
    """The script's identity and the body, once length and digest are right; else CheckpointDecodeError."""
    envelope = read_envelope(checkpoint)
    if envelope.is_keyed != (key is not None):
        raise CheckpointDecodeError("The checkpoint is keyed" if key is None else "The checkpoint is not keyed")
    end = envelope.stored_at + envelope.stored_bytes
    if not hmac.compare_digest(_digest(checkpoint[:end], key), checkpoint[end:]):
        raise CheckpointDecodeError("The checkpoint's digest is wrong: it was damaged, changed, or has another key")
    stored = checkpoint[envelope.stored_at : end]
    return envelope.identity, _inflated(stored, envelope.body_bytes) if envelope.is_deflated else stored


def read_envelope(checkpoint: bytes) -> Envelope:
    """The parts around the body; checks lengths and version, not the digest."""
    if len(checkpoint) < _FIXED or checkpoint[: len(_MAGIC)] != _MAGIC:
        raise CheckpointDecodeError("These bytes are no checkpoint")
    version, flags, name_bytes = checkpoint[len(_MAGIC) : _FIXED]
    if version != FORMAT_VERSION:
        raise CheckpointDecodeError(f"The checkpoint has format {version}, this release reads {FORMAT_VERSION}")
    if flags & ~(_DEFLATED | _KEYED):
        raise CheckpointDecodeError("The checkpoint has unknown flags")
    at = _FIXED + name_bytes
    stored_bytes = int.from_bytes(checkpoint[at : at + 4])
    body_bytes = int.from_bytes(checkpoint[at + 4 : at + 8])
    is_deflated = bool(flags & _DEFLATED)
    if len(checkpoint) != at + 8 + stored_bytes + _DIGEST_BYTES:
        raise CheckpointDecodeError("The checkpoint is cut off or has bytes added")
    if body_bytes > CHECKPOINT_BYTES_MAX or (not is_deflated and body_bytes != stored_bytes):
        raise CheckpointDecodeError("The checkpoint's lengths are wrong")
    identity = checkpoint[_FIXED:at].hex()
    return Envelope(version, identity, bool(flags & _KEYED), is_deflated, body_bytes, at + 8, stored_bytes)


def _inflated(stored: bytes, body_bytes: int) -> bytes:
    inflate = zlib.decompressobj(-15)
    try:
        body = inflate.decompress(stored, body_bytes + 1)
    except zlib.error as error:
        raise CheckpointDecodeError(f"The checkpoint's body cannot be read: {error}")
    if len(body) != body_bytes or not inflate.eof or inflate.unused_data:
        raise CheckpointDecodeError("The checkpoint's body has another length than it says")
    return body


def _digest(data: bytes, key: bytes | None) -> bytes:
    return blake2b(data, digest_size=_DIGEST_BYTES, key=key or b"").digest()
