"""Interpolated strings and regular expressions, from their parts."""

from __future__ import annotations

from .. import nodes
from ..tokens import DOLLAR, STRING, STRING_END, STRING_START, SUBST_REPLACE, SUBST_START
from .types import Types


class Strings(Types):
    def string(self) -> nodes.Expr:
        """An interpolated string, or a /regex/ that matches `it`."""
        opening = self.expect(STRING_START, "/", "/=")
        parts: list[nodes.Expr] = []
        if opening.kind == STRING_START:
            if opening.value:
                parts.append(nodes.Literal(opening.value, pos=opening.pos))
        else:
            if opening.kind == "/=":
                parts.append(nodes.Literal("=", pos=opening.pos))
            self.lexer.start_regex(self.index)
        self._parts(parts, STRING_END)
        if opening.kind == STRING_START:
            return nodes.StringTemplate(parts, pos=opening.pos)
        pattern = nodes.StringTemplate(parts, pos=opening.pos)
        return nodes.RegexMatch(None, "=~", pattern, str(self.previous.value), pos=opening.pos)

    def substitution(self) -> nodes.Expr:
        """`s/pattern/replacement/modifiers`, on `it` until an `=~` gives it a subject."""
        opening = self.expect(SUBST_START)
        pattern: list[nodes.Expr] = []
        self._parts(pattern, SUBST_REPLACE)
        middle = self.previous
        replacement: list[nodes.Expr] = []
        self._parts(replacement, STRING_END)
        return nodes.RegexSubst(
            None,
            "=~",
            nodes.StringTemplate(pattern, pos=opening.pos),
            str(self.previous.value),
            replacement=nodes.StringTemplate(replacement, pos=middle.pos),
            pos=opening.pos,
        )

    def _parts(self, parts: list[nodes.Expr], closing: str) -> None:
        before, self.ignore_eol = self.ignore_eol, False
        try:
            while not self.match(closing):
                token = self.peek()
                if token.kind == STRING:
                    self.advance()
                    if token.value:
                        parts.append(nodes.Literal(token.value, pos=token.pos))
                elif token.kind == DOLLAR:
                    self.advance()
                    parts.append(nodes.Name(token.value, pos=token.pos))
                elif token.kind == "${":
                    parts.append(self.nested(self._embedded))
                else:
                    raise self.unexpected("Error in expression string")
        finally:
            self.ignore_eol = before

    def _embedded(self) -> nodes.Expr:
        """`${...}`: one expression, or statements whose last value counts."""
        opening = self.expect("${")
        start = self.index
        block = self.block_body(opening, "}")
        self.expect("}")
        if not block.statements:
            return nodes.Literal(None, pos=opening.pos)
        if len(block.statements) == 1:
            only = block.statements[0]
            if isinstance(only, nodes.ExprStmt) and not isinstance(only.expr, _LEAVES) and not self._returns(start):
                return only.expr
        closure = nodes.FunctionNode(None, None, [], block, name_pos=opening.pos, pos=opening.pos)
        return nodes.Call(closure, [], open_pos=opening.pos, pos=opening.pos)

    def _returns(self, start: int) -> bool:
        """Is there a `return` or the like among the tokens since `start`? It leaves what is embedded, no more."""
        return any(token.kind in _LEAVING_WORDS for token in self.lexer.tokens[start : self.index])

    def block(self) -> nodes.Block:
        raise NotImplementedError

    def block_body(self, opening: object, closing: str) -> nodes.Block:
        raise NotImplementedError


_LEAVING_WORDS = frozenset(("return", "break", "continue"))
_LEAVES = (nodes.Return, nodes.Break, nodes.Continue, nodes.Eval, nodes.BlockExpr, nodes.RegexMatch)
