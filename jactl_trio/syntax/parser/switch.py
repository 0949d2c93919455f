"""Switch expressions and the patterns of their cases."""

from __future__ import annotations

from ...errors import RuntimeError
from ...values.types import Type
from .. import nodes
from ..tokens import DOLLAR, EOF, EOL, IDENTIFIER, NUMBERS, STRING, STRING_START, TYPES_AND_VAR
from .declarations import Declarations
from .types import is_class_name

_LITERALS = ("+", "-", *NUMBERS, STRING, "true", "false", "null", STRING_START)


class Switches(Declarations):
    def switch(self) -> nodes.Expr:
        """switch ::= `switch` (`(` subject `)`)? `{` (patterns | `default`) `->` expression ... `}`"""
        keyword = self.expect("switch")
        subject = None
        if self.match("("):
            subject = self.if_unless_expression()
            self.expect(")")
        self.expect("{")
        found = nodes.Switch(subject, [], None, pos=keyword.pos)
        before, self.ignore_eol = self.ignore_eol, False
        try:
            while not self.past_eol_is(EOF, "}"):
                self.skip_newlines()
                self._case(found)
        finally:
            self.ignore_eol = before
        self.expect_or_note("}")
        return found

    def _case(self, found: nodes.Switch) -> None:
        start = self.peek()
        patterns = None
        if self.match_past_eol("default"):
            if found.default is not None:
                raise self.unexpected("cannot have multiple 'default' cases in switch expression")
            found.default_pos = start.pos
        else:
            patterns = self._patterns()
        self.expect("->")
        result = self._as_block(self.if_unless_expression(ignore_eol=False))
        if patterns is None:
            found.default = result
        else:
            found.cases.append(nodes.SwitchCase(patterns, result, pos=start.pos))
        self.match_past_eol(";")
        self.match(EOL)

    def _as_block(self, expr: nodes.Expr) -> nodes.Expr:
        """Braces without parameters are a block, whose last value counts."""
        if isinstance(expr, nodes.FunctionNode) and expr.name is None and not expr.has_parameters:
            return nodes.BlockExpr(expr.body, pos=expr.pos)
        return expr

    def _patterns(self) -> list[tuple[nodes.Expr, nodes.Expr | None]]:
        found: list[tuple[nodes.Expr, nodes.Expr | None]] = []
        while True:
            pattern = self.switch_pattern()
            guard = self.simple_expression() if self.match("if") else None
            found.append((pattern, guard))
            if not self.match(","):
                return found

    # Patterns

    def switch_pattern(self) -> nodes.Expr:
        """pattern ::= literal | type name? | name | `_` | list | map | regex | X(...) | `$x` | `${`expression`}`"""
        self.skip_newlines()
        return self.nested(self._pattern)

    def _pattern(self) -> nodes.Expr:
        token = self.peek()
        kind = token.kind
        if kind in _LITERALS:
            return self._literal_pattern()
        if kind == "[":
            return self._list_or_map_pattern("[", "]", star=True)
        if kind in ("/", "/="):
            return self._regex_pattern()
        if kind == "(" and self.is_cast():
            return self._cast_pattern()
        if kind in TYPES_AND_VAR or (
            kind == IDENTIFIER and (is_class_name(token.text) or self.following_is(IDENTIFIER, "."))
        ):
            return self._type_pattern()
        if kind in (IDENTIFIER, "_"):
            self.advance()
            return nodes.Name(token.text, pos=token.pos)
        if kind == DOLLAR:
            self.advance()
            return nodes.ExprPattern(nodes.Name(token.value, pos=token.pos), pos=token.pos)
        if kind == "${":
            return self._expression_pattern()
        raise self.unexpected("Expect const or regex or type in match case")

    def _literal_pattern(self) -> nodes.Expr:
        token = self.peek()
        if token.kind == STRING_START:
            self.advance()
            if self.peek().kind != "STRING_END":
                raise self.error_at("Embedded expressions not supported in switch pattern", self.peek().pos)
            self.advance()
            return nodes.Literal(token.value, pos=token.pos)
        return self.literal()

    def _regex_pattern(self) -> nodes.Expr:
        """A regex without modifiers must match the whole string; with modifiers it is searched for."""
        return self.string()

    def _expression_pattern(self) -> nodes.Expr:
        opening = self.expect("${")
        block = self.block_body(opening, "}")
        self.expect("}")
        if len(block.statements) == 1 and isinstance(block.statements[0], nodes.ExprStmt):
            return nodes.ExprPattern(block.statements[0].expr, pos=opening.pos)
        return nodes.ExprPattern(nodes.BlockExpr(block, pos=opening.pos), pos=opening.pos)

    def _cast_pattern(self) -> nodes.Expr:
        from ...values.casts import boxed, cast

        type_name = self._cast_head()
        if self.peek().kind not in _LITERALS:
            raise self.unexpected("Expected simple literal value after type cast")
        literal = self._literal_pattern()
        assert isinstance(literal, nodes.Literal)
        type_ = _SIMPLE.get(type_name.path[0])
        if type_ is not None:
            try:
                literal.value = boxed(cast(literal.value, type_), type_)
            except RuntimeError as error:
                raise self.error_at(error.message, literal.pos) from None
        return literal

    def _type_pattern(self) -> nodes.Expr:
        token = self.peek()
        if self.following_is(IDENTIFIER, ".", IDENTIFIER) and not self.attempt(self.type_name):
            return self._constant_pattern()
        type_name = self.type_name(var=True)
        expr: nodes.Expr = nodes.TypeExpr(type_name, pos=token.pos)
        if self.past_eol_is(IDENTIFIER):
            self.skip_newlines()
            name = self.advance()
            return nodes.VarDecl(name.text, type_name, None, pos=name.pos)
        if self.past_eol_is("(") and type_name.path[0] not in TYPES_AND_VAR:
            self.skip_newlines()
            args = self._list_or_map_pattern("(", ")", star=False)
            return nodes.ConstructorPattern(type_name, args, pos=token.pos)
        return expr

    def _constant_pattern(self) -> nodes.Expr:
        """`X.MAX`: a constant of a class."""
        token = self.advance()
        expr: nodes.Expr = nodes.Name(token.text, pos=token.pos)
        while self.match("."):
            pos, name = self.previous.pos, self.expect(IDENTIFIER)
            expr = nodes.Access(expr, ".", nodes.Literal(name.text, pos=name.pos), pos=pos)
        return nodes.ExprPattern(expr, pos=token.pos)

    def _list_or_map_pattern(self, opening: str, closing: str, *, star: bool) -> nodes.Expr:
        if self.attempt(lambda: self._map_pattern_head(opening, star)):
            return self._map_pattern(opening, closing, star)
        return self._list_pattern(opening, closing, star)

    def _map_pattern_head(self, opening: str, star: bool) -> bool:
        self.expect(opening)
        if star and self.match_past_eol("*"):
            return self.match_past_eol(",") and self._pattern_key(star) is not None and self.match_past_eol(":")
        return self.match_past_eol(":") or (self._pattern_key(star) is not None and self.match_past_eol(":"))

    def _list_pattern(self, opening: str, closing: str, star: bool) -> nodes.Expr:
        start = self.expect(opening)
        items: list[nodes.Expr] = []
        while not self.match_past_eol(closing):
            if items:
                self.expect(",")
            self.skip_newlines()
            items.append(self._rest_pattern() if star and self.peek().kind == "*" else self.switch_pattern())
        return nodes.ListLiteral(items, pos=start.pos)

    def _rest_pattern(self) -> nodes.Expr:
        """`*` for any number of items; `*name` binds them as a list."""
        token = self.advance()
        if self.past_eol_is(IDENTIFIER):
            name = self.advance_past_eol()
            return nodes.VarDecl(name.text, nodes.TypeName(["List"], pos=name.pos), None, is_rest=True, pos=name.pos)
        return nodes.Name("*", pos=token.pos)

    def _map_pattern(self, opening: str, closing: str, star: bool) -> nodes.Expr:
        start = self.expect(opening)
        found = nodes.MapLiteral([], pos=start.pos)
        if self.match_past_eol(":"):
            self.expect(closing)
            return found
        seen: set[str] = set()
        while not self.match_past_eol(closing):
            if found.entries:
                self.expect(",")
            key = self._pattern_key(star)
            name = key.value if isinstance(key, nodes.Literal) else None
            if isinstance(name, str):
                if name in seen:
                    raise self.error_at(f"Key '{name}' occurs multiple times", key.pos)
                seen.add(name)
            if isinstance(key, nodes.Name):
                found.entries.append((key, key))  # `*`: more keys may follow
                continue
            self.expect(":")
            found.entries.append((key, self.switch_pattern()))
        return found

    def _pattern_key(self, star: bool) -> nodes.Expr:
        self.skip_newlines()
        if self.peek().kind in (STRING_START, "/", "/="):
            key = self.string()
            if isinstance(key, nodes.RegexMatch) and not key.modifiers:
                key = key.pattern
            if (
                isinstance(key, nodes.StringTemplate)
                and len(key.parts) == 1
                and isinstance(key.parts[0], nodes.Literal)
            ):
                return key.parts[0]
            return key
        token = self.expect(STRING, IDENTIFIER, "*") if star else self.expect(STRING, IDENTIFIER)
        if token.kind == "*":
            return nodes.Name("*", pos=token.pos)
        return nodes.Literal(token.value, pos=token.pos)


def _simple_types() -> dict[str, Type]:
    from ...values import types

    return {
        "boolean": types.BOOLEAN, "byte": types.BYTE, "int": types.INT, "long": types.LONG, "double": types.DOUBLE,
        "Decimal": types.DECIMAL, "String": types.STRING,
    }  # fmt: skip


_SIMPLE = _simple_types()
