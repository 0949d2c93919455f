"""This process as an owner, and whether another one, on this host, is gone for sure.

A process is named by its host (another one after each boot, and in each namespace of pids), its pid, and the time of
its start: pids are used again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import uuid
from functools import lru_cache
from pathlib import Path

from .records import Owner

_UNKNOWN = "?"
_alive_here: set[uuid.UUID] = set()  # owners of this process that have not left


def new_owner() -> Owner:
    """An owner for one more runtime of this process."""
    owner = Owner(uuid.uuid4(), host(), os.getpid(), _start_of(os.getpid()))
    _alive_here.add(owner.id)
    return owner


def leave(owner: Owner) -> None:
    """The owner's runtime has ended, though the process lives on."""
    _alive_here.discard(owner.id)


def is_dead(owner: Owner) -> bool:
    """Is the owner's process, on this host, gone for sure?"""
    if owner.host != host():
        return False
    if owner.pid == os.getpid() and owner.process_start == _start_of(owner.pid):
        return owner.id not in _alive_here
    start = _start_of(owner.pid)
    return start == "" or (_UNKNOWN not in (start, owner.process_start) and start != owner.process_start)


@lru_cache(maxsize=1)
def host() -> str:
    """The name of the space in which pids of this process mean anything."""
    boot = _text("/proc/sys/kernel/random/boot_id") or str(uuid.getnode())
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()} {boot} {namespace}".strip()


def _start_of(pid: int) -> str:
    """When a process started, as the system tells it; "" if there is none, "?" if that cannot be known."""
    if Path("/proc/self/stat").exists():
        fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
        return "" if not fields or fields[0] in "ZX" else fields[19]
    if os.name == "posix":
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return shown.stdout.strip()
    return _UNKNOWN


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
