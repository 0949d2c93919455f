"""The REPL: entries of several lines, errors, interrupts, and its end."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable, Iterator

import pytest

from jactl_trio.cli import main
from jactl_trio.cli import repl as repl_

Typed = str | type[BaseException]
Repl = Callable[..., str]


@pytest.fixture
def repl(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repl:
    """Lines, or what is raised in place of one -> all that is shown, but for prompts."""

    def run(*typed: Typed) -> str:
        lines: Iterator[Typed] = iter(typed)

        def read(prompt: str) -> str:
            line = next(lines, EOFError)
            if not isinstance(line, str):
                raise line
            return line

        monkeypatch.setattr(repl_, "_reader", lambda: read)
        assert main(["repl"]) == 0
        return capsys.readouterr().out

    return run


def test_variables_functions_and_errors(repl: Repl) -> None:
    shown = repl("def x = 20", "def f(n) {", "n + x }", "f(22)", "", "nosuch()", "die 'oh'", "x")
    lines = shown.splitlines()
    assert lines[0] == "20"
    assert "42" in lines
    assert "line 1, column 1" in shown
    assert "DieError: oh" in shown
    assert lines[-1] == "20"


def test_an_interrupt_drops_the_entry(repl: Repl) -> None:
    assert repl(KeyboardInterrupt, "[1,", KeyboardInterrupt, "6 * 7") == "42\n"


@pytest.mark.parametrize("source", ["while (true) {}", "sleep(100000)"])
def test_an_interrupt_ends_the_evaluation(repl: Repl, source: str) -> None:
    timer = threading.Timer(0.5, _thread.interrupt_main)  # whenever it comes: at a prompt it is an interrupt too
    timer.start()
    try:
        assert repl(source, "6 * 7") == "interrupted\n42\n"
    finally:
        timer.cancel()
