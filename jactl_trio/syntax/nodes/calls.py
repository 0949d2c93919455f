"""Calls of functions, methods and constructors, and the loops that chains of them become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...structs import field
from .base import Expr, Node, TypeName

if TYPE_CHECKING:
    from ...resolve.model import FunctionInfo, Signature, Variable
    from ...values.types import Type
    from .statements import Block


class Call(Expr):
    """`callee(args)`, `callee{...}`; named arguments are one MapLiteral with is_named_args."""

    callee: Expr
    args: list[Expr]
    # resolved
    target: FunctionInfo | Signature | None = field(default=None, kw_only=True)  # known at compile time
    is_chained: bool = field(default=False, kw_only=True)  # its result is the receiver of a method call
    open_pos: int = field(default=0, kw_only=True)  # of the '('


class MethodCall(Expr):
    """`parent.name(args)`; pos is the '(' or '{', name_pos the name."""

    parent: Expr
    op: str  # '.' or '?.'
    name: str
    args: list[Expr]
    name_pos: int
    # resolved
    target: FunctionInfo | Signature | None = field(default=None, kw_only=True)
    is_chained: bool = field(default=False, kw_only=True)
    for_in: bool = field(default=False, kw_only=True)  # the iterable of a for-in loop
    fused: Pipeline | None = field(default=None, kw_only=True)  # what it is done by; then nothing looks into its parts
    guarded: Pipeline | None = field(default=None, kw_only=True)  # what it is done by where the source is a list


class New(Expr):
    """`new X(args)` (args a list), or an array `new int[3][]` (lengths, the missing ones None)."""

    type_name: TypeName
    args: list[Expr] | None
    lengths: list[Expr | None] = field(default_factory=list)
    open_pos: int = field(default=0, kw_only=True)


class Pipeline(Expr):
    """Put in by the resolver, never by the parser: a chain of methods, its closures' bodies in one loop (fusing.py)."""

    source: Expr
    stages: list[Stage]  # in the order in which an element goes through them
    end: str  # what becomes of the elements: list each sum size join reduce groupBy
    argument: Expr | None = None  # of reduce and join
    name_pos: int = field(default=0, kw_only=True)  # of the last method
    result_number: int = field(default=0, kw_only=True)  # of the temporaries at `pos`, the one that has the result
    first: MethodCall | None = field(default=None, kw_only=True)  # of a guarded one: the call on the source


class Stage(Node):
    """A closure of a Pipeline; kind: map filter each reduce groupBy. Its variables are the closure's parameters.

    In a guarded Pipeline the closure is a function too, and its Returns are as they were: no results."""

    kind: str
    variables: list[Variable]
    body: Block
    results: list[Give]
    type: Type  # of what it gives, where that is one that is never null


class Give(Expr):
    """The Return of a closure that has become a Stage; it always stands last."""

    value: Expr
