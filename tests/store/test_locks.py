"""Processes that write to one SQLite file take turns; a wait that is too long ends no script."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from trio.testing import MockClock as Clock

import jactl_trio as jactl
from jactl_trio.errors import StoreError
from jactl_trio.runtime.instance import Status
from jactl_trio.store import SQLiteStore, locks
from jactl_trio.store.locks import FileLock
from jactl_trio.verify.scripted_senses import virtual_time

from ..runtime.inline import InLine

pytestmark = pytest.mark.skipif(locks.fcntl is None, reason="there is no such lock on this system")


def opened(path: Path, busy_s: float = 60.0) -> FileLock:
    lock = FileLock(path, busy_s)
    lock.open()
    return lock


def test_who_has_just_written_comes_after_one_that_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = opened(tmp_path / "lock"), opened(tmp_path / "lock")
    order: list[str] = []
    waits = threading.Event()
    sleep = time.sleep

    def slept(seconds: float) -> None:
        waits.set()
        sleep(seconds)

    monkeypatch.setattr(locks.time, "sleep", slept)

    def wait() -> None:
        with second.held():
            order.append("the one that waited")

    thread = threading.Thread(target=wait)
    with first.held():
        thread.start()
        assert waits.wait(30)
    with first.held():
        order.append("the one that had it")
    thread.join()
    assert order == ["the one that waited", "the one that had it"]
    first.close()
    second.close()


def test_who_has_waited_in_vain_is_in_nobodys_way(tmp_path: Path) -> None:
    first, second, third = opened(tmp_path / "lock"), opened(tmp_path / "lock", 0.0), opened(tmp_path / "lock")
    with first.held(), pytest.raises(StoreError, match="another process has been writing for 0 seconds"):
        second.held().__enter__()
    with third.held():
        pass
    for lock in (first, second, third):
        lock.close()


async def test_a_file_that_is_busy_for_too_long_fails_no_script(tmp_path: Path, autojump_clock: Clock) -> None:
    """It is released, with its last checkpoint, and goes on when the file is free again."""
    store = SQLiteStore(tmp_path / "store.db", busy_s=0.0, clock=virtual_time)
    other = opened(tmp_path / "store.db-lock")
    context = jactl.Context()
    held: list[Any] = []

    @context.function
    def block() -> None:
        if not held:
            held.append(other.held())
            held[0].__enter__()

    script = context.compile("checkpoint(); block(); checkpoint(); 'done'")
    id = uuid.uuid4()
    async with jactl.open_runtime(context, environment=InLine(store)) as runtime:
        instance = await runtime.start(script, id=id)
        with pytest.raises(jactl.CheckpointSaveError, match="another process has been writing"):
            await instance.result()
        assert instance.status.value is Status.RELEASED
        held[0].__exit__(None, None, None)
        record = store.instance(id)
        assert record is not None and (record.state, record.checkpoint_id) == ("running", 1)
        assert await (await runtime.start(script, id=id)).result() == "done"
    store.close()
    other.close()
