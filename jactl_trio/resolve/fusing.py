"""Chains of methods such as `list.map{ ... }.filter{ ... }.sum()` -> Pipelines, which run as one loop without calls.

A closure that is written in such a chain, and that nothing else can get hold of, becomes a part of the function around
it: its variables are that function's, and what it captured of it is no longer captured. So a variable that only such
closures assign needs no cell, and narrowing finds the types of their parameters from what the chain begins with.

The whole chain or nothing: its closures are quiet (quiet.py), return only at their ends, and make no other closures.

Where nothing is known of the source, the loop is a copy beside the calls, for the case that it is a list: the closures
stay functions too, and what they capture stays captured. Frames of earlier releases stand in the calls.
It comes after a first narrowing, which finds the types of sources, and before a second one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..structs import fields_of
from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import ANY, BOOLEAN, DECIMAL, DOUBLE, INT, LIST, LONG, MAP, STRING, Type
from .chains import Chain, Chains
from .model import FunctionInfo, UnitInfo, Variable
from .quiet import Quiet
from .types import static_type
from .walk import children, descendants

DEPTH_MAX = 5  # of blocks inside one another, with a Pipeline among them: CPython compiles 20, twice as many resumed
_PARAMETERS = frozenset((ANY, BOOLEAN, INT, LONG, DOUBLE, DECIMAL, STRING, LIST, MAP))
_OWN = (nodes.FunctionNode, nodes.FunctionDecl, nodes.ClassDecl)


def fuse(unit: UnitInfo, untyped: list[Variable], methods: Callable[[Type, str], Signature | None]) -> bool:
    """Make Pipelines of all chains that allow it; were variables freed by that?

    untyped: gets the closures' parameters.  methods: the built-in method of a type by its name."""
    fusing = _Fusing(unit, untyped, methods)
    for info in reversed(unit.functions):  # what is inside others first
        if isinstance(info.node, nodes.FunctionNode | nodes.Program):
            fusing.in_function(info, info.node.body)
    return fusing.has_fused


class _Fusing:
    def __init__(
        self, unit: UnitInfo, untyped: list[Variable], methods: Callable[[Type, str], Signature | None]
    ) -> None:
        self.unit = unit
        self.chains = Chains(methods)
        self.untyped = untyped
        self.quiet = Quiet(unit)
        self.has_fused = False

    def in_function(self, host: FunctionInfo, body: nodes.Block) -> None:
        waiting: list[tuple[nodes.Node, nodes.Node, int]] = [(body, body, 0)]
        while waiting:
            node, parent, depth = waiting.pop()
            if isinstance(node, _OWN):
                continue
            if isinstance(node, nodes.MethodCall) and node.fused is None:
                chain = self.chains.ending_with(node, parent)
                if chain is not None and depth + _height(chain) <= DEPTH_MAX and self._is_free(chain):
                    self._fuse(node, chain, host)
            below = depth + _is_block(node)
            waiting += [(child, node, below) for child in children(node)]

    def _is_free(self, chain: Chain) -> bool:
        """Does nothing in the closures need a function of its own?"""
        return all(
            self._is_free_closure(closure) and (chain.is_guarded or self.quiet.is_quiet(closure.body))
            for _, closure in chain.links
        )

    def _is_free_closure(self, closure: nodes.FunctionNode) -> bool:
        info, ends = closure.info, _ends(closure.body)
        if info is None or info.return_type is not ANY or ends is None:
            return False
        if any(param.type not in _PARAMETERS or param.variable.is_const for param in info.params):
            return False
        returns = 0
        for node in descendants(closure.body, into_functions=True):
            returns += isinstance(node, nodes.Return)
            is_matcher = isinstance(node, nodes.Name) and node.variable is not None and node.variable.kind == "captures"
            if is_matcher or isinstance(node, _OWN) or (isinstance(node, nodes.Block) and node.matcher is not None):
                return False
        return returns == len(ends)

    def _fuse(self, node: nodes.MethodCall, chain: Chain, host: FunctionInfo) -> None:
        stages = [_stage(kind, closure) for kind, closure in chain.links]
        pipeline = nodes.Pipeline(chain.source, stages, chain.end, chain.argument, pos=node.pos)
        pipeline.type, pipeline.name_pos = node.type, node.name_pos
        if chain.is_guarded:
            pipeline.first, node.guarded = chain.first, pipeline
            return
        # What a pipeline that is no longer chained on has made is put into a second temporary.
        pipeline.result_number = int(node.name in ("map", "filter") and not node.is_chained)
        node.fused = pipeline
        self.has_fused = True
        for stage, (_, closure) in zip(stages, chain.links, strict=True):
            assert closure.info is not None
            self._take_in(stage, closure.info, host)
        for _, closure in chain.links:
            assert closure.info is not None
            self._uncapture(closure.info.captures)

    def _take_in(self, stage: nodes.Stage, info: FunctionInfo, host: FunctionInfo) -> None:
        """Make a closure a part of the function around it."""
        for statement in _ends(stage.body) or []:
            returned = statement.expr
            assert isinstance(returned, nodes.Return) and returned.value is not None
            given = nodes.Give(returned.value, pos=returned.pos)
            given.type = static_type(returned.value)
            given.value.result_used = stage.kind != "each"
            statement.expr = given
            stage.results.append(given)
        self.untyped += [variable for variable in stage.variables if variable.type is ANY]
        for variable in {*stage.variables, *_variables(stage.body)}:
            if variable.owner is info:
                variable.owner, variable.is_inlined = host, True
        self.unit.functions.remove(info)

    def _uncapture(self, captures: Iterable[Variable]) -> None:
        """What no function captures any more is a local like any other."""
        for variable in captures:
            if variable.kind not in ("local", "param"):
                continue
            if not any(variable in other.captures for other in self.unit.functions):
                variable.was_cell = variable.was_cell or variable.is_cell
                variable.is_captured = False


def _stage(kind: str, closure: nodes.FunctionNode) -> nodes.Stage:
    assert closure.info is not None
    variables = [param.variable for param in closure.info.params]
    return nodes.Stage(kind, variables, closure.body, [], ANY, pos=closure.pos)


def _ends(body: nodes.Block) -> list[nodes.ExprStmt] | None:
    """The Returns at the ends of a function's body; None where an end is something else."""
    found: list[nodes.ExprStmt] = []
    waiting: list[nodes.Stmt | None] = [body]
    while waiting:
        stmt = waiting.pop()
        if isinstance(stmt, nodes.Block | nodes.StmtGroup) and stmt.statements:
            waiting.append(stmt.statements[-1])
        elif isinstance(stmt, nodes.If):
            waiting += [stmt.then, stmt.otherwise]
        elif isinstance(stmt, nodes.ExprStmt) and isinstance(stmt.expr, nodes.Return) and stmt.expr.value is not None:
            found.append(stmt)
        else:
            return None
    return found


def _height(chain: Chain) -> int:
    """How many loops and other blocks stand inside one another in the Pipeline that it becomes."""
    own = 2 if static_type(chain.source) is INT else 1
    return own + max(_blocks_in(closure.body) for _, closure in chain.links)


def _blocks_in(root: nodes.Node) -> int:
    deepest = 0
    waiting: list[tuple[nodes.Node, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        depth += _is_block(node)
        deepest = max(deepest, depth)
        waiting += [(child, depth) for child in children(node)]
    return deepest


def _is_block(node: nodes.Node) -> int:
    """How many blocks of CPython's it becomes, around what is in it."""
    if isinstance(node, nodes.Pipeline):
        return 2 if static_type(node.source) is INT else 1
    is_catching = isinstance(node, nodes.Binary | nodes.Unary | nodes.Assign) and node.op in ("?:", "??", "?=")
    return int(is_catching or isinstance(node, nodes.While | nodes.ForIn))


def _variables(root: nodes.Node) -> Iterator[Variable]:
    """All variables that nodes speak of."""
    for node in descendants(root, into_functions=True):
        for each in fields_of(type(node)):
            yield from _among(getattr(node, each.name))


def _among(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, Variable))
