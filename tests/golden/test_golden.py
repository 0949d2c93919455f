"""Each stage of each golden script is as it was: a change here is meant, or it is a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from .stages import STAGES, scripts


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_stage_is_as_it_was(path: Path, stage: str) -> None:
    expected = path.with_suffix(f".{stage}").read_text(encoding="utf-8")
    assert STAGES[stage](path.read_text(encoding="utf-8")) == expected


def test_there_are_a_dozen() -> None:
    assert len(scripts()) >= 12
