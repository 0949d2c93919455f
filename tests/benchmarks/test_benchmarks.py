"""Every benchmark runs and checks its answer; how long it takes is no test's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import checkpoints, language, startup, waiting
from benchmarks.__main__ import main
from benchmarks.areas import AREAS
from benchmarks.benchmark import Benchmark, Effort, Workbench
from benchmarks.language import resumed
from benchmarks.language.pair import Pair
from benchmarks.rows import Row

TINY = Effort(rounds=1, seconds=0.02, calls=20, instances_max=3, payments=40)


@pytest.mark.parametrize("pair", language.PAIRS, ids=lambda pair: pair.name)
def test_a_script_and_its_python_give_the_same(pair: Pair) -> None:
    assert language.runner(pair.script)() == pair.python()


@pytest.mark.parametrize("name", resumed.SCRIPTS)
def test_a_script_gives_the_same_after_a_resume(name: str) -> None:
    waits, goes_on = resumed.both(name, resumed.SCRIPTS[name])
    assert waits() == goes_on()


@pytest.mark.parametrize(
    "benchmark",
    [*checkpoints.BENCHMARKS[:1], *checkpoints.BENCHMARKS[-3:], *startup.BENCHMARKS, *waiting.BENCHMARKS],
    ids=lambda benchmark: benchmark.name,
)
def test_it_measures(benchmark: Benchmark) -> None:
    with Workbench(TINY) as workbench:
        rows = list(benchmark.measure(workbench))
    assert rows
    assert all(row.cells() for row in rows)


def test_names_are_told_apart() -> None:
    for benchmarks in AREAS.values():
        names = [benchmark.name for benchmark in benchmarks]
        assert len(set(names)) == len(names)


def test_an_area_is_measured_and_told_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "figures.json"
    options = ["checkpoints", "--only", "small", "--rounds", "1", "--json", str(file)]
    monkeypatch.setattr("sys.argv", ["benchmarks", *options])
    assert main() == 0
    (area,) = json.loads(file.read_text()).values()
    assert [row["name"] for row in area["rows"]] == ["small, encode", "small, decode", "small, bytes"]
    assert all(row["ours"] > 0 for row in area["rows"])
    assert area["machine"]["python"].startswith("CPython")


def test_one_that_fails_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(workbench: Workbench) -> Iterator[Row]:
        yield Row("of half", "ms", 1.0)
        raise AssertionError("a wrong answer")

    works = Benchmark("works", lambda workbench: [Row("of whole", "ms", 2.0)])
    monkeypatch.setitem(AREAS, "startup", (Benchmark("fails", fails), works))
    file = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "startup", "--json", str(file)])
    assert main() == 1
    rows = json.loads(file.read_text())["startup"]["rows"]
    assert [row["name"] for row in rows] == ["of half", "of whole"]
    said = capsys.readouterr()
    assert "failed: startup: fails" in said.out
    assert "a wrong answer" in said.err


def test_an_unknown_area_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "languages"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no area 'languages': there are language, startup" in capsys.readouterr().err


def test_the_long_script_has_the_lines_that_it_says() -> None:
    assert startup.script_of(1000).count("\n") == 1000
