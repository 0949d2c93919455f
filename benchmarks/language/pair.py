"""Pair: a script, the same by hand in Python, and how much slower the script may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TYPED = 1.5  # typed functions and loops, and collections, strings, pipelines, sort
UNTYPED = 2.5  # where types are known at run time only
IN_C = 2.0  # where Python does the whole, or each of its steps, in C


@dataclass(frozen=True)
class Pair:
    """python: the same algorithm, as a user would write it, for the same answer.  target: at most so many times its
    time."""

    name: str
    script: str
    python: Callable[[], Any]
    target: float
