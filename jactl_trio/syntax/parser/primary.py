"""Primary expressions: literals, names, lists, maps, closures, `new`, `do`, eval, and the arguments of calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...values.numbers import Long
from .. import nodes
from ..tokens import BYTE, DOLLAR, EOF, IDENTIFIER, NUMBERS, STRING, STRING_START, SUBST_START, Token
from .strings import Strings


class Primary(Strings):
    def primary(self) -> nodes.Expr:
        """primary ::= literal | string | name | list | map | `(` expression `)` | closure | do | switch | eval | new"""
        self.skip_newlines()
        token = self.peek()
        parse = _PRIMARIES.get(token.kind)
        if parse is not None:
            return parse(self)
        if token.kind == "package":
            raise self.unexpected("Package declaration must occur before any other statements")
        if token.kind == "import":
            raise self.unexpected(
                "Import statements can only occur at start or immediately following package declaration"
            )
        raise self.unexpected("Expected start of expression")

    # Literals and names

    def literal(self) -> nodes.Literal:
        token = self.advance()
        if token.kind in ("-", "+"):
            number = self.expect(BYTE, *NUMBERS)
            value = number.value
            if token.kind == "-":
                value = negated(value)
            return nodes.Literal(value, pos=number.pos)
        return nodes.Literal(token.value, pos=token.pos)

    def name(self) -> nodes.Expr:
        if self.peek().kind == IDENTIFIER:
            path = self.class_path()
            if path is not None:
                return path
        token = self.expect(IDENTIFIER, DOLLAR)
        if token.kind == DOLLAR and not token.text[1:].isdigit():
            raise self.error_at("Unexpected token '$': Identifiers cannot begin with '$'", token.pos)
        return nodes.Name(token.text, pos=token.pos)

    def nested_expression(self) -> nodes.Expr:
        """`(` expression `)`, or the left side of a multiple assignment `(` a `,` b `)`."""
        opening = self.expect("(")
        items = [self.if_unless_expression()]
        while self.match_past_eol(","):
            items.append(self.if_unless_expression())
        self.expect_or_note(")")
        if len(items) == 1:
            items[0].parenthesised = True
            return items[0]
        return nodes.ExprList(items, pos=opening.pos)

    # Lists and maps

    def list_or_map(self) -> nodes.Expr:
        return self.map_literal() if self.is_map() else self._list()

    def map_or_closure(self) -> nodes.Expr:
        return self.map_literal() if self.is_map() else self.closure()

    def _list(self) -> nodes.Expr:
        opening = self.expect("[")
        items: list[nodes.Expr] = []
        while not self.match_past_eol("]"):
            if items and not self.match_past_eol(","):
                self.expect_or_note(",", "]")
                break
            items.append(self.if_unless_expression())
        return nodes.ListLiteral(items, pos=opening.pos)

    def is_map(self) -> bool:
        """Whether `[` or `{` begins a map."""
        index = self.index
        while self.lexer.token(index).kind == "EOL":
            index += 1
        opening = self.lexer.token(index).kind
        tokens: list[Token] = []
        index += 1
        while len(tokens) < 3:
            token = self.lexer.token(index)
            index += 1
            if token.kind == EOF:
                return False
            if token.kind != "EOL":
                tokens.append(token)
                if len(tokens) == 1 and not _may_be_key(token):
                    return False
                if len(tokens) == 1 and token.kind in _NEEDS_ATTEMPT:
                    return self.attempt(self._map_head)
                if len(tokens) == 2 and tokens[0].kind == ":":
                    return token.kind == ("]" if opening == "[" else "}")
        _, second, third = tokens
        return second.kind == ":" and (opening == "[" or third.kind not in ("while", "for", "do"))

    def _map_head(self) -> bool:
        self.advance_past_eol()
        return self.match_past_eol(":") or (
            self._map_key() is not None and self.match_past_eol(":") and not self.past_eol_is("while", "for", "do")
        )

    def map_literal(self) -> nodes.MapLiteral:
        opening = self.expect("[", "{")
        closing = "}" if opening.kind == "{" else "]"
        literal = self._map_entries(opening, closing)
        self.expect_or_note(closing)
        return literal

    def _map_entries(self, opening: Token, closing: str) -> nodes.MapLiteral:
        literal = nodes.MapLiteral([], is_named_args=closing == ")", pos=opening.pos)
        if self.match_past_eol(":"):
            return literal
        seen: set[str] = set()
        while not self.past_eol_is(closing, EOF):
            if literal.entries and not self.match_past_eol(","):
                if closing == "}" and len(literal.entries) == 1:
                    self.skip_newlines()
                    message = (
                        "Label applied to statement that is not for/while/until loop "
                        "or malformed Map literal using '{}' form."
                    )
                    raise self.unexpected(message)
                self.skip_newlines()
                raise self.unexpected("Was Expecting ','")
            literal.entries.append(self._map_entry(literal.is_named_args, seen))
        return literal

    def _map_entry(self, is_named_args: bool, seen: set[str]) -> tuple[nodes.Expr, nodes.Expr]:
        key = self._map_key()
        if key is None:
            self.skip_newlines()
            if is_named_args:
                raise self.error_at("Invalid parameter name", self.peek().pos)
            raise self.unexpected("Expecting ':'")
        if isinstance(key, nodes.Literal) and isinstance(key.value, str):
            if key.value in seen:
                what = "Parameter" if is_named_args else "Map key"
                self.note(self.error_at(f"{what} '{key.value}' occurs multiple times", key.pos))
            seen.add(key.value)
        elif is_named_args:
            raise self.error_at("Invalid parameter name", self.peek_past_eol().pos)
        self.expect(":")
        return key, self.if_unless_expression()

    def _map_key(self) -> nodes.Expr | None:
        """mapKey ::= string | identifier | keyword | `(` expression `)` | interpolated string | list or map"""
        self.skip_newlines()
        token = self.peek()
        if token.kind in (STRING, IDENTIFIER) or token.is_keyword:
            self.advance()
            return nodes.Literal(token.value if token.kind == STRING else token.text, pos=token.pos)
        if token.kind in ("/", "/=", STRING_START):
            return self.string()
        if token.kind == "(":
            self.advance()
            key = self.if_unless_expression()
            self.expect(")")
            return key
        return self.list_or_map() if token.kind == "[" else None

    # Closures and arguments

    def closure(self) -> nodes.FunctionNode:
        """closure ::= `{` (parameters `->`)? statements `}`"""
        opening = self.advance_past_eol()
        self.skip_newlines()
        parameters: list[nodes.Parameter] | None = None
        if self.attempt(lambda: self.parameters("->") is not None and self.previous.kind == "->"):
            parameters = self.parameters("->")
        body = self.block_body(opening, "}")
        self.expect("}")
        return nodes.FunctionNode(
            None,
            None,
            parameters or [],
            body,
            has_parameters=parameters is not None,
            name_pos=opening.pos,
            pos=opening.pos,
        )

    def arguments(self) -> list[nodes.Expr]:
        """arguments ::= `(` named | list `)` closure* | closure+"""
        args: list[nodes.Expr] = []
        if self.past_eol_is("("):
            opening = self.advance_past_eol()
            following = self.peek()
            if (following.kind == IDENTIFIER or following.is_keyword) and self.lexer.token(self.index + 1).kind == ":":
                named = self._map_entries(opening, ")")
                self.expect_or_note(")")
                return [named]
            args = self.expression_list(")")
        while self.peek().kind == "{":
            args.append(self.closure())
        return args

    def expression_list(self, closing: str) -> list[nodes.Expr]:
        items: list[nodes.Expr] = []
        while not self.match_past_eol(closing):
            if items and not self.match_past_eol(","):
                self.skip_newlines()
                raise self._expected((closing, ","))
            items.append(self.if_unless_expression())
        return items

    # Keyword expressions

    def _do(self) -> nodes.Expr:
        self.expect("do")
        self.skip_newlines()
        pos = self.peek().pos
        return nodes.BlockExpr(self.block(), pos=pos)

    def _eval(self) -> nodes.Expr:
        token = self.expect("eval")
        self.refuse_if_disabled(token)
        self.expect("(")
        script = self.ignoring_eol(self.simple_expression)
        variables = self.ignoring_eol(self.simple_expression) if self.match_past_eol(",") else None
        self.expect(")")
        return nodes.Eval(script, variables, pos=token.pos)

    def _new(self) -> nodes.Expr:
        token = self.expect("new")
        type_name = self.type_name(var=True, arrays=False)
        if self.past_eol_is("(") and type_name.path[0] not in _BUILTIN:
            opening = self.peek_past_eol()
            return nodes.New(type_name, self.arguments(), open_pos=opening.pos, pos=token.pos)
        if not self.past_eol_is("["):
            raise self._expected(("[",))
        lengths: list[nodes.Expr | None] = []
        while self.match_past_eol("["):
            if self.peek().kind == "]" and not lengths:
                raise self.unexpected("Need a size for array allocation")
            if None in lengths or self.past_eol_is("]"):
                self.expect("]")
                lengths.append(None)
            else:
                lengths.append(self.expression(ignore_eol=True))
                self.expect("]")
        return nodes.New(type_name, None, lengths, pos=token.pos)

    def _switch(self) -> nodes.Expr:
        return self.switch()

    # Provided by the layers above

    def if_unless_expression(self, ignore_eol: bool = True) -> nodes.Expr:
        raise NotImplementedError

    def expression(self, ignore_eol: bool = False) -> nodes.Expr:
        raise NotImplementedError

    def simple_expression(self) -> nodes.Expr:
        raise NotImplementedError

    def parameters(self, closing: str) -> list[nodes.Parameter]:
        raise NotImplementedError

    def switch(self) -> nodes.Expr:
        raise NotImplementedError


def negated(value: Any) -> Any:
    """Minus a literal number, wrapped as on the JVM."""
    if type(value) is int:
        return -value if value != -(2**31) else value
    if isinstance(value, Long):
        return Long(-value) if value != -(2**63) else value
    return value.copy_negate() if hasattr(value, "copy_negate") and value else -value


_NEEDS_ATTEMPT = (STRING_START, "/", "/=", "(", "[")


def _may_be_key(token: Token) -> bool:
    return token.kind in (":", STRING, IDENTIFIER, STRING_START, "/", "/=", "(", "[") or token.is_keyword


_BUILTIN = frozenset(
    ("boolean", "byte", "int", "long", "double", "Decimal", "String", "def", "var", "Object", "Map", "List")
)
_PRIMARIES: dict[str, Callable[[Primary], nodes.Expr]] = {
    **dict.fromkeys(("+", "-", *NUMBERS, STRING, "true", "false", "null"), Primary.literal),
    **dict.fromkeys(("/", "/=", STRING_START), lambda parser: parser.string()),
    SUBST_START: lambda parser: parser.substitution(),
    "{": lambda parser: parser.map_or_closure(),
    "[": lambda parser: parser.list_or_map(),
    "(": lambda parser: parser.nested_expression(),
    "eval": Primary._eval,
    "new": Primary._new,
    "do": Primary._do,
    "switch": Primary._switch,
    **dict.fromkeys((IDENTIFIER, DOLLAR, "_", "*"), Primary.name),
}

__all__ = ["Primary", "negated"]
