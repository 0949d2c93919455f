"""AES-256-GCM by the library `cryptography`, which is imported when it is first needed.

    nonce = 24 random bytes: 12 choose the key of this one message (BLAKE2b of the sub-key), 12 are AES-GCM's own nonce

So each message has a key of its own, and nobody has to count them: with one key for all, random nonces of 96 bits are
good for some 2 ** 32 messages.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from typing import Any

from ..errors import UsageError

NONCE_BYTES = 24
TAG_BYTES = 16
_SALT_BYTES = 12


def encrypted(plain: bytes, key: bytes, nonce: bytes, head: bytes) -> bytes:
    """The ciphertext and its tag, which covers `head` too. key: the sub-key for encryption."""
    sealed: bytes = _cipher(key, nonce).encrypt(nonce[_SALT_BYTES:], plain, head)
    return sealed


def decrypted(sealed: bytes, key: bytes, nonce: bytes, head: bytes) -> bytes | None:
    """What was encrypted; None if anything of it was changed, or the key is another. UsageError without the library."""
    cipher = _cipher(key, nonce)
    from cryptography.exceptions import InvalidTag

    try:
        plain: bytes = cipher.decrypt(nonce[_SALT_BYTES:], sealed, head)
    except InvalidTag:
        return None
    return plain


def new_nonce() -> bytes:
    return os.urandom(NONCE_BYTES)


def require() -> None:
    """UsageError where the library is missing."""
    _aes_gcm()


@cache
def _aes_gcm() -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise UsageError("Encryption needs the library cryptography: pip install 'jactl-trio[encryption]'") from None
    return AESGCM


def _cipher(key: bytes, nonce: bytes) -> Any:
    return _aes_gcm()(blake2b(key=key, salt=nonce[:_SALT_BYTES], person=b"jactl message", digest_size=32).digest())
