"""Literals, names, access, operators, assignment, regular expressions; expressions that leave what they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...structs import field
from .base import Expr, TypeName

if TYPE_CHECKING:
    from ...resolve.model import ClassInfo, Signature, Variable
    from ...values.types import Type
    from .statements import Block, ForIn, While


class Literal(Expr):
    """value: None, bool, int, Long, float, decimal.Decimal or str, as in values.numbers."""

    value: Any


class StringTemplate(Expr):
    """An interpolated string; parts are Literal strings and expressions in turn."""

    parts: list[Expr]


class ListLiteral(Expr):
    """`[a, b]`."""

    items: list[Expr]


class MapLiteral(Expr):
    """entries: (key, value); a bare-word key is a Literal string, a `(key)` its expression."""

    entries: list[tuple[Expr, Expr]]
    is_named_args: bool = False


class Name(Expr):
    """An identifier, `this`, `super`, `it`, a capture variable `$1`, or `_`/`*` in patterns."""

    name: str
    # resolved
    variable: Variable | None = field(default=None, kw_only=True)
    function: Signature | None = field(default=None, kw_only=True)  # a built-in or host function
    create_type: Type | None = field(default=None, kw_only=True)  # what an element is assigned in, created where null


class ClassPath(Expr):
    """A class named with its package: `a.b.c.X`."""

    package: str
    name: str
    # resolved
    class_info: ClassInfo | None = field(default=None, kw_only=True)


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
    is_present: bool = field(default=False, kw_only=True)  # an entry that is there, and not null: contents.py


class Unary(Expr):
    """Prefix: '-', '+', '!', 'not', '~', '++', '--', and the parser's 'grouping' never."""

    op: str
    operand: Expr


class Postfix(Expr):
    """'++' and '--'."""

    op: str
    operand: Expr


class Binary(Expr):
    """Arithmetic, bits, shifts, comparison (`<=>`, `===`, `!==`, `in`, `!in`), `&&`, `||`, `and`, `or`,
    `?:`, `instanceof`, `!instanceof`, `as` (the last three with a TypeExpr at the right)."""

    op: str
    left: Expr
    right: Expr


class Ternary(Expr):
    """`condition ? then : otherwise`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    colon_pos: int = field(default=0, kw_only=True)


class Cast(Expr):
    """`(int)x`."""

    type_name: TypeName
    operand: Expr


class Convert(Expr):
    """Put in by the resolver, never by the parser: the operand implicitly converted to this node's `type`
    where nothing else tells so. An initialiser, an argument, a returned value, a branch of `? :` is not wrapped: it is
    converted to the type of its variable, parameter, function, expression. Its errors are reported at pos. With
    `unless_null` set (then type is ANY) null stays null, all else becomes unless_null, boxed."""

    operand: Expr


class Current(Expr):
    """Put in by the resolver, left in an Assign's `operation`: what the target holds before the assignment.

    variable: the target's, where it is one.
    """

    variable: Variable | None = None


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


class ExprList(Expr):
    """`(a, b, c)` at the left of a multi-assignment; a VarDecl target appears as VarDecl."""

    items: list[Expr]


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


class RegexSubst(RegexMatch):
    """`s/pattern/replacement/mods`; replacement is a Literal or a StringTemplate."""

    replacement: Expr = field(kw_only=True)
    operator_pos: int = field(default=0, kw_only=True)  # of `=~`


class BlockExpr(Expr):
    """`do { ... }` used as an expression: the value of its last statement, converted to this node's type."""

    block: Block


class Print(Expr):
    """`print value`, `println value`."""

    value: Expr
    newline: bool


class Die(Expr):
    """`die value`."""

    value: Expr | None


class Eval(Expr):
    """`eval(script, globals)`."""

    script: Expr
    globals: Expr | None


class Return(Expr):
    """`return value`; without a value: null."""

    value: Expr | None


class Break(Expr):
    """`break label`, also as an expression."""

    label: str | None
    label_pos: int = field(default=0, kw_only=True)
    # resolved
    loop: While | ForIn | None = field(default=None, kw_only=True)


class Continue(Expr):
    """`continue label`, also as an expression."""

    label: str | None
    label_pos: int = field(default=0, kw_only=True)
    # resolved
    loop: While | ForIn | None = field(default=None, kw_only=True)
