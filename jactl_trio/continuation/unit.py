"""Compiled code as the machine and the codec see it: units, their functions, and the sites where those may wait."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..structs import Struct, field

if TYPE_CHECKING:
    from .liveness import Liveness


class Site(Struct):
    """One call that may suspend. `line` is its line number in the generated code, unique in the unit.

    name is stable across releases: for scripts "<source offset>.<ordinal>" (ordinal counts the sites of one function at
    one offset, from 0), for the runtime's own functions the text of the statement and an ordinal.  live: names of the
    locals that are needed after it, None until first asked for.
    """

    line: int
    name: str
    pos: int
    live: tuple[str, ...] | None = None
    number: int = 0  # its place among the function's sites, from 1, once the resume entry is made


class Code(Struct):
    """One Python function whose frames can be captured.

    key: unique and stable in its unit: the FunctionInfo path, with "!entry" for the dynamic entry; for
    a runtime function "<module>:<qualname>".
    tree: its lowered ast.FunctionDef.  namespace: the globals its resume entry is compiled in.
    """

    key: str
    function: Callable[..., Any]
    tree: ast.FunctionDef
    namespace: dict[str, Any]
    unit: Unit | None
    sites: dict[int, Site] = field(default_factory=dict)  # by line
    plain: Callable[..., Any] | None = None  # the function without tests of its arguments; same lines and locals
    resume_entry: Callable[..., Any] | None = None  # made at the first resume
    handles_errors: bool = False  # its tree has a try statement
    was_cell: frozenset[str] = frozenset()  # locals that frames of earlier releases may hold in a Cell
    was_needed: frozenset[str] = frozenset()  # locals that they may hold, and nothing reads now
    resume_names: tuple[str, ...] = ()  # parameters of the resume entry: every name that is live after some site
    liveness: Liveness | None = None  # made at the first capture
    sites_by_name: dict[str, Site] | None = None  # made at the first restore

    def __repr__(self) -> str:
        return f"<Code {self.key}>"


class Passage(Struct):
    """What continuation.capture knows of one code object; `code` is None where its frames are dropped.

    points: by the offset of a call instruction, the site and the names that are live after it.
    """

    code: Code | None
    points: dict[int, tuple[Code, Site, tuple[str, ...]]] = field(default_factory=dict)


class Unit(Struct, has_weakrefs=True):
    """One compiled source. `namespace["__unit__"]` of its functions is the unit itself.

    identity: BLAKE2b hex digest over source, name, package, and the identities of the units whose classes it uses.
    positions[line]: the source offset of a line of generated code.
    """

    identity: str
    source: str
    name: str
    package: str
    namespace: dict[str, Any]
    codes: dict[str, Code] = field(default_factory=dict)  # by key
    functions: dict[str, Any] = field(default_factory=dict)  # by key: those that cannot wait, but can be values
    classes: dict[str, Any] = field(default_factory=dict)  # Python classes by full name
    positions: list[int] = field(default_factory=list)
    main: Callable[..., Any] | None = None  # main(globals)
    used: list[Unit] = field(default_factory=list)
    info: Any = None  # resolve.model.UnitInfo
    tree: ast.Module | None = None
    function_keys: dict[int, str] = field(default_factory=dict)  # by id, made when a function value is first saved
    known_shapes: Any = None  # checkpoint.known_shapes.KnownShapes, of its checkpoints as they are read
    layouts: Any = None  # checkpoint.layouts.Layouts, of its checkpoints as they are written
    passages: dict[int, Passage] = field(default_factory=dict)  # by id of the code objects, which `codes` keeps alive

    def __repr__(self) -> str:
        return f"<Unit {self.name or self.identity[:12]}>"
