"""A SQLite file -> a connection to a store of the present schema; rows -> records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from ..errors import StoreError
from .records import InstanceRecord

SCHEMA_VERSION = 2
APPLICATION_ID = 0x4A43_544C  # "JCTL" at offset 68 of the file
STATEMENTS_KEPT = 256  # all of the queries, those on many rows in all their sizes
SQLITE_VERSION_MIN = (3, 35, 0)  # older ones are not tested


def prepare(path: Path, busy_s: float, sql: Mapping[str, str]) -> sqlite3.Connection:
    """Connect; bring the schema of the file up to date; StoreError for one that is newer, or no store."""
    if sqlite3.sqlite_version_info < SQLITE_VERSION_MIN:
        wanted = ".".join(map(str, SQLITE_VERSION_MIN))
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: {wanted} or newer is needed")
    connection = sqlite3.connect(
        path, timeout=busy_s, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS_KEPT
    )
    try:
        _check(connection, path)
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


def is_id(column: Any) -> bool:
    """A damaged file has columns that are none."""
    return isinstance(column, bytes) and len(column) == 16


def ids_of(rows: Iterable[Sequence[Any]]) -> list[UUID]:
    """Of rows that begin with an id; without those of a damaged file that are none, for they would hide the others."""
    return [UUID(bytes=row[0]) for row in rows if is_id(row[0])]


def shown_id(column: Any) -> str:
    """For messages; also of a column that is no id."""
    return str(UUID(bytes=column)) if is_id(column) else repr(column)


def record_of(row: Any) -> InstanceRecord:
    """A row of the queries `instance` and `instances`. StoreError for one that is none: the file is damaged."""
    try:
        return _record_of(row)
    except (TypeError, ValueError) as error:
        raise StoreError(f"The store is damaged, a row of an instance cannot be read: {error}") from error


def _record_of(row: Any) -> InstanceRecord:
    id, script, state, owner, token, checkpoint_id, recoveries, keeps, created, updated, outcome, error = row[:12]
    wake_at, awaits, sent, owned = row[12:]
    if not all(isinstance(count, int) for count in (token, checkpoint_id or 0, recoveries, sent)):
        raise TypeError("a count that is no int")
    return InstanceRecord(
        UUID(bytes=id),
        script,
        state,
        None if owner is None else UUID(bytes=owner),
        token,
        checkpoint_id,
        recoveries,
        bool(keeps),
        created,
        updated,
        outcome,
        text_of(error),
        wake_at,
        text_of(awaits),
        sent,
        bool(owned),
    )


def row_of(record: InstanceRecord) -> dict[str, object]:
    """What the queries `create` and `put` write."""
    return {
        "id": record.id.bytes,
        "script": record.script,
        "keeps_outcome": record.keeps_outcome,
        "now": record.created_at,
        "state": record.state,
        "owner": None if record.owner is None else record.owner.bytes,
        "token": record.token,
        "checkpoint_id": record.checkpoint_id,
        "recoveries": record.recoveries,
        "updated_at": record.updated_at,
        "outcome": record.outcome,
        "error": column_of(record.error),
        "wake_at": record.wake_at,
        "awaits": column_of(record.awaits),
        "sent": record.sent,
    }


def column_of(text: str | None) -> str | bytes | None:
    """A text that a script or a host wrote, as SQLite takes it: with lone surrogates, which scripts can make, a blob.
    One that could not be written would take the whole transaction with it."""
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(column: Any) -> Any:
    """What column_of() was given."""
    return column.decode("utf-8", "surrogatepass") if isinstance(column, bytes) else column


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse before anything is changed."""
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION and _pragma(connection, "application_id") == APPLICATION_ID:
        raise StoreError(f"{path} has schema {version}; this release knows {SCHEMA_VERSION}: use a newer release")
    is_empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if not is_empty and _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError(f"{path} is a database, but no store of jactl_trio")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"pragma {name}").fetchone()[0])
