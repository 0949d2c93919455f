"""Text: interpolated strings, `+` with a String, and any value as text where print, die and regexes want it.

Values whose text needs no script code are formatted inline; the text of anything else comes from to_text, which may
suspend in an instance's toString().
"""

from __future__ import annotations

import ast

from ..syntax import nodes
from ..values.types import Type
from . import trees
from .conversions import boxed
from .lowerer import Lowerer, lowers, type_of

_BOUNDED = frozenset(("int", "long", "byte", "boolean", "double"))
_PARTS_INLINE = 30
_PARTS_TWICE = 5  # they stand in the code twice
_SHORT_CHARS = 1 << 20  # so much and what stands in the source never reach the limit on the size of strings


def text(lw: Lowerer, node: nodes.Expr) -> ast.expr:
    """The text of an expression's value: a str, 'null' for null."""
    return _text(lw, lw.lower(node), type_of(node), node.pos)


def text_or_null(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    """The text of a value, but null for null: `as String`."""
    if source.kind in ("String", "null"):
        return value
    if source.kind in _BOUNDED:
        return _text(lw, value, source, pos)
    held = lw.simple(boxed(lw, value, source))
    temp = lw.variable_temp()
    with lw.collecting() as other:
        made = lw.suspending_helper("to_text", held, pos=pos)
        other.append(trees.assign(temp, lw.taken(made)))
    lw.emit(trees.branch(trees.is_none(held), [trees.assign(temp, trees.none())], other))
    lw.stable_names.add(temp)
    return trees.name(temp)


@lowers(nodes.StringTemplate)
def _template(lw: Lowerer, node: nodes.StringTemplate) -> ast.expr:
    return joined(lw, node.parts)


def concatenation(lw: Lowerer, node: nodes.Binary) -> ast.expr:
    """`+` of type String: all operands of a chain at once."""
    parts: list[nodes.Expr] = []
    left: nodes.Expr = node
    while isinstance(left, nodes.Binary) and left.op == "+" and type_of(left).kind == "String" and not left.is_const:
        parts.append(left.right)
        left = left.left
        if lw.options.stress is not None:
            break
    parts.append(left)
    parts.reverse()
    if len(parts) == 2 and not _never_null(parts[0]):
        return _two(lw, parts[0], parts[1])
    return joined(lw, parts)


def _two(lw: Lowerer, left: nodes.Expr, right: nodes.Expr) -> ast.expr:
    """A null on the left of a lone `+` is an error, found before the right side is evaluated."""
    one, two = lw.operands([lambda: _not_null_text(lw, left), lambda: text(lw, right)])
    return lw.helper("concat_texts", one, two, pos=left.pos)


def _not_null_text(lw: Lowerer, node: nodes.Expr) -> ast.expr:
    value, source = lw.lower(node), type_of(node)
    if source.kind == "String":
        return value
    value = lw.stable(value)
    null = ast.Expr(lw.helper("concat_texts", trees.none(), trees.constant(""), pos=node.pos))
    lw.emit(trees.branch(trees.is_none(value), [null]))
    return _text(lw, value, source, node.pos)


def _never_null(node: nodes.Expr) -> bool:
    return type_of(node).is_primitive or isinstance(node, nodes.Literal | nodes.StringTemplate | nodes.Binary)


def joined(lw: Lowerer, parts: list[nodes.Expr]) -> ast.expr:
    """The texts of the parts in one string."""
    texts: list[ast.expr] = lw.operands([lambda p=part: text(lw, p) for part in parts])  # type: ignore[misc]
    if not texts:
        return trees.constant("")
    if len(texts) > 1 and any(trees.value_of(one) == "" for one in texts):
        kept = [index for index, one in enumerate(texts) if trees.value_of(one) != ""] or [0]
        parts, texts = [parts[index] for index in kept], [texts[index] for index in kept]
    if len(texts) == 1:
        return texts[0]
    if sum(1 for part in parts if not _is_short(part)) == 0 and len(parts) <= _PARTS_INLINE:
        return ast.JoinedStr([_formatted(value) for value in texts])
    return _limited(lw, parts, texts)


def _limited(lw: Lowerer, parts: list[nodes.Expr], texts: list[ast.expr]) -> ast.expr:
    """Texts of any length: inline where only one of them is not bounded, and it is short; else by a helper."""
    unbounded = [index for index, part in enumerate(parts) if not _is_short(part)]
    at = unbounded[0]
    helper = lw.helper("join_texts", trees.tuple_of(texts), pos=parts[0].pos)
    if len(unbounded) > 1 or len(parts) > _PARTS_TWICE or not isinstance(texts[at], ast.Name | ast.Constant):
        return helper
    test = trees.compare(trees.call(trees.name("len"), texts[at]), ast.Lt(), trees.constant(_SHORT_CHARS))
    return trees.choice(test, ast.JoinedStr([_formatted(one) for one in texts]), helper)


def _is_short(node: nodes.Expr) -> bool:
    """Is the text of a part bounded by the source? Then no limit on the size of strings is in reach."""
    return node.is_const or isinstance(node, nodes.Literal) or type_of(node).kind in _BOUNDED


def _formatted(value: ast.expr) -> ast.expr:
    """A text as a part of a Python template; that of an int is made there."""
    if isinstance(value, ast.Constant):
        return value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "str":
        value = value.args[0]
    return ast.FormattedValue(value, -1, None)


def _text(lw: Lowerer, value: ast.expr, source: Type, pos: int) -> ast.expr:
    if isinstance(value, ast.Constant) and (value.value is None or type(value.value) in (str, bool, int)):
        return trees.constant(_constant_text(value.value))
    inline = _INLINE.get(source.kind)
    if inline is not None:
        return inline(lw, value)
    held = lw.simple(boxed(lw, value, source))
    if source.kind == "Decimal":
        return lw.helper("to_text", held)
    return _dynamic(lw, held, pos)


def _constant_text(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _dynamic(lw: Lowerer, held: ast.expr, pos: int) -> ast.expr:
    """A str as it is, an int's digits, anything else by to_text, a site."""
    temp = lw.variable_temp()
    call = trees.at(trees.call(trees.name("to_text"), held), lw.site(pos))
    is_text = lw.test_of(held, "str") or trees.constant(True)
    is_int = trees.has_type(held, "int")
    digits = trees.assign(temp, trees.call(trees.name("str"), held))
    other = ast.If(is_int, [digits], [trees.assign(temp, call)])
    lw.emit(ast.If(is_text, [trees.assign(temp, held)], [other]))
    lw.stable_names.add(temp)
    return trees.name(temp)


def _string(lw: Lowerer, value: ast.expr) -> ast.expr:
    if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Call) and _gives_text(value)):
        return value
    value, again = lw.twice(value)
    return trees.choice(trees.is_none(value), trees.constant("null"), again)


def _gives_text(value: ast.Call) -> bool:
    return isinstance(value.func, ast.Name) and value.func.id in ("join_texts", "str", "double_text", "concat_texts")


def _integer(lw: Lowerer, value: ast.expr) -> ast.expr:
    return trees.call(trees.name("str"), value)


def _boolean(lw: Lowerer, value: ast.expr) -> ast.expr:
    return trees.choice(value, trees.constant("true"), trees.constant("false"))


def _double(lw: Lowerer, value: ast.expr) -> ast.expr:
    return lw.helper("double_text", value)


_INLINE = {
    "String": _string,
    "int": _integer,
    "long": _integer,
    "byte": _integer,
    "boolean": _boolean,
    "double": _double,
}
