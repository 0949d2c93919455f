"""Frames and values <-> the bytes of a checkpoint; inspect without running.

    checkpoint = encode(snapshot, registry, key=None)
    snapshot = decode(checkpoint, registry, resolver, key=None)

`resolver(UnitReference)` gives the unit with that identity (for eval'd code compiled from the source that the
reference carries), or None. Bytes that are refused raise CheckpointDecodeError and have changed nothing.
"""

from __future__ import annotations

from ..limits import CHECKPOINT_BYTES_MAX
from .catalogue import Registry, Resolver
from .decode import decode_body
from .encode import encode_body
from .envelope import BodyTooLong, open_sealed, read_envelope, reseal, seal
from .keys import Key, KeyRing, ring_of
from .snapshot import Snapshot, UnitReference

__all__ = [
    "BodyTooLong",
    "Key",
    "KeyRing",
    "Resolver",
    "Snapshot",
    "UnitReference",
    "decode",
    "encode",
    "identity_of",
    "reseal",
    "ring_of",
]


def encode(
    snapshot: Snapshot,
    registry: Registry | None = None,
    keys: KeyRing | None = None,
    bytes_max: int = CHECKPOINT_BYTES_MAX,
) -> bytes:
    """A waiting instance as bytes. CheckpointEncodeError names a value that cannot be saved; BodyTooLong, one of these,
    is raised for a body of more than `bytes_max`."""
    return seal(encode_body(snapshot, registry), snapshot.unit.identity, keys, bytes_max)


def decode(checkpoint: bytes, registry: Registry | None, resolver: Resolver, keys: KeyRing | None = None) -> Snapshot:
    """The instance that the bytes hold; everything is checked before anything is built."""
    identity, body = open_sealed(checkpoint, keys)
    return decode_body(body, identity, registry, resolver)


def identity_of(checkpoint: bytes) -> str:
    """The identity of the script that a checkpoint belongs to, read without decoding it (and without trusting it)."""
    return read_envelope(checkpoint).identity
