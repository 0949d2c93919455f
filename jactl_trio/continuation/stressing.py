"""What compiled code calls around each expression where Options.stress asks for it."""

from __future__ import annotations

from typing import Any

from ..values.suspension import suspend, transparent
from .requests import StressCheckpoint, StressSuspend


@transparent
def stress_suspend(value: Any) -> Any:
    """Suspend for nothing; gives the value."""
    return suspend(StressSuspend(value))


@transparent
def stress_checkpoint(value: Any) -> Any:
    """Send everything through a checkpoint's bytes; gives the value as restored."""
    return suspend(StressCheckpoint(value))
