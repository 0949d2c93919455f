"""The command explain: a stage of the compiler as text."""

from __future__ import annotations

from typing import Any

from ..runtime.context import Context
from ..syntax import parse
from ..syntax.dump import dump_tokens, dump_tree


def explained(source: str, stage: str, globals_: dict[str, Any]) -> str:
    """The tokens, tree, resolved tree or generated Python of a script."""
    if stage == "tokens":
        return dump_tokens(source)
    if stage == "tree":
        return dump_tree(parse(source), source)
    unit = Context().compile(source, globals=globals_).unit
    if stage == "resolved":
        from ..resolve.dump import dump_resolved

        return dump_resolved(unit.info)
    from ..codegen.dump import python_text

    return python_text(unit)
