"""Patterns of switch cases and of for loops: what their names bind, their types, and what they can never match."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..structs import Struct, field
from ..syntax import nodes
from ..values.display import plain_text
from ..values.types import ANY, LIST, MAP, STRING, Type
from .conversions import is_castable, is_coercible
from .literals import literal_type
from .model import ClassInfo, FieldInfo, Variable
from .regex import resolve_match
from .types import instance_type, resolve_type, static_type, text
from .variables import declare, exists, find_constant, is_inferred

if TYPE_CHECKING:
    from .resolver import Resolver

_SUBJECTS_OF_LISTS = frozenset(("array", "List", "Object"))


class Bindings(Struct):
    """The names that a case binds: its patterns share them, each pattern binds its own anew."""

    variables: dict[str, Variable] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)  # by the current pattern

    def next_pattern(self) -> None:
        self.bound = set()


def resolve_loop_pattern(r: Resolver, node: nodes.ForIn, element: Type) -> None:
    """The pattern of `for (pattern in items)`: its bindings are declared in the innermost block."""
    bindings = Bindings()
    errors = len(r.errors)
    node.variable = resolve_pattern(r, node.variable, element, bindings)
    node.bindings = list(bindings.variables.values())
    if len(r.errors) == errors:
        check_compatible(r, node.variable, element)


def resolve_pattern(r: Resolver, node: nodes.Expr, subject: Type, bindings: Bindings) -> nodes.Expr:
    """A whole pattern, for a subject of a static type."""
    if isinstance(node, nodes.VarDecl):
        return _top_binding(r, node, subject, bindings)
    return _pattern(r, node, bindings)


def _pattern(r: Resolver, node: nodes.Expr, bindings: Bindings) -> nodes.Expr:
    handler = _PATTERNS.get(type(node))
    if handler is None:
        return r.expr(node)
    return handler(r, node, bindings)


# Names


def _top_binding(r: Resolver, node: nodes.VarDecl, subject: Type, bindings: Bindings) -> nodes.Expr:
    """`int x`; `def x` and `var x` take the subject's type."""
    type_ = resolve_type(r, node.type_name)
    if is_inferred(node):
        type_ = subject
    elif not is_coercible(subject, type_):
        r.error("Type of binding variable not compatible with switch expression type", node.pos)
    return _bind(r, node, type_, bindings)


def _binding(r: Resolver, node: nodes.VarDecl, bindings: Bindings) -> nodes.Expr:
    return _bind(r, node, resolve_type(r, node.type_name), bindings)


def _bind(r: Resolver, node: nodes.VarDecl, type_: Type, bindings: Bindings) -> nodes.Expr:
    name = node.name
    if name in bindings.variables:
        r.error(f"Binding variable '{name}' already declared in switch pattern", node.pos)
    elif exists(r, name):
        r.error(f"Binding variable '{name}' shadows another variable of the same name already declared", node.pos)
    node.type = type_
    node.variable = declare(r, name, type_, node.pos)
    bindings.variables[name] = node.variable
    bindings.bound.add(name)
    return node


def _name(r: Resolver, node: nodes.Name, bindings: Bindings) -> nodes.Expr:
    """`_` and `*`; a constant; the first use of a name binds it, the next one compares with what it bound."""
    name = node.name
    if name in ("_", "*"):
        node.type = ANY
        return node
    constant = find_constant(r, name)
    if constant is not None:
        return _constant(r, constant, node.pos)
    variable = bindings.variables.get(name)
    if variable is None:
        return _bind(r, nodes.VarDecl(name, None, None, pos=node.pos), ANY, bindings)
    if name in bindings.bound:
        node.variable, node.type = variable, variable.type
        return node
    bindings.bound.add(name)
    again = nodes.VarDecl(name, None, None, pos=node.pos)
    again.variable, again.type = variable, variable.type
    return again


def _constant(r: Resolver, constant: Variable | FieldInfo, pos: int) -> nodes.Expr:
    return r.expr(nodes.Literal(constant.const, pos=pos))


# Types, classes and their constants


def _type(r: Resolver, node: nodes.TypeExpr, bindings: Bindings) -> nodes.Expr:
    path = node.type_name.path
    if not node.type_name.dimensions:
        constant = find_constant(r, path[0]) if len(path) == 1 else _class_constant(r, node)
        if constant is not None:
            return _constant(r, constant, node.pos)
    node.type = resolve_type(r, node.type_name)
    return node


def _class_constant(r: Resolver, node: nodes.TypeExpr) -> FieldInfo | None:
    """`X.Y.MAX` where X.Y is a class that has no inner class MAX."""
    *path, last = node.type_name.path
    in_package = bool(path) and not path[0][0].isupper() and len(path) > 1
    info = r.find_class(path[:2], node.pos) if in_package else r.class_named(path[0])
    for name in path[2 if in_package else 1 :]:
        info = info.inner.get(name) if isinstance(info, ClassInfo) else None
    if not isinstance(info, ClassInfo) or last in info.inner:
        return None
    found = info.find_field(last)
    if found is not None and found.is_const:
        return found
    r.error(f"No class static field '{last}' for class {info.name}", node.pos)
    return FieldInfo(last, ANY, None, is_const=True)


def _constructor(r: Resolver, node: nodes.ConstructorPattern, bindings: Bindings) -> nodes.Expr:
    type_ = resolve_type(r, node.type_name)
    node.type = type_
    args = node.args
    if isinstance(args, nodes.ListLiteral):
        args.items = [_pattern(r, item, bindings) for item in args.items]
    elif isinstance(args, nodes.MapLiteral):
        args.entries = [(_key(r, key), _pattern(r, value, bindings)) for key, value in args.entries]
    args.type = MAP
    info = type_.cls
    if isinstance(info, ClassInfo):
        if isinstance(args, nodes.ListLiteral):
            node.args = _named(r, args, info)
        elif isinstance(args, nodes.MapLiteral):
            _check_fields(r, args, info)
    elif type_ is not ANY:
        r.error(f"Class {type_.name} is a built-in type and has no constructor pattern", node.pos)
    return node


def _named(r: Resolver, args: nodes.ListLiteral, info: ClassInfo) -> nodes.MapLiteral:
    """Positional arguments stand for the mandatory fields, in their order."""
    mandatory = [each for each in info.all_fields().values() if each.is_mandatory]
    if len(args.items) != len(mandatory):
        count = len(mandatory)
        r.error(f"Argument count for constructor pattern does not match mandatory field count of {count}", args.pos)
    entries: list[tuple[nodes.Expr, nodes.Expr]] = []
    for item, each in zip(args.items, mandatory, strict=False):
        if not is_coercible(pattern_type(item), each.type):
            message = f"Argument value of type {text(pattern_type(item))} incompatible with type {text(each.type)}"
            r.error(f"{message} of field {each.name}", item.pos)
        entries.append((_literal(r, each.name, item.pos), item))
    found = nodes.MapLiteral(entries, pos=args.pos)
    found.type = MAP
    return found


def _check_fields(r: Resolver, args: nodes.MapLiteral, info: ClassInfo) -> None:
    fields = info.all_fields()
    for key, _ in args.entries:
        if isinstance(key, nodes.Literal) and key.value not in fields:
            r.error(f"Field {key.value} does not exist in class {text(instance_type(info))}", key.pos)
            return


def _literal(r: Resolver, value: str, pos: int) -> nodes.Expr:
    return r.expr(nodes.Literal(value, pos=pos))


# Lists and maps, expressions, regexes


def _list(r: Resolver, node: nodes.ListLiteral, bindings: Bindings) -> nodes.Expr:
    node.items = [_pattern(r, item, bindings) for item in node.items]
    _one_star(r, [item for item in node.items if isinstance(item, nodes.Name) and item.name == "*"])
    node.type = LIST
    return node


def _map(r: Resolver, node: nodes.MapLiteral, bindings: Bindings) -> nodes.Expr:
    entries: list[tuple[nodes.Expr, nodes.Expr]] = []
    for key, value in node.entries:
        if is_star(key):
            key.type = ANY
            entries.append((key, key))
        else:
            entries.append((_key(r, key), _pattern(r, value, bindings)))
    node.entries = entries
    _one_star(r, [key for key, _ in entries if is_star(key)])
    node.type = MAP
    return node


def _one_star(r: Resolver, stars: list[nodes.Expr]) -> None:
    if len(stars) > 1:
        r.error("'*' can only appear once in a list/map pattern", stars[1].pos)


def _key(r: Resolver, key: nodes.Expr) -> nodes.Expr:
    if not isinstance(key, nodes.Literal) or not isinstance(key.value, str):
        r.error("Expected string constant for map key", key.pos)
        return _literal(r, "", key.pos)
    return r.expr(key)


def _expression(r: Resolver, node: nodes.ExprPattern, bindings: Bindings) -> nodes.Expr:
    node.expr = r.expr(node.expr)
    node.type = static_type(node.expr)
    if node.expr.is_const and isinstance(node.expr, nodes.Access):
        return r.expr(nodes.Literal(node.expr.const, pos=node.pos))
    return node


def _regex(r: Resolver, node: nodes.RegexMatch, bindings: Bindings) -> nodes.Expr:
    """With modifiers a search; without, the text itself."""
    if not node.modifiers:
        node.pattern = r.expr(node.pattern)
        return node.pattern
    resolve_match(r, node)
    node.type = STRING
    return node


_PATTERNS: dict[type, Callable[[Resolver, Any, Bindings], nodes.Expr]] = {
    nodes.Name: _name,
    nodes.VarDecl: _binding,
    nodes.TypeExpr: _type,
    nodes.ConstructorPattern: _constructor,
    nodes.ListLiteral: _list,
    nodes.MapLiteral: _map,
    nodes.ExprPattern: _expression,
    nodes.RegexMatch: _regex,
}


# What a pattern is


def is_star(node: nodes.Expr) -> bool:
    """`*` or `*name`"""
    return (isinstance(node, nodes.Name) and node.name == "*") or (isinstance(node, nodes.VarDecl) and node.is_rest)


def is_underscore(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "_"


def pattern_type(node: nodes.Expr) -> Type:
    """The type of the values that a pattern matches."""
    if isinstance(node, nodes.Literal):
        return literal_type(node.value)
    return static_type(node)


def is_type_pattern(node: nodes.Expr) -> bool:
    """Does it ask for no more than a type (or a class and what its fields match)?"""
    if isinstance(node, nodes.TypeExpr | nodes.ConstructorPattern | nodes.VarDecl):
        return True
    return is_underscore(node) or (isinstance(node, nodes.Name) and node.variable is not None)


def check_compatible(r: Resolver, node: nodes.Expr, subject: Type, parent: Type | None = None) -> bool:
    """Report a pattern that no value of the subject's type can match."""
    if _is_compatible(r, node, subject, parent):
        return True
    shown = _shown(node)
    value = "" if shown is None else f" with value {shown}"
    message = f"Type {text(subject)} can never match pattern type {text(pattern_type(node))}{value}"
    r.error(message, node.pos)
    return False


def _shown(node: nodes.Expr) -> str | None:
    """A constant pattern as messages show it, collections as Java does."""
    if isinstance(node, nodes.Literal):
        return plain_text(node.value)
    if isinstance(node, nodes.TypeExpr):
        return text(static_type(node))
    if isinstance(node, nodes.ListLiteral):
        items = [_shown(item) for item in node.items]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if isinstance(node, nodes.MapLiteral):
        entries = [(_shown(key), _shown(value)) for key, value in node.entries]
        return None if any(None in entry for entry in entries) else f"{{{', '.join(f'{k}={v}' for k, v in entries)}}}"
    return None


def _is_compatible(r: Resolver, node: nodes.Expr, subject: Type, parent: Type | None) -> bool:
    wanted = pattern_type(node)
    if subject is ANY or wanted is ANY:
        return True
    if isinstance(node, nodes.RegexMatch):
        return subject is STRING
    if is_type_pattern(node):
        if is_star(node) and parent is not None and parent.kind in _SUBJECTS_OF_LISTS:
            return True
        if subject.kind == "instance" and wanted.kind == "instance":
            return is_castable(subject, wanted) or is_castable(wanted, subject)
        return subject is wanted
    if subject.is_numeric or wanted.is_numeric:
        return subject.kind == wanted.kind
    if subject.kind == "array" and subject.element is not None:
        element = subject.element
        return isinstance(node, nodes.ListLiteral) and all(
            check_compatible(r, item, element, subject) for item in node.items
        )
    return is_castable(subject, wanted)
