"""Keys: what is sealed with one of a ring is opened by it, and by nothing else; changed bytes are refused."""

from __future__ import annotations

import builtins
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jactl_trio as jactl
from jactl_trio import Key, KeyRing
from jactl_trio.checkpoint import encryption, identity_of, reseal, ring_of
from jactl_trio.checkpoint.envelope import COMPRESS_FROM, FORMAT_VERSION, open_sealed, read_envelope, seal
from jactl_trio.errors import CheckpointDecodeError, CheckpointEncodeError, UsageError
from jactl_trio.limits import CHECKPOINT_BYTES_MAX

from ..encryption import needs_cryptography

IDENTITY = "ab" * 32
SECRET, OTHER = b"0123456789abcdef" * 2, b"fedcba9876543210" * 2
LONG = b"a body that is long enough " * 200
KINDS = [
    pytest.param(None, id="plain"),
    pytest.param(Key("", b"k"), id="bytes"),
    pytest.param(("named", False), id="named"),
    pytest.param(("secret.one-2", True), id="encrypted", marks=needs_cryptography),
]


def ring(kind: Any, *older: Key) -> KeyRing | None:
    """Keys are made in the tests: one that encrypts needs the library."""
    if kind is None:
        return None
    return KeyRing(kind if isinstance(kind, Key) else Key(kind[0], SECRET, kind[1]), *older)


secrets = st.binary(min_size=16, max_size=64)
bodies = st.binary(max_size=300) | st.integers(COMPRESS_FROM, 3 * COMPRESS_FROM).map(lambda n: (LONG * 3)[:n])


@st.composite
def keys(draw: Any, id: str) -> Key:
    if not id:
        return Key("", draw(st.binary(min_size=1, max_size=64)))
    return Key(id, draw(secrets), draw(st.booleans()))


@st.composite
def rings(draw: Any) -> KeyRing:
    ids = draw(st.lists(st.from_regex(r"[A-Za-z0-9._-]{0,64}", fullmatch=True), min_size=1, max_size=4, unique=True))
    return KeyRing(*(draw(keys(id)) for id in ids))


@needs_cryptography
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(ring=rings(), new=keys("new.in-the-ring-"), body=bodies)
def test_any_ring_opens_what_it_sealed_and_what_its_older_keys_did(ring: KeyRing, new: Key, body: bytes) -> None:
    sealed = seal(body, IDENTITY, ring)
    assert open_sealed(sealed, ring) == (IDENTITY, body) and identity_of(sealed) == IDENTITY
    rotated = KeyRing(new, ring.current, *ring.older)
    assert open_sealed(sealed, rotated) == (IDENTITY, body)
    again = reseal(sealed, rotated)
    assert open_sealed(again, KeyRing(new)) == (IDENTITY, body)
    assert reseal(again, rotated) is again and reseal(sealed, ring) is sealed
    with pytest.raises(CheckpointDecodeError):
        open_sealed(again, ring)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"a short body", LONG], ids=["empty", "short", "deflated"])
def test_any_single_byte_changed_cut_or_added_is_refused(kind: Any, body: bytes) -> None:
    keys = ring(kind)
    sealed = seal(body, IDENTITY, keys)
    for index in range(len(sealed)):
        for change in (1, 0x80, 0xFF):
            changed = bytearray(sealed)
            changed[index] ^= change
            with pytest.raises(CheckpointDecodeError):
                open_sealed(bytes(changed), keys)
        for wrong in (sealed[:index], sealed[:index] + sealed[index + 1 :], sealed[:index] + b"\0" + sealed[index:]):
            if wrong != sealed:
                with pytest.raises(CheckpointDecodeError):
                    open_sealed(wrong, keys)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_the_identity_is_readable_and_bound(kind: Any) -> None:
    keys = ring(kind)
    sealed = seal(LONG, IDENTITY, keys)
    swapped = sealed.replace(bytes.fromhex(IDENTITY), bytes.fromhex("cd" * 32))
    assert identity_of(swapped) == "cd" * 32
    with pytest.raises(CheckpointDecodeError, match="is wrong: it was damaged, changed, or has another key"):
        open_sealed(swapped, keys)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_another_secret_of_the_same_id_is_refused(kind: Any) -> None:
    keys = ring(kind)
    assert keys is not None
    other = KeyRing(Key(keys.current.id, OTHER))
    for opens in (lambda sealed: open_sealed(sealed, other), lambda sealed: reseal(sealed, other)):
        with pytest.raises(CheckpointDecodeError, match="is wrong: it was damaged, changed, or has another key"):
            opens(seal(LONG, IDENTITY, keys))


def test_an_unknown_key_is_named_and_so_are_those_that_are_given() -> None:
    sealed = seal(b"body", IDENTITY, KeyRing(Key("2023", SECRET)))
    with pytest.raises(CheckpointDecodeError) as refused:
        open_sealed(sealed, KeyRing(Key("2025", OTHER), Key("2024", SECRET)))
    assert refused.value.message == "The checkpoint has the key '2023', which is not given; given: '2025', '2024'"
    with pytest.raises(CheckpointDecodeError, match="which is not given; given: a key without an id"):
        open_sealed(sealed, ring_of(SECRET))
    with pytest.raises(CheckpointDecodeError, match="The checkpoint is keyed"):
        open_sealed(sealed)


@needs_cryptography
def test_nothing_of_an_encrypted_body_shows_and_no_two_are_alike() -> None:
    keys, text = KeyRing(Key("k", SECRET, encrypt=True)), b"the number of a credit card"
    one, two = seal(text, IDENTITY, keys), seal(text, IDENTITY, keys)
    assert one != two and text not in one and len(one) == len(two)
    assert read_envelope(one).is_encrypted and read_envelope(one).key_id == "k"
    assert SECRET not in one and keys.current.for_digests != keys.current.for_encryption
    readable = KeyRing(Key("k", SECRET))
    assert open_sealed(one, readable)[1] == text
    assert read_envelope(reseal(one, readable)).is_encrypted is False


@needs_cryptography
def test_flags_cannot_be_exchanged() -> None:
    """A forger who turns flags must still fit the lengths, and then the proof."""
    keys = KeyRing(Key("k", SECRET, encrypt=True))
    sealed = bytearray(seal(b"x" * 100, IDENTITY, keys))
    for flags in range(256):
        if flags != sealed[4]:
            changed = bytes(sealed[:4]) + bytes([flags]) + bytes(sealed[5:])
            with pytest.raises(CheckpointDecodeError):
                open_sealed(changed, keys)


def test_a_key_of_bytes_is_the_key_without_an_id() -> None:
    body = b"as releases before key ids did it"
    sealed = seal(body, IDENTITY, ring_of(b"bytes"))
    assert sealed[3:5] == bytes([FORMAT_VERSION, 2])
    assert open_sealed(sealed, KeyRing(Key("2025", SECRET), Key("", b"bytes"))) == (IDENTITY, body)


def test_bytes_without_a_key_are_accepted_only_where_that_is_said() -> None:
    keys, plain = KeyRing(Key("k", SECRET)), seal(LONG, IDENTITY)
    with pytest.raises(CheckpointDecodeError, match="The checkpoint is not keyed"):
        reseal(plain, keys)
    assert open_sealed(reseal(plain, keys, accept_unkeyed=True), keys) == (IDENTITY, LONG)
    with pytest.raises(CheckpointDecodeError, match="digest is wrong"):
        reseal(plain[:-1] + b"\0", keys, accept_unkeyed=True)
    with pytest.raises(CheckpointDecodeError, match="no checkpoint"):
        reseal(b"anything", keys, accept_unkeyed=True)


def test_a_body_that_is_too_long_is_not_sealed() -> None:
    assert seal(b"x" * 100, IDENTITY, bytes_max=100)
    with pytest.raises(CheckpointEncodeError) as refused:
        seal(b"x" * 101, IDENTITY, bytes_max=100)
    assert refused.value.message == "The checkpoint has 101 bytes, more than checkpoint_bytes_max, 100"


def test_a_body_that_would_be_too_long_is_not_read() -> None:
    sealed = bytearray(seal(b"x" * 10_000, IDENTITY))
    at = read_envelope(bytes(sealed)).stored_at - 4
    sealed[at : at + 4] = (CHECKPOINT_BYTES_MAX + 1).to_bytes(4)
    with pytest.raises(CheckpointDecodeError) as refused:
        read_envelope(bytes(sealed))
    assert refused.value.message == (
        "The body has 268435457 bytes, as its envelope says, more than the 268435456 that are read"
    )


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Key("a b", SECRET), "The id of a key has 1 to 64 letters"),
        (lambda: Key("x" * 65, SECRET), "The id of a key has 1 to 64 letters"),
        (lambda: Key("a", b"too short"), "The secret of key 'a' has 16 to 64 bytes"),
        (lambda: Key("a", b"x" * 65), "The secret of key 'a' has 16 to 64 bytes"),
        (lambda: Key("a", "a text of 16 chars"), "The secret of key 'a' has 16 to 64 bytes"),  # type: ignore[arg-type]
        (lambda: Key("", SECRET, encrypt=True), "A key that encrypts has an id"),
        (lambda: KeyRing(Key("a", SECRET), Key("a", OTHER)), "Two keys of a ring have the same id"),
        (lambda: jactl.Context(checkpoint_key=b""), "checkpoint_key has 1 to 64 bytes"),
    ],
)
def test_keys_that_are_none(make: Any, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        make()
    assert refused.value.message.startswith(message)


def test_no_secret_shows() -> None:
    keys = KeyRing(Key("a", SECRET), Key("b", OTHER))
    assert repr(keys) == "KeyRing(Key(id='a', encrypt=False), Key(id='b', encrypt=False))"


def test_without_the_library_encryption_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "cryptography":
            raise ImportError(name)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    encryption._aes_gcm.cache_clear()
    try:
        assert Key("a", SECRET)
        with pytest.raises(UsageError, match=r"pip install 'jactl-trio\[encryption\]'"):
            Key("a", SECRET, encrypt=True)
        golden = Path(__file__).parents[1] / "golden_checkpoints" / "format-1" / "encrypted.checkpoint"
        with pytest.raises(UsageError, match=r"pip install 'jactl-trio\[encryption\]'"):
            open_sealed(golden.read_bytes(), KeyRing(Key("golden-2", b"a golden secret of 32 bytes ...!")))
    finally:
        monkeypatch.undo()
        encryption._aes_gcm.cache_clear()


# Files of keys


def test_a_file_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    old, new = b64encode(OTHER).decode(), b64encode(SECRET).decode()
    nameless = b64encode(b"k").decode()
    file.write_text(f"# rotated in June\n2025-06: {new}\n\n 2024-11 : {old}  # still opens\n: {nameless}\n")
    ring = KeyRing.from_file(file)
    assert (ring.current, *ring.older) == (Key("2025-06", SECRET), Key("2024-11", OTHER), Key("", b"k"))


@needs_cryptography
def test_a_file_of_keys_that_encrypt(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"a: {b64encode(SECRET).decode()} encrypt\n")
    assert KeyRing.from_file(file).current == Key("a", SECRET, encrypt=True)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "there is no key in it"),
        ("a c2VjcmV0", "line 1: not `id: base64`"),
        ("# a key\na: c2VjcmV0 decrypt", "line 2: not `id: base64`"),
        ("a: c2Vj*mV0", "line 1: the secret is not base64"),
        ("a: c2VjcmV0", "line 1: The secret of key 'a' has 16 to 64 bytes"),
        ("a:", "line 1: The secret of key 'a' has 16 to 64 bytes"),
        ("a b: c2VjcmV0", "line 1: The id of a key has"),
    ],
)
def test_a_file_that_is_wrong_is_refused_without_its_secrets(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "keys"
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        KeyRing.from_file(file)
    assert message in refused.value.message and "c2Vj" not in refused.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file of keys can be read: No such file"):
        KeyRing.from_file(tmp_path / "nothing")
