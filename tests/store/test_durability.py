"""What write() has answered is there: after closing, after SIGKILL of the process, after a crash of the server."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jactl_trio.errors import StoreError
from jactl_trio.runtime.store_doubts import settled_answers
from jactl_trio.store import open_store
from jactl_trio.store.records import Claim, Claimed, Save, ScriptRecord
from jactl_trio.verify.kit.hands import SCRIPT, Hand, granted

from .child import body
from .cluster import Cluster, running_cluster
from .conftest import Place

_ROOT = Path(__file__).parents[2]


def test_everything_is_there_after_opening_again(durable_place: Place) -> None:
    store = durable_place.open()
    hand = Hand(store)
    script = ScriptRecord(SCRIPT, "def x = 'ü'", "main", "", {"g": "int"}, ("c",))
    hand.ask(Claim(uuid.uuid4(), SCRIPT, (script,)))
    running, ended = hand.saved((b"one", b"two")), hand.saved(keeps_outcome=True)
    assert hand.finish(ended, b"value") is None
    before = [store.instance(running.id), store.instance(ended.id), store.owners(), store.script(SCRIPT)]
    store.close()
    again = durable_place.open()
    assert [again.instance(running.id), again.instance(ended.id), again.owners(), again.script(SCRIPT)] == before
    assert again.checkpoint(running.id) == (2, b"two") and again.check() == []
    again.forget(hand.id)
    assert again.free() == [running.id]


def test_a_closed_store_opens_at_its_next_use(durable_place: Place) -> None:
    store = durable_place.open()
    begun = Hand(store).saved()
    store.close()
    store.close()
    assert store.checkpoint(begun.id) == (1, b"one")


@pytest.mark.parametrize("batches", [1, 7, 30])
def test_what_a_killed_process_was_answered_is_there(durable_place: Place, batches: int) -> None:
    ids = [uuid.uuid4() for _ in range(5)]
    command = [sys.executable, "-m", "tests.store.child", durable_place.url, *map(str, ids)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as child:
        assert child.stdout is not None
        answered = [int(child.stdout.readline()) for _ in range(batches)][-1]
        child.send_signal(signal.SIGKILL)
        answered = max([answered, *map(int, child.stdout.read().split())])
    store = durable_place.open()
    assert store.check() == []
    for owner in store.owners():
        store.forget(owner.id)
    hand = Hand(store)
    for id in ids:
        taken = granted(hand.claim(id))
        assert taken.checkpoint_id in (answered, answered + 1)
        assert taken.checkpoint == body(id, taken.checkpoint_id)
    assert len({store.checkpoint(id)[0] for id in ids}) == 1, "a batch is done or not, as a whole"  # type: ignore[index]


def test_the_check_finds_lost_and_left_checkpoints(durable_place: Place) -> None:
    store = durable_place.open()
    begun, left = Hand(store).saved(), uuid.uuid4()
    if durable_place.kind == "sqlite":
        with sqlite3.connect(durable_place.url.removeprefix("sqlite:")) as file:
            file.execute("update checkpoints set id = ?", (left.bytes,))
        file.close()
    else:
        import psycopg

        with psycopg.connect(durable_place.url) as connection:
            connection.execute("update jactl_trio.checkpoints set id = %s", (left,))
    assert store.check() == [
        f"instance {begun.id} has lost checkpoint 1",
        f"checkpoint of {left}, which is no instance that could go on",
    ]


def test_a_server_that_restarts_under_load(cluster: Cluster) -> None:
    with running_cluster() as own:
        assert own is not None
        url = own.database()
        ended = threading.Event()
        hands = [Hand(open_store(url)) for _ in range(3)]
        begun = [hand.new() for hand in hands]  # before the first end: a lost claim is not what is looked at here
        with ThreadPoolExecutor() as pool:
            loads = [pool.submit(save_until, hand, one, ended) for hand, one in zip(hands, begun, strict=True)]
            for end in ("immediate", "fast", "immediate"):
                time.sleep(0.3)
                own.stop(end)
                own.start()
            ended.set()
            kept = [load.result(timeout=60) for load in loads]
        store = open_store(url)
        assert all(store.checkpoint(id) == (count, body(id, count)) for id, count in kept)
        assert store.check() == []
        store.close()


def save_until(hand: Hand, begun: Claimed, ended: threading.Event) -> tuple[uuid.UUID, int]:
    """Save one checkpoint after the other, as the runtime does: ask what became of one whose fate is open."""
    count = 0
    while not ended.is_set():
        save = Save(begun.id, begun.token, count + 1, body(begun.id, count + 1))
        try:
            answer = hand.ask(save)
        except StoreError as error:
            (answer,) = settled_answers(hand.store, hand.id, [save], error)
        assert answer is None or "COMMIT" in str(answer), answer
        count += answer is None
    hand.store.close()
    return begun.id, count


@pytest.mark.parametrize("end", ["fast", "immediate"])
def test_a_server_that_restarts_loses_nothing_and_is_found_again(cluster: Cluster, end: str) -> None:
    with running_cluster() as own:
        assert own is not None
        store = open_store(own.database())
        store.open()
        hand = Hand(store)
        begun = hand.saved()
        for checkpoint_id in range(2, 5):
            own.stop(end)
            own.start()
            assert hand.save(begun, checkpoint_id, b"more") is None, "the connection was lost before COMMIT: again"
            own.stop(end)
            own.start()
            assert store.checkpoint(begun.id) == (checkpoint_id, b"more")
        assert store.check() == []
        store.close()
