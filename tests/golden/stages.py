"""What is kept of each golden script: one text a stage, beside the script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jactl_trio.syntax import parse
from jactl_trio.syntax.dump import dump_tokens, dump_tree

FOLDER = Path(__file__).parent


def _tree(source: str) -> str:
    return dump_tree(parse(source), source)


STAGES: dict[str, Callable[[str], str]] = {"tokens": dump_tokens, "tree": _tree}


def scripts() -> list[Path]:
    return sorted(FOLDER.glob("*.jactl"))
