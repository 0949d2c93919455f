"""jactl-trio serve: real processes, a folder, one store."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jactl_trio import SQLiteStore
from jactl_trio.cli import main

from ..waiting import wait_until

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
        enough = saved(store) + 3
        process = serving(tmp_path)
        wait_until(functools.partial(has_saved, store, enough))
        process.send_signal(how)
        process.communicate(timeout=60)
        assert process.returncode == (0 if how == signal.SIGTERM else -signal.SIGKILL)
        (record,) = store.instances()
        assert (record.state, record.owner is None) == ("running", how == signal.SIGTERM)
    output, _ = serving(tmp_path, "--once", "--every", "0.2").communicate(timeout=60)
    assert [(row["state"], row["value"], row["checkpoint"]) for row in rows(output)] == [("finished", 200, 200)]
    assert store.check() == []
    store.close()


def test_sigterm_hands_over_to_another_server_within_a_second(tmp_path: Path) -> None:
    for n in range(20):
        (tmp_path / f"long{n}.jactl").write_text(f"{n}\n{LONG}")
    store = SQLiteStore(tmp_path / "serve.db")
    servers = [serving(tmp_path)]
    wait_until(lambda: saved(store) > 20)
    servers.append(serving(tmp_path))
    wait_until(lambda: len(store.owners()) == 2)
    (first,) = {record.owner for record in store.instances()}
    time.sleep(1.0)  # the second is up, and looks
    servers[0].send_signal(signal.SIGTERM)
    told = time.monotonic()
    wait_until(lambda: {record.owner for record in store.instances("running")}.isdisjoint({first, None}))
    taken = time.monotonic()
    servers[0].communicate(timeout=60)
    assert servers[0].returncode == 0
    servers[1].send_signal(signal.SIGTERM)
    servers[1].communicate(timeout=60)
    assert len(store.instances("running")) == 20
    assert taken - told < 5, "hands over far later than within the second that it promises"
    store.close()


def test_scripts_that_wait_hibernate_and_go_on(tmp_path: Path) -> None:
    (tmp_path / "sleeps.jactl").write_text("sleep(1500); checkpoint(); sleep(1500); 'slept'")
    (tmp_path / "waits.jactl").write_text("receive('go', 60000)")
    store = SQLiteStore(tmp_path / "serve.db")
    process = serving(tmp_path, "--hibernate-after", "0.1", "--every", "0.1", "--once")
    wait_until(lambda: len(store.instances("hibernated")) == 2)
    (waiting,) = (record.id for record in store.instances() if record.awaits == "go")
    assert main(["instance", "send", str(waiting), "go", '"gone"', "--store", url(tmp_path)]) == 0
    output, _ = process.communicate(timeout=60)
    assert sorted(row["value"] for row in rows(output)) == ["gone", "slept"]
    assert store.check() == []
    store.close()


def test_once_does_not_wait_for_what_hibernated_here_and_was_ended_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "waits.jactl").write_text("receive('go')")
    (tmp_path / "forgotten.jactl").write_text("receive('gone')")
    store = SQLiteStore(tmp_path / "serve.db")
    process = serving(tmp_path, "--hibernate-after", "0.1", "--every", "0.1", "--once")
    wait_until(lambda: len(store.instances("hibernated")) == 2)
    for record in store.instances():
        what = "cancel" if record.awaits == "go" else "delete"
        assert main(["instance", what, str(record.id), "--store", url(tmp_path)]) == 0
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and output == ""
    assert [record.state for record in store.instances()] == ["cancelled"]
    store.close()


def has_saved(store: SQLiteStore, count: int) -> bool:
    return saved(store) >= count


def saved(store: SQLiteStore) -> int:
    return sum(record.checkpoint_id or 0 for record in store.instances())


def test_a_file_that_is_no_text_is_refused_and_the_others_run(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "a.jactl").write_bytes(b"\xff")
    (tmp_path / "b.jactl").write_text("7")
    assert main(["serve", str(tmp_path), "--store", url(tmp_path), "--once", "--json"]) == 0
    ends = {row["state"]: row["value"] for row in rows(capsys.readouterr().out)}
    assert ends == {"refused": "a.jactl: not UTF-8: invalid start byte at byte 0", "finished": 7}


def test_files_that_cannot_be_run_are_told_and_the_others_run(tmp_path: Path, capsys: Any) -> None:
    globals_ = {
        "list": "[1]",
        "text": '"x"',
        "twice": '{"x":1,"x":1}',
        "cut": '{"x":',
        "null": "null",
        "bytes": "\udcff",
    }
    for name, text in globals_.items():
        (tmp_path / f"{name}.jactl").write_text("1")
        (tmp_path / f"{name}.json").write_text(text, errors="surrogateescape")
    (tmp_path / "folder.jactl").mkdir()
    os.mkfifo(tmp_path / "pipe.jactl")
    (tmp_path / "link.jactl").symlink_to(tmp_path / "nowhere")
    (tmp_path / "beside.jactl").write_text("1")
    (tmp_path / "beside.json").symlink_to(tmp_path / "nowhere")
    Path(os.fsdecode(bytes(tmp_path) + b"/name\xff.jactl")).write_text("'runs'")
    (tmp_path / "empty.jactl").write_text("")
    assert main(["serve", str(tmp_path), "--store", url(tmp_path), "--once", "--json"]) == 0
    found = rows(capsys.readouterr().out)
    refused = [row["value"] for row in found if row["state"] == "refused"]
    assert [line.partition(":")[0] for line in refused] == [
        f"{name}.jactl" for name in sorted([*globals_, "folder", "pipe", "link", "beside"])
    ]
    assert "pipe.jactl: no regular file" in refused and "list.jactl: list.json: no JSON object" in refused
    assert sorted([row["value"] for row in found if row["state"] == "finished"], key=str) == [None, "runs"]


@pytest.mark.parametrize(
    ("store", "code", "words"),
    [
        ("sqlite:/nowhere/at/all/s.db", 3, "No such file or directory"),
        ("oracle:x", 2, "use sqlite:FILE"),
        ("postgresql://me:secret@localhost:1/none", 3, "Connection refused"),
    ],
)
def test_a_store_that_is_not_there_is_one_line(store: str, code: int, words: str, tmp_path: Path, capsys: Any) -> None:
    assert main(["serve", str(tmp_path), "--store", store]) == code
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1 and "secret" not in said
