"""What a source is compiled against: the options, the functions, the globals and the classes that it can see.

Below that, the lexical scopes that the resolver keeps while it walks a tree: functions, and the blocks in each.
"""

from __future__ import annotations

from ..builtins.registry import Registry
from ..structs import Struct, field
from ..syntax import nodes
from ..values.options import Options
from ..values.types import Type
from .model import ClassInfo, FunctionInfo, Variable

__all__ = ["BlockScope", "FunctionScope", "Scope"]


class Scope(Struct):
    """The surroundings of one source.

    `globals` gives the static type of every global that is bound when the source is compiled. `repl_variables` is the
    REPL's own table: names declared at top level by earlier lines, to which this one adds (None outside a REPL).
    """

    options: Options
    registry: Registry
    globals: dict[str, Type] = field(default_factory=dict)
    classes: dict[str, ClassInfo] = field(default_factory=dict)  # known to the context, by full name
    package: str = ""
    name: str = ""
    is_eval: bool = False
    repl_variables: dict[str, Variable] = field(default_factory=dict)


class BlockScope(Struct):
    """The names declared so far in one block of one function."""

    variables: dict[str, Variable] = field(default_factory=dict)
    node: nodes.Block | None = None
    captures: Variable | None = None  # of the regex matches in this block
    is_top: bool = False  # a script's outermost block


class FunctionScope(Struct):
    """A function that is being resolved: its blocks, innermost last, and the loops around the current statement."""

    info: FunctionInfo
    parent: FunctionScope | None = None
    blocks: list[BlockScope] = field(default_factory=list)
    loops: list[nodes.While | nodes.ForIn] = field(default_factory=list)
    is_static: bool = False  # no `this` here nor in the closures inside
    closure_count: int = 0  # for the paths of the closures inside

    @property
    def block(self) -> BlockScope:
        return self.blocks[-1]
