"""A value -> its text where instances have a toString() of their own, which may suspend.

`to_text` is what string expressions, `+`, println and `as String` use.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from ..errors import LimitError
from ..limits import STRING_CHARS_MAX
from .display import PAUSE, flat_text, own_to_string, run_walk, scalar_text, start_walk, supply, walk_result
from .java_text import java_text
from .suspension import give_way, resumable, transparent


@transparent
def to_text(value: Any) -> str:
    """The text of any value; suspends only inside an instance's toString()."""
    text = flat_text(value) if isinstance(value, list) else scalar_text(value)
    if text is not None:
        return text
    return structure_text(value, 0)


@resumable
def structure_text(value: Any, indent: int) -> str:
    """The text of a list, map, array or instance."""
    walk = start_walk(value, indent)
    instance = run_walk(walk)
    while instance is not None:
        if instance is PAUSE:
            give_way()
        else:
            method = MethodType(own_to_string(instance), instance)
            text = method()
            supply(walk, java_text(text))  # a script's toString() need not return a String
        instance = run_walk(walk)
    return walk_result(walk)


@resumable
def joined_text(left: str, right: Any) -> str:
    """left + the text of right"""
    text = to_text(right)
    return limited(left, text)


def limited(left: str, right: str) -> str:
    if len(left) + len(right) > STRING_CHARS_MAX:
        raise LimitError(f"String of more than {STRING_CHARS_MAX} characters")
    return left + right
