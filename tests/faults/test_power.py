"""A sample of the power cuts under SQLiteStore; `python -m tests.faults power` takes thousands."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jactl_trio.errors import StoreError
from jactl_trio.store import SQLiteStore
from jactl_trio.verify.kit.hands import Hand

from .disk import Disk
from .disk_sqlite import sqlite_on
from .power import CONTROLS, lived


def test_a_power_cut_loses_nothing_that_was_answered() -> None:
    worlds = lived(range(120))
    assert [f"python -m tests.faults power --at {one.seed}: {one.found}" for one in worlds if one.found] == []
    assert sum(one.cuts for one in worlds) > 200 and sum(one.answered for one in worlds) > 800
    assert sum(one.failed_syncs for one in worlds) > 10


@pytest.mark.parametrize("name", CONTROLS)
def test_the_check_finds_what_is_lost(name: str) -> None:
    assert sum(bool(one.found) for one in lived(range(30), **CONTROLS[name])) > 5


def test_where_sqlite_cannot_keep_a_log_there_is_no_store() -> None:
    """With a rollback journal a power cut may bring the journal back: what was answered would be undone."""
    with (
        sqlite_on(Disk(random.Random(1), 1_000), is_exclusive=False),
        pytest.raises(StoreError, match="cannot keep a log"),
    ):
        SQLiteStore("store.db").open()


def test_a_log_that_could_not_be_begun_is_an_error_not_another_mode() -> None:
    assert lived(range(180, 181))[0].found == []


def test_a_damaged_row_is_a_stores_error(tmp_path: Path) -> None:
    import sqlite3

    store = SQLiteStore(tmp_path / "store.db")
    begun = Hand(store).saved()
    with sqlite3.connect(tmp_path / "store.db") as file:
        file.execute("update instances set id = x'0102'")
    file.close()
    with pytest.raises(StoreError, match="damaged"):
        store.instances()
    assert store.instance(begun.id) is None
    store.close()
