"""The table of docs/reliability.md: each proof writes its own row."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

BEGIN = "<!-- figures: each run writes its own row, with `--report docs/reliability.md` -->"
END = "<!-- end of figures -->"
HEAD = "| proof | what | figures | faults found | seconds | when, where |\n|---|---|---|---|---|---|"


@dataclass
class Row:
    """bad: a line for each fault found, with what it takes to see it again."""

    name: str
    what: str
    text: str
    bad: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        where = f"{datetime.now(UTC):%Y-%m-%d}, CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        return f"| {self.name} | {self.what} | {self.text} | {len(self.bad)} | {self.seconds:.0f} | {where} |"


def write_row(page: str | Path, row: Row) -> None:
    """Replace the row of the same name between the marks; a new one goes to the end."""
    path = Path(page)
    before, _, rest = path.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {line.split("|")[1].strip(): line for line in table.strip().splitlines()[2:]}
    rows[row.name] = row.line()
    path.write_text("\n".join([before + BEGIN, "", HEAD, *rows.values(), "", END + after]))
