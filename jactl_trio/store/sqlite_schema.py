"""A SQLite file -> a connection to a store of the present schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from ..errors import StoreError

SCHEMA_VERSION = 2
APPLICATION_ID = 0x4A43_544C  # "JCTL" at offset 68 of the file
STATEMENTS_KEPT = 256  # all of the queries, those on many rows in all their sizes
SQLITE_VERSION_MIN = (3, 35, 0)  # older ones are not tested


def prepare(path: Path, busy_s: float, sql: Mapping[str, str], must_exist: bool) -> sqlite3.Connection:
    """Connect; bring the schema of the file up to date; StoreError for one that is newer, or no store."""
    if sqlite3.sqlite_version_info < SQLITE_VERSION_MIN:
        wanted = ".".join(map(str, SQLITE_VERSION_MIN))
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: {wanted} or newer is needed")
    connection = sqlite3.connect(
        path, timeout=busy_s, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS_KEPT
    )
    try:
        _check(connection, path, must_exist)
        ((mode,),) = connection.execute("pragma journal_mode = wal").fetchall()  # all: the change fails after its row
        if mode != "wal":  # it says so where it cannot; a rollback journal that comes back undoes what was answered
            raise StoreError(f"{path}: SQLite cannot keep a log here (journal_mode is {mode}): is it a network folder?")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma cell_size_check = on")
        connection.execute("begin immediate")
        version = _pragma(connection, "user_version")
        if version < SCHEMA_VERSION:
            for step in ("schema", "schema_2")[version:]:
                for statement in sql[step].split(";"):
                    connection.execute(statement)
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path, must_exist: bool) -> None:
    """Refuse before anything is changed."""
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION and _pragma(connection, "application_id") == APPLICATION_ID:
        raise StoreError(f"{path} has schema {version}; this release knows {SCHEMA_VERSION}: use a newer release")
    is_empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if is_empty and must_exist:  # a file that was cut off to nothing is not to be taken for a store without faults
        raise StoreError(f"{path} is empty: there is no store in it")
    if not is_empty and _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError(f"{path} is a database, but no store of jactl_trio")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"pragma {name}").fetchone()[0])
