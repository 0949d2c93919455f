"""The embedder's keys: which one seals what is written from now on, and which ones open what was written before.

A key never seals by itself: BLAKE2b, keyed with its secret, gives a sub-key for each purpose.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from ..errors import CheckpointDecodeError, UsageError
from ..wanted import wanted
from . import encryption

SECRET_BYTES_MIN = 16
SECRET_BYTES_MAX = blake2b.MAX_KEY_SIZE
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FOR_DIGESTS, _FOR_ENCRYPTION = b"jactl digest", b"jactl encrypt"
_SUB_KEY_BYTES = 32


@dataclass(frozen=True)
class Key:
    """A secret with a name.

        Key("2025-06", secret, encrypt=True)

    id: 1 to 64 letters, digits, ".", "_", "-"; it stands readable in what the key seals.
    secret: 16 to 64 random bytes.
    encrypt: what the key seals is encrypted (AES-256-GCM, needs the extra `encryption`); without, it is authenticated
    and readable.
    The id "" is the key that stands alone as bytes, `Context(checkpoint_key=b"...")`: 1 to 64 bytes, never encrypts.
    Raises UsageError.
    """

    id: str
    secret: bytes = field(repr=False)
    encrypt: bool = False

    def __post_init__(self) -> None:
        wanted("id", self.id, str, "a str")
        if self.id and not _ID.fullmatch(self.id):
            raise UsageError(f'The id of a key has 1 to 64 letters, digits, ".", "_", "-"; not {self.id!r}')
        least = SECRET_BYTES_MIN if self.id else 1
        if not isinstance(self.secret, bytes) or not least <= len(self.secret) <= SECRET_BYTES_MAX:
            whose = f"The secret of key {self.id!r}" if self.id else "checkpoint_key"
            raise UsageError(f"{whose} has {least} to {SECRET_BYTES_MAX} bytes")
        if self.encrypt:
            if not self.id:
                raise UsageError("A key that encrypts has an id")
            encryption.require()

    @cached_property
    def for_digests(self) -> bytes:
        return self._sub_key(_FOR_DIGESTS) if self.id else self.secret

    @cached_property
    def for_encryption(self) -> bytes:
        return self._sub_key(_FOR_ENCRYPTION)

    def _sub_key(self, purpose: bytes) -> bytes:
        return blake2b(key=self.secret, person=purpose, digest_size=_SUB_KEY_BYTES).digest()


class KeyRing:
    """The key that seals, and older ones that still open what they have sealed.

        KeyRing(Key("2025-06", secret, encrypt=True), Key("2024-11", older_secret))

    Raises UsageError for two keys of one id.
    """

    def __init__(self, current: Key, *older: Key) -> None:
        for key in (current, *older):
            wanted("A key of a ring", key, Key, "a Key")
        self.current = current
        self.older = older
        self._by_id = {key.id: key for key in (current, *older)}
        if len(self._by_id) <= len(older):
            raise UsageError("Two keys of a ring have the same id")

    @classmethod
    def from_file(cls, path: str | Path) -> KeyRing:
        """The keys of a text file, a line each, the current one first: `id: secret in base64`, then `encrypt` if it
        encrypts; `#` begins a comment. UsageError, which shows no secret."""
        try:
            lines = Path(path).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: no file of keys can be read: {getattr(error, 'strerror', None) or 'not UTF-8'}")
        texts = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1)]
        keys = [_parsed(text, f"{path}, line {number}") for number, text in texts if text]
        if not keys:
            raise UsageError(f"{path}: there is no key in it")
        return cls(*keys)

    def key(self, id: str) -> Key:
        """The key of that id. CheckpointDecodeError where there is none."""
        found = self._by_id.get(id)
        if found is None:
            known = ", ".join(f"{one!r}" for one in self._by_id if one) or "a key without an id"
            raise CheckpointDecodeError(f"The checkpoint has the key {id!r}, which is not given; given: {known}")
        return found

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(map(repr, (self.current, *self.older)))})"


def ring_of(given: bytes | KeyRing | None) -> KeyRing | None:
    """What an embedder gives as `checkpoint_key`. UsageError."""
    if given is None or isinstance(given, KeyRing):
        return given
    return KeyRing(Key("", given))


def is_id(text: str) -> bool:
    """Can it be the id of a key that has one?"""
    return _ID.fullmatch(text) is not None


def _parsed(text: str, place: str) -> Key:
    id, colon, rest = text.partition(":")
    secret, *options = rest.split() or [""]
    if not colon or options not in ([], ["encrypt"]):
        raise UsageError(f"{place}: not `id: base64`, nor `id: base64 encrypt`")
    try:
        decoded = b64decode(secret, validate=True)
    except binascii.Error:
        raise UsageError(f"{place}: the secret is not base64") from None
    try:
        return Key(id.strip(), decoded, encrypt=bool(options))
    except UsageError as error:
        raise UsageError(f"{place}: {error.message}") from None
