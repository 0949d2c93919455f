"""Expressions by precedence climbing: `or`, `and`, `not`, then the operators from assignment to access."""

from __future__ import annotations

from ...limits import CHAIN_MAX
from .. import nodes
from ..tokens import EOF, EOL, IDENTIFIER, NUMBERS, TYPES_AND_VAR, Token
from .primary import Primary

ASSIGNMENTS = ("=", "?=", "*=", "/=", "%=", "%%=", "+=", "-=", "<<=", ">>=", ">>>=", "&=", "|=", "^=")
_LEVELS: tuple[tuple[bool, tuple[str, ...]], ...] = (  # (left associative, operators), loosest first
    (False, ASSIGNMENTS),
    (True, ("?", "?:")),
    (True, ("||",)),
    (True, ("&&",)),
    (True, ("|",)),
    (True, ("^",)),
    (True, ("&",)),
    (True, ("==", "!=", "<=>", "=~", "!~", "===", "!==")),
    (True, ("<", "<=", ">", ">=", "instanceof", "!instanceof", "in", "!in", "as")),
    (True, ("<<", ">>", ">>>")),
    (True, ("-", "+")),
    (True, ("*", "/", "%", "%%")),
    (False, ("??", "~", "!", "--", "++")),
    (True, (".", "?.", "[", "?[", "(", "{")),
)
_PRECEDENCE = {operator: level for level, (_, operators) in enumerate(_LEVELS, 1) for operator in operators}
_LEFT = {operator: left for left, operators in _LEVELS for operator in operators}
_UNARY = _PRECEDENCE["!"]
_CAST = _PRECEDENCE["("]
# after a new line these begin a new statement
_STARTS_EXPRESSION = frozenset(("[", "(", "{", "/", "/=", "??", "~", "!", "--", "++", "-", "+"))
_ENDS_EXPRESSION = (EOF, "and", "or", "}", ")", "]", ";", "if", "unless")


class Expressions(Primary):
    def expression(self, ignore_eol: bool = False) -> nodes.Expr:
        """expression ::= orExpression; with ignore_eol inside brackets."""
        return self.ignoring_eol(self._or) if ignore_eol else self._or()

    def if_unless_expression(self, ignore_eol: bool = True) -> nodes.Expr:
        """expression (`if` | `unless`) condition, as a block with that value."""
        expr = self.expression(ignore_eol)
        if (ignore_eol or self.previous.kind != EOL) and self.match("if", "unless"):
            keyword = self.previous
            condition = self.expression(ignore_eol)
            statement = self.conditional(keyword, condition, nodes.ExprStmt(expr, pos=expr.pos))
            return nodes.BlockExpr(nodes.Block([statement], pos=expr.pos), pos=expr.pos)
        return expr

    def conditional(self, keyword: Token, condition: nodes.Expr, statement: nodes.Stmt) -> nodes.If:
        if keyword.kind == "if":
            return nodes.If(condition, statement, None, pos=keyword.pos)
        return nodes.If(condition, None, statement, pos=keyword.pos)

    def _or(self) -> nodes.Expr:
        expr = self._and()
        while self.match_past_eol("or"):
            pos = self.previous.pos
            expr = nodes.Binary("||", expr, self._and(), pos=pos)
        return expr

    def _and(self) -> nodes.Expr:
        expr = self._not()
        while self.match_past_eol("and"):
            pos = self.previous.pos
            expr = nodes.Binary("&&", expr, self._not(), pos=pos)
        return expr

    def _not(self) -> nodes.Expr:
        if self.match_past_eol("not"):
            pos = self.previous.pos
            return nodes.Unary("!", self.nested(self._not), pos=pos)
        self.skip_newlines()
        leave = _LEAVING.get(self.peek().kind)
        return leave(self) if leave is not None else self.simple_expression()

    def simple_expression(self) -> nodes.Expr:
        """An expression without `and`, `or`, `not`, return and their like."""
        self.skip_newlines()
        return self._climb(0)

    def _climb(self, precedence: int) -> nodes.Expr:
        return self.nested(lambda: self._operators(self._prefixed(), precedence))

    # Prefix operators and casts

    def _prefixed(self) -> nodes.Expr:
        self.skip_newlines()
        token = self.peek()
        kind = token.kind
        if kind in ("-", "+") and self._signed_number():
            return self.primary()
        if kind in ("-", "+", "??", "~", "!"):
            self.advance()
            operand = self._climb(_PRECEDENCE[kind])
            return nodes.Unary(kind, operand, pos=token.pos)
        if kind in ("--", "++"):
            self.advance()
            return nodes.Unary(kind, self._climb(_UNARY - 1), pos=token.pos)
        if kind == "(" and self.is_cast():
            return self._cast(token)
        return self.primary()

    def _signed_number(self) -> bool:
        return self.lexer.token(self.index + 1).kind in NUMBERS

    def is_cast(self) -> bool:
        following = self.lexer.token(self.index + 1)
        while following.kind == EOL:
            return self.attempt(self._cast_head)
        return following.kind in (*TYPES_AND_VAR, IDENTIFIER) and self.attempt(self._cast_head)

    def _cast_head(self) -> nodes.TypeName:
        self.expect("(")
        self.skip_newlines()
        type_name = self.type_name()
        self.skip_newlines()
        self.expect(")")
        return type_name

    def _cast(self, token: Token) -> nodes.Expr:
        type_name = self._cast_head()
        return nodes.Cast(type_name, self._climb(_CAST - 1), pos=type_name.pos)

    # Infix and postfix operators

    def _operators(self, expr: nodes.Expr, precedence: int) -> nodes.Expr:
        links = 0
        while True:
            token = self.lexer.token(self.index)
            if token.kind == EOL:
                over = self._over_eol()
                if over is None:
                    return expr
                token = over
            level = _PRECEDENCE.get(token.kind, -1)
            if precedence >= level:
                return expr
            self.skip_newlines()
            if token.kind in _LINKS:
                links += 1
                if links > CHAIN_MAX:
                    raise self.fatal(f"Chain of more than {CHAIN_MAX} field accesses and calls", token.pos)
            expr = _INFIX.get(token.kind, Expressions._binary)(self, expr, token, level)

    def _over_eol(self) -> Token | None:
        """The operator behind a new line, unless the line ends the expression."""
        token = self.peek_past_eol()
        if not self.ignore_eol and token.kind in _STARTS_EXPRESSION:
            return None
        if token.kind not in _PRECEDENCE:
            return None
        return token

    def _typed(self, expr: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        self.skip_newlines()
        type_name = self.type_name()
        return nodes.Binary(token.kind, expr, nodes.TypeExpr(type_name, pos=type_name.pos), pos=token.pos)

    def _ternary(self, expr: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        then = self._climb(level - 1)
        colon = self.peek_past_eol().pos
        self.expect_or_note(":")
        return nodes.Ternary(expr, then, self._climb(level - 1), colon_pos=colon, pos=token.pos)

    def _call(self, callee: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        args = self.arguments()
        if isinstance(callee, nodes.Access) and callee.op in (".", "?."):
            key = callee.key
            if isinstance(key, nodes.Literal) and isinstance(key.value, str):
                return nodes.MethodCall(callee.parent, callee.op, key.value, args, key.pos, pos=token.pos)
            callee.is_called = True
        return nodes.Call(callee, args, open_pos=token.pos, pos=token.pos)

    def _postfix(self, expr: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        if isinstance(expr, nodes.Postfix):
            raise self.unexpected("cannot be used here")
        self.advance()
        return nodes.Postfix(token.kind, expr, pos=token.pos)

    def _index(self, expr: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        op, pos = token.kind, token.pos
        while True:
            key = self.if_unless_expression()
            expr = nodes.Access(expr, op, key, pos=pos)
            if not self.match_past_eol(","):
                break
            op, pos = "[", self.previous.pos  # `a[1, 2]` is `a[1][2]`
        self.expect_or_note("]")
        return expr

    def _member(self, expr: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        self.skip_newlines()
        following = self.peek()
        if following.kind in ("[", "?["):
            raise self.unexpected(f"invalid token after '{token.text}'")
        key: nodes.Expr
        if following.kind == IDENTIFIER:
            key = nodes.Literal(self.advance().text, pos=following.pos)
        elif following.is_keyword:
            self.advance()
            key = nodes.Literal(following.text, pos=following.pos)
        else:
            key = self._climb(level)
        return nodes.Access(expr, token.kind, key, pos=token.pos)

    def _assign(self, target: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        value = self._climb(level - 1)
        self._check_target(target, token)
        if target.parenthesised and isinstance(target, nodes.Name):
            target = nodes.ExprList([target], pos=target.pos)
        return nodes.Assign(target, token.kind, value, pos=token.pos)

    def _check_target(self, target: nodes.Expr, token: Token) -> None:
        if isinstance(target, nodes.Name) and target.name.startswith("$"):
            raise self.error_at("Capture variable cannot be modified (invalid lvalue)", target.pos)
        if isinstance(target, nodes.Binary):
            raise self.error_at(f"Invalid left-hand side for '{token.text}' (invalid lvalue)", target.pos)
        if not isinstance(target, nodes.Name | nodes.Access | nodes.ExprList):
            message = f"Invalid left-hand side for '{token.text}' operator (invalid lvalue)"
            raise self.error_at(message, token.pos)

    def _match(self, subject: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        pattern = self._climb(level)
        if isinstance(pattern, nodes.RegexMatch) and pattern.subject is None:
            if isinstance(pattern, nodes.RegexSubst) and token.kind == "!~":
                raise self.error_at("Operator '!~' cannot be used with regex substitution", token.pos)
            pattern.subject, pattern.op = subject, token.kind
            if isinstance(pattern, nodes.RegexSubst):
                pattern.operator_pos = token.pos
            if not isinstance(pattern, nodes.RegexSubst) or "r" in pattern.modifiers:
                pattern.pos = token.pos
            return pattern
        return nodes.RegexMatch(subject, token.kind, pattern, "", pos=token.pos)

    def _binary(self, left: nodes.Expr, token: Token, level: int) -> nodes.Expr:
        self.advance()
        right = self._climb(level if _LEFT[token.kind] else level - 1)
        return nodes.Binary(token.kind, left, right, pos=token.pos)

    # Expressions that leave

    def at_end_of_expression(self) -> bool:
        return self.at_eol() or self.peek().kind in _ENDS_EXPRESSION

    def _return(self) -> nodes.Expr:
        token = self.advance()
        value = None if self.at_end_of_expression() else self.simple_expression()
        return nodes.Return(value, pos=token.pos)

    def _print(self) -> nodes.Expr:
        token = self.advance()
        self.refuse_if_disabled(token)
        value = nodes.Literal("", pos=token.pos) if self.at_end_of_expression() else self.simple_expression()
        return nodes.Print(value, token.kind == "println", pos=token.pos)

    def _die(self) -> nodes.Expr:
        token = self.advance()
        self.refuse_if_disabled(token)
        value = None if self.at_end_of_expression() else self.simple_expression()
        return nodes.Die(value, pos=token.pos)

    def _jump(self) -> nodes.Expr:
        token = self.advance()
        label = self.advance() if self.peek().kind == IDENTIFIER else None
        kind = nodes.Break if token.kind == "break" else nodes.Continue
        return kind(label.text if label else None, label_pos=label.pos if label else token.pos, pos=token.pos)


_LEAVING = {
    "return": Expressions._return,
    "print": Expressions._print,
    "println": Expressions._print,
    "die": Expressions._die,
    "break": Expressions._jump,
    "continue": Expressions._jump,
}
_LINKS = frozenset(("(", "{", "[", "?[", ".", "?."))  # what chains are made of

_INFIX = {
    **dict.fromkeys(("instanceof", "!instanceof", "as"), Expressions._typed),
    **dict.fromkeys(("(", "{"), Expressions._call),
    **dict.fromkeys(("++", "--"), Expressions._postfix),
    **dict.fromkeys(("[", "?["), Expressions._index),
    **dict.fromkeys((".", "?."), Expressions._member),
    **dict.fromkeys(("=~", "!~"), Expressions._match),
    **dict.fromkeys(ASSIGNMENTS, Expressions._assign),
    "?": Expressions._ternary,
}
