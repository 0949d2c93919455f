"""Untyped locals, parameters and results that only ever hold one type -> typed ones, for code generation.

`def i = 0; while (i < n) { i++ }` then costs no more than `int i = 0`, and `def fib(n)` that is only called with ints
no more than `int fib(int n)`. It comes after all checks, so that no error of the language depends on it, and only to
types whose values look in Python as they do where nothing is known of them (those of long and byte do not); none of
them is ever null. Calls of methods whose receiver has a type by now get their target (late_targets.py).

Parameters and results: of functions that are called by their name only, with an argument for each parameter, so that
all that is passed is seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..syntax import nodes
from ..values.types import ANY, DOUBLE, INT, ITERATOR, LIST, MAP, STRING, Type
from .late_targets import late_target, result_of
from .model import FunctionInfo, Signature, UnitInfo, Variable
from .nullness import is_made, makes_new
from .pipeline_types import HELD, Flow, flow_of, one_of
from .results import Inapplicable, operation_type
from .walk import children_first, descendants

_REFERENCES = (STRING, LIST, MAP)
_STEPPED = (INT, DOUBLE)
_PASSES_MAX = 10  # then it is given up
_Rule = Callable[..., Type | None]
_Holder = Variable | FunctionInfo  # a function holds its result


def narrow(unit: UnitInfo, untyped: Iterable[Variable], methods: Callable[[Type, str], Signature | None]) -> None:
    """Give locals declared without a type and with a value, parameters and results the type of all their values.

    methods: the built-in method of a type by its name."""
    by_owner: dict[FunctionInfo, list[_Holder]] = {}
    for variable in untyped:
        if variable.owner is not None and _is_open(variable):
            by_owner.setdefault(variable.owner, []).append(variable)
    calls = _closed_functions(unit)
    together: list[_Holder] = [holder for holders in by_owner.values() for holder in holders]
    together += [holder for info in calls for holder in _parts(info)]
    if not _Narrowing([info.node for info in unit.functions if info.node is not None], together, calls, methods).run():
        for owner, holders in by_owner.items():
            if owner.node is not None:
                _Narrowing([owner.node], holders, {}, methods).run()


def _closed_functions(unit: UnitInfo) -> dict[FunctionInfo, list[nodes.Call]]:
    """The functions all of whose calls are known and complete, with these."""
    calls: dict[FunctionInfo, list[nodes.Call]] = {
        info: [] for info in unit.functions if info.kind == "function" and not info.is_value
    }
    for node in descendants(unit.program, into_functions=True):
        if isinstance(node, nodes.Call | nodes.MethodCall) and isinstance(node.target, FunctionInfo):
            if isinstance(node, nodes.Call) and _is_plain(node, node.target):
                calls.get(node.target, []).append(node)
            else:
                calls.pop(node.target, None)
    return calls


def _is_plain(node: nodes.Call, info: FunctionInfo) -> bool:
    named = any(isinstance(arg, nodes.MapLiteral) and arg.is_named_args for arg in node.args)
    return len(node.args) == len(info.params) and not named


def _parts(info: FunctionInfo) -> list[_Holder]:
    """The parameters and the result of a function that have no type."""
    parts: list[_Holder] = [param.variable for param in info.params if _is_open(param.variable) and not param.default]
    return [*parts, info] if info.return_type is ANY else parts


def _is_open(variable: Variable) -> bool:
    return variable.type is ANY and not variable.is_captured and not variable.is_const


class _Narrowing:
    """`held`: what each holder holds by all that is known; None: nothing is known yet."""

    def __init__(
        self,
        roots: list[nodes.Node],
        holders: list[_Holder],
        calls: dict[FunctionInfo, list[nodes.Call]],
        methods: Callable[[Type, str], Signature | None],
    ) -> None:
        self.nodes: list[nodes.Expr] = []
        self.returns: dict[FunctionInfo, list[nodes.Return]] = {}
        self.calls = calls
        self.methods = methods
        self.held: dict[_Holder, Type | None] = dict.fromkeys(holders)
        self.currents: dict[int, Variable] = {}  # Current node -> the candidate whose value it stands for
        self.types: dict[int, Type | None] = {}  # of the nodes, by id; None as above
        self.targets: dict[int, Signature] = {}  # method calls, by id
        self.flows: dict[nodes.Pipeline, Flow] = {}
        for root in roots:
            own = [one for one in children_first(root) if isinstance(one, nodes.Expr)]
            self.nodes += own
            if isinstance(root, nodes.FunctionNode) and root.info is not None:
                self.returns[root.info] = [one for one in own if isinstance(one, nodes.Return)]
        self.open: list[tuple[nodes.Expr, _Rule | None, nodes.Node | None]] = []  # with what each writes to
        for one in self.nodes:
            self._look(one)
            self._open(one)

    def _look(self, node: nodes.Expr) -> None:
        """Drop what is written to in other ways than `=`, an operation, `++` and `--`."""
        if isinstance(node, nodes.ExprList):
            for item in node.items:
                self._drop(item)
        elif isinstance(node, nodes.Name) and node.create_type not in (None, LIST, MAP):
            self._drop(node)  # lists and maps are made where there is null only
        elif isinstance(node, nodes.Assign) and node.op != "=":
            operation = node.operation
            variable = self._candidate(node.target)
            if variable is None:
                return
            if isinstance(operation, nodes.Binary) and isinstance(operation.left, nodes.Current):
                self.currents[id(operation.left)] = variable
            else:
                self._drop(node.target)

    def _open(self, node: nodes.Expr) -> None:
        """Keep the nodes that each pass has to look at; the types of the others stay."""
        rule = _RULES.get(type(node)) if node.type is ANY or isinstance(node, nodes.Pipeline) else None
        if rule is None:
            self.types[id(node)] = node.type
        target = _target(node)
        if rule is not None or target is not None:
            self.open.append((node, rule, target))

    def run(self) -> bool:
        """Find the types and set them; False where they have not settled soon enough."""
        for _ in range(_PASSES_MAX):
            if self._is_settled():
                self._apply()
                return True
        return False

    def _apply(self) -> None:
        for holder, type in self.held.items():
            assert type is not None
            holder.never_null = type in _REFERENCES
            if isinstance(holder, FunctionInfo):
                holder.return_type = type
            else:
                holder.type = type
        for flow in self.flows.values():
            flow.apply()
        for info in self.calls:
            for param in info.params:
                param.type = param.variable.type
        for node in self.nodes:
            type = self._type(node)
            target = self.targets.get(id(node))
            if target is not None and isinstance(node, nodes.MethodCall):
                node.target = target
                node.type = type or ANY
                continue
            if isinstance(node, nodes.VarDecl) and node.variable is not None:
                type = node.variable.type
            if type in HELD:
                node.type = type

    def _is_settled(self) -> bool:
        """Find the types of all nodes, by what is held; then what is held, by all that is written. No change?"""
        written: dict[_Holder, list[Type | None]] = {holder: [] for holder in self.held}
        for node, rule, target in self.open:
            if rule is not None:
                self.types[id(node)] = rule(self, node)
            variable = self._candidate(target)
            if variable is not None:
                written[variable].append(self._written(node))
        self._follow_calls(written)
        for flow in self.flows.values():
            for variable, type in flow.written:
                if variable in written:
                    written[variable].append(type)
        before = dict(self.held)
        for holder, types in written.items():
            known = {type for type in types if type is not None}
            if len(known) > 1 or not known.issubset(HELD):
                del self.held[holder]
            elif known:
                self.held[holder] = known.pop()
        if self.held == before:  # what is still unknown will stay so
            self.held = {holder: type for holder, type in before.items() if None not in (type, *written[holder])}
        return self.held == before

    def _follow_calls(self, written: dict[_Holder, list[Type | None]]) -> None:
        """What is passed goes to the parameters, what is returned to the function."""
        for info, calls in self.calls.items():
            for call in calls:
                for param, arg in zip(info.params, call.args, strict=True):
                    if param.variable in written:
                        written[param.variable].append(self._value(arg))
            if info in written:
                written[info] += [self._value(one.value) for one in self.returns.get(info, ())] or [ANY]

    def _written(self, node: nodes.Expr) -> Type | None:
        if isinstance(node, nodes.VarDecl):
            return self._value(node.value)
        if isinstance(node, nodes.Assign):
            return self._value(node.value if node.operation is None else node.operation)
        return self._type(node)

    def _value(self, value: nodes.Expr | None) -> Type | None:
        """The type of a value that is held; ANY where it may be null."""
        if value is None:
            return ANY
        type = self._type(value)
        return ANY if type in _REFERENCES and self._may_be_null(value) else type

    def _may_be_null(self, node: nodes.Expr) -> bool:
        if isinstance(node, nodes.Literal):
            return node.value is None
        if isinstance(node, nodes.Name):
            return self._candidate(node) is None
        if isinstance(node, nodes.MethodCall) and id(node) in self.targets:
            target = self.targets[id(node)]
            return target.return_type is MAP and not makes_new(target)  # a map that it was given
        if isinstance(node, nodes.Call | nodes.MethodCall):
            return node.target not in self.held and not is_made(node)
        if isinstance(node, nodes.Binary):
            return node.op not in ("+", "<<")
        if isinstance(node, nodes.MapLiteral):
            return node.is_named_args
        return not isinstance(node, nodes.StringTemplate | nodes.ListLiteral)

    # The type of one node

    def _type(self, node: nodes.Expr) -> Type | None:
        return self.types.get(id(node), node.type or ANY)

    def name(self, node: nodes.Name) -> Type | None:
        return self.held.get(node.variable, ANY) if node.variable is not None else ANY

    def current(self, node: nodes.Current) -> Type | None:
        return self.held.get(self.currents[id(node)], ANY) if id(node) in self.currents else ANY

    def assignment(self, node: nodes.Assign) -> Type | None:
        return self._written(node) if self._candidate(node.target) is not None else ANY

    def call(self, node: nodes.Call) -> Type | None:
        return self.held.get(node.target, ANY) if isinstance(node.target, FunctionInfo) else ANY

    def method_call(self, node: nodes.MethodCall) -> Type | None:
        """A method of the language on a receiver whose type has been found."""
        if node.fused is not None:
            return self._type(node.fused)
        parent = self._type(node.parent)
        if parent is None:
            return None
        target = self.targets.get(id(node))
        if node.target is None and (parent in _REFERENCES or parent is ITERATOR):
            target = late_target(node, self.methods(parent, node.name), self._type)
        if target is None or (parent not in _REFERENCES and parent is not ITERATOR):
            self.targets.pop(id(node), None)
            return ANY
        self.targets[id(node)] = target
        return result_of(node, target)

    def pipeline(self, node: nodes.Pipeline) -> Type | None:
        flow = self.flows[node] = flow_of(node, self._type, self._value)
        return flow.result

    def step(self, node: nodes.Unary | nodes.Postfix) -> Type | None:
        held = self._type(node.operand)
        return held if held is None or held in _STEPPED else ANY

    def prefix(self, node: nodes.Unary) -> Type | None:
        return self.step(node) if node.op in ("++", "--", "-", "+") else ANY

    def operation(self, node: nodes.Binary) -> Type | None:
        left, right = self._type(node.left), self._type(node.right)
        if left is None or right is None:
            return None
        if left not in HELD or (right not in HELD and not _takes_any(left, node.op)):
            return ANY
        try:
            return operation_type(left, node.op, right)
        except Inapplicable:  # an error when it is executed
            return ANY

    def choice(self, node: nodes.Ternary) -> Type | None:
        return self._one_of([node.then, node.otherwise])

    def switch(self, node: nodes.Switch) -> Type | None:
        """The one type of all results; without a default the last case has to take every value."""
        results = [case.result for case in node.cases]
        if node.default is not None:
            return self._one_of([*results, node.default])
        return self._one_of(results) if node.cases and takes_everything(node.cases[-1]) else ANY

    def _one_of(self, values: list[nodes.Expr]) -> Type | None:
        return one_of([self._value(value) for value in values])

    # Candidates

    def _candidate(self, node: nodes.Node | None) -> Variable | None:
        variable = node.variable if isinstance(node, nodes.Name | nodes.VarDecl) else None
        return variable if variable in self.held else None

    def _drop(self, node: nodes.Node) -> None:
        variable = self._candidate(node)
        if variable is not None:
            del self.held[variable]


def takes_everything(case: nodes.SwitchCase) -> bool:
    """Is one of its patterns `_`, without a guard?"""
    return any(
        isinstance(pattern, nodes.Name) and pattern.name == "_" and guard is None for pattern, guard in case.patterns
    )


def _takes_any(left: Type, op: str) -> bool:
    """Does the left side alone decide the type of the result?"""
    return (left is LIST and op in ("+", "<<")) or (left is STRING and op == "+")


def _target(node: nodes.Expr) -> nodes.Node | None:
    """What a node writes to."""
    if isinstance(node, nodes.VarDecl):
        return node
    if isinstance(node, nodes.Assign):
        return node.target
    if isinstance(node, nodes.Unary | nodes.Postfix) and node.op in ("++", "--"):
        return node.operand
    return None


_RULES: dict[type, _Rule] = {
    nodes.Name: _Narrowing.name,
    nodes.Current: _Narrowing.current,
    nodes.Assign: _Narrowing.assignment,
    nodes.Call: _Narrowing.call,
    nodes.MethodCall: _Narrowing.method_call,
    nodes.Pipeline: _Narrowing.pipeline,
    nodes.Unary: _Narrowing.prefix,
    nodes.Postfix: _Narrowing.step,
    nodes.Binary: _Narrowing.operation,
    nodes.Ternary: _Narrowing.choice,
    nodes.Switch: _Narrowing.switch,
}
