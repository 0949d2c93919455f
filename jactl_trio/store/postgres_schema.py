"""A connection -> the present schema in its database; rows <-> records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from psycopg.sql import SQL

from ..errors import StoreError
from .postgres_connections import Connection
from .records import InstanceRecord, ScriptRecord

SCHEMA_VERSION = 2
LOCK_KEY = 0x4A43_544C  # "JCTL": of the advisory lock that those who make the schema take


def prepare(connection: Connection, sql: Mapping[str, SQL], must_exist: bool, place: str) -> None:
    """Make the schema, or bring it up to date; StoreError for one that is newer. In a transaction."""
    connection.execute(sql["schema_lock"], {"key": LOCK_KEY})
    if not _value(connection, sql["schema_exists"]):
        if must_exist:
            raise StoreError(f"There is no store in {place}")
        connection.execute(sql["schema"])
        connection.execute(sql["add_schema_version"], {"version": 1})
    version = _value(connection, sql["schema_version"])
    if version is None or version > SCHEMA_VERSION:
        raise StoreError(f"{place} has schema {version}; this release knows {SCHEMA_VERSION}: use a newer release")
    for step in range(version + 1, SCHEMA_VERSION + 1):
        connection.execute(sql[f"schema_{step}"])


def _value(connection: Connection, query: SQL) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def record_of(row: tuple[Any, ...]) -> InstanceRecord:
    """A row of the queries `instance`, `instances` and `lock_instances` (which has the time, too)."""
    error = None if row[11] is None else text_of(row[11])
    awaits = None if row[13] is None else text_of(row[13])
    columns = (*row[:11], error, row[12], awaits, *row[14:16])
    return InstanceRecord(*columns)


def bytes_of(text: str) -> bytes:
    """A text that a script or a host wrote, whatever is in it."""
    return text.encode("utf-8", "surrogatepass")


def text_of(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogatepass")


def about(script: ScriptRecord) -> str:
    """All of a script but its identity and source, as ASCII."""
    return json.dumps([script.name, script.package, dict(script.globals), script.uses, script.is_class])


def script_of(identity: str, source: bytes, about: str) -> ScriptRecord:
    name, package, globals_, uses, is_class = json.loads(about)
    return ScriptRecord(identity, text_of(source), name, package, globals_, tuple(uses), is_class)
