"""What a script can learn of the world by itself, the time and chance, in one place: a test gives its own."""

from __future__ import annotations

import random
import time
import uuid


class Senses:
    """The machine's clocks, and Python's random numbers."""

    def time_ns(self) -> int:
        """Since 1970."""
        return time.time_ns()

    def elapsed_ns(self) -> int:
        """Since any fixed moment."""
        return time.perf_counter_ns()

    def below(self, bound: int) -> int:
        """At random, 0 or more."""
        return random.randrange(bound)

    def uuid(self) -> uuid.UUID:
        """At random."""
        return uuid.uuid4()


SENSES = Senses()
