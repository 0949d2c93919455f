"""Compiling, importing, and the command line from its start to its end."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from jactl_trio import Context

from .measure import single
from .rows import Row

_LINES = """def f{n}(int x, List items = []) {{
  def total = 0
  for (int i = 0; i < x; i++) {{
    if (i % 3 == 0) {{ total += items.size() * i }}
  }}
  items.filter{{ it > {n} }}.each{{ total += it }}
  return "f{n}: ${{total}}"
}}
"""


def script_of(lines: int) -> str:
    """A script of about so many lines."""
    return "".join(_LINES.format(n=n) for n in range(lines // 8))


def rows(rounds: int) -> Iterator[Row]:
    source = script_of(1000)
    yield Row("compile 1,000 lines", "ms", single(lambda: Context().compile(source), rounds) * 1e3, target=1000)
    bare = _process(rounds, "-c", "pass")
    imported = _process(rounds, "-c", "import jactl_trio")
    yield Row("import jactl_trio, above Python's own start", "ms", imported - bare, target=80)
    ready = _process(rounds, "-c", "import jactl_trio; jactl_trio.Context()")
    yield Row("import and make the first Context, above Python's own start", "ms", ready - bare)
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.jactl"
        hello.write_text("println 'hello world'\n", encoding="utf-8")
        yield Row(
            "jactl-trio run hello.jactl", "ms", _process(rounds, "-m", "jactl_trio", "run", str(hello)), target=150
        )


def _process(rounds: int, *arguments: str) -> float:
    """Milliseconds from the start of a Python process to its end."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append((time.perf_counter() - started) * 1e3)
    return median(times[1:])
