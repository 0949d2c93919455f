"""Where trials keep checkpoints: what --store names -> places that make a new, empty store for each trial.

What is stored already is never touched: for "sqlite:FILE" trials work on files in a temporary folder, for
"postgresql://..." in a database of their own on the same server, which is dropped afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from ..errors import StoreError, UsageError
from ..store import CheckpointStore, MemoryStore, SQLiteStore, open_store
from ..store.records import Delete
from .loading import load, made
from .scripted_senses import virtual_time

StoreMaker = Callable[[], CheckpointStore | None]
StoreFactory = Callable[[], CheckpointStore]


@dataclass(frozen=True)
class Place:
    """make_store: an empty store for one trial; None: an Environment that remembers the last checkpoint."""

    name: str
    make_store: StoreMaker


ENVIRONMENT = Place("environment", lambda: None)


@contextmanager
def places(store: str | StoreFactory | None = None) -> Iterator[list[Place]]:
    """An Environment, and a store: a MemoryStore, that of a URL, or what MODULE:FACTORY or a function makes."""
    with ExitStack() as stack:
        if store is None or store == "memory:":
            found = Place("memory", lambda: MemoryStore(virtual_time))
        elif not isinstance(store, str):
            found = Place("store", _Cleared(store, stack))
        elif store.startswith("sqlite:"):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="jactl-verify-")))
            found = Place("sqlite", _Files(folder, stack))
        elif store.startswith(("postgres:", "postgresql:")):
            url = stack.enter_context(_scratch_database(store))
            found = Place("postgres", _Cleared(lambda: open_store(url), stack))
        else:
            found = Place("store", _Cleared(_loaded(store), stack))
        yield [ENVIRONMENT, found]


def _loaded(path: str) -> StoreFactory:
    load(path)  # where it names nothing, that is told at once
    return lambda: made(path)


class _Files:
    """A new SQLite file each time; the one before goes."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._count = 0
        self._present: CheckpointStore | None = None
        stack.callback(self._close)

    def __call__(self) -> CheckpointStore:
        self._close()
        for path in self.folder.iterdir():
            path.unlink()
        self._count += 1
        self._present = SQLiteStore(self.folder / str(self._count), clock=virtual_time)
        return self._present

    def _close(self) -> None:
        if self._present is not None:
            self._present.close()


class _Cleared:
    """What a factory makes, of which nobody knows whether it is a new place: it is cleared by the interface."""

    def __init__(self, factory: StoreFactory, stack: ExitStack) -> None:
        self._factory = factory
        self._present: CheckpointStore | None = None
        stack.callback(self._close)

    def __call__(self) -> CheckpointStore:
        is_first = self._present is None
        self._close()
        self._present = None
        found: object = self._factory()
        if not isinstance(found, CheckpointStore):
            raise UsageError(f"The factory gives {found!r}, no CheckpointStore")
        self._present = found
        self._present.open()
        if is_first and self._present.instances(limit=1):
            raise UsageError("The store holds instances already: trials need an empty one, and would end them")
        clear(self._present)
        return self._present

    def _close(self) -> None:
        if self._present is not None:
            self._present.close()


def clear(store: CheckpointStore) -> None:
    """Forget all that a store holds, and its owners."""
    for known in store.owners():
        store.forget(known.id)
    while left := store.instances():
        store.write(uuid.uuid4(), [Delete(record.id) for record in left])


@contextmanager
def _scratch_database(url: str) -> Iterator[str]:
    import psycopg

    name = f"jactl_trio_verify_{uuid.uuid4().hex[:12]}"
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"create database {name}")
    except psycopg.Error as error:
        raise StoreError(f"Trials need a database of their own, and it cannot be made: {error}") from error
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"drop database if exists {name} with (force)")
