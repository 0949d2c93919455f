"""The clock of the run that this thread executes -> an Instant."""

from __future__ import annotations

from ...continuation.current import current
from ...values.dates import Instant


def now() -> Instant:
    """What the time is, as far as the script can know."""
    return Instant(current.run.senses.time_ns())
