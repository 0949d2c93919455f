"""A socket before a PostgreSQL server -> the same conversation, cut off where a test says so."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

_PORT_SOCKET = ".s.PGSQL.5432"


class Cutter:
    """Passes bytes on. Once `cut_at` is set, the connection ends at the client's next message with that word in it.

    passes_it_on: whether the server still gets that message (its answer never comes back).
    """

    def __init__(self, folder: Path, server_folder: Path) -> None:
        self.folder = folder
        self.cut_at: bytes | None = None
        self.passes_it_on = False
        self.cuts = 0
        self._server_path = str(server_folder / _PORT_SOCKET)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _PORT_SOCKET))
        self._listener.listen()

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server_path)
                threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_request and self.cut_at is not None and self.cut_at in data:
                    self._cut(data, source, target)
                    return
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _cut(self, data: bytes, client: socket.socket, server: socket.socket) -> None:
        self.cuts += 1
        self.cut_at = None
        client.shutdown(socket.SHUT_RDWR)
        if self.passes_it_on:
            server.sendall(data)
            server.shutdown(socket.SHUT_WR)  # the server does what it has got, and then ends the session
        else:
            server.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def cutter(folder: Path, server_folder: Path) -> Iterator[Cutter]:
    made = Cutter(folder, server_folder)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.close()
