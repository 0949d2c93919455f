"""Peer: a process under the peers' own Python that is asked to do the same work, in turns with ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any

from ..measure import Ratio, ratio_of, seconds

SERVED = Path(__file__).with_name("served")


class Peer:
    """For a `with` block.  served: the name of a file in served/.

    with Peer(python, "monty") as monty:
        monty.ask("run", setup="...", call="fib(25)")["seconds"]
    """

    def __init__(self, python: Path, served: str, folder: Path) -> None:
        self._errors = open(folder / f"{served}.log", "w+")  # noqa: SIM115 # as long as the process
        self._process = subprocess.Popen(
            [str(python.absolute()), str(SERVED / f"{served}.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=folder,  # some write files where they run
        )

    def ask(self, work: str, **arguments: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"work": work, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"{work}: the peer has ended: {self._errors.read()[-4000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def seconds(self, work: str, **arguments: Any) -> float:
        """The time that the work took, without the way to the process and back."""
        return float(self.ask(work, **arguments)["seconds"])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._process.__exit__(None, None, None)
        self._errors.close()


def in_turns(ours: Callable[[], Any], theirs: Callable[[], float], rounds: int) -> Ratio:
    """Ours here, theirs in their process, one after the other, after a warm-up of both.  theirs: gives seconds.

    By the clock on the wall, as theirs are.
    """
    ours(), theirs()
    return ratio_of((seconds(ours, perf_counter), theirs()) for _ in range(rounds))
