"""Planted bugs: each is put into a copy of the package, and `jactl-trio verify --profile ci` has to find it.

python -m tests.verify.planted [WORD...]     all of them, or those whose name has one of the words; with all of them,
                                             the table in docs/verify.md is written anew; --jobs N at a time
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.jactl"))
HOST = "jactl_trio.verify.drawn_scripts:host_context"
SECONDS_MAX = 60  # of processor time: other work of the machine does not count
WALL_SECONDS_MAX = 900
REQUIRED = 0.93  # of the bugs: 28 of 30
_PAGE = ROOT / "docs" / "verify.md"
_BEGIN, _END = "<!-- planted bugs: python -m tests.verify.planted -->\n", "<!-- end of planted bugs -->\n"


@dataclass(frozen=True)
class Hunted:
    """found_by: phase and rule; empty: it was not found."""

    bug: Bug
    found_by: str
    seconds: float


def hunted(bug: Bug) -> Hunted:
    """Plant a bug in a copy, and verify scripts with it."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "jactl_trio"
        shutil.copytree(ROOT / "jactl_trio", package, ignore=shutil.ignore_patterns("__pycache__"))
        path = package / bug.file
        text = path.read_text(encoding="utf-8")
        if text.count(bug.old) != 1:
            raise LookupError(f"{bug.name}: {bug.old!r} stands {text.count(bug.old)} times in {bug.file}")
        path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
        begun = _seconds()
        found_by = _verify(folder, SCRIPTS)
        seconds = _seconds() - begun
        return Hunted(bug, found_by if seconds <= SECONDS_MAX else "", seconds)


def _seconds() -> float:
    """Of processor time, of this process's children and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _verify(folder: str, scripts: Sequence[Path]) -> str:
    command = [sys.executable, "-m", "jactl_trio", "verify", *map(str, scripts)]
    command += ["--host", HOST, "--profile", "ci", "--exitfirst", "--json"]
    environment = {**os.environ, "PYTHONPATH": folder}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=WALL_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode == 0:
        return ""
    if not done.stdout.startswith("{"):
        raise LookupError(f"verify failed itself: {done.stderr.strip()[-500:]}")
    report = json.loads(done.stdout)
    finding = next(finding for result in report["results"] for finding in result["findings"])
    return f"{finding['phase']}: {finding['rule'].split(',')[0]} ({Path(finding['file']).stem})"


def _write_table(all_hunted: Sequence[Hunted]) -> None:
    rows = [f"| {one.bug.name} | {one.found_by or 'not found'} | {one.seconds:.0f} |\n" for one in all_hunted]
    found = sum(bool(one.found_by) for one in all_hunted)
    head = f"{found} of {len(all_hunted)} found.\n\n| bug | found by (script) | seconds |\n|---|---|---|\n"
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    _PAGE.write_text(before + _BEGIN + head + "".join(rows) + _END + after, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    words = given.words
    wanted = [bug for bug in BUGS if not words or any(word in bug.name for word in words)]
    all_hunted = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for one in pool.map(hunted, wanted):
            all_hunted.append(one)
            print(f"{one.seconds:5.1f} s  {one.bug.name}: {one.found_by or 'NOT FOUND'}", flush=True)
    found = sum(bool(one.found_by) for one in all_hunted)
    print(f"{found} of {len(wanted)} found")
    if not words:
        _write_table(all_hunted)
    return 0 if found >= REQUIRED * len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
