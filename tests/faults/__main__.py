"""The fault proofs in full: `python -m tests.faults [PROOF] [--report FILE]`; with no PROOF all of them, in turn."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from . import figures, syscalls

W = TypeVar("W")
O = TypeVar("O")  # noqa: E741


def in_parallel(work: Callable[[W], O], items: Iterable[W], workers: int) -> list[O]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


def prove_syscalls(given: argparse.Namespace) -> figures.Row:
    """SIGKILL at each storage system call, and at pairs of them."""
    if given.at:
        worlds = [tuple(syscalls.Point.parse(text) for text in given.at)]
    else:
        points = syscalls.all_points()
        worlds = [(point,) for point in points] + list(syscalls.doubles(points, 8))
    outcomes = in_parallel(lambda world: syscalls.kill_at(*world), worlds, given.workers)
    bad = [f"--at {' '.join(map(str, one.points))}: {one.found}" for one in outcomes if one.found]
    singles = sum(len(one.points) == 1 for one in outcomes)
    text = f"{singles} points, {len(outcomes) - singles} pairs, {sum(one.kills for one in outcomes)} kills"
    return figures.Row("syscalls", "SIGKILL at every storage system call (SQLite)", text, bad)


PROOFS: dict[str, Callable[[argparse.Namespace], figures.Row]] = {"syscalls": prove_syscalls}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proof", nargs="?", choices=PROOFS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", default=None, help="the page whose table gets the figures")
    parser.add_argument("--at", nargs="+", default=None, help="syscalls: one world, as SYSCALL:K or probes NAME:K")
    given = parser.parse_args()
    faults = 0
    for name in [given.proof] if given.proof else PROOFS:
        started = time.perf_counter()
        row = PROOFS[name](given)
        row.seconds = time.perf_counter() - started
        print(f"{name}: {row.text}; {len(row.bad)} faults; {row.seconds:.0f} s", *row.bad, sep="\n  ", flush=True)
        if given.report is not None:
            figures.write_row(given.report, row)
        faults += len(row.bad)
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
