"""A SQLite file as the first release left it: of schema 1, with one instance, which has saved checkpoint 3."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

from jactl_trio.store.queries import named_queries
from jactl_trio.store.sqlite_schema import APPLICATION_ID


def write_older(path: Path, id: uuid.UUID) -> None:
    """The instance's script is called order."""
    with sqlite3.connect(path) as db:
        db.executescript(named_queries("sqlite.sql")["schema"])
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute("pragma user_version = 1")
        db.execute("insert into scripts values ('s', 'checkpoint(); 6 * 7', 'order', '', '{}', '[]', 0)")
        db.execute("insert into instances values (?, 's', 'running', null, 5, 3, 2, 1, 0, 0, null, null)", (id.bytes,))
        db.execute("insert into checkpoints values (?, ?)", (id.bytes, b"three"))
    db.close()
