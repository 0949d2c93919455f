"""The machine's limit: Trio tasks that encode the same state with cbor2, and one thread that writes them in groups.

No language, no leases, no check of who may write: what is left is Trio, the encoding, and the database.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import cbor2
import trio

from .crowd import Crowd

GROUP_MAX = 1_000  # as in the runtime
Saved = tuple[bytes, int, bytes, trio.lowlevel.Task]  # id, checkpoint id, body, who waits
Write = Callable[[Sequence[Saved]], None]


@asynccontextmanager
async def running_tasks(url: str, count: int) -> AsyncIterator[Crowd]:
    """Waiting for their first turn. At the end the database has the last checkpoint of each."""
    crowd = Crowd(count)
    database = _SQLite(url.partition(":")[2]) if url.startswith("sqlite:") else _Postgres(url)
    writer = _Writer(database.write, trio.lowlevel.current_trio_token())
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(_save, writer, crowd)
        await crowd.all_wait()
        yield crowd
        crowd.end()
    await trio.to_thread.run_sync(writer.stop)
    found = database.saved()
    assert found == crowd.saved_in_all, (found, crowd.saved_in_all)
    database.close()


async def _save(writer: _Writer, crowd: Crowd) -> None:
    id, n = uuid.uuid4().bytes, 0
    while await crowd.next_turn():
        has_time = True
        while has_time:
            for _ in range(crowd.batch):
                n += 1
                body = cbor2.dumps({"a": 1, "b": 2, "c": "three", "d": 4.0, "e": True, "n": n})
                await writer.save(id, n, body)
            has_time = crowd.saved(crowd.batch)


class _Writer:
    """One long-lived thread: it is woken once for all that wait, and wakes all of them at once."""

    def __init__(self, write: Write, token: trio.lowlevel.TrioToken) -> None:
        self._write = write
        self._token = token
        self._waiting: deque[Saved] = deque()
        self._wake = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._write_for_ever)
        self._thread.start()

    async def save(self, id: bytes, checkpoint_id: int, body: bytes) -> None:
        self._waiting.append((id, checkpoint_id, body, trio.lowlevel.current_task()))
        self._wake.set()
        await trio.lowlevel.wait_task_rescheduled(lambda raise_cancel: trio.lowlevel.Abort.FAILED)

    def stop(self) -> None:
        self._is_over = True
        self._wake.set()
        self._thread.join()

    def _write_for_ever(self) -> None:
        waiting = self._waiting
        while not self._is_over:
            self._wake.wait()
            self._wake.clear()
            while waiting:
                group = [waiting.popleft() for _ in range(min(len(waiting), GROUP_MAX))]
                self._write(group)
                self._token.run_sync_soon(_wake_all, group)


def _wake_all(group: Sequence[Saved]) -> None:
    for *_, task in group:
        trio.lowlevel.reschedule(task)


class _SQLite:
    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(Path(path), isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.execute("create table saved (id blob primary key, n integer, body blob) without rowid")

    def write(self, group: Sequence[Saved]) -> None:
        self._db.execute("begin immediate")
        self._db.executemany(
            "insert into saved values (?, ?, ?) on conflict (id) do update set n = excluded.n, body = excluded.body",
            [row[:3] for row in group],
        )
        self._db.execute("commit")

    def saved(self) -> int:
        return int(self._db.execute("select sum(n) from saved").fetchone()[0])

    def close(self) -> None:
        self._db.close()


class _Postgres:
    def __init__(self, url: str) -> None:
        import psycopg

        self._db: Any = psycopg.connect(url)
        self._db.execute("create table saved (id bytea primary key, n bigint, body bytea)")
        self._db.commit()

    def write(self, group: Sequence[Saved]) -> None:
        self._db.execute(
            "insert into saved select * from unnest(%b::bytea[], %b::bigint[], %b::bytea[])"
            " on conflict (id) do update set n = excluded.n, body = excluded.body",
            [list(column) for column in zip(*(row[:3] for row in group), strict=True)],
        )
        self._db.commit()

    def saved(self) -> int:
        return int(self._db.execute("select sum(n) from saved").fetchone()[0])

    def close(self) -> None:
        self._db.close()
