"""Variables, functions, classes, imports, and the whole of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...structs import field
from .base import Expr, Node, Stmt, TypeName

if TYPE_CHECKING:
    from ...resolve.model import ClassInfo, FunctionInfo, Variable
    from .statements import Block


class VarDecl(Expr):
    """`int x = 1`; its value is the value assigned. pos is the name. type_name None: `def`; `var` has path ['var'].

    In a switch pattern: `int x` binds. As a class's field: is_field, maybe is_static."""

    name: str
    type_name: TypeName | None
    value: Expr | None
    is_const: bool = field(default=False, kw_only=True)  # declared `const`; hides Expr.is_const
    is_final: bool = False
    is_field: bool = False
    is_static: bool = False
    is_rest: bool = field(default=False, kw_only=True)  # `*name` in a list pattern
    assign_pos: int = field(default=0, kw_only=True)  # of the '='
    # resolved
    variable: Variable | None = field(default=None, kw_only=True)


class Parameter(Node):
    """pos is the name; type_name None: not written (`def`)."""

    name: str
    type_name: TypeName | None
    default: Expr | None
    is_const: bool = False
    is_final: bool = False
    # resolved
    variable: Variable | None = field(default=None, kw_only=True)


class FunctionNode(Expr):
    """A function, method or closure. As an expression its value is the function itself.

    name is None for a closure. A closure without a parameter list has has_parameters False (then `it`
    is its optional parameter). The last statement's value is returned (the resolver adds the Return).
    """

    name: str | None
    return_type: TypeName | None
    parameters: list[Parameter]
    body: Block
    has_parameters: bool = True
    is_static: bool = False
    is_final: bool = False
    name_pos: int = field(default=0, kw_only=True)
    # resolved
    info: FunctionInfo | None = field(default=None, kw_only=True)


class FunctionDecl(Stmt):
    """A named function as a statement: visible in its whole block."""

    function: FunctionNode
    # resolved
    kept_as: Variable | None = field(
        default=None, kw_only=True
    )  # at the REPL's top level: the global that gets its value


class ClassDecl(Stmt):
    """`class X extends Y { ... }`."""

    name: str
    base: TypeName | None
    fields: list[VarDecl]
    methods: list[FunctionNode]
    inner_classes: list[ClassDecl]
    constants: list[VarDecl] = field(default_factory=list)
    # resolved
    info: ClassInfo | None = field(default=None, kw_only=True)


class Import(Stmt):
    """`import a.b.X as Y`."""

    path: list[str]
    alias: str | None
    is_static: bool
    is_wildcard: bool = False
    path_pos: int = field(default=0, kw_only=True)
    end_pos: int = field(default=0, kw_only=True)  # of the last name
    alias_pos: int = field(default=0, kw_only=True)


class Program(Node):
    """A parsed source: a script (statements may hold ClassDecl) or a class file (one ClassDecl)."""

    package: str | None
    package_pos: int
    imports: list[Import]
    body: Block
    is_class: bool = False
    # resolved
    main: FunctionInfo | None = field(default=None, kw_only=True)
