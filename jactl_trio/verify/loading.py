"""MODULE:NAME -> the object: a Context or what makes one, or what makes a store."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
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
    except Exception as error:  # whatever a module does when it is imported
        raise UsageError(f"{module} cannot be imported: {told(error)}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{module} has no {name}")
        found = getattr(found, part)
    return found


def made(path: str) -> Any:
    """What a path names, or what that makes when it is called. UsageError, also for whatever it raises."""
    found = load(path)
    if not callable(found):
        return found
    try:
        return found()
    except Exception as error:
        raise UsageError(f"{path} fails: {told(error)}") from error


def told(error: Exception) -> str:
    """An exception of somebody else's code in one line: what it is, and where it was raised."""
    shown = f"{type(error).__name__}: {error}" if not isinstance(error, ImportError) else str(error)
    if isinstance(error, SyntaxError):  # says so itself
        return shown
    last = traceback.extract_tb(error.__traceback__)[-1]
    return shown if "importlib" in last.filename else f"{shown} ({last.filename}, line {last.lineno})"


@dataclass(frozen=True)
class LoadedHost:
    """Makes the Context that `path` names; another process does the same with the path alone."""

    path: str

    def __call__(self) -> Context:
        context = made(self.path)
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
