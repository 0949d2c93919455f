"""Rows -> an SVG: ratios as bars, a mark at each target, a line where both sides are equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from .rows import Row

_LEFT, _WIDTH, _HEIGHT, _TOP, _RIGHT = 330, 480, 22, 26, 70
_MET, _MISSED, _NEUTRAL = "#3a8f66", "#c4623a", "#5b7a99"
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def plot_of(rows: Sequence[Row]) -> str | None:
    """The ratios of those that have one, on a scale of logarithms where they are far apart."""
    bars = [row for row in rows if row.ratio is not None]
    if not bars:
        return None
    values = [1.0, *(value for row in bars for value in (row.ratio, _mark(row)) if value is not None)]
    place, ticks = _scale(min(values), max(values))
    height = _TOP + _HEIGHT * len(bars) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + _RIGHT}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for tick in ticks:
        x = _LEFT + place(tick)
        is_one = math.isclose(tick, 1.0)
        colour = "#555" if is_one else "#ddd"
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - 6}" stroke="{colour}"/>')
        lines.append(f'<text x="{x:.1f}" y="{_TOP - 10}" text-anchor="middle" fill="#555">{tick:g}x</text>')
    for number, row in enumerate(bars):
        lines += _bar(row, _TOP + number * _HEIGHT, place)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(row: Row, y: int, place: Callable[[float], float]) -> list[str]:
    assert row.ratio is not None
    width = max(place(row.ratio), 1.0)
    colour = {None: _NEUTRAL, True: _MET, False: _MISSED}[row.is_met]
    number = f"{row.ratio:.2f}" if row.ratio < 10 else f"{row.ratio:.0f}"
    lines = [
        f'<text x="{_LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(row.name)}</text>',
        f'<rect x="{_LEFT}" y="{y + 3}" width="{width:.1f}" height="16" fill="{colour}"/>',
    ]
    mark, end = _mark(row), _LEFT + width
    if mark is not None:
        x = _LEFT + place(mark)
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y + 1}" y2="{y + 21}" stroke="#111" stroke-width="2.5"/>')
        end = max(end, x) if x < end + 40 else end
    lines.append(f'<text x="{end + 6:.1f}" y="{y + 15}">{number}</text>')
    return lines


def _mark(row: Row) -> float | None:
    return row.target.value if row.target is not None and row.target.is_of_ratio else None


def _scale(least: float, most: float) -> tuple[Callable[[float], float], list[float]]:
    """Value -> pixels from the left, and where to draw lines."""
    if most <= 10 and least >= 0.1 and most / least <= 20:
        ticks = [n * 0.5 for n in range(1, math.ceil(most * 2) + 1)] if most <= 5 else [*range(1, math.ceil(most) + 1)]
        widest = max(most, ticks[-1])
        return (lambda value: value / widest * _WIDTH), [*map(float, ticks)]
    low = max(step for step in _STEPS if step <= least / 1.2 or step == _STEPS[0])
    high = min((step for step in _STEPS if step >= most), default=most)
    span = math.log(high / low)
    ticks = [step for step in _STEPS if low < step <= high]
    return (lambda value: max(math.log(value / low), 0.0) / span * _WIDTH), ticks
