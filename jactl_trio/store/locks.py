"""One writer at a time on a file, among threads and processes of this host.

SQLite before 3.51.3 can corrupt a WAL database when one connection writes while another checkpoints the log. Every
connection of this package writes, and so checkpoints, inside this lock; the system takes it from a process that dies.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError

try:
    import fcntl
except ImportError:  # Windows: SQLite's own locks alone
    fcntl = None  # type: ignore[assignment]

_LOOK_SECONDS = 0.002


class FileLock:
    """A lock on a file beside the database, and one on who is next.

    Whoever wants to write waits for its turn first, and keeps it until it has the lock. So one that has just written
    does not come again before one that waits: with the lock alone, three busy processes let a fourth wait for 8 s.
    """

    def __init__(self, path: Path, busy_s: float) -> None:
        self._path = path
        self._busy_s = busy_s
        self._file: int | None = None
        self._turn: int | None = None

    def open(self) -> None:
        self._file = _opened(self._path)
        self._turn = _opened(self._path.with_name(self._path.name + "-turn"))

    def close(self) -> None:
        for file in (self._file, self._turn):
            if file is not None:
                os.close(file)
        self._file = self._turn = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the others, at most for so long as was given; then StoreError."""
        if fcntl is None or self._file is None or self._turn is None:
            yield
            return
        deadline = time.monotonic() + self._busy_s
        self._wait_for(self._turn, deadline)
        try:
            self._wait_for(self._file, deadline)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _wait_for(self, file: int, deadline: float) -> None:
        while not _is_locked(file):
            if time.monotonic() > deadline:
                raise StoreError(f"{self._path.name}: another process has been writing for {self._busy_s:g} seconds")
            time.sleep(_LOOK_SECONDS)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _is_locked(file: int) -> bool:
    """By us, now?"""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
