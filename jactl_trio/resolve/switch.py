"""Switch expressions: the subject as `it`, each case in a scope of its own, and the type of the results."""

from __future__ import annotations

from functools import reduce

from ..syntax import nodes
from ..values.types import ANY, Type
from .coverage import check_coverage
from .patterns import Bindings, check_compatible, resolve_pattern
from .resolver import Resolver, handles
from .types import common_type, set_type, static_type, unboxed
from .variables import declare


@handles(nodes.Switch)
def _switch(r: Resolver, node: nodes.Switch) -> None:
    errors = len(r.errors)
    node.subject = r.expr(nodes.Name("it", pos=node.pos) if node.subject is None else node.subject)
    subject = unboxed(static_type(node.subject))
    if subject.kind in ("null", "void"):
        subject = ANY
    with r.in_block():
        node.it = declare(r, "it", subject if node.subject.unless_null is None else ANY, node.pos)
        for case in node.cases:
            _case(r, case, subject)
    node.default = r.optional(node.default)
    if len(r.errors) == errors:
        _check(r, node, subject)
    results = [static_type(case.result) for case in node.cases]
    results.append(ANY if node.default is None else static_type(node.default))
    set_type(node, reduce(common_type, results))


def _case(r: Resolver, case: nodes.SwitchCase, subject: Type) -> None:
    bindings = Bindings()
    with r.in_block() as block:
        patterns: list[tuple[nodes.Expr, nodes.Expr | None]] = []
        for pattern, guard in case.patterns:
            bindings.next_pattern()
            resolved = resolve_pattern(r, pattern, subject, bindings)
            patterns.append((resolved, r.optional(guard)))
        case.patterns = patterns
        case.bindings = list(bindings.variables.values())
        case.result = r.expr(case.result)
        case.result.result_used = True
    case.matcher = block.captures


def _check(r: Resolver, node: nodes.Switch, subject: Type) -> None:
    for case in node.cases:
        for pattern, _ in case.patterns:
            check_compatible(r, pattern, subject)
    check_coverage(r, node, subject)
