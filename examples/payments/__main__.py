"""Payments through kills: `python -m examples.payments [--payments N] [--kills K] [--seed S] [--store URL]`.

A host process runs one script for each payment; it is killed with SIGKILL several times on the way, and the next one
recovers what it left. The table at the end counts what was sent, acknowledged, completed, repeated, and lost.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import trio
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from .client import Books, Client


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payments", type=int, default=4000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="a store's URL; default: a new file that is removed at the end")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="payments-") as folder:
        store = arguments.store or f"sqlite:{Path(folder) / 'payments.db'}"
        started = time.perf_counter()
        books = _run(store, arguments.payments, arguments.kills, arguments.seed)
        return _report(books, time.perf_counter() - started)


def _run(store: str, payments: int, kills: int, seed: int) -> Books:
    client = Client(store, payments, kills, seed)
    columns = ("payments", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console()) as progress:
        bar = progress.add_task("payments", total=payments)

        async def run() -> Books:
            return await client.run(lambda completed: progress.update(bar, completed=completed))

        return trio.run(run)


def _report(books: Books, seconds: float) -> int:
    faults = len(books.lost) + len(books.contradictions) + len(books.wrong_checkpoints)
    table = Table(
        title=f"{len(books.responded) / seconds:.0f} payments/s through {books.kills} kills", show_header=False
    )
    table.add_row("sent", str(len(books.sent)))
    table.add_row("acknowledged", str(len(books.acknowledged)))
    table.add_row("completed", str(len(books.responded)))
    table.add_row("recovered after kills", str(books.recovered))
    table.add_row("repeated (possibleRepeat)", str(len(books.repeated)))
    table.add_row("answered in two ways", str(len(books.contradictions)))
    table.add_row("with a gap in the checkpoint ids", str(len(books.wrong_checkpoints)))
    table.add_row("lost", str(len(books.lost)))
    Console().print(table)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
