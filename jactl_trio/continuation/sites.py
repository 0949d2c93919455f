"""The sites of a function: which statements are sites, in which order, and what is live after each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from ..errors import InternalError
from .unit import Code, Passage, Site, Unit

if TYPE_CHECKING:
    from .liveness import Liveness


def site_statement(code: Code, statement: ast.stmt) -> Site | None:
    """The site that a statement is, if its value begins with a call that may suspend."""
    if isinstance(statement, ast.Assign | ast.Expr | ast.Return) and statement.value is not None:
        call = first_part(statement.value)
        return code.sites.get(call.lineno) if isinstance(call, ast.Call) else None
    return None


def first_part(value: ast.expr) -> ast.expr:
    """The operand that is evaluated first, names and constants apart: `f(x)` of `Long((a + f(x)) & 7)`.

    While it waits nothing is pending but what the names still hold, so that all the rest can be evaluated after it."""
    while True:
        if isinstance(value, ast.BinOp):
            value = value.right if isinstance(value.left, ast.Name | ast.Constant) else value.left
        elif _is_boxing(value):
            (value,) = value.args
        else:
            return value


def with_first_part(value: ast.expr, part: ast.expr) -> ast.expr:
    """The value with another expression in place of its first part."""
    if isinstance(value, ast.BinOp):
        left, right = value.left, value.right
        if isinstance(left, ast.Name | ast.Constant):
            right = with_first_part(right, part)
        else:
            left = with_first_part(left, part)
        return ast.copy_location(ast.BinOp(left, value.op, right), value)
    if _is_boxing(value):
        return ast.copy_location(ast.Call(value.func, [with_first_part(value.args[0], part)], []), value)
    return part


def _is_boxing(value: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("Long", "Byte")


def live_names(code: Code, site: Site) -> tuple[str, ...]:
    """The names of the locals that are needed after the site; found once and kept."""
    if site.live is None:
        liveness = liveness_of(code)
        if site.line not in liveness.after:
            raise InternalError(f"{code.key}: line {site.line} is no call that its statement begins with")
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
