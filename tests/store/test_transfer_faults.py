"""What goes wrong when an instance moves: bytes that are damaged or made up, other hands, other keys, older stores."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import cbor2
import pytest

import jactl_trio as jactl
from jactl_trio.errors import CheckpointDecodeError, StoreError
from jactl_trio.store.records import Cancel, Claim, Delete, Message, Operation, Park, Retry, Save, ScriptRecord, Send
from jactl_trio.verify.around import AroundStore

from .conftest import Place
from .older import write_older
from .test_transfer import ID, OWNER, filled


def written(store: jactl.CheckpointStore, operation: Operation) -> Any:
    """One operation's answer."""
    return store.write(OWNER.id, [operation])[0]


def resealed(data: bytes, **changes: object) -> bytes:
    """The exported bytes with other contents, and a digest that fits."""
    made_up = data[:4] + cbor2.dumps(cbor2.loads(data[4:-32]) | changes)
    return made_up + blake2b(made_up, digest_size=32).digest()


# Bytes


def test_what_is_damaged_is_refused() -> None:
    data, store = jactl.export_instance(filled("free"), ID), jactl.MemoryStore()
    changed = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]
    cut = [data[:length] for length in range(len(data))]
    for bad in (data + b"\0", *changed, *cut):
        with pytest.raises(CheckpointDecodeError):
            jactl.import_instance(store, bad)
    with pytest.raises(CheckpointDecodeError, match="has format 2, this release reads 1"):
        jactl.import_instance(store, data[:3] + b"\2" + data[4:])
    assert store.instances() == []


SCRIPT = {"identity": "s", "source": b"1", "name": b"", "package": b"", "globals": {}, "uses": [], "is_class": False}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": b"short"}, "bytes is not a 16-char string"),
        ({"id": 7}, "id is a int"),
        ({"state": "running away"}, "none is exported that is 'running away'"),
        ({"state": "hibernated"}, "none is exported that is 'hibernated'"),
        ({"state": "finished"}, "its checkpoint does not fit"),
        ({"state": "finished", "checkpoint": None, "keeps_outcome": False}, "its outcome does not fit"),
        ({"outcome": b"5"}, "its outcome does not fit"),
        ({"checkpoint": None}, "its checkpoint does not fit"),
        ({"checkpoint_id": None}, "its checkpoint does not fit"),
        ({"checkpoint_id": 2**63}, "checkpoint_id is no count"),
        ({"checkpoint_id": -1}, "checkpoint_id is no count"),
        ({"token": True}, "token is no count"),
        ({"token": "1"}, "token is no count"),
        ({"token": 2**63 - 1}, "token is no count"),  # the next claim's would be too large for a store
        ({"token": 2**70}, "semantic tag"),
        ({"recoveries": 2**31}, "recoveries is no count"),
        ({"recoveries": True}, "recoveries is no count"),
        ({"created_at": float("nan")}, "created_at is no time"),
        ({"created_at": None}, "created_at is no time"),
        ({"error": cbor2.CBORTag(35, "a*")}, "semantic tag"),
        ({"scripts": []}, "its script is not there"),
        ({"scripts": [7]}, "not subscriptable"),
        ({"scripts": [SCRIPT, SCRIPT]}, "script s comes twice"),
        ({"scripts": [{**SCRIPT, "uses": ["nowhere"]}]}, "before what it uses"),
        ({"scripts": [{**SCRIPT, "uses": ["s"]}]}, "before what it uses"),
        ({"scripts": [{**SCRIPT, "uses": "s"}]}, "uses is a str"),
        ({"scripts": [{**SCRIPT, "globals": "none"}]}, "no attribute"),
        ({"sent": -1}, "sent is no count"),
        ({"scripts": [{**SCRIPT, "source": "text"}]}, "source is a str"),
        ({"scripts": [{**SCRIPT, "identity": "a\0b"}], "script": "a\0b"}, "script is no identity"),
        ({"messages": {1: 2}}, "messages is a dict"),
        ({"messages": [[1, None, b"", None]], "sent": 1}, "name is a NoneType"),
        ({"messages": [[1, b"\xff", b"", None]], "sent": 1}, "can't decode byte 0xff"),
        ({"messages": [[1, b"a", b"", None]]}, "message 1 does not follow 0 of 0"),
        ({"messages": [[1, b"a", b"", None]] * 2, "sent": 2}, "message 1 does not follow 1 of 2"),
        ({"messages": [[1, b"a", None, None]], "sent": 1}, "message 1 is taken, and has no key"),
        ({"messages": [[1, b"a", b"", b"k"], [2, b"a", b"", b"k"]], "sent": 2}, "two messages have one key"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_what_is_made_up_is_refused(changes: dict[str, Any], told: str) -> None:
    """Before any store sees it: one takes what the next cannot, and a refused row takes a whole batch with it."""
    data, store = jactl.export_instance(filled("free"), ID), jactl.MemoryStore()
    with pytest.raises(CheckpointDecodeError, match="The exported instance cannot be read: ") as caught:
        jactl.import_instance(store, resealed(data, **changes))
    assert told in str(caught.value)
    assert store.instances() == []


def test_a_message_whose_key_is_too_long_takes_nothing_with_it(store: jactl.CheckpointStore) -> None:
    """PostgreSQL's index would refuse it, and with it the saves of all who are in that transaction."""
    store.register(OWNER, 60.0)
    other = uuid.UUID(int=8)
    begun = [Claim(id, "s", (ScriptRecord("s", "1"),)) for id in (ID, other)]
    store.write(OWNER.id, begun)
    answers = store.write(OWNER.id, [Save(ID, 1, 1, b"one"), Send(other, "a", b"", "k" * 20_000)])
    assert answers[0] is None and "a key of more than 1000 bytes" in str(answers[1])
    assert store.checkpoint(ID) == (1, b"one") and store.sent(other) == []
    assert written(store, Send(other, "a", b"", "\udc80" * 333)) is None


def test_bytes_with_a_key_that_is_too_long_are_refused(store: jactl.CheckpointStore) -> None:
    data = jactl.export_instance(filled("free"), ID)
    with pytest.raises(StoreError, match="key of more than 1000 bytes"):
        jactl.import_instance(store, resealed(data, messages=[[1, b"a", b"", b"k" * 1001]], sent=1))
    assert store.instance(ID) is None


def test_another_script_under_a_known_identity_is_refused(store: jactl.CheckpointStore) -> None:
    data = jactl.export_instance(filled("free"), ID)
    store.register(OWNER, 60.0)
    written(store, Claim(uuid.UUID(int=8), "s", (ScriptRecord("s", "2"),)))
    with pytest.raises(StoreError, match="comes with another source of script s than the store's"):
        jactl.import_instance(store, data)
    assert store.instance(ID) is None


# Twice


@pytest.mark.parametrize("since", ["waits", "runs", "parked", "cancelled"])
def test_the_same_bytes_are_one_instance(store: jactl.CheckpointStore, since: str) -> None:
    data = jactl.export_instance(filled("free"), ID)
    jactl.import_instance(store, data)
    store.register(OWNER, 60.0)
    changes: dict[str, Operation] = {"runs": Claim(ID), "parked": Park(ID, "why"), "cancelled": Cancel(ID)}
    if since in changes:
        written(store, changes[since])
    before = store.instance(ID)
    with pytest.raises(StoreError, match=f"{ID} is in this store already"):
        jactl.import_instance(store, data)
    assert store.instance(ID) == before


def test_one_that_comes_back_is_taken_in_once_it_is_deleted_here(store: jactl.CheckpointStore) -> None:
    there = jactl.MemoryStore()
    jactl.import_instance(there, jactl.export_instance(first := filled("free"), ID))
    back = jactl.export_instance(there, ID)
    with pytest.raises(StoreError, match="in this store already: parked"):
        jactl.import_instance(first, back)
    assert written(first, Delete(ID)) is None
    jactl.import_instance(first, back)
    assert first.free() == [ID] and there.free() == []


# Messages


def test_no_message_stays_behind(store: jactl.CheckpointStore) -> None:
    """Whoever sends to an instance that moves is told; until then all of them go with it."""
    jactl.import_instance(store, jactl.export_instance(filled("free"), ID))
    assert [written(store, Send(ID, "a", b"1", "k")), written(store, Send(ID, "b", b"2"))] == [None, None]
    data = jactl.export_instance(store, ID)
    assert "set aside to move to another store" in str(written(store, Send(ID, "a", b"3")))
    assert jactl.export_instance(store, ID) == data
    there = jactl.MemoryStore()
    jactl.import_instance(there, data)
    assert there.sent(ID) == [Message(ID, 1, "a", b"1", "k"), Message(ID, 2, "b", b"2")]
    assert written(there, Send(ID, "a", b"3")) is None
    assert [message.seq for message in there.sent(ID)] == [1, 2, 3]
    assert written(store, Retry(ID)) is None
    assert written(store, Send(ID, "a", b"3")) is None
    record = store.instance(ID)
    assert record is not None and (record.state, record.error) == ("running", None)


@pytest.mark.parametrize("error", ["no bank knows it", "exported goods: none", ""])
def test_one_that_was_parked_is_set_aside_too(store: jactl.CheckpointStore, error: str) -> None:
    first = filled("free")
    written(first, Park(ID, error))
    jactl.import_instance(store, jactl.export_instance(first, ID))
    assert written(store, Send(ID, "a", b"1")) is None
    data = jactl.export_instance(store, ID)
    assert "set aside" in str(written(store, Send(ID, "a", b"2")))
    there = jactl.MemoryStore()
    jactl.import_instance(there, data)
    record = there.instance(ID)
    assert record is not None and (record.state, record.error or "") == ("parked", error)
    assert written(store, Retry(ID)) is None
    record = store.instance(ID)
    assert record is not None and (record.state, record.error or "") == ("running", error)


class Interrupted(AroundStore):
    """Somebody does something while an instance is written down."""

    def __init__(self, store: jactl.CheckpointStore, *operations: Operation) -> None:
        super().__init__(store)
        self._operations = operations

    def sent(self, id: uuid.UUID) -> list[Message]:
        self.store.write(OWNER.id, self._operations)
        return self.store.sent(id)


@pytest.mark.parametrize("operations", [(Retry(ID), Send(ID, "a", b"1")), (Retry(ID), Claim(ID)), (Delete(ID),)])
def test_one_that_changes_while_it_is_written_down_is_not_given(operations: tuple[Operation, ...]) -> None:
    with pytest.raises(StoreError, match=r"has changed while it was exported|There is no instance"):
        jactl.export_instance(Interrupted(filled("free"), *operations), ID)


# Hosts


def test_one_whose_owner_has_not_been_heard_of_leaves_it(store: jactl.CheckpointStore) -> None:
    """A host that was stopped past its lease: it is refused when it comes back."""
    store.register(OWNER, -1.0)
    written(store, Claim(ID, "s", (ScriptRecord("s", "1"),)))
    written(store, Save(ID, 1, 1, b"one"))
    data = jactl.export_instance(store, ID)
    assert "not this owner's any more" in str(written(store, Save(ID, 1, 2, b"two")))
    assert jactl.export_instance(store, ID) == data


KEY, OTHER_KEY = jactl.Key("ours", b"k" * 32), jactl.Key("theirs", b"o" * 32)
SOURCE = "def sum = receive('a'); checkpoint(); sum + receive('a')"


@pytest.mark.parametrize("keys", [None, OTHER_KEY])
async def test_keys_go_with_it(place: Place, keys: jactl.Key | None, tmp_path: Path) -> None:
    """A host of the other store that has other keys, or none, refuses it and leaves its bytes alone."""

    def context(key: jactl.Key | None) -> jactl.Context:
        return jactl.Context(checkpoint_key=None if key is None else jactl.KeyRing(key))

    first = jactl.MemoryStore()
    async with jactl.open_runtime(ours := context(KEY), first) as runtime:
        await runtime.start(ours.compile(SOURCE), id=ID, durable=True)
        await runtime.send(ID, "a", 2)
        await runtime.send(ID, "a", 3)
        runtime.shutdown()
    store = place.open()
    jactl.import_instance(store, jactl.export_instance(first, ID))
    kept = store.checkpoint(ID), store.sent(ID)
    async with jactl.open_runtime(context(keys), store) as runtime:
        (instance,) = await runtime.recover()
        with pytest.raises(CheckpointDecodeError, match="key"):
            await instance.result()
    assert (store.checkpoint(ID), store.sent(ID)) == kept
    async with jactl.open_runtime(context(KEY), store) as runtime:
        (instance,) = await runtime.recover()
        assert await instance.result() == 5


def test_one_of_an_older_schema(tmp_path: Path, new_id: Callable[[], uuid.UUID]) -> None:
    """Opening the store brings it up to date; what was written then goes on elsewhere."""
    path = tmp_path / "old.db"
    write_older(path, ID)
    old, store = jactl.SQLiteStore(path), jactl.MemoryStore()
    jactl.import_instance(store, jactl.export_instance(old, ID))
    old.close()
    assert store.free() == [ID] and store.checkpoint(ID) == (3, b"three")
    store.register(OWNER, 60.0)
    claimed = written(store, Claim(ID))
    assert (claimed.token, claimed.checkpoint_id) == (7, 3)  # higher than any that the old store gave
