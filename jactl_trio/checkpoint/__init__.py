"""Frames and values <-> the bytes of a checkpoint; inspect without running.

    checkpoint = encode(snapshot, registry, key=None)
    snapshot = decode(checkpoint, registry, resolver, key=None)

`resolver(UnitReference)` gives the unit with that identity (for eval'd code compiled from the source that the
reference carries), or None. Bytes that are refused raise CheckpointDecodeError and have changed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .catalogue import Resolver
    from .codec import decode, encode, identity_of
    from .envelope import reseal
    from .keys import Key, KeyRing, ring_of
    from .snapshot import Snapshot, UnitReference

__all__ = [
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

__getattr__ = lazy_names(
    __name__,
    {
        "Key": ("keys", "Key"),
        "KeyRing": ("keys", "KeyRing"),
        "Resolver": ("catalogue", "Resolver"),
        "Snapshot": ("snapshot", "Snapshot"),
        "UnitReference": ("snapshot", "UnitReference"),
        "decode": ("codec", "decode"),
        "encode": ("codec", "encode"),
        "identity_of": ("codec", "identity_of"),
        "reseal": ("envelope", "reseal"),
        "ring_of": ("keys", "ring_of"),
    },
)
