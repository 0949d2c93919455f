"""An instance that crashes its host at every recovery is set aside, with its checkpoint, and the others go on."""

from __future__ import annotations

from pathlib import Path

from .parking import crash_until_parked, of_planted


def test_what_crashes_every_host_is_parked(tmp_path: Path) -> None:
    assert crash_until_parked(f"sqlite:{tmp_path}/store.db").found == []


def test_a_store_that_does_not_count_recoveries_is_found() -> None:
    assert any("recoveries are allowed" in line for line in of_planted()["uncounting"])
