"""How a command ends that is interrupted, cannot write, or is given what it cannot read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from jactl_trio import SQLiteStore
from jactl_trio.cli import main

COMMAND = [sys.executable, "-m", "jactl_trio"]
BROKEN = "for (int i = 0; i < 200000; i++) { println 'a line of it' }"


def shell(line: str) -> tuple[int, str, str]:
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def command(*words: str) -> str:
    return " ".join(f"'{word}'" for word in (*COMMAND, *words))


def test_who_reads_no_more_ends_it_quietly(tmp_path: Path) -> None:
    file = tmp_path / "many.jactl"
    file.write_text(BROKEN, encoding="utf-8")
    assert shell(f"{command('run', str(file))} | head -1") == (1, "a line of it\n", "")
    code, _, errors = shell(f"{command('explain', '--tokens', str(file))} | true")
    assert (code in (0, 1), errors) == (True, "")


def test_who_reads_no_more_does_not_end_a_durable_instance(tmp_path: Path) -> None:
    file, store = tmp_path / "scripts" / "many.jactl", f"sqlite:{tmp_path}/s.db"
    file.parent.mkdir()
    source = "checkpoint(); for (int i = 0; i < 3; i++) { println 'a line of it' * 9999 }; checkpoint(); 'done'"
    file.write_text(source, encoding="utf-8")
    id = "00000000-0000-0000-0000-000000000007"
    run, recover = command("run", str(file), "--store", store, "--id", id), command("recover", "--store", store)
    assert shell(f"{run} | head -c 6") == (1, "a line", "")
    assert shell(f"{run} > /dev/full") == (1, "", "standard output: No space left on device\n")
    for _ in range(11):  # more than the recoveries after which an instance is parked
        assert shell(f"{recover} | head -c 6") == (1, "a line", "")
    with_others = command("serve", str(file.parent), "--store", store, "--once")
    assert shell(f"{with_others} | head -c 6") == (1, "a line", "")
    opened = SQLiteStore(tmp_path / "s.db")
    assert {(record.state, record.owner, record.recoveries) for record in opened.instances()} == {("running", None, 0)}
    opened.close()
    code, output, errors = shell(run)
    assert (code, output[-5:], errors) == (0, "done\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["eval", "5"], ["--help"], ["explain", "-"]])
def test_a_full_disk_is_told_in_one_line(arguments: list[str]) -> None:
    code, _, errors = shell(f"echo 1 | {command(*arguments)} > /dev/full")
    assert (code, errors) == (1, "standard output: No space left on device\n")


def test_no_standard_output_at_all() -> None:
    assert shell(f"{command('eval', '5')} >&-") == (0, "", "")
    assert shell(f"{command('eval', 'println 5')} >&-") == (0, "", "")


def test_scripts_read_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "read.jactl"
    file.write_text("println stream(nextLine).map{ it.size() }; nextLine()", encoding="utf-8")
    expected = (0, "[1, 2]\n", "")
    assert shell(f"printf 'a\\nbc\\n' | {command('run', str(file))}") == expected
    store = f"sqlite:{tmp_path}/s.db"
    assert shell(f"printf 'a\\nbc\\n' | {command('run', str(file), '--store', store)}") == expected
    assert shell(f"printf 'nextLine() == null' | {command('run', '-')}") == (0, "true\n", "")


@pytest.mark.parametrize("source", ["checkpoint(); println 'waits'; sleep(100000)", "println 'waits'; while (true) {}"])
@pytest.mark.parametrize("is_durable", [True, False])
def test_an_interrupt_ends_it_and_leaves_the_instance(source: str, is_durable: bool, tmp_path: Path) -> None:
    file = tmp_path / "wait.jactl"
    file.write_text(source, encoding="utf-8")
    store = f"sqlite:{tmp_path}/s.db"
    words = [*COMMAND, "run", str(file), *(["--store", store] if is_durable else [])]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waits\n"
    time.sleep(0.2)  # any place will do
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors.strip()) == (130, "", "interrupted")
    if is_durable and "checkpoint" in source:
        opened = SQLiteStore(tmp_path / "s.db")
        (record,) = opened.instances()
        opened.close()
        assert (record.state, record.checkpoint_id, record.owner) == ("running", 1, None)


def test_a_failed_export_leaves_the_file_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = f"sqlite:{tmp_path}/s.db"
    assert main(["store", "init", "--store", store]) == 0
    (tmp_path / "kept").write_bytes(b"an earlier export")
    export = ["instance", "export", str(uuid.uuid4()), "--store", store, "-o"]
    assert main([*export, str(tmp_path / "kept")]) == 3
    assert (tmp_path / "kept").read_bytes() == b"an earlier export"
    assert main([*export, str(tmp_path / "new")]) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("s.db")) == ["kept"]
    assert main([*export, str(tmp_path / "missing" / "new")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_wrong_words_and_files_are_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = f"sqlite:{tmp_path}/s.db"
    assert main(["store", "init", "--store", store]) == 0
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "one.jactl").write_text("1", encoding="utf-8")
    capsys.readouterr()
    assert main(["instances", "--store", store, "--state", "asleep"]) == 2
    assert "hibernated" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "bytes")]) == 2
    assert "not UTF-8" in capsys.readouterr().err
    assert main(["verify", "--globals", str(tmp_path / "bytes"), str(tmp_path / "one.jactl")]) == 2
    assert "not UTF-8" in capsys.readouterr().err
    quick = ["verify", "--profile", "quick", "--max-examples", "1", str(tmp_path / "one.jactl")]
    assert main([*quick, "--junit", str(tmp_path / "missing" / "x.xml")]) == 2
    assert "x.xml" in capsys.readouterr().err


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {code} " in shown for code in (0, 1, 2, 3, 130)), json.dumps(shown)


def test_the_list_of_instances_shows_whole_ids(tmp_path: Path) -> None:
    file, id = tmp_path / "one.jactl", str(uuid.uuid4())
    file.write_text("1", encoding="utf-8")
    store = ["--store", f"sqlite:{tmp_path}/s.db"]
    assert main(["run", str(file), *store, "--id", id]) == 0
    code, shown, _ = shell(f"COLUMNS=80 {command('instances', *store)} | cat")
    assert code == 0
    assert id in shown
