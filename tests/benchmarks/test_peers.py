"""What peers are asked to do is the same work; the packages themselves are not needed here."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.checkpoints import STATES
from benchmarks.language import runner
from benchmarks.peers import interpreter, process, steps
from benchmarks.peers.interpreter import WORKS, Work, maps
from benchmarks.peers.process import Peer


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_the_script_and_its_python_give_the_same(work: Work) -> None:
    defined: dict[str, object] = {}
    exec(work.setup, defined)
    assert runner(work.script)() == eval(work.call, defined)


@pytest.mark.parametrize("name", ["small", "medium"])
def test_snapshots_hold_the_same_state(name: str) -> None:
    *lines, value = interpreter.CODE[name].splitlines()
    defined: dict[str, object] = {"wait": lambda: None}
    exec("\n".join(lines), defined)
    (state,) = (state for state in STATES if state.name == name)
    theirs = eval(value, defined)
    assert runner(f"{state.setup}; {state.value}")() == theirs
    assert name == "small" or theirs == maps(100)


async def test_steps_give_their_sum() -> None:
    assert await steps.seconds_of_steps("memory:", 2, 3) > 0


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(process.SERVED / "serving.py", tmp_path)
    (tmp_path / "adder.py").write_text(
        "from serving import serve\n"
        "def add(a, b):\n"
        "    print('not an answer')\n"
        "    if a < 0:\n"
        "        raise ValueError('below zero')\n"
        "    return {'sum': a + b, 'seconds': 0.5}\n"
        "serve(add=add)\n"
    )
    monkeypatch.setattr(process, "SERVED", tmp_path)
    return tmp_path


def test_a_peer_answers(served: Path) -> None:
    with Peer(Path(os.path.relpath(sys.executable)), "adder", served) as adder:
        assert adder.ask("add", a=1, b=2)["sum"] == 3
        assert adder.seconds("add", a=3, b=4) == 0.5
        ratio = process.in_turns(lambda: None, lambda: adder.seconds("add", a=3, b=4), 2)
        assert ratio.other_s == 0.5


def test_a_peer_that_fails_says_why(served: Path) -> None:
    with (
        Peer(Path(sys.executable), "adder", served) as adder,
        pytest.raises(RuntimeError, match="ValueError: below zero"),
    ):
        adder.ask("add", a=-1, b=2)


def test_without_their_environment_it_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "--peers", str(tmp_path / "python")])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "`make bench-peers` makes it" in capsys.readouterr().err
