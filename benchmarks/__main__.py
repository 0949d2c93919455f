"""All benchmarks: `python -m benchmarks [AREA...] [--only TEXT] [--quick] [--peers] [--json FILE] [--docs]`.

Each checks its answers. With --peers what a user would pick instead does the same work beside us (`make bench-peers`
makes the environment that it needs). With --docs the tables and plots of what was measured go into
docs/performance.md, where areas that were not measured now keep what they have.
"""

from __future__ import annotations

import argparse
import json
import traceback
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .areas import AREAS, WITH_PEERS
from .benchmark import FULL, PEERS, QUICK, Benchmark, Workbench
from .figures import figures_of
from .report import table, write_page
from .rows import Row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(AREAS)} (default: all but {WITH_PEERS})")
    parser.add_argument("--only", metavar="TEXT", help="the benchmarks with this text in their names")
    parser.add_argument("--quick", action="store_true", help="less of all: to see that it works")
    parser.add_argument("--rounds", type=int, help=f"of each measurement (default: {FULL.rounds})")
    parser.add_argument(
        "--peers",
        type=Path,
        nargs="?",
        const=PEERS,
        metavar="PYTHON",
        help="the area `peers` too, with a Python that has benchmarks/peers/requirements.txt (default: build/peers)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--docs", action="store_true", help="write tables and plots into docs/performance.md")
    arguments = parser.parse_args()
    for area in arguments.areas:
        if area not in AREAS:
            parser.error(f"no area {area!r}: there are {', '.join(AREAS)}")
    effort = QUICK if arguments.quick else FULL
    if arguments.rounds is not None:
        if arguments.rounds < 1:
            parser.error("--rounds is at least 1")
        effort = replace(effort, rounds=arguments.rounds)
    if arguments.docs and arguments.only:
        parser.error("--docs takes whole areas")
    areas = arguments.areas or [area for area in AREAS if area != WITH_PEERS]
    if arguments.peers is not None and WITH_PEERS not in areas:
        areas.append(WITH_PEERS)
    workbench = Workbench(effort, arguments.peers or PEERS)
    if WITH_PEERS in areas and not workbench.peers.exists():
        parser.error(f"there is no {workbench.peers}: `make bench-peers` makes it")
    chosen = {
        area: [one for one in AREAS[area] if arguments.only is None or arguments.only in one.name] for area in areas
    }
    rows, failed = _measured(chosen, workbench)
    figures = figures_of(rows)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if arguments.docs:
        write_page(PAGE, {area: measured for area, measured in figures.items() if area not in failed.values()})
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed else 0


def _measured(chosen: dict[str, list[Benchmark]], workbench: Workbench) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """The rows of each area, whose table is shown as soon as it is whole; and what failed, with its area.

    One that fails is shown with its traceback, and the others go on: what was measured so far took its time.
    """
    found: dict[str, list[Row]] = {}
    failed: dict[str, str] = {}
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with workbench, Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("benchmarks", total=sum(map(len, chosen.values())))
        for area, benchmarks in chosen.items():
            found[area] = []
            for benchmark in benchmarks:
                progress.update(bar, description=f"{area}: {benchmark.name}")
                try:
                    found[area] += benchmark.measure(workbench)
                except Exception:
                    traceback.print_exc()
                    failed[f"{area}: {benchmark.name}"] = area
                progress.advance(bar)
            if found[area]:
                console.print(table(area, found[area]))
    return {area: rows for area, rows in found.items() if rows}, failed


if __name__ == "__main__":
    raise SystemExit(main())
