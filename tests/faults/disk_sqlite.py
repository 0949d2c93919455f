"""SQLite on a Disk: an apsw VFS, and connections to it with the part of `sqlite3`'s interface that SQLiteStore uses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import apsw

from .disk import Disk, DiskFile, PowerCut, SyncFailed

_COUNT = iter(range(1, 1_000_000_000))


class DiskVFS(apsw.VFS):  # type: ignore[misc]
    """Files by their names on one Disk, for the one process that there is."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.name = f"disk-{next(_COUNT)}"
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> OpenFile:
        flags[1] = flags[0]
        return OpenFile(self.disk, self.disk.opened(_text(name)))

    def xDelete(self, name: str, syncdir: bool) -> None:
        with _as_apsw():
            self.disk.remove(name, syncdir)

    def xAccess(self, name: str, flags: int) -> bool:
        return name in self.disk.files

    def xFullPathname(self, name: str) -> str:
        return name

    def excepthook(self, *error: Any) -> None:
        """SQLite was told; that it has nobody to tell is what a power cut is like."""


class OpenFile:
    """One open file."""

    def __init__(self, disk: Disk, file: DiskFile) -> None:
        self._disk = disk
        self._file = file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._file.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        with _as_apsw():
            self._disk.write(self._file, offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        with _as_apsw():
            self._disk.write(self._file, size, None)

    def xSync(self, flags: int) -> None:
        with _as_apsw():
            self._disk.sync(self._file)

    def xFileSize(self) -> int:
        return len(self._file.content)

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)

    def xClose(self) -> None:
        pass

    excepthook = DiskVFS.excepthook


class Answer:
    """What execute() gives."""

    def __init__(self, cursor: Any, rowcount: int) -> None:
        self._cursor = cursor
        self.rowcount = rowcount

    def fetchall(self) -> list[Any]:
        with _as_sqlite3():
            return list(self._cursor)

    def fetchone(self) -> Any:
        with _as_sqlite3():
            return next(iter(self._cursor), None)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


class Connection:
    """In the place of sqlite3.Connection.

    synchronous: instead of what the store asks for.  log_pages_max: when SQLite moves the log into the database.
    """

    def __init__(
        self, name: str, vfs: DiskVFS, synchronous: str | None, log_pages_max: int, is_exclusive: bool
    ) -> None:
        with _as_sqlite3():
            self._opened = apsw.Connection(name, vfs=vfs.name)
            if is_exclusive:
                self._opened.execute("pragma locking_mode = exclusive")
            self._opened.execute(f"pragma wal_autocheckpoint = {log_pages_max}")
        self._synchronous = synchronous

    @property
    def in_transaction(self) -> bool:
        return bool(self._opened.in_transaction)

    def execute(self, sql: str, given: Any = ()) -> Answer:
        if self._synchronous is not None and sql.startswith("pragma synchronous"):
            sql = f"pragma synchronous = {self._synchronous}"
        with _as_sqlite3():
            before = self._opened.total_changes()
            cursor = self._opened.execute(sql, given)
            return Answer(cursor, self._opened.total_changes() - before)

    def close(self) -> None:
        with _as_sqlite3():
            self._opened.close()


@contextmanager
def sqlite_on(
    disk: Disk, synchronous: str | None = None, log_pages_max: int = 1_000, is_exclusive: bool = True
) -> Iterator[None]:
    """Within the block sqlite3.connect() opens files of the disk; its end is a power cut, if there was none.

    is_exclusive: one process, which keeps the log's index to itself; for shared memory no VFS in Python can have.
    """
    vfs = DiskVFS(disk)
    connections: list[Connection] = []

    def connect(path: Any, **options: Any) -> Connection:
        connections.append(Connection(path.name, vfs, synchronous, log_pages_max, is_exclusive))
        return connections[-1]

    try:
        with mock.patch("sqlite3.connect", connect):
            yield
    finally:
        disk.is_off = True
        for connection in connections:
            connection.close()


@contextmanager
def _as_apsw() -> Iterator[None]:
    try:
        yield
    except PowerCut:
        raise _io_error(apsw.SQLITE_IOERR_WRITE)
    except SyncFailed:
        raise _io_error(apsw.SQLITE_IOERR_FSYNC)


def _io_error(extended: int) -> Exception:
    error: Exception = apsw.IOError("as the disk says")
    error.extendedresult = extended  # type: ignore[attr-defined]
    return error


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise sqlite3.DatabaseError(str(error))
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error))


def _text(name: Any) -> str:
    return name.filename() if isinstance(name, apsw.URIFilename) else str(name)
