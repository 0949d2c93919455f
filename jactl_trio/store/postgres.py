"""PostgresStore: for many hosts. Claims are row locks and fencing tokens, leases run by the server's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ..wanted import wanted, wanted_seconds
from .interface import PAGE_BYTES, PURGE_MAX, SETTLED_SECONDS, CheckpointStore
from .postgres_connections import Connection, Connections, statement
from .postgres_listener import PostgresListener
from .postgres_operations import Batch
from .postgres_schema import bytes_of, prepare, record_of, script_of, text_of
from .queries import named_queries
from .records import (
    Answer,
    Claim,
    InstanceRecord,
    Kept,
    Message,
    Operation,
    Owner,
    ScriptRecord,
    StoreStatistics,
    Waiting,
)

WAIT_SECONDS = 10.0


class PostgresStore(CheckpointStore):
    """A store in the schema `jactl_trio` of a PostgreSQL database.

    url: "postgresql://user@host/database", as libpq takes it.  must_exist: do not make a new one.  wait_s: how long to
    wait for other transactions, and for a server that was there and is gone.
    """

    def __init__(self, url: str, *, must_exist: bool = False, wait_s: float = WAIT_SECONDS) -> None:
        self._sql = {name: statement(text) for name, text in named_queries("postgres.sql").items()}
        wanted("url", url, str, "a URL")
        self._connections = Connections(url, wanted_seconds("wait_s", wait_s), self._prepare)
        self._must_exist = must_exist
        self._known_scripts: set[str] = set()

    def open(self) -> None:
        """Connect; the first use does it too."""
        self._connections.open()

    def close(self) -> None:
        self._connections.close()

    def _prepare(self, connection: Connection) -> None:
        prepare(connection, self._sql, self._must_exist, self._connections.place)
        self._known_scripts = set()

    # Owners

    def register(self, owner: Owner, lease_s: float) -> None:
        given = {"id": owner.id, "host": owner.host, "pid": owner.pid, "process_start": owner.process_start}
        self._changes("register", {**given, "lease": lease_s})

    def renew(self, owner: UUID, lease_s: float) -> bool:
        given = {"owner": owner, "lease": lease_s}

        def renewed(db: Connection) -> bool:
            is_known = db.execute(self._sql["renew"], given).rowcount == 1
            if is_known:
                db.execute(self._sql["settle"], given)
            return is_known

        return self._connections.write(renewed)

    def retire(self, owner: UUID) -> None:
        def retired(db: Connection) -> None:
            db.execute(self._sql["forget"], {"owner": owner})
            if db.execute(self._sql["retire_instances"], {"owner": owner}).rowcount:
                db.execute(self._sql["notify"])

        self._connections.write(retired)

    def forget(self, owner: UUID) -> None:
        self._changes("forget", {"owner": owner})

    def owners(self) -> list[Owner]:
        return [Owner(*row) for row in self._rows("owners", {})]

    def held(self, owner: UUID) -> list[UUID]:
        return [row[0] for row in self._rows("held", {"owner": owner})]

    # Instances

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        if not operations:
            return []
        answers = self._connections.write(
            lambda db: Batch(db, self._sql, owner, operations).answers(self._known_scripts)
        )
        claims = [operation for operation in operations if isinstance(operation, Claim)]
        self._known_scripts |= {script.identity for claim in claims for script in claim.scripts}
        return answers

    def free(self, limit: int = 1000, after: UUID | None = None) -> list[UUID]:
        return [row[0] for row in self._rows("free", {"limit": limit, "after": after})]

    def wake_in_s(self) -> float | None:
        wake_in_s: float | None = self._rows("wake_in", {})[0][0]
        return wake_in_s

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        given = {
            "ids": [who.id for who in waiting],
            "names": [bytes_of(who.name) for who in waiting],
            "afters": [who.after for who in waiting],
            "tokens": [who.token for who in waiting],
        }
        return [
            Message(id, seq, text_of(name), body, None if key is None else text_of(key))
            for id, seq, name, body, key in self._rows("messages", given)
        ]

    def sent(self, id: UUID) -> list[Message]:
        return [
            Message(id, seq, text_of(name), body or b"", None if key is None else text_of(key), body is None)
            for seq, name, body, key in self._rows("sent", {"id": id})
        ]

    def instance(self, id: UUID) -> InstanceRecord | None:
        rows = self._rows("instance", {"id": id})
        return record_of(rows[0]) if rows else None

    def instances(self, state: str | None = None, limit: int = 1000) -> list[InstanceRecord]:
        return [record_of(row) for row in self._rows("instances", {"state": state, "limit": limit})]

    def checkpoint(self, id: UUID) -> tuple[int, bytes] | None:
        rows = self._rows("checkpoint", {"id": id})
        return (rows[0][0], rows[0][1]) if rows else None

    def kept(self, kind: str, limit: int = 100, after: Kept | None = None) -> list[Kept]:
        place = {"after": None, "seq": 0} if after is None else {"after": after.id, "seq": after.seq}
        rows = self._rows(f"kept_{kind}", {**place, "limit": limit, "bytes": PAGE_BYTES})
        return [Kept(kind, *row) for row in rows]

    def exchange(self, pairs: Sequence[tuple[Kept, bytes]], settled_s: float = SETTLED_SECONDS) -> int:
        def exchanged(db: Connection) -> int:
            db.execute(self._sql["lock_ids"], {"ids": [kept.id for kept, _ in pairs]})
            return sum(
                db.execute(self._sql[f"exchange_{kind}"], _columns(pairs, kind, settled_s)).rowcount
                for kind in {kept.kind for kept, _ in pairs}
            )

        return self._connections.write(exchanged)

    def script(self, identity: str) -> ScriptRecord | None:
        rows = self._rows("script", {"identity": identity})
        return script_of(identity, *rows[0]) if rows else None

    def purge(self, older_than_s: float, limit: int = PURGE_MAX) -> int:
        return self._changes("purge", {"older_than": older_than_s, "limit": limit})

    def statistics(self) -> StoreStatistics:
        states = {row[0]: row[1] for row in self._rows("states", {})}
        free = len(self.free(limit=sum(states.values())))
        return StoreStatistics(states, free, *self._rows("sizes", {})[0])

    def check(self) -> list[str]:
        return [row[0] for row in self._rows("check", {})]

    def listener(self) -> PostgresListener:
        return PostgresListener(self._connections, self._sql["listen"])

    # Statements

    def _changes(self, query: str, given: Mapping[str, Any]) -> int:
        return self._connections.write(lambda db: db.execute(self._sql[query], given).rowcount)

    def _rows(self, query: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._connections.read(lambda db: db.execute(self._sql[query], given, binary=True).fetchall())


def _columns(pairs: Sequence[tuple[Kept, bytes]], kind: str, settled_s: float) -> dict[str, Any]:
    chosen = [(kept, body) for kept, body in pairs if kept.kind == kind]
    return {
        "ids": [kept.id for kept, _ in chosen],
        "seqs": [kept.seq for kept, _ in chosen],
        "old": [kept.body for kept, _ in chosen],
        "new": [body for _, body in chosen],
        "settled": settled_s,
    }
