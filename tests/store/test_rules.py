"""Every rule of the kit, on every store: alone, in contention, and in random sequences beside MemoryStore."""

from __future__ import annotations

import uuid

import pytest

from jactl_trio.store import CheckpointStore, SQLiteStore
from jactl_trio.verify.kit.model import Clock, check_against_model
from jactl_trio.verify.kit.rules import Rule, StorePlace
from jactl_trio.verify.kit.stores import all_store_rules

from .cluster import Cluster
from .conftest import Place


@pytest.mark.parametrize("rule", all_store_rules(), ids=lambda rule: rule.name)
def test_rule(rule: Rule[StorePlace], place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.kind == "postgres" and rule.needs_views:  # a deadlock is an error here, not hidden by trying again
        monkeypatch.setattr("jactl_trio.store.postgres_connections.ATTEMPTS", 1)
    rule.check(place)


def test_sqlite_answers_as_memory_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("model")

    def new(clock: Clock) -> CheckpointStore:
        return SQLiteStore(folder / f"{uuid.uuid4()}.db", clock=clock)

    check_against_model(new, has_clock=True, examples=40)


def test_postgres_answers_as_memory_does(cluster: Cluster) -> None:
    import psycopg

    from jactl_trio.store.postgres import PostgresStore

    url = cluster.database()

    def emptied(clock: Clock) -> CheckpointStore:
        store = PostgresStore(url)
        store.open()
        with psycopg.connect(url) as connection:
            tables = ("owners", "scripts", "instances", "checkpoints", "messages")
            connection.execute(f"truncate {', '.join(f'jactl_trio.{table}' for table in tables)}")
        return store

    check_against_model(emptied, has_clock=False, examples=25)
