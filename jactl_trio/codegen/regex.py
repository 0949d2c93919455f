"""`=~`, `!~`, s/// and the capture variables -> calls of a Matcher, one for each scope, a variable like any other."""

from __future__ import annotations

import ast

from ..errors import InternalError
from ..resolve.model import Variable
from ..syntax import nodes
from ..values.types import STRING
from . import trees
from .lowerer import Lowerer, lowers
from .ranges import enter_loop
from .variables import declare, slot_of

_OWN_LETTERS = "grn"  # modifiers that are not the pattern's


@lowers(nodes.RegexMatch)
def _match(lw: Lowerer, node: nodes.RegexMatch) -> ast.expr:
    if node.subject is None:
        return lw.lower_as(node.pattern, STRING)
    subject = node.subject
    text, pattern = lw.operands([lambda: lw.lower_as(subject, STRING), lambda: lw.lower_as(node.pattern, STRING)])
    found = find(lw, node, text, pattern)
    return trees.negated(found) if node.op == "!~" else found


@lowers(nodes.RegexSubst)
def _substitute(lw: Lowerer, node: nodes.RegexSubst) -> ast.expr:
    subject = node.subject
    if subject is None:
        raise InternalError("A substitution without a subject")
    text, pattern = lw.operands([lambda: lw.lower_as(subject, STRING), lambda: lw.lower_as(node.pattern, STRING)])
    if not _is_complex(node):
        replacement = lw.lower_as(node.replacement, STRING)
        flags = _flags(node)
        method = trees.attribute(matcher(lw, node), "substitute")
        return lw.suspending(method, (text, pattern, replacement, *flags), node.pos)
    return _by_evaluation(lw, node, lw.stable(text), pattern)


def _by_evaluation(lw: Lowerer, node: nodes.RegexSubst, text: ast.expr, pattern: ast.expr) -> ast.expr:
    """The replacement is an expression, evaluated for each match."""
    parts = lw.temp()
    found = lw.variable_temp()
    lw.emit(trees.assign(parts, trees.list_of([])))
    lw.emit(trees.assign(found, find(lw, node, text, pattern)))
    enter_loop(lw, node)
    with lw.collecting() as body:
        value = lw.lower_as(node.replacement, STRING)
        append = trees.attribute(matcher(lw, node), "append_replacement")
        lw.emit(ast.Expr(lw.at(trees.call(append, trees.name(parts), value), node.pos)))
        if "g" in node.modifiers:
            following = trees.call(trees.attribute(matcher(lw, node), "find_next"))
            lw.emit(trees.assign(found, lw.at(following, node.pos)))
        else:
            lw.emit(ast.Break())
    lw.emit(ast.While(trees.name(found), body, []))
    tail = trees.call(trees.attribute(matcher(lw, node), "append_tail"), trees.name(parts), text)
    lw.emit(ast.Expr(lw.at(tail, node.pos)))
    return lw.helper("join_texts", trees.name(parts))


def find(lw: Lowerer, node: nodes.RegexMatch, text: ast.expr, pattern: ast.expr) -> ast.expr:
    """Search text for the pattern: a bool; sets the captures."""
    call = trees.call(trees.attribute(matcher(lw, node), "find"), text, pattern, *_flags(node))
    return lw.at(call, node.pos)


def matcher(lw: Lowerer, node: nodes.RegexMatch) -> ast.expr:
    """The Matcher of the scope."""
    if node.captures is None:
        raise InternalError("A regex match without a capture variable")
    return current(lw, node.captures)


def current(lw: Lowerer, variable: Variable) -> ast.expr:
    slot = trees.name(slot_of(lw, variable))
    return trees.attribute(slot, "v") if variable.is_cell else slot


def new_matcher(lw: Lowerer, variable: Variable | None) -> None:
    """Emit a scope's own Matcher, at the scope's begin, if it has one."""
    if variable is not None:
        lw.emit(trees.assign(declare(lw, variable), trees.call(trees.name("Matcher"))))


def group(lw: Lowerer, node: nodes.Name) -> ast.expr:
    """`$1`"""
    assert node.variable is not None
    number = trees.constant(int(node.name[1:]))
    return lw.at(trees.call(trees.attribute(current(lw, node.variable), "group"), number), node.pos)


def _flags(node: nodes.RegexMatch) -> list[ast.expr]:
    letters = "".join(letter for letter in node.modifiers if letter not in _OWN_LETTERS)
    return [
        trees.constant("g" in node.modifiers),
        trees.constant(letters),
        trees.constant("n" in node.modifiers),
    ]


def _is_complex(node: nodes.RegexSubst) -> bool:
    return not isinstance(node.replacement, nodes.Literal)
