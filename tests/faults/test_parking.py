"""An instance that crashes its host at every recovery is set aside, with its checkpoint, and the others go on."""

from __future__ import annotations

from pathlib import Path

from .parking import crash_until_parked


def test_what_crashes_every_host_is_parked(tmp_path: Path) -> None:
    assert crash_until_parked(f"sqlite:{tmp_path}/store.db").found == []
