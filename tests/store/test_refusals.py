"""What is no store, or not yet this release's: StoreError with one clear line, and nothing is changed."""

from __future__ import annotations

import builtins
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from jactl_trio.errors import StoreError, UsageError
from jactl_trio.store import MemoryStore, SQLiteStore, open_store

from .cluster import Cluster
from .conftest import Place


def refusal(url: str, *, must_exist: bool = False) -> str:
    store = open_store(url, must_exist=must_exist)
    with pytest.raises(StoreError) as caught:
        store.open()
    store.close()
    message = caught.value.message
    assert "\n" not in message
    return message


def test_a_newer_schema_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SQLiteStore(path)
    store.open()
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    before = path.read_bytes()
    assert refusal(f"sqlite:{path}") == f"{path} has schema 99; this release knows 2: use a newer release"
    assert path.read_bytes() == before


def test_a_sqlite_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    assert refusal(f"sqlite:{path}") == "SQLite 3.34.1 is too old: 3.35.0 or newer is needed"
    assert not path.exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Just some notes, and long enough to be taken for the head of a database. " * 20)
    before = path.read_bytes()
    message = refusal(f"sqlite:{path}")
    assert message == f"{path} is no store of jactl_trio, or is damaged: file is not a database"
    assert path.read_bytes() == before


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (x)")
    connection.close()
    assert refusal(f"sqlite:{path}") == f"{path} is a database, but no store of jactl_trio"


def test_a_missing_file_that_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    assert refusal(f"sqlite:{path}", must_exist=True) == f"There is no store {path}"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    assert str(tmp_path) in refusal(f"sqlite:{tmp_path / 'missing' / 'store.db'}")


def test_a_newer_schema_in_postgres(postgres_url: str) -> None:
    import psycopg

    place = Place("postgres", postgres_url)
    place.open()
    place.close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("update jactl_trio.schema_version set version = 99")
    message = refusal(postgres_url)
    assert message.endswith("has schema 99; this release knows 2: use a newer release")
    assert message.startswith("PostgreSQL database store_")


def test_a_postgres_store_that_must_exist(postgres_url: str) -> None:
    assert refusal(postgres_url, must_exist=True).startswith("There is no store in PostgreSQL database store_")
    Place("postgres", postgres_url).open().close()
    store = open_store(postgres_url, must_exist=True)
    store.open()
    store.close()


def test_a_postgres_database_that_is_missing(cluster: Cluster) -> None:
    assert 'database "missing" does not exist' in refusal(cluster.url("missing"))


def test_no_server_there_and_no_password_in_the_message(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    message = refusal(f"postgresql://somebody:secret@/db?host={tmp_path}")
    assert str(tmp_path) in message and "secret" not in message


def test_urls() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)
    store = open_store("sqlite:///var/lib/payments.db")
    assert isinstance(store, SQLiteStore) and store.path == Path("/var/lib/payments.db")
    relative = open_store("sqlite:payments.db")
    assert isinstance(relative, SQLiteStore) and relative.path == Path("payments.db")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_urls_of_postgres_are_not_opened_yet(scheme: str) -> None:
    pytest.importorskip("psycopg")
    from jactl_trio.store.postgres import PostgresStore

    assert isinstance(open_store(f"{scheme}://user@nowhere.invalid/payments"), PostgresStore)


@pytest.mark.parametrize("url", ["", "payments.db", "mysql://host/db", "sqlite:", "postgresql://host:port/%zz"])
def test_what_is_no_url_of_a_store(url: str) -> None:
    if url.startswith("postgres"):
        pytest.importorskip("psycopg")
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert "\n" not in caught.value.message


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    real_import = builtins.__import__

    def without_psycopg(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return real_import(name, *arguments, **named)

    for module in [name for name in sys.modules if name.startswith(("jactl_trio.store.postgres", "psycopg"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(builtins, "__import__", without_psycopg)
    with pytest.raises(UsageError, match=r"pip install 'jactl-trio\[postgres\]'"):
        open_store("postgresql://host/database")
