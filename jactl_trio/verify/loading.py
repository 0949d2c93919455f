"""MODULE:NAME -> the object: a Context or what makes one, or what makes a store."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from ..runtime.context import Context


def load(path: str) -> Any:
    """Import what "package.module:name" names; modules of the present folder count, too. UsageError."""
    module, colon, name = path.partition(":")
    if not colon or not module or not name:
        raise UsageError(f"{path!r} is not MODULE:NAME")
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module)
    except ImportError as error:
        raise UsageError(f"{module} cannot be imported: {error}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{module} has no {name}")
        found = getattr(found, part)
    return found


@dataclass(frozen=True)
class LoadedHost:
    """Makes the Context that `path` names; another process does the same with the path alone."""

    path: str

    def __call__(self) -> Context:
        found = load(self.path)
        context = found() if callable(found) else found
        if not isinstance(context, Context):
            raise UsageError(f"{self.path} is no Context, and gives none")
        return context


def path_of(make_context: Callable[[], Context]) -> str | None:
    """Under which path another process finds it; None: under none."""
    if isinstance(make_context, LoadedHost):
        return make_context.path
    path = f"{getattr(make_context, '__module__', '')}:{getattr(make_context, '__qualname__', '')}"
    try:
        return path if load(path) is make_context else None
    except UsageError:
        return None
