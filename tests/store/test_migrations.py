"""A store of an older schema is brought up to date when it is opened, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

from jactl_trio.store import CheckpointStore, SQLiteStore
from jactl_trio.store.queries import named_queries
from jactl_trio.store.records import Claimed, Finish, Release, Save, Send, Waiting
from jactl_trio.store.sqlite_schema import APPLICATION_ID
from jactl_trio.verify.kit.hands import Hand

ID = uuid.UUID(int=7)


def goes_on(store: CheckpointStore) -> None:
    """Instance 7 of script s, which has saved checkpoint 3, is there, and can all that is new."""
    assert store.check() == [] and store.free() == [ID]
    hand = Hand(store)
    claimed = hand.claim(ID)
    assert isinstance(claimed, Claimed)
    assert (claimed.script, claimed.checkpoint_id, claimed.checkpoint) == ("s", 3, b"three")
    save = Save(ID, claimed.token, 4, b"four", (1,))
    assert store.write(hand.id, [Send(ID, "a", b"letter"), save, Release(ID, claimed.token)]) == [None] * 3
    assert store.messages([Waiting(ID, "a")]) == []
    claimed = hand.claim(ID)
    assert isinstance(claimed, Claimed)
    assert store.write(hand.id, [Finish(ID, claimed.token)]) == [None]
    assert store.check() == []


def test_a_file_of_schema_1(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        for statement in named_queries("sqlite.sql")["schema"].split(";"):
            connection.execute(statement)
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute("pragma user_version = 1")
        connection.execute(
            "insert into instances (id, script, state, token, checkpoint_id, keeps_outcome, created_at, updated_at)"
            " values (?, 's', 'running', 5, 3, 1, 0, 0)",
            (ID.bytes,),
        )
        connection.execute("insert into checkpoints (id, body) values (?, ?)", (ID.bytes, b"three"))
    connection.close()
    for _ in range(2):  # the second one finds nothing to do
        store = SQLiteStore(path)
        store.open()
        store.close()
    store = SQLiteStore(path)
    goes_on(store)
    store.close()


def test_a_postgres_database_of_schema_1(postgres_url: str) -> None:
    import psycopg

    from jactl_trio.store.postgres import PostgresStore
    from jactl_trio.store.postgres_connections import statement

    sql = named_queries("postgres.sql")
    with psycopg.connect(postgres_url) as connection:
        connection.execute(statement(sql["schema"]))
        connection.execute(statement(sql["add_schema_version"]), {"version": 1})
        connection.execute(
            "insert into jactl_trio.instances"
            " (id, script, state, token, checkpoint_id, keeps_outcome, created_at, updated_at)"
            " values (%s, 's', 'running', 5, 3, true, 0, 0)",
            (ID,),
        )
        connection.execute("insert into jactl_trio.checkpoints (id, body) values (%s, %s)", (ID, b"three"))
    for _ in range(2):
        store = PostgresStore(postgres_url)
        store.open()
        store.close()
    store = PostgresStore(postgres_url)
    goes_on(store)
    store.close()
