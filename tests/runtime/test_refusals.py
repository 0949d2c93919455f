"""A host that cannot restore an instance leaves it to others, for longer each time: nothing is parked in seconds."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.store import MemoryStore
from jactl_trio.store.records import FINISHED, PARKED, RUNNING
from jactl_trio.verify.scripted_senses import virtual_time

from .inline import InLine

ID = uuid.UUID(int=7)
WAITS = {"sleeps": "sleep(3600_000L); 1", "is told": "receive('go'); 1"}


def opened(store: MemoryStore, key: Any, hibernate_after: float | None = None):  # type: ignore[no-untyped-def]
    context = jactl.Context(checkpoint_key=key)
    return jactl.open_runtime(
        context, environment=InLine(store), recover_every=0.1, hibernate_after=hibernate_after
    )  # fmt: skip


async def one_waits(store: MemoryStore, source: str, hibernate_after: float | None = None) -> None:
    async with opened(store, b"right", hibernate_after) as runtime:
        await runtime.start(runtime.context.compile(f"checkpoint(); {source}"), id=ID)
        await trio.sleep(1)
        runtime.shutdown()


def attempts(store: MemoryStore) -> tuple[str, int]:
    record = store.instance(ID)
    assert record is not None
    return record.state, record.recoveries


async def test_the_pauses_grow_until_it_is_parked(autojump_clock: trio.testing.MockClock) -> None:
    store = MemoryStore(virtual_time)
    await one_waits(store, WAITS["sleeps"])
    seen = []
    async with opened(store, b"wrong"):
        for pause_s in (0.9, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300):
            seen.append(attempts(store))
            await trio.sleep(pause_s + 0.1)
        seen.append(attempts(store))
    assert seen == [(RUNNING, count) for count in range(11)] + [(PARKED, 10)]


@pytest.mark.parametrize("source", WAITS.values(), ids=WAITS)
async def test_another_host_has_it_meanwhile(source: str, autojump_clock: trio.testing.MockClock) -> None:
    store = MemoryStore(virtual_time)
    await one_waits(store, source)
    async with opened(store, b"wrong") as wrong:
        await trio.sleep(60)
        async with opened(store, b"right") as right:
            await trio.sleep(1)
            assert ID in right.instances and ID not in wrong.instances
            await right.send(ID, "go")
            assert await right.instances[ID].result() == 1
            right.shutdown()
        wrong.shutdown()


async def test_what_hibernates_and_is_due_is_left_to_others_too(autojump_clock: trio.testing.MockClock) -> None:
    store = MemoryStore(virtual_time)
    await one_waits(store, WAITS["sleeps"], hibernate_after=0)
    async with opened(store, b"wrong"):
        await trio.sleep(3600 + 30)
        state, count = attempts(store)
        assert state != PARKED and 3 <= count <= 6
    async with opened(store, b"right") as right:
        await trio.sleep(1)
        ended = store.instance(ID)
        assert ended is not None and ended.state == FINISHED
        right.shutdown()


async def test_looking_and_retrying_by_hand_does_not_wait(autojump_clock: trio.testing.MockClock) -> None:
    store = MemoryStore(virtual_time)
    await one_waits(store, WAITS["sleeps"])
    async with opened(store, b"wrong") as wrong:
        await trio.sleep(60)
        before = attempts(store)[1]
        (refused,) = await wrong.recover()
        assert refused.id == ID and attempts(store) == (RUNNING, before + 1)


async def test_what_only_its_message_is_sealed_from_is_left_to_others_too(
    autojump_clock: trio.testing.MockClock,
) -> None:
    """The checkpoint can be restored each time: the pauses grow all the same."""
    store = MemoryStore(virtual_time)
    own, senders = jactl.Key("own", b"own" * 11), jactl.Key("senders", b"senders" * 5)
    await one_waits_for(store, own, senders)
    async with opened(store, jactl.KeyRing(own)) as without:
        await trio.sleep(60)
        state, count = attempts(store)
        assert state == RUNNING and 3 <= count <= 8
        without.shutdown()
    async with opened(store, jactl.KeyRing(own, senders)):
        await trio.sleep(1)
        assert attempts(store)[0] == FINISHED


async def one_waits_for(store: MemoryStore, own: jactl.Key, senders: jactl.Key) -> None:
    async with opened(store, jactl.KeyRing(own), hibernate_after=0) as runtime:
        await runtime.start(runtime.context.compile("receive('go')"), id=ID)
        await trio.sleep(1)
        runtime.shutdown()
    async with jactl.open_runtime(
        jactl.Context(checkpoint_key=jactl.KeyRing(senders)), environment=InLine(store)
    ) as sender:
        await sender.send(ID, "go", 1)


async def test_what_only_another_host_has_room_for_is_left_to_others_too(
    autojump_clock: trio.testing.MockClock,
) -> None:
    store = MemoryStore(virtual_time)
    source = "checkpoint(); def text = 'a' * 5000; checkpoint(); text.size()"
    small = jactl.Context(checkpoint_bytes_max=2000)
    async with jactl.open_runtime(small, environment=InLine(store), recover_every=0.1) as runtime:
        await runtime.start(small.compile(source), id=ID)
        await trio.sleep(60)
        state, count = attempts(store)
        assert state == RUNNING and 3 <= count <= 8
        async with opened(store, None):
            await trio.sleep(1)
            assert attempts(store)[0] == FINISHED
        runtime.shutdown()
