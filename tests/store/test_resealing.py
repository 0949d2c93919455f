"""Stores whose bytes are sealed: no wrong key gets in, nothing is readable, and keys are changed while all goes on."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trio

import jactl_trio as jactl
from jactl_trio import Key, KeyRing
from jactl_trio.store.records import KINDS, Kept

from ..encryption import needs_cryptography
from .conftest import Place

OLD, NEW, OTHER = (Key(id, id.encode() * 8) for id in ("old-1", "new-2", "other-3"))
ENDED, WAITS, PARKED = (uuid.UUID(int=n) for n in range(3))
WAITING = "def note = secret; checkpoint(); receive('start'); [note, receive('go')]"


def context_of(*keys: Key) -> jactl.Context:
    return jactl.Context(checkpoint_key=KeyRing(*keys)) if keys else jactl.Context()


async def fill(store: jactl.CheckpointStore, *keys: Key) -> None:
    """One instance that has ended, and two that wait without an owner, with a message each."""
    context = context_of(*keys)
    async with jactl.open_runtime(context, store) as runtime:
        ended = await runtime.start(context.compile("secret", {"secret": ""}), {"secret": "kept secret"}, id=ENDED)
        assert await ended.result() == "kept secret"
        for id in (WAITS, PARKED):
            globals_ = {"secret": f"secret {id.int}"}
            instance = await runtime.start(context.compile(WAITING, globals_), globals_, id=id)
            while instance.checkpoint_id == 0:
                await trio.sleep(0.001)
            await runtime.send(id, "go", {"word": "secret word"}, key="one")
        runtime.shutdown()


async def ends_of(store: jactl.CheckpointStore, *keys: Key) -> list[Any]:
    """What a host with these keys gets of the three."""
    context = context_of(*keys)
    found: list[Any] = []
    async with jactl.open_runtime(context, store) as runtime:
        await runtime.recover()
        for id in (ENDED, WAITS, PARKED):
            with suppress(jactl.UnknownInstanceError):  # one has ended
                await runtime.send(id, "start")
            try:
                instance = await runtime.start(context.compile(""), id=id)
                found.append(await instance.result())
            except jactl.JactlError as error:
                found.append(error)
    return found


GOOD = ["kept secret", ["secret 1", {"word": "secret word"}], ["secret 2", {"word": "secret word"}]]


def everything(store: jactl.CheckpointStore) -> list[Kept]:
    return [kept for kind in KINDS for kept in store.kept(kind)]


async def test_a_wrong_key_is_refused_and_nothing_is_lost(durable_place: Place) -> None:
    store = durable_place.open()
    await fill(store, OLD)
    before = everything(store)
    for keys in ((OTHER,), ()):
        async with jactl.open_runtime(context_of(*keys), store) as runtime:
            for instance in await runtime.recover():
                with pytest.raises(jactl.CheckpointDecodeError, match="key"):
                    await instance.result()
            ended = await runtime.start(runtime.context.compile(""), id=ENDED)
            with pytest.raises(jactl.CheckpointDecodeError, match="key"):
                await ended.result()
    assert everything(store) == before
    assert {record.error for record in store.instances("running")} == {"The checkpoint is keyed, and no key is given"}
    assert await ends_of(store, OLD) == GOOD


async def test_who_fails_for_its_keys_until_all_is_parked_loses_nothing_either(durable_place: Place) -> None:
    store = durable_place.open()
    await fill(store, OLD)
    async with jactl.open_runtime(context_of(OTHER), store) as runtime:
        for _ in range(11):
            await runtime.recover()
    assert {record.state for record in store.instances() if record.id != ENDED} == {"parked"}
    async with jactl.open_runtime(context_of(OLD), store) as runtime:
        for id in (WAITS, PARKED):
            await runtime.retry(id)
    assert await ends_of(store, OLD) == GOOD


async def test_a_message_under_an_unknown_key_ends_the_run_here_only(durable_place: Place) -> None:
    store = durable_place.open()
    await fill(store, OLD)
    async with jactl.open_runtime(context_of(OLD), store) as runtime:
        recovered = {instance.id: instance for instance in await runtime.recover()}
        async with jactl.open_runtime(context_of(OTHER), store) as sender:
            await sender.send(WAITS, "start")
        with pytest.raises(jactl.CheckpointDecodeError, match="'other-3', which is not given"):
            await recovered[WAITS].result()
        runtime.shutdown()
    assert await ends_of(store, OLD, OTHER) == GOOD


@pytest.mark.parametrize("is_encrypted", [False, pytest.param(True, marks=needs_cryptography)])
async def test_keys_are_changed_while_instances_wait(durable_place: Place, is_encrypted: bool) -> None:
    store = durable_place.open()
    new = Key("new-2", b"n" * 32, encrypt=is_encrypted)
    await fill(store, OLD)
    found = jactl.reseal_store(store, KeyRing(new, OLD))
    assert (found.resealed, found.current, found.left, found.refused) == (5, 0, 0, ())
    assert found.is_complete
    found = jactl.reseal_store(store, KeyRing(new, OLD))
    assert (found.resealed, found.current) == (0, 5)
    assert await ends_of(store, new) == GOOD
    assert store.check() == []


async def test_what_no_key_opens_is_told_and_stays(durable_place: Place) -> None:
    store = durable_place.open()
    await fill(store)
    async with jactl.open_runtime(context_of(OTHER), store) as runtime:
        await runtime.send(WAITS, "more", key="two")
    before = everything(store)
    found = jactl.reseal_store(store, KeyRing(NEW, OLD))
    assert (found.resealed, len(found.refused)) == (0, 6) and not found.is_complete
    assert f"message 2 of {WAITS}: The checkpoint has the key 'other-3', which is not given" in str(found.refused)
    assert f"checkpoint of {PARKED}: The checkpoint is not keyed" in found.refused
    assert everything(store) == before
    found = jactl.reseal_store(store, KeyRing(NEW, OTHER), accept_unkeyed=True)
    assert (found.resealed, found.refused) == (6, ())
    assert await ends_of(store, NEW) == GOOD


KILLED = """
import os, signal, sys
import jactl_trio as jactl
from jactl_trio import Key, KeyRing

store = jactl.open_store(sys.argv[1])
at, after = int(sys.argv[2]), sys.argv[3] == "after"
exchange = store.exchange
count = 0

def killed(pairs):
    global count
    count += 1
    if count == at and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    done = exchange(pairs)
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

store.exchange = killed
kept = store.kept
store.kept = lambda kind, limit=1, after=None: kept(kind, 1, after)
old, new = (Key(id, id.encode() * 8) for id in ("old-1", "new-2"))
jactl.reseal_store(store, KeyRing(new, old))
"""


async def test_a_kill_in_the_middle_leaves_what_can_be_gone_on_with(durable_place: Place) -> None:
    store = durable_place.open()
    await fill(store, OLD)
    for at, when in ((1, "before"), (2, "after"), (4, "before"), (3, "after")):
        command = [sys.executable, "-c", KILLED, durable_place.url, str(at), when]
        ended = await trio.run_process(command, check=False, cwd=os.getcwd())
        assert ended.returncode == -signal.SIGKILL
        now = [kept.body for kept in everything(store)]
        assert len(now) == 5 and store.check() == []
    found = jactl.reseal_store(store, KeyRing(NEW, OLD))
    assert found.is_complete and found.resealed + found.current == 5 and found.current > 0
    assert await ends_of(store, NEW) == GOOD


async def test_hosts_go_on_meanwhile(durable_place: Place) -> None:
    """They have the new ring; each checkpoint that they save while others are exchanged is the one that counts."""
    store, other = durable_place.open(), durable_place.open()
    await fill(store, OLD)
    context = context_of(NEW, OLD)
    source = "def sum = 0; for (int i = 0; i < 60; i++) { checkpoint(); sum += i }; [sum, secret]"
    script = context.compile(source, {"secret": ""})
    async with jactl.open_runtime(context, store) as runtime:
        running = [await runtime.start(script, {"secret": str(n)}, id=uuid.uuid4()) for n in range(20)]
        found = [await trio.to_thread.run_sync(jactl.reseal_store, other, KeyRing(NEW, OLD)) for _ in range(5)]
        assert [await instance.result() for instance in running] == [[1770, str(n)] for n in range(20)]
        runtime.shutdown()
    assert found[0].resealed == 5 and found[-1].is_complete
    assert await ends_of(store, NEW) == GOOD
    assert store.check() == []


async def test_what_a_host_has_just_saved_by_an_older_key_is_left_and_told() -> None:
    """It may yet have to ask the store by these bytes whether it was saved."""
    now = 1000.0
    store = jactl.MemoryStore(lambda: now)
    context = context_of(OLD)
    async with jactl.open_runtime(context, store, lease_s=1e6) as runtime:
        instance = await runtime.start(context.compile("checkpoint(); receive('never')"), id=WAITS)
        while instance.checkpoint_id == 0:
            await trio.sleep(0.001)
        found = jactl.reseal_store(store, KeyRing(NEW, OLD))
        assert (found.resealed, found.left, found.is_complete) == (0, 1, False)
        now += 100.0
        found = jactl.reseal_store(store, KeyRing(NEW, OLD))
        assert (found.resealed, found.left, found.is_complete) == (1, 0, True)
        runtime.shutdown()


@needs_cryptography
async def test_nothing_that_scripts_work_on_can_be_read_in_an_encrypted_store(durable_place: Place) -> None:
    store = durable_place.open()
    context = context_of(Key("new-2", b"n" * 32, encrypt=True))

    @context.function
    def fails() -> None:
        raise OSError("Sesame of the host")

    async with jactl.open_runtime(context, store, hibernate_after=0.0) as runtime:
        for n, source in enumerate(
            ["secret", "die secret", "fails()", "checkpoint(); receive('x'); 1", "checkpoint(); parsed(secret)"]
        ):
            with suppress(jactl.JactlError):
                script = context.compile(f"def parsed(x) {{ int i = x as int; i }}\n{source}", {"secret": ""})
                instance = await runtime.start(script, {"secret": "Sesame of the globals"}, id=uuid.UUID(int=n))
                if "receive" in source:
                    await runtime.send(instance.id, "y", {"word": "Sesame of the message"})
                await instance.result()
        with pytest.raises(jactl.DieError, match="Sesame"):
            await (await runtime.start(context.compile(""), id=uuid.UUID(int=1))).result()
        runtime.shutdown()
    states = {record.id.int: (record.state, record.error) for record in store.instances()}
    assert states[1] == ("failed", "DIE @ line 2, column 1 (its text is encrypted)")
    assert (states[0][0], states[2][0], states[3][0], states[4][0]) == ("finished", "failed", "hibernated", "failed")
    store.close()
    assert b"Sesame" not in raw(durable_place)


def raw(place: Place) -> bytes:
    """All that is stored."""
    if place.kind == "sqlite":
        folder = Path(place.url.removeprefix("sqlite:")).parent
        return b"".join(path.read_bytes() for path in folder.iterdir())
    import psycopg

    with psycopg.connect(place.url) as connection:
        tables = ("owners", "scripts", "instances", "checkpoints", "messages")
        rows = [connection.execute(f"select * from jactl_trio.{table}").fetchall() for table in tables]  # type: ignore[arg-type]
    assert any(rows)
    return repr(rows).encode()
