"""Figures -> tables for the terminal, and a page of the documentation with tables, plots and what was missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from .areas import AREAS
from .figures import Figures, merged, rows_of
from .plots import plots_of
from .rows import Row, short

_HEAD = ("", "here", "beside it", "ratio", "target", "")
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def table(area: str, rows: Sequence[Row]) -> Table:
    shown = Table(title=area, title_justify="left")
    for head in _HEAD:
        shown.add_column(head)
    for row in rows:
        shown.add_row(*(cell.strip("*") for cell in row.cells()))
    return shown


def write_page(page: Path, figures: Figures) -> None:
    """Put these areas' tables and plots between the marks of the page, beside what it has of others.

    The figures stay in a JSON file beside the page, and so do the plots.
    """
    every = merged(page.with_suffix(".json"), figures, tuple(AREAS))
    parts = [*_machines(every), *_missed(every)]
    for area, measured in every.items():
        rows = rows_of(measured)
        parts += [f"\n### {area}\n", *_markdown(rows)]
        for name, plot in plots_of(rows).items():
            file = page.with_name(f"{page.stem}-{area}-{name}.svg")
            file.write_text(plot, encoding="utf-8")
            parts.append(f"\n![{name} of {area}]({file.name})\n")
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    page.write_text(before + _BEGIN + "".join(parts) + _END + rest.partition(_END)[2], encoding="utf-8")


def _machines(figures: Figures) -> Iterator[str]:
    """One line for each machine, and the areas that were measured on it."""
    areas_of: dict[str, list[str]] = {}
    for area, measured in figures.items():
        here = measured["machine"]
        text = (
            f"{here['python']}, {here['system']}, {here['processor']}, SQLite {here['sqlite']}; measured {here['date']}"
        )
        areas_of.setdefault(text, []).append(area)
    for text, areas in areas_of.items():
        yield f"- {', '.join(areas)}: {text}.\n"


def _missed(figures: Figures) -> Iterator[str]:
    """How many targets there are, and by how much each of those missed is missed."""
    rows = [(area, row) for area, measured in figures.items() for row in rows_of(measured) if row.target is not None]
    missed = [(area, row) for area, row in rows if not row.is_met]
    yield f"\n### Targets\n{len(rows) - len(missed)} of {len(rows)} are met.\n"
    if missed:
        yield "\n| missed | is | target | by |\n| --- | --- | --- | --- |\n"
    for area, row in missed:
        assert row.target is not None and row.missed_by is not None
        is_now = f"{row.ratio:.2f}x" if row.target.is_of_ratio else f"{short(row.ours)} {row.unit}"
        yield f"| {area}: {row.name} | {is_now} | {row.target} | {_by(row.missed_by)} |\n"


def _by(times: float) -> str:
    return f"{(times - 1) * 100:.0f} %" if times < 2 else f"{times:.1f} times"


def _markdown(rows: Sequence[Row]) -> Iterator[str]:
    for cells in (_HEAD, ("---",) * len(_HEAD), *(row.cells() for row in rows)):
        yield "| " + " | ".join(cells) + " |\n"
