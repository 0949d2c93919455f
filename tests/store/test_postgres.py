"""What only PostgresStore has to bear: connections that end anywhere, other sessions' locks, settings of the server."""

from __future__ import annotations

import select
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jactl_trio.errors import StoreError
from jactl_trio.runtime.store_doubts import settled_answers
from jactl_trio.store.records import Claim, Claimed, Finish, InstanceRecord, Operation, Release, Save, Send
from jactl_trio.verify.kit.hands import SCRIPT, Hand, granted

from .cluster import Cluster
from .conftest import Place
from .cutting import Cutter, cutter

psycopg = pytest.importorskip("psycopg")
from jactl_trio.store.postgres import PostgresStore  # noqa: E402


@pytest.fixture
def cut(cluster: Cluster) -> Iterator[Cutter]:
    # Not tmp_path: the path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="jactl-cut-") as folder, cutter(Path(folder), cluster.folder) as made:
        yield made


@pytest.fixture
def cut_store(postgres_url: str, cut: Cutter) -> Iterator[PostgresStore]:
    store = PostgresStore(f"{postgres_url.partition('?')[0]}?host={cut.folder}")
    store.open()
    yield store
    store.close()


@pytest.mark.parametrize("is_done", [False, True], ids=["before it was done", "after it was done"])
@pytest.mark.parametrize("kind", ["claim", "save", "finish", "release"])
def test_a_commit_that_nobody_answered_is_an_error_and_the_store_knows(
    cut_store: PostgresStore, cut: Cutter, kind: str, is_done: bool
) -> None:
    hand = Hand(cut_store)
    begun = hand.saved()
    operations: dict[str, Operation] = {
        "claim": Claim(uuid.uuid4(), SCRIPT),
        "save": Save(begun.id, begun.token, 2, b"two"),
        "finish": Finish(begun.id, begun.token),
        "release": Release(begun.id, begun.token),
    }
    cut.cut_at, cut.passes_it_on = b"commit\0", is_done  # "begin ... read committed" has the word, too
    with pytest.raises(StoreError, match="lost at COMMIT") as caught:
        hand.ask(operations[kind])
    assert cut.cuts == 1, "it was not done again by itself"
    wait_for_sessions(cut_store, 1)
    (answer,) = settled_answers(cut_store, hand.id, [operations[kind]], caught.value)
    if not is_done:
        assert answer is caught.value
        (answer,) = cut_store.write(hand.id, [operations[kind]])
    if kind == "claim":
        assert isinstance(answer, InstanceRecord if is_done else Claimed) and answer.id == operations[kind].id
    else:
        assert answer is None
    assert cut_store.check() == []


@pytest.mark.parametrize("word", [b"begin", b"for update", b"set checkpoint_id", b"into jactl_trio.checkpoints"])
def test_a_connection_that_ends_before_commit_costs_nothing(cut_store: PostgresStore, cut: Cutter, word: bytes) -> None:
    hand = Hand(cut_store)
    begun = hand.saved()
    cut.cut_at = word
    assert hand.save(begun, 2, b"two") is None
    assert cut.cuts == 1 and cut_store.checkpoint(begun.id) == (2, b"two")


def test_a_session_that_the_server_ends_costs_nothing(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    hand = Hand(store)
    begun = hand.saved()
    for ask in (lambda: hand.save(begun, 2, b"two"), lambda: store.checkpoint(uuid.uuid4()), store.check):
        with psycopg.connect(postgres_url) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert not ask()
    store.close()


def test_a_lock_that_is_never_given_up_ends_in_an_error(postgres_url: str) -> None:
    store = PostgresStore(postgres_url, wait_s=0.2)
    hand = Hand(store)
    begun = hand.saved()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("select 1 from jactl_trio.instances for update")
        with pytest.raises(StoreError, match="lock timeout") as caught:
            hand.save(begun, 2, b"two")
        assert "\n" not in caught.value.message
        assert store.free() == [] and store.checkpoint(begun.id) == (1, b"one"), "who reads does not wait"
    assert hand.save(begun, 2, b"two") is None
    store.close()


def test_a_process_that_is_stopped_in_a_transaction_loses_its_locks(postgres_url: str) -> None:
    stopped, other = PostgresStore(postgres_url, wait_s=0.3), PostgresStore(postgres_url)
    hand = Hand(other)
    begun = hand.saved()

    def stop(db: object) -> None:
        db.execute("select 1 from jactl_trio.instances for update")  # type: ignore[attr-defined]
        assert hand.save(begun, 2, b"two") is None  # waits until the server has ended the session
        db.execute("select 1")  # type: ignore[attr-defined]

    with pytest.raises(StoreError, match="idle-in-transaction"):
        stopped._connections.write(stop)
    stopped.close()
    other.close()


def test_an_instance_that_ends_while_it_is_claimed_begins_anew(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    hand = Hand(store)
    begun = hand.saved()
    with psycopg.connect(postgres_url) as connection, ThreadPoolExecutor() as pool:
        connection.execute("select 1 from jactl_trio.instances for update")
        answer = pool.submit(hand.new, begun.id)  # the row is there, and waited for
        wait_for_a_lock(postgres_url)
        connection.execute("delete from jactl_trio.instances")
        connection.commit()
        claimed = answer.result(timeout=30)
    assert claimed.token == 1
    assert hand.save(claimed, 1, b"one") is None
    store.close()


def test_an_instance_that_begins_while_it_is_looked_for_stays(postgres_url: str) -> None:
    store, other = PostgresStore(postgres_url), PostgresStore(postgres_url)
    hand, begun = Hand(store), Hand(store).saved()
    unknown = uuid.uuid4()
    with psycopg.connect(postgres_url) as connection, ThreadPoolExecutor() as pool:
        connection.execute("select 1 from jactl_trio.instances for update")
        answers = pool.submit(store.write, hand.id, [Claim(unknown), Claim(begun.id)])
        wait_for_a_lock(postgres_url)  # it has not seen the one that begins now
        claimed = Hand(other).new(unknown, initial=b"initial")
        connection.commit()
        assert answers.result(timeout=30)[0] is None
    assert other.checkpoint(unknown) == (0, b"initial") and other.instance(unknown) is not None
    assert claimed.token == 1
    for one in (store, other):
        one.close()


def test_a_deadlock_is_tried_again(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    attempts = []

    def work(db: object) -> str:
        attempts.append(db)
        if len(attempts) == 1:
            raise psycopg.errors.DeadlockDetected("as the server says it")
        return "done"

    assert store._connections.write(work) == "done" and len(attempts) == 2
    store.close()


def test_no_setting_of_the_database_lets_an_answer_come_before_the_data_is_safe(cluster: Cluster) -> None:
    url = cluster.database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"alter database {name} set synchronous_commit = off")
        connection.execute(f"alter database {name} set default_transaction_isolation = 'serializable'")
        connection.execute(f"alter database {name} set default_transaction_read_only = on")
    store = PostgresStore(url)
    begun = Hand(store).saved()
    assert store.checkpoint(begun.id) == (1, b"one")
    shown = store._connections.write(
        lambda db: [
            db.execute(f"show {name}").fetchone()[0]  # type: ignore[index]
            for name in ("synchronous_commit", "transaction_isolation")
        ]
    )
    assert shown == ["on", "read committed"]
    store.close()


def test_several_processes_make_the_schema_at_once(postgres_url: str) -> None:
    stores = [PostgresStore(postgres_url) for _ in range(6)]
    with ThreadPoolExecutor(len(stores)) as pool:
        for opened in [pool.submit(store.open) for store in stores]:
            opened.result()
    for store in stores:
        store.close()


def test_many_threads_share_few_connections(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    hand = Hand(store)
    ids = [hand.saved().id for _ in range(20)]
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(store.checkpoint, ids * 5)) == [(1, b"one")] * 100
    wait_for_sessions(store, 4)  # those of earlier tests may still be ending
    assert sessions(store) <= 4
    store.close()


def test_large_checkpoints_go_in_several_statements(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jactl_trio.store.postgres_operations.BYTES_MAX", 1000)
    store = PostgresStore(postgres_url)
    hand = Hand(store)
    ids = [uuid.uuid4() for _ in range(10)]
    tokens = [granted(answer).token for answer in store.write(hand.id, [Claim(id, SCRIPT) for id in ids])]
    bodies = [bytes([n]) * 400 * n for n in range(10)]
    saves = [Save(id, token, 1, body) for id, token, body in zip(ids, tokens, bodies, strict=True)]
    assert store.write(hand.id, saves) == [None] * 10
    assert [store.checkpoint(id) for id in ids] == [(1, body) for body in bodies]
    store.close()


def wait_for_a_lock(url: str) -> None:
    """Until some session of the database waits for one."""
    waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    deadline = time.monotonic() + 10
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(waiting).fetchone() is None and time.monotonic() < deadline:
            time.sleep(0.005)


def sessions(store: PostgresStore) -> int:
    count = "select count(*) from pg_stat_activity where datname = current_database()"
    return int(store._connections.read(lambda db: db.execute(count).fetchone())[0])  # type: ignore[index]


def wait_for_sessions(store: PostgresStore, count: int) -> None:
    """Until the server has ended the sessions of connections that were cut."""
    deadline = time.monotonic() + 10
    while sessions(store) > count and time.monotonic() < deadline:
        time.sleep(0.01)


def test_who_listens_is_told_of_messages_and_of_free_instances(postgres_url: str) -> None:
    place = Place("postgres", postgres_url)
    store, listening = place.open(), place.open()
    hand = Hand(store)
    first, second = hand.saved(), hand.saved()
    listener = listening.listener()
    assert listener is not None

    def is_told() -> bool:
        told = bool(select.select([listener], [], [], 2.0 if expected else 0.1)[0])
        listener.drain()
        return told

    expected = False
    assert hand.save(first, 2, b"two") is None and not is_told()
    expected = True
    assert store.write(hand.id, [Send(first.id, "a", b"body")]) == [None] and is_told()
    assert hand.release(first) is None and is_told()
    store.retire(hand.id)
    assert is_told() and set(listening.free()) == {first.id, second.id}
    expected = False
    store.retire(hand.id)
    assert not is_told()
    listener.close()
    place.close()


def test_who_looks_for_free_instances_is_not_shown_those_that_another_is_claiming(postgres_url: str) -> None:
    """Nor does it wait for them: so hosts that come up at once share the work."""
    store = PostgresStore(postgres_url)
    hand = Hand(store)
    ids = sorted(hand.saved().id for _ in range(9))
    store.retire(hand.id)
    with psycopg.connect(postgres_url) as claiming:
        claiming.execute("select 1 from jactl_trio.instances order by id limit 3 for update")
        assert store.free(limit=3) == ids[3:6]
        with psycopg.connect(postgres_url) as looking:  # who only looks hides nothing
            looking.execute("select 1 from jactl_trio.instances for key share skip locked")
            assert store.free(limit=3) == ids[3:6]
    assert store.free(limit=3) == ids[:3]
    store.close()
