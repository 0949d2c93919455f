"""Compiling, importing, and the command line from its start to its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from jactl_trio import Context

from .benchmark import Benchmark, Workbench
from .measure import single
from .rows import Row, at_most

_LINES = """def f{n}(int x, List items = []) {{
  def total = 0
  for (int i = 0; i < x; i++) {{
    if (i % 3 == 0) {{ total += items.size() * i }}
  }}
  items.filter{{ it > {n} }}.each{{ total += it }}
  return "f{n}: ${{total}}"
}}
"""
_CONTEXT = "import jactl_trio; jactl_trio.Context()"


def script_of(lines: int) -> str:
    """A script of about so many lines."""
    return "".join(_LINES.format(n=n) for n in range(lines // 8))


def _hello(workbench: Workbench) -> Iterator[Row]:
    hello = workbench.folder / "hello.jactl"
    hello.write_text("println 'hello world'\n", encoding="utf-8")
    command = [*_command(), "run", str(hello)]
    bare, ours = _processes(workbench, [sys.executable, "-c", "pass"], command, says="hello world")
    yield Row("jactl-trio run hello.jactl", "ms", ours, target=at_most(150))
    yield Row("of which Python's own start", "ms", bare)


def _command() -> list[str]:
    """The command as it was installed."""
    installed = shutil.which("jactl-trio", path=str(Path(sys.executable).parent))
    return [sys.executable, "-m", "jactl_trio"] if installed is None else [installed]


def _import(workbench: Workbench) -> Iterator[Row]:
    python = [sys.executable, "-c"]
    bare, imported, ready = _processes(
        workbench, [*python, "pass"], [*python, "import jactl_trio"], [*python, _CONTEXT]
    )
    yield Row("import jactl_trio, above Python's own start", "ms", imported - bare, target=at_most(80))
    yield Row("import and make the first Context, above Python's own start", "ms", ready - bare)


# With the modules compiled, as an installed package has them.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _processes(workbench: Workbench, *commands: Sequence[str], says: str = "") -> list[float]:
    """Milliseconds from the start of each process to its end, in turns.  says: the last one."""
    rounds = []
    for _ in range(workbench.effort.rounds):
        times, texts = zip(*map(_milliseconds, commands), strict=True)
        assert texts[-1].startswith(says), texts
        rounds.append(times)
    return [median(times) for times in zip(*rounds, strict=True)]


def _milliseconds(command: Sequence[str]) -> tuple[float, str]:
    """And what it said."""
    started = time.perf_counter()
    ended = subprocess.run(command, check=True, capture_output=True, text=True, env=_ENVIRONMENT)
    return (time.perf_counter() - started) * 1e3, ended.stdout


def _compile(workbench: Workbench) -> Iterator[Row]:
    source = script_of(1000)
    seconds = single(lambda: Context().compile(source), workbench.effort.rounds)
    yield Row("compile 1,000 lines", "ms", seconds * 1e3, target=at_most(1000))


BENCHMARKS = (
    Benchmark("jactl-trio run hello.jactl", _hello),
    Benchmark("import", _import),
    Benchmark("compile", _compile),
)
