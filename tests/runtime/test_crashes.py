"""SIGKILL at random moments: every instance ends once, with the right answer, and its calls keep their keys."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from pathlib import Path

import jactl_trio as jactl

COUNT = 60
ROOT = Path(__file__).resolve().parents[2]


def test_killed_hosts_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'store.db'}"
    calls: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    results: dict[str, set[str]] = defaultdict(set)
    chance = random.Random(7)
    for kill in (True, True, True, True, False):
        for line in host_lines(url, chance.uniform(0.02, 0.15) if kill else None):
            kind, *parts = line.split()
            if kind == "call":
                instance, checkpoint, ordinal, argument = parts
                calls[instance, checkpoint, ordinal].add(argument)
            else:
                results[parts[0]].add(parts[1])
    assert results == {str(uuid.UUID(int=n)): {str(5 * 10 * n + 15)} for n in range(1, COUNT + 1)}
    assert all(len(arguments) == 1 for arguments in calls.values())
    assert {key[1:] for key in calls} == {(str(checkpoint), "0") for checkpoint in range(5)}
    store = jactl.open_store(url)
    store.open()
    assert store.check() == []
    assert {record.state for record in store.instances()} == {"finished"}
    store.close()


def host_lines(url: str, seconds: float | None) -> list[str]:
    """What one host tells until it is killed, so many seconds after its first line, or ends by itself."""
    command = [sys.executable, "-m", "tests.runtime.crashing", url, str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        lines += process.stdout.readlines()
        if process.wait() != 0 and seconds is None:
            raise AssertionError(f"the host ended with {process.returncode}")
    return [line for line in lines if line.endswith("\n")]
