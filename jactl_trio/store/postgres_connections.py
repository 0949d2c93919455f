"""A PostgreSQL URL -> connections, and work done on them: in transactions, again where that is safe, errors as ours.

What is safe to do again: anything whose COMMIT was not sent, for the server then undoes it, and a transaction of which
the server itself says that it was undone (a deadlock, a conflict). A connection lost at COMMIT leaves it open.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ..errors import StoreError, UsageError

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")

ATTEMPTS = 2
CONFLICTS_MAX = 20  # each means that another transaction got on
CONNECTIONS_MAX = 4  # one writes, the others read
RECONNECT_PAUSE_S = 0.1
SERVER_VERSION_MIN = 120000

_BEGIN = "begin isolation level read committed, read write"
# A process that is stopped inside a transaction must not hold its locks for ever; and no server or role may be set up
# so that COMMIT is answered before the data is safe.
_SETTINGS = """
select set_config('lock_timeout', %(wait_ms)s, false),
  set_config('idle_in_transaction_session_timeout', %(wait_ms)s, false),
  set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false)
"""


class Conflict(Exception):
    """The rows changed under the transaction in a way that only beginning again resolves."""


class Connections:
    """Some connections to one database, each used by one thread at a time.

    wait_s: how long to wait for a lock, and for a server that was there and is gone.  prepare: called with the first
    connection.
    """

    def __init__(self, url: str, wait_s: float, prepare: Callable[[Connection], None]) -> None:
        self.wait_s = wait_s
        self._parameters: dict[str, Any] = {**_defaults(wait_s), **_given(url), "client_encoding": "utf8"}
        self.place = _place(self._parameters)
        self._prepare = prepare
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(CONNECTIONS_MAX)
        self._is_open = False

    def open(self) -> None:
        """Connect for the first time: here a server that does not answer is an error at once."""
        with self._lock, self.as_store_errors():
            if self._is_open:
                return
            connection = self._connected()
            try:
                with _transaction(connection):
                    self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)
            self._is_open = True

    def close(self) -> None:
        with self._lock:
            self._is_open = False
            self._drop_idle()

    def connected(self) -> Connection:
        """A connection apart from the others, for the caller to close."""
        with self.as_store_errors():
            return self._connected()

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Do what changes nothing."""
        return self._done(work, in_transaction=False)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Do it in one transaction, durable when this returns. `work` may be called again, from the beginning."""
        return self._done(work, in_transaction=True)

    def _done(self, work: Callable[[Connection], Result], in_transaction: bool) -> Result:
        self.open()
        with self._slots, self.as_store_errors():
            for attempt in itertools.count(1):
                connection = self._taken()
                try:
                    if not in_transaction:
                        return work(connection)
                    with _transaction(connection):
                        return work(connection)
                except (psycopg.Error, Conflict) as error:
                    if is_lost := _is_lost(error, connection):
                        connection.close()
                    attempts_max = CONFLICTS_MAX if isinstance(error, Conflict) else ATTEMPTS
                    if attempt >= attempts_max or not (is_lost or isinstance(error, (Conflict, *_UNDONE))):
                        raise
                finally:
                    self._put_back(connection)
        raise AssertionError("an attempt returns or raises")

    def _taken(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        deadline = time.monotonic() + self.wait_s
        while True:
            try:
                return self._connected()
            except psycopg.OperationalError:  # it may be starting again
                if not self._is_open or time.monotonic() > deadline:
                    raise
            time.sleep(RECONNECT_PAUSE_S)

    def _put_back(self, connection: Connection) -> None:
        with self._lock:
            if connection.closed:
                self._drop_idle()  # what broke one has broken the others
            elif self._is_open and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                self._idle.append(connection)
            else:
                connection.close()

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _connected(self) -> Connection:
        connection = psycopg.connect(**self._parameters, autocommit=True)
        try:
            if connection.info.server_version < SERVER_VERSION_MIN:
                wanted = SERVER_VERSION_MIN // 10000
                raise StoreError(f"{self.place}: the server is too old, PostgreSQL {wanted} or newer is needed")
            connection.execute(_SETTINGS, {"wait_ms": str(round(self.wait_s * 1000))})
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def as_store_errors(self) -> Iterator[None]:
        """What psycopg raises, as StoreError that names the database."""
        try:
            yield
        except psycopg.Error as error:
            raise StoreError(f"{self.place}: {_in_one_line(error)}") from error
        except Conflict as error:
            raise StoreError(f"{self.place}: other processes change the same instances: {error}") from error


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """Begin, and commit; whatever is raised undoes it all."""
    connection.execute(_BEGIN, prepare=False)
    try:
        yield
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute("rollback")
        raise
    try:
        answer = connection.execute("commit", prepare=False).statusmessage
    except psycopg.OperationalError as error:
        if isinstance(error, _UNDONE):
            raise
        connection.close()
        raise StoreError(f"The connection was lost at COMMIT, nobody knows whether it was done: {_in_one_line(error)}")
    if answer != "COMMIT":
        raise StoreError(f"PostgreSQL answered COMMIT with {answer}")


_UNDONE = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_LOST = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.IdleInTransactionSessionTimeout)


def _is_lost(error: Exception, connection: Connection) -> bool:
    """Has the connection ended, before any COMMIT was sent? (After it, the error is a StoreError.)"""
    return connection.closed or isinstance(error, _LOST)


def _given(url: str) -> dict[str, Any]:
    try:
        return {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error as error:
        raise UsageError(f"No PostgreSQL URL: {_in_one_line(error)}")


def _defaults(wait_s: float) -> dict[str, Any]:
    """What the URL may say otherwise: a server that is gone without a word is noticed."""
    seconds = max(2, round(wait_s))
    return {
        "application_name": "jactl_trio",
        "connect_timeout": seconds,
        "keepalives_idle": seconds,
        "tcp_user_timeout": seconds * 1000,
    }


def _place(parameters: Mapping[str, Any]) -> str:
    """What messages call the database: never with the password."""
    name, host = parameters.get("dbname"), parameters.get("host")
    return f"PostgreSQL{f' database {name}' if name else ''}{f' at {host}' if host else ''}"


def _in_one_line(error: psycopg.Error) -> str:
    return " ".join(str(error.diag.message_primary or error).split()) or type(error).__name__


def statement(text: str) -> sql.SQL:
    """A query of this package: constant text, values go apart from it."""
    return sql.SQL(text)
