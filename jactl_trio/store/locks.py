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
    """A lock on a file beside the database."""

    def __init__(self, path: Path, busy_s: float) -> None:
        self._path = path
        self._busy_s = busy_s
        self._file: int | None = None

    def open(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the others, at most for so long as was given; then StoreError."""
        if fcntl is None or self._file is None:
            yield
            return
        deadline = time.monotonic() + self._busy_s
        while not self._try():
            if time.monotonic() > deadline:
                raise StoreError(f"{self._path.name}: another process has been writing for {self._busy_s:g} seconds")
            time.sleep(_LOOK_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _try(self) -> bool:
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
