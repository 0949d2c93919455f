"""The name of a script's file, or `-` -> its text."""

from __future__ import annotations

import click


def source_of(file: str) -> str:
    """UsageError where it is not UTF-8."""
    from ..errors import UsageError

    try:
        with click.open_file(file, encoding="utf-8") as opened:
            return str(opened.read())
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8: {error.reason} at byte {error.start}") from None
