"""Who may suspend: calls, and from them the expressions, statements and functions that hold them.

A call may suspend unless its target is known not to. A function may unless nothing in it does: a loop may (its time
slice can end in it), a function that calls itself, directly or not, may (deep recursion moves the stack to the heap),
whatever may call a toString() or a class's initialiser may. Functions start as "may not" and become "may" until
nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import Type
from .model import ClassInfo, FunctionInfo
from .types import static_type
from .walk import children, descendants

if TYPE_CHECKING:
    from .resolver import Resolver

_SCALARS = frozenset(("boolean", "byte", "int", "long", "double", "Decimal", "String", "Number"))


def mark_suspending(r: Resolver) -> None:
    """Set may_suspend of every function, expression and statement of the unit."""
    functions = {info: _Function(info) for info in r.unit.functions}
    callers: dict[FunctionInfo, list[_Function]] = {}
    for function in functions.values():
        function.examine()
        for callee in function.callees:
            callers.setdefault(callee, []).append(function)
    waiting = [function for function in functions.values() if function.info.may_suspend]
    waiting += _mark_recursive(functions)
    while waiting:
        function = waiting.pop()
        for caller in callers.get(function.info, ()):
            if not caller.info.may_suspend:
                caller.info.may_suspend = True
                waiting.append(caller)
    for function in functions.values():
        function.mark_nodes()


class _Function:
    """A function, the functions that it calls, and its nodes."""

    def __init__(self, info: FunctionInfo) -> None:
        self.info = info
        self.callees: list[FunctionInfo] = []
        self.nodes: list[nodes.Node] = []

    def examine(self) -> None:
        """Collect the callees; may_suspend where that does not depend on them."""
        info = self.info
        node = info.node
        overridable = info.kind == "method" and not info.is_final
        info.may_suspend = overridable or not isinstance(node, nodes.FunctionNode | nodes.Program)
        if isinstance(node, nodes.FunctionNode | nodes.Program):
            self.nodes = list(descendants(node, into_functions=False))
            for child in self.nodes:
                self._examine(child)
        if any(isinstance(param.type.cls, ClassInfo) for param in info.params):
            info.may_suspend = True  # a Map that is passed is made an instance

    def _examine(self, node: nodes.Node) -> None:
        callee = _callee(node)
        if callee is not None:
            self.callees.append(callee)
        elif suspends_itself(node) or _may_initialise(self.info, node):
            self.info.may_suspend = True

    def mark_nodes(self) -> None:
        """Children before their parents."""
        for node in reversed(self.nodes):
            if not isinstance(node, nodes.Expr | nodes.Stmt):
                continue
            callee = _callee(node)
            itself = callee.may_suspend if callee is not None else suspends_itself(node)
            node.may_suspend = itself or _may_initialise(self.info, node) or _child_may(node)


def _child_may(node: nodes.Node) -> bool:
    if isinstance(node, nodes.FunctionNode):
        return False  # making the closure; its body is its own
    return any(getattr(child, "may_suspend", False) or _child_may_deep(child) for child in children(node))


def _child_may_deep(node: nodes.Node) -> bool:
    """Nodes that are neither expressions nor statements (cases, parameters) have no mark of their own."""
    return not isinstance(node, nodes.Expr | nodes.Stmt) and _child_may(node)


def _callee(node: nodes.Node) -> FunctionInfo | None:
    """The function of a call whose suspension is that function's."""
    if isinstance(node, nodes.Call | nodes.MethodCall) and isinstance(node.target, FunctionInfo):
        return node.target
    return None


def suspends_itself(node: nodes.Node) -> bool:
    """May the node suspend, its operands and the functions that it is known to call apart?"""
    test = _TESTS.get(type(node))
    return False if test is None else test(node)


def _always(node: nodes.Node) -> bool:
    return True


def _call(node: nodes.Call | nodes.MethodCall) -> bool:
    if isinstance(node.target, Signature):
        return node.target.suspends is not False
    return not isinstance(node.target, FunctionInfo)


def _binary(node: nodes.Binary) -> bool:
    """`+` may make a text of an instance; `as` may run an initialiser or make a text."""
    if node.op == "as":
        target = static_type(node)
        return isinstance(target.cls, ClassInfo) or (target.kind == "String" and not _is_scalar(node.left))
    return node.op == "+" and not (_is_scalar(node.left) and _is_scalar(node.right))


def _template(node: nodes.StringTemplate) -> bool:
    return not all(_is_scalar(part) for part in node.parts)


def _output(node: nodes.Print | nodes.Die) -> bool:
    return node.value is not None and not _is_scalar(node.value)


def _cast(node: nodes.Cast | nodes.Convert) -> bool:
    return isinstance(static_type(node).cls, ClassInfo)


def _access(node: nodes.Access) -> bool:
    return node.create_missing  # creates what is missing, maybe an instance


def _name(node: nodes.Name) -> bool:
    return node.create_type is not None and isinstance(node.create_type.cls, ClassInfo)


def _new(node: nodes.New) -> bool:
    return node.args is not None


def _is_scalar(node: nodes.Expr) -> bool:
    return static_type(node).kind in _SCALARS


_TESTS: dict[type, Callable[..., bool]] = {
    nodes.Call: _call,
    nodes.MethodCall: _call,
    nodes.Binary: _binary,
    nodes.StringTemplate: _template,
    nodes.Print: _output,
    nodes.Die: _output,
    nodes.Cast: _cast,
    nodes.Convert: _cast,
    nodes.Access: _access,
    nodes.Name: _name,
    nodes.New: _new,
    nodes.RegexSubst: _always,
    nodes.Eval: _always,
    nodes.While: _always,
    nodes.ForIn: _always,
    nodes.ClassDecl: lambda node: False,
}


def _may_initialise(info: FunctionInfo, node: nodes.Node) -> bool:
    """Is a value stored or returned as an instance of a class that it may not be yet: a Map, whose initialiser runs?"""
    if isinstance(node, nodes.VarDecl):
        return node.variable is not None and _becomes_instance(node.value, node.variable.type)
    if isinstance(node, nodes.Assign):
        target = node.target.type
        value = node.operation if node.operation is not None else node.value
        unknown = isinstance(node.target, nodes.Access) and target is not None and target.kind == "Object"
        return unknown or (target is not None and _becomes_instance(value, target))
    if isinstance(node, nodes.Return):
        return _becomes_instance(node.value, info.return_type)
    return False


def _becomes_instance(value: nodes.Expr | None, target: Type) -> bool:
    if value is None or not isinstance(target.cls, ClassInfo) or target.kind != "instance":
        return False
    return static_type(value).kind != "instance"


def _mark_recursive(functions: dict[FunctionInfo, _Function]) -> list[_Function]:
    """Functions on a cycle of calls: those that are left when functions without unmarked callees are taken away."""
    left: dict[FunctionInfo, int] = {}
    callers: dict[FunctionInfo, list[FunctionInfo]] = {}
    for info, function in functions.items():
        own = [callee for callee in function.callees if callee in functions]
        left[info] = len(own)
        for callee in own:
            callers.setdefault(callee, []).append(info)
    waiting = [info for info, count in left.items() if count == 0]
    while waiting:
        info = waiting.pop()
        for caller in callers.get(info, ()):
            left[caller] -= 1
            if left[caller] == 0:
                waiting.append(caller)
    found = [functions[info] for info, count in left.items() if count > 0 and not info.may_suspend]
    for function in found:
        function.info.may_suspend = True
    return found
