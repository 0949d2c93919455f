"""Texts -> one text, within the limit on the size of strings."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import LimitError, NullError
from ..limits import STRING_CHARS_MAX


def join_texts(parts: Sequence[str]) -> str:
    """All parts in one string."""
    if sum(map(len, parts)) > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return "".join(parts)


def concat_texts(left: str | None, right: str) -> str:
    """Two strings in one; the left one may not be null."""
    if left is None:
        raise NullError("Null operand for left hand side of String concatenation")
    if len(left) + len(right) > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return left + right
