"""jactl-trio serve: real processes, a folder, one store."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jactl_trio import SQLiteStore
from jactl_trio.cli import main

LONG = "def n = 0\nwhile (n < 200) { checkpoint(); n++; sleep(20) }\nn\n"


def serving(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jactl_trio", "serve", str(folder), "--store", url(folder), "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def url(folder: Path) -> str:
    return f"sqlite:{folder}/serve.db"


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_each_script_of_a_folder_runs_once(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "a.jactl").write_text("checkpoint(); order.size()")
    (tmp_path / "a.json").write_text('{"order": [1, 2]}')
    (tmp_path / "b.jactl").write_text("die 'no'")
    (tmp_path / "c.jactl").write_text("1 +")
    arguments = ["serve", str(tmp_path), "--store", url(tmp_path), "--once", "--json"]
    assert main(arguments) == 0
    first = rows(capsys.readouterr().out)
    assert sorted(row["state"] for row in first) == ["failed", "finished", "refused"]
    assert [row["value"] for row in first if row["state"] == "finished"] == [2]
    assert main(arguments) == 0  # the ends are kept: nothing runs again
    assert {row["id"] for row in rows(capsys.readouterr().out)} == {row["id"] for row in first}


def test_sigterm_hands_the_work_over_and_sigkill_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "long.jactl").write_text(LONG)
    store = SQLiteStore(tmp_path / "serve.db")
    for how in (signal.SIGTERM, signal.SIGKILL):
        before = saved(store)
        process = serving(tmp_path)
        deadline = time.monotonic() + 60
        while saved(store) < before + 3:
            assert time.monotonic() < deadline, "no checkpoint in a minute"
            time.sleep(0.05)
        process.send_signal(how)
        process.communicate(timeout=60)
        assert process.returncode == (0 if how == signal.SIGTERM else -signal.SIGKILL)
        (record,) = store.instances()
        assert (record.state, record.owner is None) == ("running", how == signal.SIGTERM)
    output, _ = serving(tmp_path, "--once", "--every", "0.2").communicate(timeout=60)
    assert [(row["state"], row["value"], row["checkpoint"]) for row in rows(output)] == [("finished", 200, 200)]
    assert store.check() == []
    store.close()


def saved(store: SQLiteStore) -> int:
    return sum(record.checkpoint_id or 0 for record in store.instances())
