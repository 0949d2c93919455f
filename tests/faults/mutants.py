"""Mutants of checkpoints, with their digest made right, restored and run on in processes with little memory and time.

    python -m tests.faults.mutants FIRST COUNT [PLANTED]    the child: a line for each mutant, its number and its fate

A mutant's number is all it takes to make it again.  What may come of it: `refused` (a CheckpointError), or a restored
run that ends, with a value or with an error of the script, within limits.  All else is a fault: another exception, a
crash, code that runs or files that are opened where nothing of the kind belongs.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trio
import trio.testing

import jactl_trio as jactl
from jactl_trio.checkpoint import columns
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.checkpoint.rows import INT_MAX
from jactl_trio.runtime.driver import Driver
from tests.checkpoint.mutations import mutated

from .controls import with_controls
from .figures import Row
from .processes import ROOT, in_parallel
from .samples import Sample, Silent, samples

BYTES_MAX = 2 * 1024**3  # address space of a child
RESTORE_SECONDS_MAX = 1.0
MUTANT_SECONDS_MAX = 10  # then the child is killed
OF_A_CHILD = 1_000
COUNT = 10_000
ENCODINGS_MAX = 30
OF_PLANTED = 200
GENERATED = ("<jactl", str(Path(jactl.__file__).parent))  # files of the code that we make, or that is ours
WATCHED = ("exec", "import", "open", "os.", "subprocess.", "socket.", "ctypes.", "pickle.", "marshal.")


class Watch:
    """An audit hook: what happens while a mutant is restored and run that no script can ask for."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and event.startswith(WATCHED) and not _is_our_compiler(event, arguments):
            self.is_on = False
            self.seen.append(f"{event} {arguments!r}"[:200])
            self.is_on = True


def _is_our_compiler(event: str, arguments: tuple[Any, ...]) -> bool:
    """eval() and resume entries run what we generate; compiling alone runs nothing."""
    return event == "compile" or (event == "exec" and arguments[0].co_filename.startswith(GENERATED))


class Hasty(Driver):
    """Goes through bytes at the first expressions only: endless calls would write ever more frames."""

    __slots__ = ("encodings", "value")

    encodings: int
    value: Any

    def encoded(self, checkpoint_id: int, value: Any = None) -> bytes:
        self.encodings += 1
        self.value = value
        return super().encoded(checkpoint_id, value) if self.encodings < ENCODINGS_MAX else b""

    def restore(self, checkpoint: bytes) -> Any:
        return super().restore(checkpoint) if checkpoint else self.value


def run_child(first: int, count: int, planted: str = "") -> None:
    known = samples()
    if planted:
        PLANTED[planted]()
    watch = Watch()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    sys.setrecursionlimit(5_000)  # of mutated(), which nests deeply
    for number in range(first, first + count):
        print(number, end=" ", flush=True)
        signal.alarm(MUTANT_SECONDS_MAX)
        print(fate(number, known, watch), flush=True)


def fate(number: int, known: list[Sample], watch: Watch) -> str:
    """What comes of one mutant."""
    sample = known[number % len(known)]
    identity, body = open_sealed(sample.checkpoint)
    mutant = seal(mutated(body, random.Random(number)), identity)
    watch.seen.clear()
    try:
        became = trio.run(_restored, sample, mutant, watch, clock=trio.testing.MockClock(autojump_threshold=0))
    except BaseException as error:
        became = f"FAULT {sample.name}: {type(error).__name__}: {error}"
    finally:
        watch.is_on = False
    return f"FAULT {sample.name}: {watch.seen}" if watch.seen else " ".join(became.split())


async def _restored(sample: Sample, mutant: bytes, watch: Watch) -> str:
    run = sample.script.new_run({}, output=Silent(), id=uuid.UUID(int=1))
    driver = Hasty(sample.script.unit, run)
    driver.encodings = 0
    watch.is_on = True
    started = time.perf_counter()
    try:
        value = driver.restore(mutant)
    except jactl.CheckpointError as error:
        if error.message.startswith("The checkpoint cannot be read"):  # the net below the checks
            return f"FAULT {sample.name}: unchecked: {error.__cause__!r}"
        return "refused"
    finally:
        seconds = time.perf_counter() - started
    if seconds > RESTORE_SECONDS_MAX:
        return f"FAULT {sample.name}: restored in {seconds:.1f} s"
    with trio.move_on_after(1_000_000):  # virtual: scripts that sleep for ever wait, and that is well
        try:
            await driver.go_on(value)
        except jactl.JactlError as error:
            return "internal" if isinstance(error, jactl.InternalError) else "error"
        return "value"
    return "waits"


# The parent


def run_mutants(numbers: range, planted: str = "") -> tuple[Counter[str], list[str]]:
    """How many met which fate, and the faults; a child that dies is followed by one for the rest."""
    fates: Counter[str] = Counter()
    bad: list[str] = []
    while numbers:
        rows = dict(_told(numbers.start, len(numbers), planted))
        for number, became in rows.items():
            fates[became.split()[0]] += 1
            if became.startswith("FAULT"):
                bad.append(f"--at {number}: {became}")
        numbers = range(max(rows) + 1, numbers.stop)
    return fates, bad


def prove(given: argparse.Namespace) -> Row:
    """Thousands of mutants, each restored and run on."""
    count = given.count or COUNT
    jobs = [range(first, min(first + OF_A_CHILD, count)) for first in range(0, count, OF_A_CHILD)]
    if given.at:
        jobs = [range(int(number), int(number) + 1) for number in given.at]
    fates: Counter[str] = Counter()
    bad: list[str] = []
    for some, its_bad in in_parallel(run_mutants, jobs, given.workers):
        fates += some
        bad += its_bad
    text = f"{fates.total()} mutants: " + ", ".join(f"{count} {fate_}" for fate_, count in sorted(fates.items()))
    row = Row("mutants", "changed checkpoints with a right digest, restored and run on", text, bad)
    return with_controls(row, of_planted(given.workers))


def of_planted(workers: int = 1) -> dict[str, list[str]]:
    """The negative controls: decoders that believe too much."""
    found = in_parallel(lambda name: run_mutants(range(OF_PLANTED), name)[1], PLANTED, workers)
    return dict(zip(PLANTED, found, strict=True))


def _plant_references() -> None:
    """Rows are taken for rows that there are."""
    checked = columns.Columns.__init__

    def believing(self: columns.Columns, things: Any, total: int, *others: bool) -> None:
        checked(self, things, total, *others)
        self.total = INT_MAX

    columns.Columns.__init__ = believing  # type: ignore[method-assign]


def _plant_code() -> None:
    """A text is looked up by running it."""
    checked = columns.Columns.item

    def item(self: columns.Columns, item: Any) -> Any:
        if type(item) is str and item.isidentifier():
            exec(compile(f"{item!r}", "<planted>", "exec"))
        return checked(self, item)

    columns.Columns.item = item  # type: ignore[method-assign]


PLANTED = {"trusting": _plant_references, "running": _plant_code}


def _told(first: int, count: int, planted: str) -> Iterator[tuple[int, str]]:
    command = [sys.executable, "-m", "tests.faults.mutants", str(first), str(count), planted]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    for line in ended.stdout.splitlines():
        number, _, fate_ = line.partition(" ")
        yield int(number), fate_ or f"FAULT it ended the process: {ended.returncode} {ended.stderr[-300:]}"
    if not ended.stdout:
        raise AssertionError(f"No mutant was run: {ended.stderr[-1000:]}")


if __name__ == "__main__":
    run_child(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
