"""Options of a host -> a process that is one, forked from a process that has imported and run all of it before.

What a host does takes milliseconds; to start an interpreter for it takes half a second, with each proof thousands of
times. Each fork is a process of its own all the same, which can be traced and killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType

from .events import Event, events_of

ROOT = Path(__file__).resolve().parents[2]
HOST_SECONDS_MAX = 120.0
_ATTACH = ("strace", "-f", "-o")  # each thread's system calls are counted by themselves
_MAY_TRACE, _ANYBODY = 0x59616D61, -1  # prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)
_server = multiprocessing.get_context("forkserver")
_lock = threading.Lock()  # whoever looks at a process may read its exit code, which can be read once
_server.set_forkserver_preload(["tests.faults.warm"])


class Forked:
    """A host that runs. traced: options of strace, which is there before the host's first step."""

    def __init__(self, options: Sequence[object], traced: Sequence[str] = (), trace: str = os.devnull) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._told, self._words = (Path(self._folder.name) / name for name in ("told", "words"))
        theirs, gate = _server.Pipe(duplex=False)
        arguments = ([str(option) for option in options], str(self._told), str(self._words), theirs)
        self.process = _server.Process(target=_be_host, args=arguments, daemon=True)
        with _lock:
            self.process.start()
        theirs.close()
        with gate:
            self._tracer = self._attached(traced, trace) if traced else None
            gate.send_bytes(b"go")

    def _attached(self, traced: Sequence[str], trace: str) -> subprocess.Popen[str]:
        command = [*_ATTACH, trace, *traced, "-p", str(self.process.pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert tracer.stderr is not None
        first = tracer.stderr.readline()
        assert "attached" in first, first
        return tracer

    def __enter__(self) -> Forked:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.wait()
        if self._tracer is not None:
            assert self._tracer.stderr is not None
            self._tracer.stderr.close()
        self._folder.cleanup()

    def wait(self, seconds: float = HOST_SECONDS_MAX) -> bool:
        """Has it ended by then?"""
        has_ended = bool(wait([self.process.sentinel], seconds))
        if has_ended and self._tracer is not None:
            self._tracer.wait()
        return has_ended

    @property
    def code(self) -> int:
        """0: its own good end; negative: the signal that ended it."""
        with _lock:
            code = self.process.exitcode
        assert code is not None
        return code

    def events(self) -> list[Event]:
        with contextlib.suppress(FileNotFoundError):  # it was killed before
            return events_of(self._told.read_text().splitlines(keepends=True))
        return []

    def words(self) -> str:
        """What it wrote of errors."""
        return self._words.read_text()


def _be_host(options: Sequence[str], told: str, words: str, gate: Connection) -> None:
    from . import host  # what imports this module need not be one

    for path, number in ((told, 1), (words, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    ctypes.CDLL(None).prctl(_MAY_TRACE, _ANYBODY, 0, 0, 0)  # strace is not this process's parent
    gate.recv_bytes()
    host.main(options)
