"""The walk-through of docs/verify.md: the bug shows as the page says, and what the page calls the fix passes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from jactl_trio.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
_, _, WALK = PAGE.partition("## A bug, and how it shows")
WALK, _, _ = WALK.partition("\n## ")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", WALK, re.DOTALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (host,) = blocks("python")
    Path("shop_host.py").write_text(host)


def test_the_bug_shows_and_its_command_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("order.jactl").write_text(blocks("groovy")[0])
    (shown,) = blocks("text")
    command = ["verify", "order.jactl", "--host", "shop_host:context"]
    assert " ".join(["jactl-trio", *command]) in WALK
    assert main(command) == 1
    assert shown in capsys.readouterr().out
    (_, repeat) = shown.rstrip().splitlines()[-1].split("jactl-trio ")
    assert main(shlex.split(repeat)) == 1
    assert shown in capsys.readouterr().out


def test_the_fix_passes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("order.jactl").write_text(blocks("groovy")[1])
    assert main(["verify", "order.jactl", "--host", "shop_host:context"]) == 0, capsys.readouterr().out
