"""What print, println and die do: calls that compiled code makes for these statements."""

from __future__ import annotations

import sys

from ..continuation.current import current
from ..errors import DieError, RuntimeError


def print_text(text: str | None) -> bool:
    """print"""
    output = current.run.output
    try:
        (sys.stdout if output is None else output).write("null" if text is None else text)
    except OSError as error:
        raise RuntimeError(f"Error writing to output: {error.strerror}") from error
    return True


def print_line(text: str | None) -> bool:
    """println"""
    return print_text(("null" if text is None else text) + "\n")


def die(text: str | None) -> bool:
    """die"""
    raise DieError("null" if text is None else text or "Script death")
