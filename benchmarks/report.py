"""Rows -> a table for the terminal, a page of the documentation, plots."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from rich.table import Table

from .rows import Row

_HEAD = ("", "here", "beside it", "ratio", "target", "")
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
Figures = Mapping[str, Sequence[Row]]


def table(area: str, rows: Sequence[Row]) -> Table:
    shown = Table(title=area, title_justify="left")
    for head in _HEAD:
        shown.add_column(head)
    for row in rows:
        shown.add_row(*row.cells())
    return shown


def write_page(page: Path, figures: Figures) -> None:
    """Put tables and plots of these areas between the marks of the page, each plot beside it."""
    parts = [f"CPython {platform.python_version()} on {platform.machine()}, {sys.platform}.\n"]
    for area, rows in figures.items():
        lines = [
            "| " + " | ".join(cells) + " |" for cells in (_HEAD, ("---",) * len(_HEAD), *(r.cells() for r in rows))
        ]
        plot = ""
        if any(row.ratio is not None for row in rows):
            file = page.with_name(f"performance-{area}.svg")
            file.write_text(plot_of(rows), encoding="utf-8")
            plot = f"\n![ratios of {area}]({file.name})\n"
        parts.append(f"\n### {area}\n" + "\n".join(lines) + "\n" + plot)
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    page.write_text(before + _BEGIN + "".join(parts) + _END + rest.partition(_END)[2], encoding="utf-8")


def plot_of(rows: Sequence[Row]) -> str:
    """Ratios as bars, with a mark at each target."""
    bars = [(row.name, row.ratio, row.target) for row in rows if row.ratio is not None]
    widest = max(max(ratio, target or 0.0) for _, ratio, target in bars)
    scale, height = 380 / widest, 22
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{height * len(bars) + 8}" '
        'font-family="sans-serif" font-size="12">'
    ]
    for number, (name, ratio, target) in enumerate(bars):
        y = number * height + 4
        colour = "#4a7" if target is None or ratio <= target else "#c74"
        lines.append(f'<text x="194" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        lines.append(f'<rect x="200" y="{y + 2}" width="{ratio * scale:.1f}" height="16" fill="{colour}"/>')
        lines.append(f'<text x="{206 + ratio * scale:.1f}" y="{y + 14}">{ratio:.2f}</text>')
        if target is not None:
            x = 200 + target * scale
            lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 20}" stroke="#222" stroke-width="2"/>')
    return "\n".join([*lines, "</svg>"]) + "\n"
