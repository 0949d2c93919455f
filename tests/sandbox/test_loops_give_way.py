"""Time slices as a lint: every loop of a runtime function that calls script code looks whether its slice is over.

A closure that calls nothing does not look itself, so that a loop without the check runs on for ever over `stream{ 1 }`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest

import jactl_trio.builtins
import jactl_trio.values
from jactl_trio.values.suspension import RESUMABLE

# Loops around something that looks for itself in every round, or ends after a few.
REVIEWED = {"merge_sorted: while width < size"}


def _functions() -> dict[CodeType, Callable[..., Any]]:
    for package in (jactl_trio.builtins, jactl_trio.values):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    return {code: one for code, one in RESUMABLE.items() if one.__module__.startswith("jactl_trio.")}


@pytest.mark.parametrize("function", _functions().values(), ids=lambda one: one.__qualname__)
def test_every_loop_of_a_resumable_function_gives_way(function: Callable[..., Any]) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.While | ast.For):
            head = ast.unparse(node).splitlines()[0].rstrip(":")
            assert _gives_way(node) or f"{function.__name__}: {head}" in REVIEWED, head


def _gives_way(loop: ast.While | ast.For) -> bool:
    """Does a statement of the body itself, at most under one `if`, look?"""
    own = [inner for statement in loop.body for inner in (statement, *_branches(statement))]
    return any(ast.unparse(one) in ("tick()", "give_way()") for one in own)


def _branches(statement: ast.stmt) -> list[ast.stmt]:
    return [*statement.body, *statement.orelse] if isinstance(statement, ast.If) else []
