"""A sample of the planted bugs, found within seconds; `python -m tests.verify.planted` plants all of them."""

from __future__ import annotations

import pytest

from .bugs import BUGS
from .planted import ROOT, hunted

SAMPLE = ("delete is called twice", "two frames are swapped", "an id is skipped after a recovery")


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.name in SAMPLE], ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: object) -> None:
    assert hunted(bug).found_by  # type: ignore[arg-type]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_bug_can_be_planted(bug: object) -> None:
    text = (ROOT / "jactl_trio" / bug.file).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert text.count(bug.old) == 1  # type: ignore[attr-defined]
    assert len(BUGS) >= 30
