"""The proof of a checkpoint is one BLAKE2b over all before it, however long that is."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from jactl_trio import Key, KeyRing
from jactl_trio.checkpoint.envelope import open_sealed, seal

IDENTITY = "ab" * 16
LENGTHS = (0, 1, 1_900, 1_999, 2_000, 2_047, 2_048, 4_000, 15_900, 16_000, 65_535, 65_536, 300_000)
SECRET = b"a secret of 32 bytes ..........."


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("keys", [None, KeyRing(Key("one", SECRET))], ids=["digest", "keyed"])
def test_the_proof_covers_all_bytes(length: int, keys: KeyRing | None) -> None:
    body = bytes(index * 7919 % 256 for index in range(length))
    sealed = seal(body, IDENTITY, keys)
    key = b"" if keys is None else keys.current.for_digests
    assert sealed[-32:] == blake2b(sealed[:-32], digest_size=32, key=key).digest()
    assert open_sealed(sealed, keys) == (IDENTITY, body)
