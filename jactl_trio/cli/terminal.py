"""What a durable script prints -> standard output; where that fails the instance is released, it has not failed.

Whoever reads no more, as `head` does, and a full disk say nothing about the script: it can be recovered, and goes on
from its last checkpoint. Nothing is held back: what was printed before a checkpoint must be out when that is saved,
for it is not printed again.
"""

from __future__ import annotations

import sys

from ..errors import InstanceReleasedError


class Terminal:
    """An Output."""

    def write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            told = f"Released, for standard output cannot be written: {error.strerror}"
            raise InstanceReleasedError(told) from error


def unwritten(error: BaseException) -> OSError | None:
    """Why standard output could not be written, if that is what ended a script, or released it."""
    cause = error.__cause__
    is_ours = isinstance(error, InstanceReleasedError) and isinstance(cause, OSError)
    return cause if isinstance(cause, BrokenPipeError) or is_ours else None  # type: ignore[return-value]
