"""Code in which no checkpoint can be saved, as far as its text tells: what may become a part of the function around it.

Frames of closures that call a function which saves a checkpoint stand in checkpoints of earlier releases. Such closures
must stay what they were. In quiet code a script can wait for the end of its time slice only; or in the toString() of an
object, or in an object's method that has the name of a quiet one of the language's own: it goes on there as everywhere,
but a frame there that an earlier release has saved is refused.
"""

from __future__ import annotations

from ..builtins import strings
from ..builtins.standard import LANGUAGE
from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import DECIMAL, DOUBLE, INT, ITERATOR, LIST, LONG, MAP, STRING
from .model import FunctionInfo, UnitInfo
from .walk import descendants

_RECEIVERS = (STRING, LIST, MAP, ITERATOR, INT, LONG, DOUBLE, DECIMAL)
_SLICED = frozenset((strings.string_split,))  # wait for the time slice alone


class Quiet:
    """What is known of one unit."""

    def __init__(self, unit: UnitInfo) -> None:
        classes = [*unit.classes, *unit.used_classes]
        self.methods = {name for info in classes for name in (*info.methods, *info.fields)}
        self.examined: set[FunctionInfo] = set()

    def is_quiet(self, root: nodes.Node) -> bool:
        """Is the code quiet, with all that it calls?"""
        before = set(self.examined)
        is_quiet = self._all_quiet(root)
        if not is_quiet:
            self.examined = before  # some of them were only taken to be
        return is_quiet

    def _all_quiet(self, root: nodes.Node) -> bool:
        return not any(self._may_wait(node) for node in descendants(root, into_functions=False))

    def _may_wait(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Call):
            return not self._calls_quietly(node.target)
        if isinstance(node, nodes.MethodCall):
            return node.fused is None and not self._is_quiet_method(node)
        if isinstance(node, nodes.RegexMatch):
            return node.subject is not None or isinstance(node, nodes.RegexSubst)
        return isinstance(node, nodes.New | nodes.Eval)

    def _calls_quietly(self, target: FunctionInfo | Signature | None) -> bool:
        if isinstance(target, Signature):
            return target.suspends is False
        if target is None or target.kind != "function" or not isinstance(target.node, nodes.FunctionNode):
            return False
        if target in self.examined:  # it calls itself, or is known to be quiet: what is not ends the walk
            return True
        self.examined.add(target)
        return self._all_quiet(target.node)

    def _is_quiet_method(self, node: nodes.MethodCall) -> bool:
        target = node.target
        if isinstance(target, FunctionInfo):
            return False
        if isinstance(target, Signature):
            return _is_quiet_signature(target, node)
        if node.name in self.methods:
            return False
        found = [one for type in _RECEIVERS if (one := LANGUAGE.method(type, node.name)) is not None]
        return bool(found) and all(_is_quiet_signature(one, node) for one in found)


def _is_quiet_signature(signature: Signature, node: nodes.MethodCall) -> bool:
    if signature.suspends is False or signature.implementation in _SLICED:
        return True
    return signature.suspends is not True and not node.args  # it waits only for a closure that it is given
