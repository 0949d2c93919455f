"""A sample of damaged files, and damages that a checksum of the bytes alone does not show."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest
import trio
import trio.testing

from .damage import INSTANCES, fates_of, faults, files, met


def test_a_damaged_file_gives_no_wrong_answer() -> None:
    told = met(range(60))
    assert [f"python -m tests.faults damage {line}" for line in faults(told)] == []
    fates = sum((some for _, some in told), Counter())
    assert fates["right"] > 100 and fates["refused"] > 50


@pytest.mark.parametrize("number", [167, 292, 468, 820, 1135, 1277])
def test_those_that_once_hung_a_host_or_ended_it(number: int) -> None:
    """Ids out of their order, SQLite's messages that are no text, a number as a checkpoint, another owner."""
    assert faults(met(range(number, number + 1))) == []


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        # Whole rows in the place of others: each has a good checksum of its own.
        ("update instances set outcome = (select outcome from instances where id = {3}) where id = {1}", {1}),
        ("update checkpoints set body = (select body from checkpoints where id = {2}) where id = {4}", {4}),
        ("update messages set name = 'go' where name = 'gn'", {2, 4, 6, 8}),
        ("update messages set body = (select body from messages where instance = {2} and name = 'go')", {4, 6, 8}),
    ],
)
def test_what_is_not_its_own_is_refused(change: str, refused: set[int], tmp_path: Path) -> None:
    fates = fates_after(change, tmp_path, asks=True)
    assert +fates == Counter(right=INSTANCES - len(refused), refused=len(refused))


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ("delete from checkpoints where id = {4}", 1),
        ("update instances set owner = x'00' where id = {4}", 0),
        ("update instances set id = x'00' where id = {4}", 0),
        ("insert into owners (id, host, pid, process_start, lease_until) values (x'00', 'a', 1, '', 0)", None),
        ("update instances set checkpoint_id = 1.5 where id = {4}", 0),
        ("update instances set token = 'one' where id = {4}", 0),
        ("update checkpoints set body = x'00' where id = {4}", 1),
        ("update checkpoints set body = 7 where id = {4}", 1),
    ],
)
def test_a_row_that_cannot_be_true_keeps_no_other_from_being_recovered(
    change: str, refused: int | None, tmp_path: Path
) -> None:
    fates = fates_after(change, tmp_path, asks=False)
    right = INSTANCES // 2 - (refused is not None)
    assert +fates == +Counter(right=right, refused=refused or 0)


def test_a_message_that_cannot_be_true_keeps_no_other_waiting(tmp_path: Path) -> None:
    fates = fates_after("update messages set body = 7 where instance = {4}", tmp_path, asks=False)
    assert +fates == Counter(right=INSTANCES // 2 - 1, waits=1)


@pytest.mark.parametrize("column", ["source", "globals", "uses"])
def test_a_script_that_cannot_be_true_is_refused(column: str, tmp_path: Path) -> None:
    fates = fates_after(f"update scripts set {column} = 7", tmp_path, asks=False)
    assert set(+fates) <= {"right", "refused"}


def fates_after(change: str, folder: Path, asks: bool) -> Counter[str]:
    path = folder / "store.db"
    path.write_bytes(files()[1])
    with sqlite3.connect(path) as file:
        file.execute(change.format(*(f"x'{n:032x}'" for n in range(INSTANCES + 1))))
    file.close()
    return trio.run(fates_of, path, asks, clock=trio.testing.MockClock(autojump_threshold=0))
