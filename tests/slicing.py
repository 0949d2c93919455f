"""Time slices that are over at once: compiled code suspends wherever it looks whether its slice is over."""

from __future__ import annotations

from typing import Any

import pytest

from jactl_trio.continuation.requests import Slice
from jactl_trio.continuation.slices import BUILTINS
from jactl_trio.values.suspension import suspend, transparent


@transparent
def _tick() -> Any:
    return suspend(Slice())


def give_way_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUILTINS, "TICK", True)
    monkeypatch.setitem(BUILTINS, "tick", _tick)
