"""The command instances: what a store holds."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from ..store import open_store
from ..store.records import HIBERNATED, STATES
from .codes import OK

ID_COLUMNS = 36  # a whole id: the other commands take nothing less
PIPE_COLUMNS = 240


def instances(store: str, state: str | None, as_json: bool) -> int:
    """Print the instances of a store, the newest first."""
    if state is not None and state not in STATES:
        raise click.BadParameter(f"{state!r} is none of {', '.join(STATES)}", param_hint="--state")
    opened = open_store(store, must_exist=True)
    opened.open()
    try:
        records = opened.instances(state)
    finally:
        opened.close()
    rows = [row_of(record) for record in records]
    if as_json:
        print(json.dumps(rows))
    else:
        _print_table(rows)
    return OK


def row_of(record: Any) -> dict[str, Any]:
    """An instance as the commands show it."""
    return {
        "id": str(record.id),
        "state": record.state,
        "checkpoint": record.checkpoint_id,
        "recoveries": record.recoveries,
        "owner": None if record.owner is None else str(record.owner),
        "awaits": record.awaits,
        "wakes": None if record.wake_at is None or record.state != HIBERNATED else _time(record.wake_at),
        "updated": _time(record.updated_at),
        "error": record.error,
    }


def _time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    columns = ("id", "state", "checkpoint", "recoveries", "awaits", "wakes", "updated", "error")
    table = Table(Column("id", min_width=ID_COLUMNS), *columns[1:])
    for row in rows:
        shown = {**row, "error": (row["error"] or "").split("\n")[0]}
        table.add_row(*("" if shown[name] is None else str(shown[name]) for name in columns))
    console = Console()
    if not console.is_terminal:  # whoever reads it wants all of it
        console.width = PIPE_COLUMNS
    console.print(table)
