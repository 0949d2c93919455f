"""Keys on the command line: what one command seals another opens, and a store moves to a new key."""

from __future__ import annotations

import json
import uuid
from base64 import b64encode
from pathlib import Path

import pytest

from jactl_trio import SQLiteStore
from jactl_trio.cli import main

OLD, NEW = (f"{id}: {b64encode(id.encode() * 8).decode()}" for id in ("old-1", "new-2"))
ID = str(uuid.UUID(int=7))


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """Files of keys: the old one, both, the new one."""
    texts = {"old": f"# 2025\n{OLD}\n", "both": f"{NEW}\n{OLD}\n", "new": NEW, "none": "# nothing\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in texts}


def test_a_store_moves_to_a_new_key(keys: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, store = tmp_path / "a.jactl", f"sqlite:{tmp_path}/s.db"
    file.write_text("checkpoint(); 6 * 7", encoding="utf-8")
    run = ["run", str(file), "--store", store, "--id", ID, "--keys"]
    assert main([*run, keys["old"]]) == 0
    assert main([*run, keys["new"]]) == 3
    shown = capsys.readouterr()
    assert shown.out == "42\n" and "'old-1', which is not given" in shown.err
    reseal = ["store", "reseal", "--store", store, "--keys"]
    assert main([*reseal, keys["new"]]) == 3
    assert f"refused: outcome of {ID}: The checkpoint has the key 'old-1'" in capsys.readouterr().out
    assert main([*reseal, keys["both"]]) == 0
    assert capsys.readouterr().out == "1 resealed, 0 had the key 'new-2' already\n"
    assert main([*reseal, keys["both"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"resealed": 0, "current": 1, "left": 0, "refused": []}
    assert main([*run, keys["new"]]) == 0


def test_serve_recover_and_send_seal_too(
    keys: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, url = tmp_path / "scripts", f"sqlite:{tmp_path}/s.db"
    folder.mkdir()
    (folder / "a.jactl").write_text("checkpoint(); 1", encoding="utf-8")
    assert main(["serve", str(folder), "--store", url, "--once", "--keys", keys["old"]]) == 0
    store = SQLiteStore(tmp_path / "s.db")
    (kept,) = store.kept("outcome")
    assert b"old-1" in kept.body
    store.close()
    assert main(["recover", "--store", url, "--keys", keys["none"]]) == 2
    assert "there is no key in it" in capsys.readouterr().err
    assert main(["recover", "--store", url, "--keys", str(tmp_path / "missing")]) == 2
    assert main(["store", "reseal", "--store", url]) == 2
