"""Local variables that never hold null -> marked, so that generated code makes no test for it.

A variable is one of those if every value that is written to it is: a literal of a list, map or text, a closure, a
number, what an operator on such values makes, what a built-in that makes a list or map gives. All writes count,
wherever they stand, so that no flow of control needs to be followed. It comes after all checks, as narrowing does.
"""

from __future__ import annotations

from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import MAP
from .model import FunctionInfo, Variable
from .types import static_type
from .walk import descendants

_MADE = frozenset(("List", "iterator"))  # results of built-ins that are never null
_MADE_MAPS = frozenset(("groupBy",))  # built-ins whose result is a new map
_OPERATED = frozenset(("List", "Map", "String", "Decimal"))  # results of operators that are never null
_OPERATORS = frozenset(("+", "-", "*", "<<"))


def mark_never_null(program: nodes.Program) -> None:
    """Set never_null of the variables of a whole unit."""
    written: dict[Variable, list[nodes.Expr | None]] = {}
    for node in descendants(program, into_functions=True):
        for variable, value in _writes(node):
            if _may_be_marked(variable):
                written.setdefault(variable, []).append(value)
    written = {variable: values for variable, values in written.items() if not variable.never_null}  # by narrowing
    for variable in written:
        variable.never_null = True
    changed = True
    while changed:
        changed = False
        for variable, values in written.items():
            if variable.never_null and not all(value is not None and is_never_null(value) for value in values):
                variable.never_null = False
                changed = True


def is_never_null(node: nodes.Expr) -> bool:
    """Is the value certainly not null?"""
    if static_type(node).is_primitive or (node.is_const and node.const is not None):
        return True
    if isinstance(node, nodes.Name | nodes.Current):
        return node.variable is not None and (node.variable.never_null or node.variable.kind == "this")
    if isinstance(node, nodes.Literal):
        return node.value is not None
    if isinstance(node, nodes.Ternary):
        return is_never_null(node.then) and is_never_null(node.otherwise)
    if isinstance(node, nodes.Binary):
        return node.op in _OPERATORS and static_type(node).kind in _OPERATED
    if isinstance(node, nodes.Call | nodes.MethodCall):
        return is_made(node)
    if isinstance(node, nodes.RegexMatch):
        return node.subject is None and not isinstance(node, nodes.RegexSubst) and is_never_null(node.pattern)
    if isinstance(node, nodes.MapLiteral):
        return not node.is_named_args
    return isinstance(node, nodes.ListLiteral | nodes.StringTemplate | nodes.FunctionNode | nodes.New)


def is_made(node: nodes.Call | nodes.MethodCall) -> bool:
    """Is it a list or map that a function of the language itself made, or the result of a function that is marked?"""
    target = node.target
    if isinstance(target, FunctionInfo):
        return target.never_null and isinstance(node, nodes.Call)
    return isinstance(target, Signature) and makes_new(target) and getattr(node, "op", ".") == "."


def makes_new(signature: Signature) -> bool:
    """Is its result a list, or a new map, that is never null?"""
    if signature.host is not None:
        return False
    return signature.return_type.kind in _MADE or (signature.return_type is MAP and signature.name in _MADE_MAPS)


def is_plain_map(node: nodes.Expr) -> bool:
    """Is the value certainly a dict? A map that is never null is one, since no named arguments are written to it."""
    return static_type(node) is MAP and is_never_null(node)


def _may_be_marked(variable: Variable) -> bool:
    """Captured ones are left out: a closure may run before the declaration does."""
    return variable.kind == "local" and not variable.is_captured


def _writes(node: nodes.Node) -> list[tuple[Variable, nodes.Expr | None]]:
    """The variables that a node writes to, each with the value; None where that is not known."""
    if isinstance(node, nodes.VarDecl):
        return [] if node.variable is None else [(node.variable, node.value)]
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name | nodes.VarDecl):
        value = node.value if node.operation is None else node.operation
        if node.op == "?=":
            return []  # null is not stored
        return [] if node.target.variable is None else [(node.target.variable, value)]
    if isinstance(node, nodes.ExprList):
        return [written for item in node.items for written in _unknown(item)]
    return []


def _unknown(target: nodes.Node) -> list[tuple[Variable, nodes.Expr | None]]:
    if isinstance(target, nodes.Name | nodes.VarDecl) and target.variable is not None:
        return [(target.variable, None)]
    return []
