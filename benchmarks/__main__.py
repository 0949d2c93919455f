"""All benchmarks: `python -m benchmarks [AREA...] [--rounds N] [--json FILE] [--docs]`.

Each checks its answers. With --docs the figures and plots go into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from . import checkpoints, durable, language, payments, startup, waiting
from .report import table, write_page
from .rows import Row

AREAS: dict[str, Callable[[int], Iterator[Row]]] = {
    "language": language.rows,
    "startup": startup.rows,
    "checkpoints": checkpoints.rows,
    "waiting": waiting.rows,
    "durable": durable.rows,
    "payments": payments.rows,
}
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(AREAS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=7, help="of each measurement (default: 7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--docs", action="store_true", help="write figures and plots into docs/performance.md")
    arguments = parser.parse_args()
    for area in arguments.areas:
        if area not in AREAS:
            parser.error(f"no area {area!r}: there are {', '.join(AREAS)}")
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    if arguments.docs and arguments.areas:
        parser.error("--docs takes all areas")
    figures: dict[str, list[Row]] = {}
    console = Console()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for area in progress.track(arguments.areas or list(AREAS), description="benchmarks"):
            figures[area] = list(AREAS[area](arguments.rounds))
            console.print(table(area, figures[area]))
    if arguments.json is not None:
        found = {area: [row.as_json() for row in rows] for area, rows in figures.items()}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if arguments.docs:
        write_page(PAGE, figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
