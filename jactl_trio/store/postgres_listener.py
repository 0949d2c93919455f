"""LISTEN on a connection of its own: other processes NOTIFY when they send messages or give instances up."""

from __future__ import annotations

from psycopg.sql import SQL

from .interface import Listener
from .postgres_connections import Connection, Connections


class PostgresListener(Listener):
    """Listens from its making on."""

    def __init__(self, connections: Connections, listen: SQL) -> None:
        self._connections = connections
        self._connection: Connection = connections.connected()
        with connections.as_store_errors():
            self._connection.execute(listen)

    def fileno(self) -> int:
        return self._connection.fileno()

    def drain(self) -> None:
        with self._connections.as_store_errors():
            for _ in self._connection.notifies(timeout=0):
                pass

    def close(self) -> None:
        self._connection.close()
