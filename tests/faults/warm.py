"""Imported where hosts are forked from: a host that has run once, so that each fork has all that it needs."""

from __future__ import annotations

import contextlib
import tempfile
import threading

from . import host

with contextlib.suppress(ImportError):
    import psycopg as psycopg

    from jactl_trio.store import postgres as postgres

with tempfile.TemporaryDirectory() as _folder:
    host.main([f"sqlite:{_folder}/store.db", "--in-line"], lambda event: None)
# A fork has the thread that forks only; the runtime makes up for the one that watches slices.
assert {thread.name for thread in threading.enumerate()} <= {"MainThread", "jactl-trio slices"}
