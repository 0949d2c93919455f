"""Every benchmark runs and checks its answer; how long it takes is no test's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import checkpoints, language, startup
from benchmarks.__main__ import main
from benchmarks.report import plot_of, write_page
from benchmarks.rows import Row
from jactl_trio import Context


@pytest.mark.parametrize("pair", language.PAIRS, ids=lambda pair: pair.name)
async def test_a_script_and_its_python_give_the_same(pair: language.Pair) -> None:
    assert await Context().compile(pair.script).run() == pair.python()


def test_an_area_is_measured_and_told_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "STATES", {"small": checkpoints.STATES["small"]})
    file = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "checkpoints", "--rounds", "1", "--json", str(file)])
    assert main() == 0
    (rows,) = json.loads(file.read_text()).values()
    assert [row["name"] for row in rows][:3] == ["small, encode", "small, decode", "small, bytes"]
    assert all(row["ours"] > 0 for row in rows)


def test_an_unknown_area_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "languages"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no area 'languages': there are language, startup" in capsys.readouterr().err


def test_the_long_script_has_the_lines_that_it_says() -> None:
    source = startup.script_of(1000)
    assert source.count("\n") == 1000
    Context().compile(source)


def test_targets() -> None:
    assert Row("a", "ms", 3.0, 2.0, 1.5, 1.5).is_met is True
    assert Row("a", "ms", 3.0, 2.0, 1.5, 1.4).is_met is False
    assert Row("a", "1/s", 3.0, target=4.0, is_rate=True).is_met is False
    assert Row("a", "ms", 3.0).is_met is None


def test_the_page_gets_figures_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    rows = [Row("a < b", "ms", 3.0, 2.0, 1.5, 2.0, "Python")]
    write_page(page, {"language": rows})
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| a < b | 3 ms | 2 ms (Python) | 1.50 | at most 2x | met |" in text
    assert "a &lt; b" in (tmp_path / "performance-language.svg").read_text() == plot_of(rows)
