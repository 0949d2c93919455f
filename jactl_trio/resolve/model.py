"""What the resolver produces: variables, functions, classes and units.  Data only; the algorithm is beside it."""

from __future__ import annotations

from typing import Any

from ..structs import Struct, field
from ..syntax.nodes import ClassDecl, Expr, FunctionNode, Program
from ..values.signature import Signature
from ..values.types import ANY, Type

__all__ = ["ClassInfo", "FieldInfo", "FunctionInfo", "ParamInfo", "Signature", "UnitInfo", "Variable"]


class Variable(Struct):
    """A local variable, parameter, binding, capture array, or a global.

    kind: 'local' 'param' 'global' 'function' (the name of a FunctionInfo) 'class' 'this' 'field' 'captures' (regex)
    'globals' (the map of globals itself, captured like any variable by functions that use one).
    A variable that is both captured and reassigned after its initialisation lives in a cell: is_cell.
    """

    name: str
    type: Type = ANY
    kind: str = "local"
    owner: FunctionInfo | None = None
    pos: int = 0
    is_captured: bool = False
    is_reassigned: bool = False
    is_const: bool = False
    is_final: bool = False
    const: Any = None  # value, when is_const
    never_null: bool = False  # see nullness.py
    is_initialised: bool = False  # declared with an initialiser
    initialiser: Expr | None = None
    unless_null: Type | None = (
        None  # a typed global of the REPL: `type` is ANY, and what is assigned becomes this (or null)
    )
    function: FunctionInfo | None = None  # kind 'function'
    class_info: ClassInfo | None = None  # kind 'class'
    slot: str = ""  # the Python name, unique in its function; set by codegen.names
    is_inlined: bool = False  # of a closure that runs in the function around it; see fusing.py
    was_cell: bool = False  # is_cell before such closures were taken for a part of their function

    @property
    def is_cell(self) -> bool:
        return self.is_captured and self.is_reassigned


class ParamInfo(Struct):
    """A parameter of a function."""

    name: str
    type: Type
    default: Expr | None
    variable: Variable

    @property
    def is_mandatory(self) -> bool:
        return self.default is None


class FunctionInfo(Struct):
    """A script's main function, a function, closure, method, or a class's initialiser.

    path is its place in the unit, stable over recompilation and used in checkpoints: 'main', 'main/f',
    'main/f/{1}' (the first closure in f), 'X.method', 'a.b.X$Y.method/{2}', 'X.<init>'.
    """

    name: str | None
    path: str
    kind: str  # 'main' 'function' 'closure' 'method' 'static' 'init'
    node: FunctionNode | Program | ClassDecl | None
    params: list[ParamInfo] = field(default_factory=list)
    return_type: Type = ANY
    parent: FunctionInfo | None = None
    class_info: ClassInfo | None = None
    captures: list[Variable] = field(default_factory=list)  # order = order in the environment tuple
    uses_globals: bool = False
    may_suspend: bool = True
    never_null: bool = False  # its result; see narrowing.py
    is_value: bool = False  # used other than by direct call, so that its dynamic entry is needed
    is_final: bool = False
    pos: int = 0
    call_pos: int = -1  # of the one built-in method that a closure is written for: wrong arguments are told there

    @property
    def needs_environment(self) -> bool:
        """Is there something that its direct form is given before the arguments: captured values, `this`, globals?"""
        return bool(self.captures) or self.kind in ("main", "method", "init")


class FieldInfo(Struct):
    """A field of a class."""

    name: str
    type: Type
    default: Expr | None
    is_const: bool = False
    is_final: bool = False
    is_static: bool = False
    const: Any = None
    owner: ClassInfo | None = None
    pos: int = 0

    @property
    def is_mandatory(self) -> bool:
        return self.default is None


class ClassInfo(Struct):
    """A Jactl class. full_name is package-qualified, inner classes with '$': 'a.b.X$Y'."""

    name: str
    full_name: str
    package: str
    base: ClassInfo | None = None
    outer: ClassInfo | None = None
    node: ClassDecl | None = None
    fields: dict[str, FieldInfo] = field(default_factory=dict)  # own instance fields, in order
    constants: dict[str, FieldInfo] = field(default_factory=dict)
    methods: dict[str, FunctionInfo] = field(default_factory=dict)  # own; static ones have kind 'static'
    inner: dict[str, ClassInfo] = field(default_factory=dict)
    type: Type | None = None  # its instance type
    init: FunctionInfo | None = None
    unit: UnitInfo | None = None
    python_class: Any = None  # set by codegen when the class is built

    def mandatory_fields(self) -> list[str]:
        """The fields, inherited ones too, that an instance cannot be made without."""
        return [name for name, declared in self.all_fields().items() if declared.is_mandatory]

    def all_fields(self) -> dict[str, FieldInfo]:
        """Instance fields, inherited ones first."""
        inherited = self.base.all_fields() if self.base else {}
        return {**inherited, **self.fields}

    def find_method(self, name: str) -> FunctionInfo | None:
        info: ClassInfo | None = self
        while info is not None:
            if name in info.methods:
                return info.methods[name]
            info = info.base
        return None

    def find_field(self, name: str) -> FieldInfo | None:
        info: ClassInfo | None = self
        while info is not None:
            if name in info.fields:
                return info.fields[name]
            if name in info.constants:
                return info.constants[name]
            info = info.base
        return None


class UnitInfo(Struct):
    """One resolved source: a script with its classes, or a class file."""

    source: str
    name: str  # class name of the script, for messages; '' when not given
    package: str
    program: Program
    main: FunctionInfo | None
    functions: list[FunctionInfo] = field(default_factory=list)  # every one, parents before children
    classes: list[ClassInfo] = field(default_factory=list)  # bases before subclasses
    globals_read: set[str] = field(default_factory=set)
    used_classes: list[ClassInfo] = field(default_factory=list)  # of other units
