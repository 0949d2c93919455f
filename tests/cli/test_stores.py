"""The commands of `store` on files of other releases, on damaged ones, and on one with something of everything."""

from __future__ import annotations

import json
import sqlite3
import uuid
from pathlib import Path

import pytest

from jactl_trio import SQLiteStore
from jactl_trio.cli import main
from jactl_trio.store.records import Cancel, Claim, Finish, Hibernate, Owner, Park, Release, Save, ScriptRecord, Send
from jactl_trio.store.sqlite_schema import SCHEMA_VERSION

from ..store.older import write_older

ID = uuid.UUID(int=7)
OWNER = Owner(uuid.UUID(int=1), "elsewhere", 1, "0")
PAGE_BYTES = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def filled(path: Path, count: int = 1) -> None:
    """Instances in each state that there is, and messages."""
    store = SQLiteStore(path)
    store.register(OWNER, 3600.0)
    for number in range(count):
        ids = [uuid.UUID(int=100 * number + n) for n in range(1, 8)]
        claims = [Claim(id, "s", (ScriptRecord("s", "1"),), keeps_outcome=True) for id in ids]
        saves = [Save(id, 1, 1, b"checkpoint " * n) for n, id in enumerate(ids, 1)]
        finished, failed, cancelled, parked, hibernated, free, _ = ids
        store.write(OWNER.id, [*claims, *saves, Finish(finished, 1), Finish(failed, 1, "failed"), Cancel(cancelled)])
        store.write(
            OWNER.id, [Release(parked, 1), Park(parked, "why"), Hibernate(hibernated, 1, b"waits"), Release(free, 1)]
        )
        store.write(OWNER.id, [Send(hibernated, "a", b"one"), Send(free, "a", b"two")])
    store.close()


def version_of(path: Path) -> int:
    with sqlite3.connect(path) as db:
        (version,) = db.execute("pragma user_version").fetchone()
    db.close()
    return int(version)


def test_migrate_brings_an_older_file_up_to_date(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_older(path, ID)
    for _ in range(2):
        assert main(["store", "migrate", "--store", f"sqlite:{path}"]) == 0
        assert capsys.readouterr().out == f"sqlite:{path} has the schema of this release\n"
        assert version_of(path) == SCHEMA_VERSION
    assert main(["store", "verify", "--store", f"sqlite:{path}"]) == 0
    capsys.readouterr()
    assert main(["instance", "show", str(ID), "--store", f"sqlite:{path}", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["script"], found["state"], found["checkpoint"], found["messages"]) == ("order", "running", 3, [])


def test_migrate_makes_no_store(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "migrate", "--store", f"sqlite:{path}"]) == 3
    assert f"There is no store {path}" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    "command",
    [
        ["store", "init"],
        ["store", "migrate"],
        ["store", "verify"],
        ["store", "stats", "--json"],
        ["instances"],
        ["recover"],
        ["instance", "show", str(ID)],
        ["instance", "send", str(ID), "a"],
        ["instance", "delete", str(ID)],
    ],
    ids=" ".join,
)
def test_a_newer_file_is_refused_and_left_alone(
    command: list[str], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(path)
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    db.close()
    before = path.read_bytes()
    assert main([*command, "--store", f"sqlite:{path}"]) == 3
    told = capsys.readouterr()
    assert f"{path} has schema 99; this release knows {SCHEMA_VERSION}: use a newer release" in told.err
    assert "Traceback" not in told.err and told.out == ""
    assert path.read_bytes() == before


def test_stats_counts_what_there_is(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(path, 3)
    assert main(["store", "stats", "--store", f"sqlite:{path}", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    states = {"finished": 3, "failed": 3, "cancelled": 3, "parked": 3, "hibernated": 3, "running": 6}
    assert found == {
        "instances": states,
        "free": 3,
        "owners": 1,
        "scripts": 1,
        "checkpoints": 12,
        "checkpoint_bytes": 3 * (len(b"checkpoint ") * (4 + 6 + 7) + len(b"waits")),
        "largest_checkpoint_bytes": len(b"checkpoint ") * 7,
    }
    assert main(["store", "stats", "--store", f"sqlite:{path}"]) == 0
    shown = capsys.readouterr().out
    assert all(f"instances {state:16}{count:>14}\n" in shown for state, count in states.items())
    assert f"{'checkpoint bytes':26}{found['checkpoint_bytes']:>14}\n" in shown
    assert main(["store", "verify", "--store", f"sqlite:{path}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("damage", ["zeroed", "noise"])
def test_verify_tells_of_every_damaged_page(damage: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each page in turn: exit code 3, lines that say what, no traceback."""
    filled(path, 20)
    with sqlite3.connect(path) as db:
        (free,) = db.execute("pragma freelist_count").fetchone()
    db.close()
    assert free == 0
    whole = path.read_bytes()
    pages = [whole[at : at + PAGE_BYTES] for at in range(0, len(whole), PAGE_BYTES)]
    assert len(pages) > 10
    for number, page in enumerate(pages):
        bad = bytes(PAGE_BYTES) if damage == "zeroed" else bytes(255 - byte for byte in page)
        damaged = b"".join([*pages[:number], bad, *pages[number + 1 :]])
        path.write_bytes(damaged)
        assert main(["store", "verify", "--store", f"sqlite:{path}"]) == 3, number
        told = capsys.readouterr()
        assert (told.out + told.err).strip() not in ("", "no faults found"), number
        assert "Traceback" not in told.err, number
        for leftover in (f"{path}-wal", f"{path}-shm"):
            Path(leftover).unlink(missing_ok=True)


@pytest.mark.parametrize("left_bytes", [0, 1, 99, 100, PAGE_BYTES - 1, PAGE_BYTES, 3 * PAGE_BYTES])
def test_a_file_that_was_cut_off(left_bytes: int, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(path, 20)
    path.write_bytes(path.read_bytes()[:left_bytes])
    assert main(["store", "verify", "--store", f"sqlite:{path}"]) == 3
    told = capsys.readouterr()
    assert (told.out + told.err).strip() not in ("", "no faults found") and "Traceback" not in told.err


@pytest.mark.parametrize("command", ["migrate", "verify", "stats"])
def test_an_empty_file_is_no_store_to_look_at(command: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.touch()
    assert main(["store", command, "--store", f"sqlite:{path}"]) == 3
    assert f"{path} is empty: there is no store in it" in capsys.readouterr().err
    assert path.read_bytes() == b""
    assert main(["store", "init", "--store", f"sqlite:{path}"]) == 0
    assert main(["store", command, "--store", f"sqlite:{path}"]) == 0
