"""What tests of the runtime in virtual time share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jactl_trio.store import CheckpointStore, MemoryStore, SQLiteStore
from jactl_trio.verify.scripted_senses import virtual_time


@pytest.fixture(params=["memory", "sqlite"])
async def virtual_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CheckpointStore]:
    """An empty store whose clock is Trio's."""
    store: CheckpointStore = MemoryStore(virtual_time)
    if request.param == "sqlite":
        store = SQLiteStore(tmp_path / "store.db", clock=virtual_time)
    yield store
    store.close()
