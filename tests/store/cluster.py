"""The programs of a PostgreSQL installation -> a private server in a temporary directory, on a socket of its own."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

HOW_TO_GET_ONE = "no PostgreSQL server programs here: `make postgres` installs Debian's (or put initdb on the PATH)"
# The data need not survive the machine, only the server's own end: so the tests are quick.
_OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=60 -c log_min_messages=warning"


class Cluster:
    """One server; `database()` makes an empty database in it."""

    def __init__(self, programs: Path, folder: Path, options: str = _OPTIONS) -> None:
        self._programs = programs
        self.folder = folder
        self._data = folder / "data"
        self._options = f"{options} -c unix_socket_directories='{folder}'"

    def create(self) -> None:
        """Make the files. initdb refuses to be root: the folder is then another user's."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, _unprivileged())
        self._run("initdb", "--auth=trust", "--username=jactl", "--no-sync", "--encoding=UTF8", "--locale=C")

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "-o", self._options)

    def stop(self, mode: str = "fast") -> None:
        """mode: "fast" ends sessions in order, "immediate" is a crash."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def kill(self) -> None:
        """Kill the server's main process; the others end when they notice."""
        os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://jactl@/{database}?host={self.folder}"

    def database(self) -> str:
        """The URL of a new database."""
        import psycopg

        name = f"store_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"create database {name}")
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._data), *arguments]
        user = _unprivileged() if os.geteuid() == 0 else None
        # To a file, not a pipe: the server inherits it, and a pipe would be open as long as it runs.
        with tempfile.TemporaryFile("w+") as output:
            ended = subprocess.run(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", user=user, check=False
            )
            output.seek(0)
            assert ended.returncode == 0, f"{program} failed: {output.read()}"


@contextlib.contextmanager
def running_cluster(options: str = _OPTIONS) -> Iterator[Cluster | None]:
    """A server for the time of the block; None where its programs are missing."""
    programs = server_programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="jactl-pg-"))  # short: the path of a socket has 107 bytes at most
    try:
        cluster = Cluster(programs, folder, options)
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            with contextlib.suppress(AssertionError):  # a test may have killed it
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_programs() -> Path | None:
    """Where initdb and pg_ctl are: on the PATH, or where Debian puts them, the newest."""
    found = shutil.which("initdb")
    if found is not None and shutil.which("pg_ctl") is not None:
        return Path(found).resolve().parent
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(installed, key=lambda path: float(path.parent.name), default=None)


def _unprivileged() -> str:
    """Whom the server runs as when the tests run as root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
