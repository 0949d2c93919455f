"""SQLiteStore: the embedded default. WAL and synchronous=FULL: what write() has answered survives a power cut."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from ..errors import StoreError
from ..wanted import wanted, wanted_seconds
from .interface import PAGE_BYTES, PURGE_MAX, SETTLED_SECONDS, CheckpointStore
from .locks import FileLock
from .queries import named_queries
from .records import Answer, InstanceRecord, Kept, Message, Operation, Owner, ScriptRecord, StoreStatistics, Waiting
from .sqlite_operations import Batch
from .sqlite_rows import bytes_or_lost, column_of, ids_of, is_id, message_of, record_of, script_of, shown_id, whole
from .sqlite_schema import prepare

BUSY_SECONDS = 10.0
_NO_ID = b""


class SQLiteStore(CheckpointStore):
    """A store in one file.

    One connection writes; other processes of the same host may use the file too, they take turns.
    must_exist: do not make a new file, nor take an empty one.  busy_s: how long to wait for another process.  clock:
    seconds since 1970, for tests that move the time.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        must_exist: bool = False,
        busy_s: float = BUSY_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(wanted("path", path, (str, Path), "a file's name"))
        self.busy_s = wanted_seconds("busy_s", busy_s, or_none=True)
        self._must_exist = must_exist
        self._clock = clock
        self._sql = named_queries("sqlite.sql")
        self._lock = threading.RLock()  # the connection is used by one thread at a time
        self._file_lock = FileLock(self.path.with_name(self.path.name + "-lock"), busy_s)
        self._opened: sqlite3.Connection | None = None
        self._known_scripts: set[str] = set()

    def open(self) -> None:
        """Connect; the first use does it too."""
        if self._must_exist and not self.path.exists():
            raise StoreError(f"There is no store {self.path}")
        with self._lock, self._as_store_errors():
            if self._opened is not None:
                return
            self._file_lock.open()
            try:
                with self._file_lock.held():
                    self._opened = prepare(self.path, self.busy_s, self._sql, self._must_exist)
            except BaseException:
                self._file_lock.close()
                raise

    def close(self) -> None:
        with self._lock:
            connection, self._opened = self._opened, None
            if connection is not None:
                with self._as_store_errors(), self._file_lock.held():  # the last one to close checkpoints the log
                    connection.close()
                self._file_lock.close()

    # Owners

    def register(self, owner: Owner, lease_s: float) -> None:
        with self._transaction() as db:
            row = (owner.id.bytes, owner.host, owner.pid, owner.process_start, self._clock() + lease_s)
            db.execute(self._sql["register"], row)

    def renew(self, owner: UUID, lease_s: float) -> bool:
        with self._transaction() as db:
            given = {"owner": owner.bytes, "now": self._clock(), "lease": lease_s}
            is_known = db.execute(self._sql["renew"], given).rowcount == 1
            if is_known:
                db.execute(self._sql["settle"], given)
        return is_known

    def retire(self, owner: UUID) -> None:
        with self._transaction() as db:
            db.execute(self._sql["retire_instances"], {"owner": owner.bytes, "now": self._clock()})
            db.execute(self._sql["forget"], (owner.bytes,))

    def forget(self, owner: UUID) -> None:
        with self._transaction() as db:
            db.execute(self._sql["forget"], (owner.bytes,))

    def owners(self) -> list[Owner]:
        rows = self._rows("owners", ())
        return [Owner(UUID(bytes=id), host, pid, start) for id, host, pid, start in rows if is_id(id)]

    def held(self, owner: UUID) -> list[UUID]:
        return ids_of(self._rows("held", (owner.bytes,)))

    # Instances

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        with self._transaction() as db:
            batch = Batch(db, self._sql, owner, self._clock(), self._known_scripts)
            answers = batch.answers(operations)
        self._known_scripts |= batch.added_scripts  # only now are they kept for sure
        return answers

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        given = {"now": self._clock(), "limit": limit, "after": _NO_ID if after is None else after.bytes}
        return ids_of(self._rows("free", given))

    def wake_in_s(self) -> float | None:
        (wake_at,) = self._rows("wake_at", ())[0]
        return max(wake_at - self._clock(), 0.0) if isinstance(wake_at, int | float) else None

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        found = []
        for who in waiting:
            given = {"id": who.id.bytes, "name": column_of(who.name), "after": who.after, "token": who.token}
            for row in self._rows("message", given):
                with suppress(StoreError):  # it waits on: one row that is damaged must not stand before the others'
                    found.append(message_of(who.id, row))
        return found

    def sent(self, id: UUID) -> list[Message]:
        return [message_of(id, row) for row in self._rows("sent", (id.bytes,))]

    def instance(self, id: UUID) -> InstanceRecord | None:
        rows = self._rows("instance", {"id": id.bytes, "now": self._clock()})
        return record_of(rows[0]) if rows else None

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        given = {"state": state, "limit": limit, "now": self._clock()}
        return [record_of(row) for row in self._rows("instances", given)]

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        rows = self._rows("checkpoint", (id.bytes,))
        body = bytes_or_lost(rows[0][1]) if rows else None
        return None if body is None else (rows[0][0], body)

    def kept(self, kind: str, limit: int = 100, after: Kept | None = None) -> list[Kept]:
        place = {"after": _NO_ID, "seq": 0} if after is None else {"after": after.id.bytes, "seq": after.seq}
        rows = self._rows(f"kept_{kind}", {**place, "limit": limit, "bytes": PAGE_BYTES})
        with whole(f"a {kind}"):
            return [Kept(kind, UUID(bytes=id), seq, body) for id, seq, body in rows]

    def exchange(self, pairs: Sequence[tuple[Kept, bytes]], settled_s: float = SETTLED_SECONDS) -> int:
        settled_at = self._clock() - settled_s
        with self._transaction() as db:
            return sum(
                db.execute(
                    self._sql[f"exchange_{kept.kind}"],
                    {"id": kept.id.bytes, "seq": kept.seq, "old": kept.body, "new": body, "settled_at": settled_at},
                ).rowcount
                for kept, body in pairs
            )

    def script(self, identity: str) -> ScriptRecord | None:
        rows = self._rows("script", (identity,))
        return script_of(identity, rows[0]) if rows else None

    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        with self._transaction() as db:
            return int(db.execute(self._sql["purge"], (self._clock() - older_than_s, limit)).rowcount)

    def statistics(self) -> StoreStatistics:
        states = dict(self._rows("states", ()))
        free = len(self.free(limit=sum(states.values())))
        return StoreStatistics(states, free, *self._rows("sizes", ())[0])

    def check(self) -> list[str]:
        with self._lock, self._as_store_errors():
            rows = self._connection().execute("pragma integrity_check").fetchall()
        if rows != [("ok",)]:
            return [str(row[0]) for row in rows]
        lost = [f"instance {shown_id(id)} has lost checkpoint {number}" for id, number in self._rows("lost", ())]
        left = [
            f"checkpoint of {shown_id(row[0])}, which is no instance that could go on" for row in self._rows("left", ())
        ]
        unread = [
            f"messages for {shown_id(row[0])}, which is no instance that could go on"
            for row in self._rows("undeliverable", ())
        ]
        return lost + left + unread

    # The connection

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self.open()
        assert self._opened is not None
        return self._opened

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._as_store_errors():
            connection = self._connection()
            with self._file_lock.held():
                connection.execute("begin immediate")
                try:
                    yield connection
                    connection.execute("commit")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("rollback")
                    raise

    def _rows(self, query: str, given: Any) -> list[Any]:
        with self._lock, self._as_store_errors():
            return self._connection().execute(self._sql[query], given).fetchall()

    @contextmanager
    def _as_store_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self.path}: {_explained(error, self.busy_s)}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} is no store of jactl_trio, or is damaged: {error}") from error
        except UnicodeDecodeError as error:  # of a message of SQLite's that names what is damaged
            raise StoreError(f"{self.path} is no store of jactl_trio, or is damaged") from error
        except OSError as error:
            raise StoreError(f"{error.filename or self.path}: {error.strerror}") from error


def _explained(error: sqlite3.OperationalError, busy_s: float) -> str:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        return f"the database is busy: another process has been writing for {busy_s:g} seconds"
    return str(error)
