"""A store's URL -> the store."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import UsageError
from .interface import CheckpointStore


def open_store(url: str, *, must_exist: bool = False) -> CheckpointStore:
    """The store that a URL names, not yet opened.

    "sqlite:payments.db", "sqlite:///var/lib/payments.db", "postgresql://user@host/database", "memory:".  UsageError for
    any other.  must_exist: do not make a new one.
    """
    scheme, colon, rest = url.partition(":")
    make = _SCHEMES.get(scheme) if colon else None
    if make is None:
        raise UsageError(f"No store for {url!r}: use sqlite:FILE, postgresql://HOST/DATABASE or memory:")
    return make(url, rest, must_exist)


def _sqlite(url: str, rest: str, must_exist: bool) -> CheckpointStore:
    from .sqlite import SQLiteStore

    path = rest[2:] if rest.startswith("//") else rest
    if not path:
        raise UsageError(f"No file in {url!r}: use sqlite:FILE")
    return SQLiteStore(path, must_exist=must_exist)


def _memory(url: str, rest: str, must_exist: bool) -> CheckpointStore:
    from .memory import MemoryStore

    if rest:
        raise UsageError(f"{url!r} names no file, a store in memory has none: use memory: or sqlite:FILE")
    return MemoryStore()


def _postgres(url: str, rest: str, must_exist: bool) -> CheckpointStore:
    try:
        from .postgres import PostgresStore
    except ImportError as error:  # psycopg, or the library of PostgreSQL below it
        raise UsageError(f"PostgreSQL needs psycopg ({error}): pip install 'jactl-trio[postgres]'") from error
    return PostgresStore(url, must_exist=must_exist)


_SCHEMES: dict[str, Callable[[str, str, bool], CheckpointStore]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
    "postgres": _postgres,
    "memory": _memory,
}
