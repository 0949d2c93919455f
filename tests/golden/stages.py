"""What is kept of each golden script: one text a stage, beside the script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jactl_trio.codegen.dump import python_text
from jactl_trio.resolve.dump import dump_resolved
from jactl_trio.runtime.context import Context
from jactl_trio.syntax import parse
from jactl_trio.syntax.dump import dump_tokens, dump_tree

FOLDER = Path(__file__).parent


def _tree(source: str) -> str:
    return dump_tree(parse(source), source)


def _resolved(source: str) -> str:
    return dump_resolved(Context().compile(source).unit.info)


def _python(source: str) -> str:
    return python_text(Context().compile(source).unit)


STAGES: dict[str, Callable[[str], str]] = {
    "tokens": dump_tokens,
    "tree": _tree,
    "resolved": _resolved,
    "python": _python,
}


def scripts() -> list[Path]:
    return sorted(FOLDER.glob("*.jactl"))
