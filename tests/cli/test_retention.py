"""The command `store purge`, and `serve --keep-outcomes`: outcomes that are old go, the rest stays."""

from __future__ import annotations

import json
import sqlite3
import uuid
from pathlib import Path

import pytest

from jactl_trio import SQLiteStore
from jactl_trio.cli import main


@pytest.fixture
def url(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A store with the outcomes of instances 0, 10, 20 and 40, which ended so many days ago."""
    url = f"sqlite:{tmp_path}/s.db"
    (tmp_path / "one.jactl").write_text("7", encoding="utf-8")
    for days in (0, 10, 20, 40):
        id = str(uuid.UUID(int=days))
        assert main(["run", str(tmp_path / "one.jactl"), "--store", url, "--id", id]) == 0
        with sqlite3.connect(tmp_path / "s.db") as db:
            earlier = (days * 86_400, uuid.UUID(id).bytes)
            db.execute("update instances set updated_at = updated_at - ? where id = ?", earlier)
        db.close()
    capsys.readouterr()
    return url


def left(tmp_path: Path) -> set[int]:
    store = SQLiteStore(tmp_path / "s.db")
    found = {record.id.int for record in store.instances()}
    store.close()
    return found


def test_purge_tells_how_many_went(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "purge", "--store", url, "--older-than", "30d"]) == 0
    assert capsys.readouterr().out == "1 outcomes purged\n"
    assert left(tmp_path) == {0, 10, 20}
    assert main(["store", "purge", "--store", url, "--older-than", "2w", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"purged": 1}
    assert left(tmp_path) == {0, 10}
    assert main(["store", "purge", "--store", url, "--older-than", "864000"]) == 0
    assert left(tmp_path) == {0}
    assert main(["store", "purge", "--store", url, "--older-than", "0"]) == 0
    assert left(tmp_path) == set()


@pytest.mark.parametrize("time", ["", "d", "-1d", "30 days", "1y", "1e9", "nan", "1 d", "9" * 10])
def test_what_is_no_time_purges_nothing(
    time: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "purge", "--store", url, f"--older-than={time}"]) == 2
    assert "is no time: give a number and s, m, h, d or w" in capsys.readouterr().err
    assert left(tmp_path) == {0, 10, 20, 40}


def test_purge_says_how_old(url: str, tmp_path: Path) -> None:
    assert main(["store", "purge", "--store", url]) == 2
    assert main(["store", "purge", "--store", f"sqlite:{tmp_path}/missing.db", "--older-than", "1d"]) == 3
    assert left(tmp_path) == {0, 10, 20, 40}


def test_serve_purges(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.jactl").write_text("sleep(100)", encoding="utf-8")
    words = ["serve", str(tmp_path), "--store", url, "--every", "0.05", "--once"]
    assert main([*words, "--keep-outcomes", "15d"]) == 0
    assert left(tmp_path) & {0, 10, 20, 40} == {0, 10}
    assert main([*words, "--keep-outcomes", "0"]) == 2
    assert "Traceback" not in capsys.readouterr().err
