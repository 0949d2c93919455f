"""Stores to test: each kind in a place of its own, and further views of the same place, as other processes have."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jactl_trio.store import CheckpointStore, open_store
from jactl_trio.store.memory import MemoryStore
from jactl_trio.verify.kit.rules import StorePlace

from .cluster import HOW_TO_GET_ONE, Cluster, running_cluster

KINDS = ("memory", "sqlite", "postgres")


class Place(StorePlace):
    """A place of one kind, with the URL of its stores."""

    def __init__(self, kind: str, url: str) -> None:
        memory = MemoryStore()

        def made() -> CheckpointStore:
            return memory if kind == "memory" else open_store(url)

        super().__init__(made, made)
        self.kind = kind
        self.url = url


@pytest.fixture(scope="session")
def maybe_cluster() -> Iterator[Cluster | None]:
    with running_cluster() as cluster:
        if cluster is None:
            warnings.warn(f"The tests of PostgreSQL are skipped: {HOW_TO_GET_ONE}", stacklevel=1)
        yield cluster


@pytest.fixture(scope="session")
def cluster(maybe_cluster: Cluster | None) -> Cluster:
    if maybe_cluster is None:
        pytest.skip(HOW_TO_GET_ONE)
    return maybe_cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'store.db'}"


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster) -> str:
    return cluster.database()


@pytest.fixture
def postgres_url(shared_database: str) -> str:
    """A database without a store; the same one each time, for a new one takes longer than most tests."""
    import psycopg

    with psycopg.connect(shared_database) as connection:
        connection.execute("drop schema if exists jactl_trio cascade")
    return shared_database


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    url = "memory:" if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")
    made = Place(request.param, url)
    yield made
    made.close()


@pytest.fixture(params=KINDS[1:])
def durable_place(request: pytest.FixtureRequest) -> Iterator[Place]:
    made = Place(request.param, request.getfixturevalue(f"{request.param}_url"))
    yield made
    made.close()


@pytest.fixture
def store(place: Place) -> CheckpointStore:
    return place.open()


@pytest.fixture
def new_id() -> Callable[[], uuid.UUID]:
    return uuid.uuid4
