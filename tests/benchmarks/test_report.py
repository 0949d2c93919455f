"""Rows -> verdicts, the page, plots."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from benchmarks.figures import figures_of, merged, rows_of
from benchmarks.plots import plots_of, rates_of, ratios_of
from benchmarks.report import write_page
from benchmarks.rows import Row, at_least, at_most, ratio_at_least, ratio_at_most

SLOW = Row("a < b", "ms", 3.0, 2.0, 1.5, "Python", ratio_at_most(1.2))
FAST = Row("b", "checkpoints/s", 30_000.0, target=at_least(20_000))


def test_targets() -> None:
    assert SLOW.is_met is False
    assert SLOW.missed_by == 1.25
    assert FAST.is_met is True
    assert Row("a", "ms", 3.0, 2.0, 1.5, "Python", ratio_at_most(1.5)).is_met is True
    assert Row("a", "1/s", 3.0, target=at_least(6.0)).missed_by == 2
    assert Row("a", "1/s", 3.0, 2.0, 1.5, "other", ratio_at_least(2)).is_met is False
    assert Row("a", "us", 3.0, 2.0, 1.5, "other", at_most(4)).is_met is True
    assert Row("a", "ms", 3.0).is_met is None


def test_a_row_comes_back_from_json() -> None:
    assert rows_of(figures_of({"language": [SLOW, FAST]})["language"]) == [SLOW, FAST]


def test_the_page_gets_figures_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    write_page(page, figures_of({"language": [SLOW]}))
    write_page(page, figures_of({"durable": [FAST]}))
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| a < b | 3 ms | 2 ms (Python) | 1.50 | at most 1.2x | **missed** |" in text
    assert "1 of 2 are met." in text
    assert "| language: a < b | 1.50x | at most 1.2x | 25 % |" in text
    assert "| b | 30,000 checkpoints/s |  |  | at least 20,000 | met |" in text
    assert "- language, durable: CPython" in text
    assert "performance-language-ratios.svg" in text
    assert not (tmp_path / "performance-durable-ratios.svg").exists()


def test_an_area_that_is_measured_again_replaces_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "performance.json"
    merged(file, figures_of({"language": [SLOW], "durable": [FAST]}), ("language", "durable"))
    found = merged(file, figures_of({"durable": [SLOW]}), ("language", "durable"))
    assert [rows_of(area) for area in found.values()] == [[SLOW], [SLOW]]


def test_plots_are_well_formed() -> None:
    far = Row("far", "1/s", 3.0, 2.0, 150.0, "other", ratio_at_least(1))
    for rows in ([SLOW], [SLOW, far], [FAST, far]):
        for plot in plots_of(rows).values():
            ElementTree.fromstring(plot)
    assert set(plots_of([SLOW, far])) == {"ratios", "rates"}
    assert ratios_of([FAST]) is None and rates_of([SLOW]) is None
    assert "a &lt; b" in str(ratios_of([SLOW]))


def test_a_bar_is_as_long_as_its_ratio_and_coloured_by_its_verdict() -> None:
    met = Row("met", "ms", 1.0, 2.0, 0.5, "Python", ratio_at_most(1.2))
    root = ElementTree.fromstring(str(ratios_of([met, SLOW])))
    _, short_bar, long_bar = root.iter("{http://www.w3.org/2000/svg}rect")
    assert float(long_bar.attrib["width"]) == 3 * float(short_bar.attrib["width"])
    assert long_bar.attrib["fill"] != short_bar.attrib["fill"]
