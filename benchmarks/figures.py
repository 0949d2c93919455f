"""Figures: what was measured, and on which machine, as JSON: kept beside the page that is made from it.

    {area: {"machine": {...}, "rows": [...]}}

An area keeps the machine that it was measured on, so that one can be measured again alone.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .rows import Row

Figures = dict[str, dict[str, Any]]


def figures_of(rows: Mapping[str, Sequence[Row]]) -> Figures:
    here = machine()
    return {area: {"machine": here, "rows": [row.as_json() for row in found]} for area, found in rows.items()}


def rows_of(area: Mapping[str, Any]) -> list[Row]:
    return [Row.from_json(found) for found in area["rows"]]


def merged(file: Path, figures: Figures, order: Sequence[str]) -> Figures:
    """What the file has, with these areas anew; the file holds it after that."""
    known: Figures = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known.update(figures)
    found = {area: known[area] for area in order if area in known}
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()} ({platform.python_compiler()})",
        "system": f"{platform.system()} on {platform.machine()}",
        "processor": f"{os.cpu_count()} cores of {_processor()}",
        "sqlite": sqlite3.sqlite_version,
        "date": date.today().isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
