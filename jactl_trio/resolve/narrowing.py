"""Untyped locals that only ever hold one primitive type, or Strings -> typed ones, for code generation.

`def i = 0; while (i < n) { i++ }` then costs no more than `int i = 0`. It comes after all checks, so that no error of
the language depends on it, and only to types whose values look in Python as they do where nothing is known of them
(those of long and byte do not).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..syntax import nodes
from ..values.types import ANY, DOUBLE, INT, STRING, Type
from .model import FunctionInfo, Variable
from .results import Inapplicable, operation_type
from .walk import children_first

_HELD = (INT, DOUBLE, STRING)
_STEPPED = (INT, DOUBLE)
_PASSES_MAX = 10  # then it is given up


def narrow(candidates: Iterable[Variable]) -> None:
    """Give candidates, locals declared without a type and with an initialiser, the type of all their values."""
    by_owner: dict[FunctionInfo, list[Variable]] = {}
    for variable in candidates:
        if variable.owner is not None and not variable.is_captured and not variable.is_const:
            by_owner.setdefault(variable.owner, []).append(variable)
    for owner, variables in by_owner.items():
        if owner.node is not None:
            _Function(owner.node, variables).narrow()


class _Function:
    """One function. `held`: what each candidate holds by all that is known; None: nothing is known yet."""

    def __init__(self, node: nodes.Node, candidates: list[Variable]) -> None:
        self.nodes = [one for one in children_first(node) if isinstance(one, nodes.Expr)]
        self.held: dict[Variable, Type | None] = dict.fromkeys(candidates)
        self.currents: dict[int, Variable] = {}  # Current node -> the candidate whose value it stands for
        self.types: dict[int, Type | None] = {}  # of the nodes, by id; None as above
        for one in self.nodes:
            self._look(one)

    def _look(self, node: nodes.Expr) -> None:
        """Drop what is written to in other ways than `=`, an operation, `++` and `--`."""
        if isinstance(node, nodes.ExprList):
            for item in node.items:
                self._drop(item)
        elif isinstance(node, nodes.Name) and node.create_type is not None:
            self._drop(node)
        elif isinstance(node, nodes.Assign) and node.op != "=":
            operation = node.operation
            variable = self._candidate(node.target)
            if variable is None:
                return
            if isinstance(operation, nodes.Binary) and isinstance(operation.left, nodes.Current):
                self.currents[id(operation.left)] = variable
            else:
                self._drop(node.target)

    def narrow(self) -> None:
        for _ in range(_PASSES_MAX):
            if not self.held:
                return
            if self._is_settled():
                break
        else:
            return
        for variable, type in self.held.items():
            assert type is not None
            variable.type = type
        for node in self.nodes:
            type = self._type(node)
            if isinstance(node, nodes.VarDecl) and node.variable is not None:
                type = node.variable.type
            if type in _HELD:
                node.type = type

    def _is_settled(self) -> bool:
        """Find the types of all nodes, by what is held; then what is held, by all that is written. No change?"""
        written: dict[Variable, list[Type | None]] = {variable: [] for variable in self.held}
        for node in self.nodes:
            rule = _RULES.get(type(node))
            self.types[id(node)] = node.type if rule is None or node.type is not ANY else rule(self, node)
            variable = self._candidate(_target(node))
            if variable is not None:
                written[variable].append(self._written(node))
        before = dict(self.held)
        for variable, types in written.items():
            known = {type for type in types if type is not None}
            if len(known) > 1 or not known.issubset(_HELD):
                del self.held[variable]
            elif known:
                self.held[variable] = known.pop()
        if self.held == before:  # what is still unknown will stay so
            self.held = {variable: type for variable, type in before.items() if None not in (type, *written[variable])}
        return self.held == before

    def _written(self, node: nodes.Expr) -> Type | None:
        value: nodes.Expr | None = node
        if isinstance(node, nodes.VarDecl):
            value = node.value
        elif isinstance(node, nodes.Assign):
            value = node.value if node.operation is None else node.operation
        if value is None:
            return ANY
        type = self._type(value)
        return ANY if type is STRING and self._may_be_null(value) else type

    def _may_be_null(self, node: nodes.Expr) -> bool:
        if isinstance(node, nodes.Literal):
            return node.value is None
        if isinstance(node, nodes.Name):
            return self._candidate(node) is None
        return not (isinstance(node, nodes.StringTemplate) or (isinstance(node, nodes.Binary) and node.op == "+"))

    # The type of one node

    def _type(self, node: nodes.Expr) -> Type | None:
        return self.types.get(id(node), node.type or ANY)

    def name(self, node: nodes.Name) -> Type | None:
        return self.held.get(node.variable, ANY) if node.variable is not None else ANY

    def current(self, node: nodes.Current) -> Type | None:
        return self.held.get(self.currents[id(node)], ANY) if id(node) in self.currents else ANY

    def assignment(self, node: nodes.Assign) -> Type | None:
        return self._written(node) if self._candidate(node.target) is not None else ANY

    def step(self, node: nodes.Unary | nodes.Postfix) -> Type | None:
        held = self._type(node.operand)
        return held if held is None or held in _STEPPED else ANY

    def prefix(self, node: nodes.Unary) -> Type | None:
        return self.step(node) if node.op in ("++", "--", "-", "+") else ANY

    def operation(self, node: nodes.Binary) -> Type | None:
        left, right = self._type(node.left), self._type(node.right)
        if left is None or right is None:
            return None
        if left not in _HELD or right not in _HELD:
            return ANY
        try:
            return operation_type(left, node.op, right)
        except Inapplicable:  # an error when it is executed
            return ANY

    def choice(self, node: nodes.Ternary) -> Type | None:
        then, otherwise = self._type(node.then), self._type(node.otherwise)
        if then is None or otherwise is None:
            return then or otherwise
        return then if then is otherwise else ANY

    # Candidates

    def _candidate(self, node: nodes.Node | None) -> Variable | None:
        variable = node.variable if isinstance(node, nodes.Name | nodes.VarDecl) else None
        return variable if variable in self.held else None

    def _drop(self, node: nodes.Node) -> None:
        variable = self._candidate(node)
        if variable is not None:
            del self.held[variable]


def _target(node: nodes.Expr) -> nodes.Node | None:
    """What a node writes to."""
    if isinstance(node, nodes.VarDecl):
        return node
    if isinstance(node, nodes.Assign):
        return node.target
    if isinstance(node, nodes.Unary | nodes.Postfix) and node.op in ("++", "--"):
        return node.operand
    return None


_RULES: dict[type, Callable[..., Type | None]] = {
    nodes.Name: _Function.name,
    nodes.Current: _Function.current,
    nodes.Assign: _Function.assignment,
    nodes.Unary: _Function.prefix,
    nodes.Postfix: _Function.step,
    nodes.Binary: _Function.operation,
    nodes.Ternary: _Function.choice,
}
