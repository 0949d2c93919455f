"""A body <-> the bytes of a checkpoint: who it belongs to, how long it is, and proof that nothing has changed.

    checkpoint = magic "JCP" . version: 1 byte . flags: 1 byte . identity length: 1 byte . identity
                 . [key id length: 1 byte . key id] . stored length: 4 bytes . body length: 4 bytes . [nonce: 24 bytes]
                 . body as stored . proof

    flags        1: the body is stored as raw deflate; 2: the proof is keyed; 4: by a key that has an id; 8: the body as
                 stored is encrypted
    identity     of the script (Unit.identity), as bytes: whom to ask for the source, without decoding
    proof        32 bytes: BLAKE2b over all before it, keyed with the embedder's key where there is one: then it also
                 proves who wrote it; or, encrypted, 16 bytes: the tag of AES-GCM, which covers all before it just so

Integers are unsigned, big-endian.  Bodies are compressed only from COMPRESS_FROM bytes on: below, the set-up of
zlib costs more time than the bytes are worth (measured: 62 us for 2 KB at its usual memory size, 17 us at the small
one). From LARGE_FROM on the usual size is faster, by a quarter.
"""

from __future__ import annotations

import hmac
import zlib
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

from ..errors import CheckpointDecodeError, CheckpointEncodeError
from ..limits import CHECKPOINT_BYTES_MAX
from .encryption import NONCE_BYTES, TAG_BYTES, decrypted, encrypted, new_nonce
from .keys import Key, KeyRing, is_id

FORMAT_VERSION = 1
COMPRESS_FROM = 4096
LARGE_FROM = 65_536

_MAGIC = b"JCP"
_DEFLATED, _KEYED, _NAMED, _ENCRYPTED = 1, 2, 4, 8
_OF_KEYS = (0, _KEYED, _KEYED | _NAMED, _KEYED | _NAMED | _ENCRYPTED)  # flags that go together
_DIGEST_BYTES = 32
# hashlib lets go of Python's lock from 2,048 bytes on, and other threads then keep it for longer than hashing takes: a
# checkpoint of 100 maps took 12 % more.
_PIECE = 2_000
_IN_PIECES_MAX = 16_000
_FIXED = len(_MAGIC) + 3
_LENGTHS = Struct(">II")  # of the body, as stored and as it is


class Envelope(NamedTuple):
    """What stands around a body, read without trusting it. key_id: None: no key; "": one without an id."""

    version: int
    identity: str
    key_id: str | None
    is_encrypted: bool
    is_deflated: bool
    body_bytes: int
    stored_at: int
    stored_bytes: int


class BodyTooLong(CheckpointEncodeError):
    """A body of `body_bytes`, which is more than the `bytes_max` that the embedder allows."""

    def __init__(self, body_bytes: int, bytes_max: int) -> None:
        self.size = f"{body_bytes} bytes, more than checkpoint_bytes_max, {bytes_max}"
        super().__init__(f"The checkpoint has {self.size}")


def seal(body: bytes, identity: str, keys: KeyRing | None = None, bytes_max: int = CHECKPOINT_BYTES_MAX) -> bytes:
    """Wrap a body, with the current key. BodyTooLong."""
    if len(body) > bytes_max:
        raise BodyTooLong(len(body), bytes_max)
    flags = 0
    stored = body
    if len(body) >= COMPRESS_FROM:
        window, memory = (-15, 8) if len(body) >= LARGE_FROM else (-13, 6)
        deflate = zlib.compressobj(1, zlib.DEFLATED, window, memory)
        deflated = deflate.compress(body) + deflate.flush()
        if len(deflated) < len(body):
            stored = deflated
            flags = _DEFLATED
    return _wrapped(stored, len(body), flags, bytes.fromhex(identity), None if keys is None else keys.current)


def open_sealed(checkpoint: bytes, keys: KeyRing | None = None) -> tuple[str, bytes]:
    """The script's identity and the body, once length and proof are right; else CheckpointDecodeError."""
    envelope = read_envelope(checkpoint)
    stored = _proven(checkpoint, envelope, _key_of(envelope, keys))
    return envelope.identity, _inflated(stored, envelope.body_bytes) if envelope.is_deflated else stored


def reseal(checkpoint: bytes, keys: KeyRing, *, accept_unkeyed: bool = False) -> bytes:
    """The same checkpoint, sealed with the ring's current key; the given bytes if it is already. Nothing is decoded.

        reseal(checkpoint, KeyRing(new, old))

    Takes outcomes and messages of a store too.  accept_unkeyed: also one without a key, which anybody may have written.
    Raises CheckpointDecodeError for one that no key of the ring opens.
    """
    envelope, current = read_envelope(checkpoint), keys.current
    key = None if envelope.key_id is None and accept_unkeyed else _key_of(envelope, keys)
    stored = _proven(checkpoint, envelope, key)
    if (envelope.key_id, envelope.is_encrypted) == (current.id, current.encrypt):
        return checkpoint
    flags = _DEFLATED if envelope.is_deflated else 0
    return _wrapped(stored, envelope.body_bytes, flags, bytes.fromhex(envelope.identity), current)


def read_envelope(checkpoint: bytes) -> Envelope:
    """The parts around the body; checks lengths and version, not the proof."""
    if len(checkpoint) < _FIXED or not checkpoint.startswith(_MAGIC):
        raise CheckpointDecodeError("These bytes are no checkpoint")
    version, flags, name_bytes = checkpoint[len(_MAGIC) : _FIXED]
    if version != FORMAT_VERSION:
        raise CheckpointDecodeError(f"The checkpoint has format {version}, this release reads {FORMAT_VERSION}")
    if flags & ~_DEFLATED not in _OF_KEYS:
        raise CheckpointDecodeError("The checkpoint has unknown flags")
    at = _FIXED + name_bytes
    identity = checkpoint[_FIXED:at].hex()
    key_id = "" if flags & _KEYED else None
    if flags & _NAMED:
        begin, at = at + 1, at + 1 + int.from_bytes(checkpoint[at : at + 1])
        key_id = checkpoint[begin:at].decode("latin-1")
        if not is_id(key_id):
            raise CheckpointDecodeError("The checkpoint names no proper key")
    if len(checkpoint) < at + _LENGTHS.size:
        raise CheckpointDecodeError("The checkpoint is cut off or has bytes added")
    stored_bytes, body_bytes = _LENGTHS.unpack_from(checkpoint, at)
    is_deflated, is_encrypted = bool(flags & _DEFLATED), bool(flags & _ENCRYPTED)
    stored_at = at + 8 + (NONCE_BYTES if is_encrypted else 0)
    if len(checkpoint) != stored_at + stored_bytes + (TAG_BYTES if is_encrypted else _DIGEST_BYTES):
        raise CheckpointDecodeError("The checkpoint is cut off or has bytes added")
    if body_bytes > CHECKPOINT_BYTES_MAX:
        raise CheckpointDecodeError(
            f"The body has {body_bytes} bytes, as its envelope says, more than the {CHECKPOINT_BYTES_MAX} that are read"
        )
    if not is_deflated and body_bytes != stored_bytes:
        raise CheckpointDecodeError("The checkpoint's lengths are wrong")
    return Envelope(version, identity, key_id, is_encrypted, is_deflated, body_bytes, stored_at, stored_bytes)


def _wrapped(stored: bytes, body_bytes: int, flags: int, identity: bytes, key: Key | None) -> bytes:
    named = b""
    if key is not None:
        flags |= _KEYED
        if key.id:
            flags |= _NAMED | (_ENCRYPTED if key.encrypt else 0)
            named = b"%c%b" % (len(key.id), key.id.encode())
    head = b"%b%c%c%c%b%b%b" % (
        _MAGIC,
        FORMAT_VERSION,
        flags,
        len(identity),
        identity,
        named,
        _LENGTHS.pack(len(stored), body_bytes),
    )
    if key is not None and key.encrypt:
        nonce = new_nonce()
        head += nonce
        return head + encrypted(stored, key.for_encryption, nonce, head)
    sealed = head + stored
    return sealed + _digest(sealed, key)


def _key_of(envelope: Envelope, keys: KeyRing | None) -> Key | None:
    """The key that opens it."""
    if keys is None:
        if envelope.key_id is not None:
            raise CheckpointDecodeError("The checkpoint is keyed, and no key is given")
        return None
    if envelope.key_id is None:
        raise CheckpointDecodeError("The checkpoint is not keyed")
    return keys.key(envelope.key_id)


def _proven(checkpoint: bytes, envelope: Envelope, key: Key | None) -> bytes:
    """The body as stored, decrypted, if the proof is right."""
    at, end = envelope.stored_at, envelope.stored_at + envelope.stored_bytes
    if envelope.is_encrypted and key is not None:
        nonce, head = checkpoint[at - NONCE_BYTES : at], checkpoint[:at]
        plain = decrypted(checkpoint[at:], key.for_encryption, nonce, head)
        if plain is None:
            raise CheckpointDecodeError("The checkpoint's tag is wrong: it was damaged, changed, or has another key")
        return plain
    if not hmac.compare_digest(_digest(checkpoint[:end], key), checkpoint[end:]):
        raise CheckpointDecodeError("The checkpoint's digest is wrong: it was damaged, changed, or has another key")
    return checkpoint[at:end]


def _inflated(stored: bytes, body_bytes: int) -> bytes:
    inflate = zlib.decompressobj(-15)
    try:
        body = inflate.decompress(stored, body_bytes + 1)
    except zlib.error as error:
        raise CheckpointDecodeError(f"The checkpoint's body cannot be read: {error}")
    if len(body) != body_bytes or not inflate.eof or inflate.unused_data:
        raise CheckpointDecodeError("The checkpoint's body has another length than it says")
    return body


def _digest(data: bytes, key: Key | None) -> bytes:
    digest = blake2b(digest_size=_DIGEST_BYTES, key=b"" if key is None else key.for_digests)
    step = _PIECE if len(data) <= _IN_PIECES_MAX else len(data)
    for start in range(0, len(data), step):
        digest.update(data[start : start + step])
    return digest.digest()
