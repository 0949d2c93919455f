"""Regular expressions: matches, substitutions, and the variable that keeps what a scope's matches captured."""

from __future__ import annotations

from ..syntax import nodes
from ..values.types import ANY, BOOLEAN, STRING
from .model import Variable
from .resolver import Resolver, handles
from .types import set_type
from .variables import CAPTURES, exists

_GLOBAL, _AS_VALUE = "g", "r"


@handles(nodes.RegexMatch)
def _match(r: Resolver, node: nodes.RegexMatch) -> None:
    if node.subject is None and node.modifiers:
        _match_it(r, node)
    if node.subject is None:
        node.pattern = r.expr(node.pattern)
        node.type = node.pattern.type  # a string in slashes, no match
        return
    resolve_match(r, node)
    node.type = BOOLEAN


def _match_it(r: Resolver, node: nodes.RegexMatch) -> None:
    if not exists(r, "it"):
        r.error("No 'it' variable in this scope to match against", node.pos)
    node.subject = nodes.Name("it", pos=node.pos)


def resolve_match(r: Resolver, node: nodes.RegexMatch) -> None:
    """Subject and pattern, the check of the global modifier, and the scope's capture variable."""
    if node.subject is not None:
        node.subject = r.expr(node.subject)
    node.pattern = r.expr(node.pattern)
    if _GLOBAL in node.modifiers and not isinstance(node, nodes.RegexSubst):
        _check_global(r, node)
    node.captures = captures_of_block(r, node.pos)


def _check_global(r: Resolver, node: nodes.RegexMatch) -> None:
    pos = node.pattern.pos
    loops = r.function.loops
    if not r.is_loop_condition or not loops:
        r.error(f"Cannot use '{_GLOBAL}' modifier outside of condition for while/for loop", pos)
    elif loops[-1] in r.loops_with_global_match:
        r.error("Regex match with global modifier can only occur once within while/for condition", pos)
    else:
        r.loops_with_global_match.append(loops[-1])


def captures_of_block(r: Resolver, pos: int) -> Variable:
    """The capture variable of the innermost block; other blocks and functions have their own."""
    block = r.block
    if block.captures is None:
        block.captures = Variable(CAPTURES, ANY, "captures", r.function.info, pos, is_initialised=True)
        block.variables[CAPTURES] = block.captures
        if block.node is not None:
            block.node.matcher = block.captures
    return block.captures


@handles(nodes.RegexSubst)
def _substitute(r: Resolver, node: nodes.RegexSubst) -> nodes.Expr | None:
    """A value with modifier r; otherwise the result is assigned to the subject."""
    if node.subject is None:
        if _AS_VALUE in node.modifiers:
            _match_it(r, node)
        else:
            node.subject = nodes.Name("it", pos=node.pos)
    if _AS_VALUE in node.modifiers:
        _resolve_substitution(r, node)
        return None
    return assign_result(r, node)


def _resolve_substitution(r: Resolver, node: nodes.RegexSubst) -> None:
    resolve_match(r, node)
    replacement = _simple(node.replacement)
    node.replacement = r.expr(node.replacement if replacement is None else replacement)
    node.type = STRING


def _simple(node: nodes.Expr) -> nodes.Literal | None:
    """A replacement of texts and $1, $2... only: one string, in which they are expanded when it is used."""
    if not isinstance(node, nodes.StringTemplate):
        return node if isinstance(node, nodes.Literal) else None
    texts = []
    for part in node.parts:
        if isinstance(part, nodes.Literal) and isinstance(part.value, str):
            texts.append(part.value)
        elif isinstance(part, nodes.Name) and _is_capture(part):
            texts.append(part.name)
        else:
            return None
    return nodes.Literal("".join(texts), pos=node.pos)


def _is_capture(node: nodes.Name) -> bool:
    return len(node.name) == 2 and node.name[0] == "$" and node.name[1].isdigit()  # more digits are evaluated


def assign_result(r: Resolver, node: nodes.RegexSubst) -> nodes.Expr:
    from .assignment import resolve_target

    subject = node.subject
    assert subject is not None
    pos = node.operator_pos or node.pos
    assignment = nodes.Assign(subject, "=~", node, pos=pos)
    current = nodes.Current(pos=pos)
    written = resolve_target(r, assignment)
    set_type(current, ANY if written is None else written)
    node.subject = current
    _resolve_substitution(r, node)
    assignment.operation = node
    assignment.type = STRING
    return assignment
