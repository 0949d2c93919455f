"""Rows -> SVG: ratios as bars with a mark at each target; rates of both sides on one scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .rows import Row, short

_WIDTH, _HEIGHT, _TOP, _RIGHT, _CHARACTER = 480, 22, 46, 80, 6.6
_MET, _MISSED, _NEUTRAL, _OTHER = "#3a8f66", "#c4623a", "#5b7a99", "#b9c3cd"
Place = Callable[[float], float]  # value -> pixels from where the bars begin


@dataclass(frozen=True)
class _Bar:
    name: str
    value: float
    text: str
    colour: str
    mark: float | None = None


def plots_of(rows: Sequence[Row]) -> dict[str, str]:
    """What can be shown of an area, by name."""
    found = {"ratios": ratios_of(rows), "rates": rates_of(rows)}
    return {name: plot for name, plot in found.items() if plot is not None}


def ratios_of(rows: Sequence[Row]) -> str | None:
    """On a scale of logarithms where they are far apart."""
    bars = [_ratio(row, row.ratio) for row in rows if row.ratio is not None]
    if not bars:
        return None
    values = [1.0, *(bar.value for bar in bars), *(bar.mark for bar in bars if bar.mark is not None)]
    place, ticks = _linear(max(values)) if max(values) <= 10 else _logarithmic(min(values), max(values))
    return _drawn("ratio to what stands beside it; black: the target", bars, place, [(t, f"{t:g}x") for t in ticks])


def _ratio(row: Row, ratio: float) -> _Bar:
    colour = {None: _NEUTRAL, True: _MET, False: _MISSED}[row.is_met]
    mark = row.target.value if row.target is not None and row.target.is_of_ratio else None
    return _Bar(row.name, ratio, f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}", colour, mark)


def rates_of(rows: Sequence[Row]) -> str | None:
    """Ours and the other's, of those that are counted by the second."""
    shown = [row for row in rows if row.unit.endswith("/s") and row.other]
    if not shown:
        return None
    bars = []
    for row in shown:
        assert row.other is not None
        bars.append(_Bar(row.name, row.ours, short(row.ours), _NEUTRAL))
        bars.append(_Bar(row.other_name, row.other, short(row.other), _OTHER))
    place, ticks = _logarithmic(min(bar.value for bar in bars), max(bar.value for bar in bars))
    title = f"{shown[0].unit}, on a scale of logarithms"
    return _drawn(title, bars, place, [(tick, f"{tick:,g}" if tick < 1e6 else f"{tick:.0e}") for tick in ticks])


def _drawn(title: str, bars: Sequence[_Bar], place: Place, ticks: Iterable[tuple[float, str]]) -> str:
    left = max(len(bar.name) for bar in bars) * _CHARACTER + 20
    height = _TOP + _HEIGHT * len(bars) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + _WIDTH + _RIGHT:.0f}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{left:.0f}" y="16" font-weight="bold" fill="#333">{escape(title)}</text>',
    ]
    for tick, text in ticks:
        x, colour = left + place(tick), "#555" if text == "1x" else "#ddd"
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - 6}" stroke="{colour}"/>')
        lines.append(f'<text x="{x:.1f}" y="{_TOP - 10}" text-anchor="middle" fill="#555">{text}</text>')
    for number, bar in enumerate(bars):
        lines += _bar(bar, left, _TOP + number * _HEIGHT, place)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(bar: _Bar, left: float, y: int, place: Place) -> Iterable[str]:
    end = left + max(place(bar.value), 1.0)
    yield f'<text x="{left - 8:.0f}" y="{y + 15}" text-anchor="end">{escape(bar.name)}</text>'
    yield f'<rect x="{left:.0f}" y="{y + 3}" width="{end - left:.1f}" height="16" fill="{bar.colour}"/>'
    if bar.mark is not None:
        x = left + place(bar.mark)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y + 1}" y2="{y + 21}" stroke="#111" stroke-width="2.5"/>'
        end = x if end <= x < end + 40 else end
    halo = 'paint-order="stroke" stroke="white" stroke-width="4"'
    yield f'<text x="{end + 6:.1f}" y="{y + 15}" {halo}>{bar.text}</text>'


def _linear(most: float) -> tuple[Place, list[float]]:
    step = 0.5 if most <= 5 else 1.0
    ticks = [number * step for number in range(1, math.ceil(most / step) + 1)]
    return (lambda value: value / ticks[-1] * _WIDTH), ticks


def _logarithmic(least: float, most: float) -> tuple[Place, list[float]]:
    low = 10.0 ** math.floor(math.log10(least / 1.5))
    span = math.log(most * 1.05 / low)
    many = [low * 10**decade * digit for decade in range(12) for digit in (1, 2, 5)]
    ticks = [float(f"{tick:.6g}") for tick in many if low < tick <= most]
    if len(ticks) > 8:
        ticks = [tick for tick in ticks if math.isclose(math.log10(tick) % 1, 0, abs_tol=1e-9)]
    return (lambda value: max(math.log(value / low), 0.0) / span * _WIDTH), ticks
