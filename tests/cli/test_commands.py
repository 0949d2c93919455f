"""The commands: what they print, and their exit codes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import trio

import jactl_trio as jactl
from jactl_trio import SQLiteStore
from jactl_trio.cli import main
from jactl_trio.store.records import Claim


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "order.jactl"
    path.write_text("def n = order.size()\ncheckpoint()\nn * 2\n", encoding="utf-8")
    return path


def test_run_prints_the_value(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(file), "-g", "order=[1,2]"]) == 0
    assert capsys.readouterr().out == "4\n"
    assert main(["run", str(file), "-g", 'order={"a":1}', "--json"]) == 0
    assert capsys.readouterr().out == "2\n"


def test_run_with_a_store_is_idempotent_by_id(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", str(file), "-g", "order=[1]", "--store", f"sqlite:{tmp_path}/s.db", "--id", str(uuid.uuid4())]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert capsys.readouterr().out == "2\n2\n"
    assert main(["instances", "--store", f"sqlite:{tmp_path}/s.db", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["state"], row["checkpoint"]) == (arguments[-1], "finished", 1)
    assert main(["recover", "--store", f"sqlite:{tmp_path}/s.db"]) == 0


def test_errors_are_one_clear_block(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("int x = 'abc'\nfoo()\n", encoding="utf-8")
    assert main(["run", str(file)]) == 2
    shown = capsys.readouterr().err
    assert "line 1, column" in shown and "line 2, column 1" in shown and "^" in shown
    file.write_text("1 / 0", encoding="utf-8")
    assert main(["run", str(file)]) in (1, 2)
    file.write_text("def x = 0\n1 / x", encoding="utf-8")
    assert main(["run", str(file)]) == 1
    assert "Divide by zero" in capsys.readouterr().err
    assert main(["recover", "--store", f"sqlite:{tmp_path}/missing.db"]) == 3
    assert main(["recover", "--store", "oracle:x"]) == 2
    (tmp_path / "text.db").write_text("this is no database, but long enough to look at" * 40, encoding="utf-8")
    assert main(["instances", "--store", f"sqlite:{tmp_path}/text.db"]) == 3
    assert "Traceback" not in capsys.readouterr().err
    assert main(["run", str(file), "-g", "order"]) == 2
    assert main(["run", str(tmp_path / "none.jactl")]) == 2


@pytest.mark.parametrize("stage", ["tokens", "tree", "resolved", "python"])
def test_explain_shows_each_stage(file: Path, stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"--{stage}", str(file), "-g", "order=[]"]) == 0
    assert capsys.readouterr().out.strip()


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jactl_trio", "eval", "println 'a'; [x, 2].sum()", "-g", "x=1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "a\n3\n"


def test_store_commands(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:{tmp_path}/s.db"
    assert main(["store", "stats", "--store", url]) == 3
    assert "There is no store" in capsys.readouterr().err
    assert main(["store", "init", "--store", url]) == 0
    assert main(["store", "init", "--store", url]) == 0
    assert main(["store", "migrate", "--store", url]) == 0
    assert main(["run", str(file), "-g", "order=[1]", "--store", url, "--id", str(uuid.uuid4())]) == 0
    capsys.readouterr()
    assert main(["store", "stats", "--store", url, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["instances"], found["scripts"], found["checkpoints"]) == ({"finished": 1}, 1, 0)
    assert main(["store", "stats", "--store", url]) == 0
    assert "instances finished                     1" in capsys.readouterr().out
    assert main(["store", "verify", "--store", url]) == 0
    assert capsys.readouterr().out == "no faults found\n"


def test_store_verify_tells_what_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, id = f"sqlite:{tmp_path}/s.db", uuid.uuid4()
    assert main(["store", "init", "--store", url]) == 0
    store = SQLiteStore(tmp_path / "s.db")
    store.write(uuid.uuid4(), [Claim(id, "a script", checkpoint_id=0, checkpoint=b"lost")])
    store.close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("delete from checkpoints")
    capsys.readouterr()
    assert main(["store", "verify", "--store", url, "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == [f"instance {id} has lost checkpoint 0"]


def test_store_init_hides_the_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "init", "--store", "postgresql://me:secret@localhost:1/none"]) == 3
    assert "secret" not in "".join(capsys.readouterr())


async def hibernate(source: str, url: str, *ids: str) -> None:
    """Start instances; they are left waiting in the store."""
    context = jactl.Context()
    script = context.compile(source, name="approval")
    async with jactl.open_runtime(context, url, hibernate_after=0.01) as runtime:
        for id in ids:
            instance = await runtime.start(script, id=uuid.UUID(id))
            await instance.status.wait_value(lambda status: status is jactl.Status.HIBERNATED)


def test_an_instance_is_looked_at_sent_to_moved_and_ended_by_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, elsewhere = ["--store", f"sqlite:{tmp_path}/s.db"], ["--store", f"sqlite:{tmp_path}/other.db"]
    first, second = (str(uuid.UUID(int=n)) for n in (1, 2))
    trio.run(hibernate, "receive('approved', 60000).by + receive('more', 60000)", there[1], first, second)
    assert main(["instance", "send", first, "approved", '{"by": "Ann"}', "--key", "1", *there]) == 0
    assert main(["instance", "send", first, "approved", '{"by": "Bob"}', "--key", "1", *there]) == 0
    assert main(["instance", "show", first, "--json", *there]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["state"], shown["script"], shown["messages"]) == ("hibernated", "approval", ["approved"])
    assert main(["instance", "export", first, "-o", str(tmp_path / "moved"), *there]) == 0
    assert main(["store", "init", *elsewhere]) == 0
    assert main(["instance", "import", str(tmp_path / "moved"), "--json", *elsewhere]) == 0
    assert main(["instance", "send", first, "more", '"?"', *elsewhere]) == 0
    capsys.readouterr()
    assert main(["recover", "--json", *there]) == 0
    assert capsys.readouterr().out == ""
    assert main(["recover", "--json", *elsewhere]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == "Ann?"
    assert main(["instance", "delete", first, *there]) == 0
    assert main(["instance", "cancel", second, *there]) == 0
    assert main(["instances", "--json", *there]) == 0
    assert [(row["id"], row["state"]) for row in json.loads(capsys.readouterr().out)] == [(second, "cancelled")]
    assert main(["instance", "retry", second, *there]) == 3
    assert main(["instance", "show", first, *there]) == 3
    assert main(["instance", "send", second, "approved", "{", *there]) == 2
    assert main(["instance", "show", "7", *there]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run"], ["explain", "--tokens"]], ids=" ".join)
def test_a_source_that_is_no_text_is_told_in_one_line(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.jactl").write_bytes("'caf\u00e9'".encode("latin-1"))
    assert main([*command, str(tmp_path / "latin.jactl")]) == 2
    assert (
        capsys.readouterr()
        .err.splitlines()[0]
        .endswith("latin.jactl is not UTF-8: invalid continuation byte at byte 4")
    )
