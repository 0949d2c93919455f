"""A command starts without the garbage collector, and runs its script with it."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from jactl_trio.cli.starting import starting

_SHOWN = """
import gc, sys
from jactl_trio.cli import main, running
compiled, run = running.compiled, running.run
running.compiled = lambda *given: print("compiling", gc.isenabled()) or compiled(*given)
running.run = lambda *given: print("running", gc.isenabled(), gc.get_freeze_count() > 0) or run(*given)
main(["eval", sys.argv[1]])
"""


@pytest.mark.parametrize(
    ("source", "said"), [("7", "compiling False\nrunning True True\n7\n"), ("7 +", "compiling False\n")]
)
def test_the_collector_waits_until_the_script_runs(source: str, said: str) -> None:
    command = [sys.executable, "-c", _SHOWN, source]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == said


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_as_it_was_whatever_happens(is_on: bool) -> None:
    (gc.enable if is_on else gc.disable)()
    try:
        with pytest.raises(ValueError), starting():
            assert not gc.isenabled()
            raise ValueError
        assert gc.isenabled() is is_on
    finally:
        gc.unfreeze()
        gc.enable()
