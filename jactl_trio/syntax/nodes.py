"""The syntax tree: what the parser gives and the resolver annotates.

Every node has `pos`, the offset into the source text at which an error about this node is reported
(for an operator the operator itself, as in the reference's messages).  Fields below a line
`# resolved` are None or False after parsing and are filled in by `resolve`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..resolve.model import ClassInfo, FunctionInfo, Signature, Variable
    from ..values.types import Type


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Node:
    """What all have: their place."""

    pos: int

    @recursive_repr()
    def __repr__(self) -> str:
        """As that of any dataclass; to make one for each class would take several milliseconds at every start."""
        shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self))
        return f"{type(self).__name__}({shown})"


@dataclass(slots=True, eq=False, repr=False)
class Expr(Node):
    """What has a value."""

    # resolved
    type: Type | None = field(default=None, kw_only=True)
    is_const: bool = field(default=False, kw_only=True)  # then `const` is the folded value
    const: Any = field(default=None, kw_only=True)
    unless_null: Type | None = field(default=None, kw_only=True)  # what it is unless null; then `type` is ANY
    may_suspend: bool = field(default=False, kw_only=True)  # this expression or one inside it
    parenthesised: bool = field(default=False, kw_only=True)  # set by the parser
    result_used: bool = field(default=True, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Stmt(Node):
    """What has none."""

    # resolved
    may_suspend: bool = field(default=False, kw_only=True)


# ---------------------------------------------------------------- types as written


@dataclass(slots=True, eq=False, repr=False)
class TypeName(Node):
    """`int`, `def`, `var`, `a.b.X.Y`, each with array dimensions: `int[][]`."""

    path: list[str]
    dimensions: int = 0
    # resolved
    type: Type | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class TypeExpr(Expr):
    """A type standing where an expression is expected: right of instanceof, in a switch pattern."""

    type_name: TypeName


# ---------------------------------------------------------------- literals


@dataclass(slots=True, eq=False, repr=False)
class Literal(Expr):
    """value: None, bool, int, Long, float, decimal.Decimal or str, as in values.numbers."""

    value: Any


@dataclass(slots=True, eq=False, repr=False)
class StringTemplate(Expr):
    """An interpolated string; parts are Literal strings and expressions in turn."""

    parts: list[Expr]


@dataclass(slots=True, eq=False, repr=False)
class ListLiteral(Expr):
    """`[a, b]`."""

    items: list[Expr]


@dataclass(slots=True, eq=False, repr=False)
class MapLiteral(Expr):
    """entries: (key, value); a bare-word key is a Literal string, a `(key)` its expression."""

    entries: list[tuple[Expr, Expr]]
    is_named_args: bool = False


# ---------------------------------------------------------------- names and access


@dataclass(slots=True, eq=False, repr=False)
class Name(Expr):
    """An identifier, `this`, `super`, `it`, a capture variable `$1`, or `_`/`*` in patterns."""

    name: str
    # resolved
    variable: Variable | None = field(default=None, kw_only=True)
    function: Signature | None = field(default=None, kw_only=True)  # a built-in or host function
    create_type: Type | None = field(default=None, kw_only=True)  # what an element is assigned in, created where null


@dataclass(slots=True, eq=False, repr=False)
class ClassPath(Expr):
    """A class named with its package: `a.b.c.X`."""

    package: str
    name: str
    # resolved
    class_info: ClassInfo | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Access(Expr):
    """`parent.key`, `parent?.key`, `parent[key]`, `parent?[key]`; op is '.', '?.', '[' or '?['."""

    parent: Expr
    op: str
    key: Expr  # a Literal string for `.name`
    is_called: bool = field(default=False, kw_only=True)  # `parent."$name"(...)`
    # resolved
    create_missing: bool = field(default=False, kw_only=True)  # inside an assignment's left side
    create_type: Type | None = field(default=None, kw_only=True)  # MAP or LIST for what is missing
    member: Any = field(default=None, kw_only=True)  # FieldInfo | MethodInfo | Signature, if known
    is_untyped: bool = field(default=False, kw_only=True)  # parent is of no known type


# ---------------------------------------------------------------- operators


@dataclass(slots=True, eq=False, repr=False)
class Unary(Expr):
    """Prefix: '-', '+', '!', 'not', '~', '++', '--', and the parser's 'grouping' never."""

    op: str
    operand: Expr


@dataclass(slots=True, eq=False, repr=False)
class Postfix(Expr):
    """'++' and '--'."""

    op: str
    operand: Expr


@dataclass(slots=True, eq=False, repr=False)
class Binary(Expr):
    """Arithmetic, bits, shifts, comparison (`<=>`, `===`, `!==`, `in`, `!in`), `&&`, `||`, `and`, `or`,
    `?:`, `instanceof`, `!instanceof`, `as` (the last three with a TypeExpr at the right)."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False, repr=False)
class Ternary(Expr):
    """`condition ? then : otherwise`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    colon_pos: int = field(default=0, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Cast(Expr):
    """`(int)x`."""

    type_name: TypeName
    operand: Expr


@dataclass(slots=True, eq=False, repr=False)
class Convert(Expr):
    """Put in by the resolver, never by the parser: the operand implicitly converted to this node's `type`
    where nothing else tells so. An initialiser, an argument, a returned value, a branch of `? :` is not wrapped: it is
    converted to the type of its variable, parameter, function, expression. Its errors are reported at pos. With
    `unless_null` set (then type is ANY) null stays null, all else becomes unless_null, boxed."""

    operand: Expr


@dataclass(slots=True, eq=False, repr=False)
class Current(Expr):
    """Put in by the resolver, left in an Assign's `operation`: what the target holds before the assignment."""


@dataclass(slots=True, eq=False, repr=False)
class Assign(Expr):
    """target is Name, Access, or ExprList for `(a, b) = [1, 2]`; op is '=', '?=', '+=', '<<=' and so on."""

    target: Expr
    op: str
    value: Expr
    declares_if_unknown: bool = field(default=False, kw_only=True)  # `for (i = 0; ...)`: i is new unless known
    # resolved
    # for `+=` and its like: the Binary of a Current and `value`, whose result is stored (converted to the target's
    # type) and
    # is the expression's value; for a multi-assignment: a BlockExpr that does it. `type` is that of the value before
    # it is converted for storing: `def y = (x = 3L)` gives a long whatever x is.
    operation: Expr | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class ExprList(Expr):
    """`(a, b, c)` at the left of a multi-assignment; a VarDecl target appears as VarDecl."""

    items: list[Expr]


# ---------------------------------------------------------------- regular expressions


@dataclass(slots=True, eq=False, repr=False)
class RegexMatch(Expr):
    """`subject =~ /pattern/mods`, `!~`; subject None: a bare /pattern/ matched against `it`.

    The pattern is any expression; modifiers is '' or letters of a literal.
    """

    subject: Expr | None
    op: str
    pattern: Expr
    modifiers: str
    # resolved
    captures: Variable | None = field(default=None, kw_only=True)  # the scope's capture variable


@dataclass(slots=True, eq=False, repr=False)
class RegexSubst(RegexMatch):
    """`s/pattern/replacement/mods`; replacement is a Literal or a StringTemplate."""

    replacement: Expr = field(kw_only=True)
    operator_pos: int = field(default=0, kw_only=True)  # of `=~`


# ---------------------------------------------------------------- calls


@dataclass(slots=True, eq=False, repr=False)
class Call(Expr):
    """`callee(args)`, `callee{...}`; named arguments are one MapLiteral with is_named_args."""

    callee: Expr
    args: list[Expr]
    # resolved
    target: FunctionInfo | Signature | None = field(default=None, kw_only=True)  # known at compile time
    is_chained: bool = field(default=False, kw_only=True)  # its result is the receiver of a method call
    open_pos: int = field(default=0, kw_only=True)  # of the '('


@dataclass(slots=True, eq=False, repr=False)
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


@dataclass(slots=True, eq=False, repr=False)
class Pipeline(Expr):
    """Put in by the resolver, never by the parser: a chain of methods, its closures' bodies in one loop (fusing.py)."""

    source: Expr
    stages: list[Stage]  # in the order in which an element goes through them
    end: str  # what becomes of the elements: list each sum size join reduce groupBy
    argument: Expr | None = None  # of reduce and join
    name_pos: int = field(default=0, kw_only=True)  # of the last method
    result_number: int = field(default=0, kw_only=True)  # of the temporaries at `pos`, the one that has the result
    first: MethodCall | None = field(default=None, kw_only=True)  # of a guarded one: the call on the source


@dataclass(slots=True, eq=False, repr=False)
class Stage(Node):
    """A closure of a Pipeline; kind: map filter each reduce groupBy. Its variables are the closure's parameters.

    In a guarded Pipeline the closure is a function too, and its Returns are as they were: no results."""

    kind: str
    variables: list[Variable]
    body: Block
    results: list[Give]
    type: Type  # of what it gives, where that is one that is never null


@dataclass(slots=True, eq=False, repr=False)
class Give(Expr):
    """The Return of a closure that has become a Stage; it always stands last."""

    value: Expr


@dataclass(slots=True, eq=False, repr=False)
class New(Expr):
    """`new X(args)` (args a list), or an array `new int[3][]` (lengths, the missing ones None)."""

    type_name: TypeName
    args: list[Expr] | None
    lengths: list[Expr | None] = field(default_factory=list)
    open_pos: int = field(default=0, kw_only=True)


# ---------------------------------------------------------------- functions


@dataclass(slots=True, eq=False, repr=False)
class Parameter(Node):
    """pos is the name; type_name None: not written (`def`)."""

    name: str
    type_name: TypeName | None
    default: Expr | None
    is_const: bool = False
    is_final: bool = False
    # resolved
    variable: Variable | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
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


# ---------------------------------------------------------------- expressions that leave or run


@dataclass(slots=True, eq=False, repr=False)
class Return(Expr):
    """`return value`; without a value: null."""

    value: Expr | None


@dataclass(slots=True, eq=False, repr=False)
class Break(Expr):
    """`break label`, also as an expression."""

    label: str | None
    label_pos: int = field(default=0, kw_only=True)
    # resolved
    loop: While | ForIn | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Continue(Expr):
    """`continue label`, also as an expression."""

    label: str | None
    label_pos: int = field(default=0, kw_only=True)
    # resolved
    loop: While | ForIn | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Print(Expr):
    """`print value`, `println value`."""

    value: Expr
    newline: bool


@dataclass(slots=True, eq=False, repr=False)
class Die(Expr):
    """`die value`."""

    value: Expr | None


@dataclass(slots=True, eq=False, repr=False)
class Eval(Expr):
    """`eval(script, globals)`."""

    script: Expr
    globals: Expr | None


@dataclass(slots=True, eq=False, repr=False)
class BlockExpr(Expr):
    """`do { ... }` used as an expression: the value of its last statement, converted to this node's type."""

    block: Block


# ---------------------------------------------------------------- switch


@dataclass(slots=True, eq=False, repr=False)
class Switch(Expr):
    """`switch (subject) { ... }`."""

    subject: Expr | None  # None: `it`
    cases: list[SwitchCase]
    default: Expr | None
    default_pos: int = field(default=0, kw_only=True)
    # resolved
    it: Variable | None = field(default=None, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class SwitchCase(Node):
    """patterns: (pattern, guard or None). A pattern is a Literal, RegexMatch, TypeExpr, Name (`_`, `*`,
    a binding, `$x` and `${...}` as the expression itself in an ExprPattern), VarDecl (typed binding),
    ListLiteral or MapLiteral of patterns, ConstructorPattern, StringTemplate."""

    patterns: list[tuple[Expr, Expr | None]]
    result: Expr
    # resolved
    bindings: list[Variable] = field(default_factory=list, kw_only=True)
    matcher: Variable | None = field(default=None, kw_only=True)  # of the regexes in its patterns


@dataclass(slots=True, eq=False, repr=False)
class ConstructorPattern(Expr):
    """`X(1, _)`: args a ListLiteral; `X(i:1)`: args a MapLiteral."""

    type_name: TypeName
    args: Expr


@dataclass(slots=True, eq=False, repr=False)
class ExprPattern(Expr):
    """`$x` or `${expr}` in a pattern: compare with the value of expr."""

    expr: Expr


# ---------------------------------------------------------------- statements


@dataclass(slots=True, eq=False, repr=False)
class Block(Stmt):
    """A scope. `BEGIN { }`/`END { }` blocks of a script have kind 'begin'/'end'."""

    statements: list[Stmt]
    kind: str = ""
    first_pos: int = 0  # of what follows the brace, be it a new line
    end_pos: int = 0
    # resolved
    matcher: Variable | None = field(default=None, kw_only=True)  # of its regex matches: a new Matcher at its begin


@dataclass(slots=True, eq=False, repr=False)
class StmtGroup(Stmt):
    """Several statements without a scope of their own (`int x = 1, y = 2`)."""

    statements: list[Stmt]


@dataclass(slots=True, eq=False, repr=False)
class ExprStmt(Stmt):
    """An expression whose value nobody asks for, or the last one of its block."""

    expr: Expr


@dataclass(slots=True, eq=False, repr=False)
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


@dataclass(slots=True, eq=False, repr=False)
class If(Stmt):
    """`if`, `unless` (condition already negated), and the trailing forms."""

    condition: Expr
    then: Stmt | None
    otherwise: Stmt | None


@dataclass(slots=True, eq=False, repr=False)
class While(Stmt):
    """`while`, `until` (negated), `do ... while/until` (is_do), counting `for` (init is a Stmt before, in a Block)."""

    condition: Expr
    body: Stmt | None
    updates: Stmt | None = None
    label: str | None = None
    is_do: bool = False


@dataclass(slots=True, eq=False, repr=False)
class ForIn(Stmt):
    """`for (TYPE name in iterable) body`; pattern instead of name where the language allows destructuring."""

    variable: Expr  # VarDecl | Name | pattern
    iterable: Expr
    body: Stmt | None
    label: str | None = None
    in_pos: int = 0
    strict: bool = False  # written with `:`: an element that the pattern does not match is an error
    # resolved
    bindings: list[Variable] = field(default_factory=list, kw_only=True)  # of a pattern; new ones each round
    it: Variable | None = field(default=None, kw_only=True)  # the element that a pattern is matched with
    matcher: Variable | None = field(default=None, kw_only=True)  # of the regexes in the pattern


@dataclass(slots=True, eq=False, repr=False)
class FunctionDecl(Stmt):
    """A named function as a statement: visible in its whole block."""

    function: FunctionNode
    # resolved
    kept_as: Variable | None = field(
        default=None, kw_only=True
    )  # at the REPL's top level: the global that gets its value


@dataclass(slots=True, eq=False, repr=False)
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


@dataclass(slots=True, eq=False, repr=False)
class Import(Stmt):
    """`import a.b.X as Y`."""

    path: list[str]
    alias: str | None
    is_static: bool
    is_wildcard: bool = False
    path_pos: int = field(default=0, kw_only=True)
    end_pos: int = field(default=0, kw_only=True)  # of the last name
    alias_pos: int = field(default=0, kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Program(Node):
    """A parsed source: a script (statements may hold ClassDecl) or a class file (one ClassDecl)."""

    package: str | None
    package_pos: int
    imports: list[Import]
    body: Block
    is_class: bool = False
    # resolved
    main: FunctionInfo | None = field(default=None, kw_only=True)
