"""The sites of a function: which statements are sites, in which order, and what is live after each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import InternalError
from .unit import Code, Passage, Site, Unit

if TYPE_CHECKING:
    from .liveness import Liveness


def site_statement(code: Code, statement: ast.stmt) -> Site | None:
    """The site that a statement is, if its value is a call that may suspend."""
    if isinstance(statement, ast.Assign | ast.Expr | ast.Return) and isinstance(statement.value, ast.Call):
        return code.sites.get(statement.value.lineno)
    return None


def live_names(code: Code, site: Site) -> tuple[str, ...]:
    """The names of the locals that are needed after the site; found once and kept."""
    if site.live is None:
        liveness = liveness_of(code)
        if site.line not in liveness.after:
            raise InternalError(f"{code.key}: line {site.line} is no call that stands alone")
        site.live = liveness.names_of(liveness.after[site.line])
    return site.live


def liveness_of(code: Code) -> Liveness:
    if code.liveness is None:
        from .liveness import analyse  # many a script never waits

        code.liveness = analyse(code.tree, lambda statement: _line(site_statement(code, statement)))
    return code.liveness


def maybe_unset(code: Code) -> frozenset[str]:
    """Names that on some way are read before they are written: a frame may lack them."""
    liveness = liveness_of(code)
    args = code.tree.args
    parameters = {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg) if arg}
    return frozenset(liveness.names_of(liveness.at_entry)) - parameters


def passages_of(unit: Unit | None) -> dict[int, Passage]:
    """The code objects known to capture: those of a unit, or (None) the runtime's own, which live for ever."""
    return RUNTIME_PASSAGES if unit is None else unit.passages


RUNTIME_PASSAGES: dict[int, Passage] = {}


def blocks(statement: Any) -> Iterator[list[ast.stmt]]:
    """The statement lists directly inside a statement."""
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(statement, name, None)
        if isinstance(inner, list) and inner:
            yield inner
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _line(site: Site | None) -> int | None:
    return None if site is None else site.line
