"""The command instances: what a store holds."""

from __future__ import annotations

import json
import time
from typing import Any

from ..store import open_store
from .main import OK


def instances(store: str, state: str | None, as_json: bool) -> int:
    """Print the instances of a store, the newest first."""
    opened = open_store(store, must_exist=True)
    opened.open()
    try:
        records = opened.instances(state)
    finally:
        opened.close()
    rows = [_row(record) for record in records]
    if as_json:
        print(json.dumps(rows))
    else:
        _print_table(rows)
    return OK


def _row(record: Any) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "state": record.state,
        "checkpoint": record.checkpoint_id,
        "recoveries": record.recoveries,
        "owner": None if record.owner is None else str(record.owner),
        "updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.updated_at)),
        "error": record.error,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "state", "checkpoint", "recoveries", "updated", "error")
    for row in rows:
        error = (row["error"] or "").split("\n")[0]
        checkpoint = "" if row["checkpoint"] is None else str(row["checkpoint"])
        table.add_row(row["id"], row["state"], checkpoint, str(row["recoveries"]), row["updated"], error)
    Console().print(table)
