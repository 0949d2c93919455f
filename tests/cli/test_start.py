"""What the start of a small script costs is what it imports: nothing that it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

_SHOWN = """
import sys
from jactl_trio.cli import main
code = main(["eval", sys.argv[1]])
print(code, *sorted({"trio", "regex", "sqlite3", "cbor2", "rich"} & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("println 'hello world'", ""),
        ("def f(x) { x * 2.5 }; [1, 2].map{ f(it) }.size()", ""),
        ("int n = 0; while (n < 1000000) { n++ }; n", ""),
        ("sleep(0); 'trio' =~ /^(a|t)r/", " cbor2 regex trio"),
        ("for (int i = 0; i < 3; i++) { sleep(0) }", " cbor2 trio"),
    ],
)
def test_only_what_a_script_needs_is_imported(source: str, imported: str) -> None:
    command = [sys.executable, "-c", _SHOWN, source]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[-1] == f"0{imported}"


def test_what_lets_scripts_go_on_is_imported_when_one_waits() -> None:
    """Compiled, not run: on a busy machine any script may use up its time slice."""
    program = """
import sys
import jactl_trio as jactl
from jactl_trio.continuation.machine import Machine
jactl.Context().compile("[1, 2].map{ it + 1 }; sleep(1)")
print("jactl_trio.continuation.resume" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said == "False\n"
