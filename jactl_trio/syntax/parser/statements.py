"""Statements and blocks."""

from __future__ import annotations

from ...errors import CompileError, EOFCompileError
from .. import nodes
from ..tokens import EOF, EOL, IDENTIFIER, TYPES_AND_VAR, Token
from .expressions import Expressions

_END_OF_STATEMENT = (EOL, EOF, ";", "}")


class Statements(Expressions):
    def block(self) -> nodes.Block:
        """block ::= `{` statements `}`"""
        opening = self.expect("{")
        block = self.block_body(opening, "}")
        self.expect("}")
        return block

    def block_body(self, opening: object, closing: str) -> nodes.Block:
        assert isinstance(opening, Token)
        before, self.ignore_eol = self.ignore_eol, False
        self.blocks += 1
        first_pos = self.peek().pos
        try:
            statements = self.nested(lambda: self.statements(closing))
        finally:
            self.ignore_eol = before
            self.blocks -= 1
        return nodes.Block(statements, end_pos=self.peek_past_eol().pos, first_pos=first_pos, pos=opening.pos)

    def statements(self, closing: str) -> list[nodes.Stmt]:
        found: list[nodes.Stmt] = []
        while True:
            self.match(EOL)
            token = self.peek()
            if token.kind in (EOF, closing):
                return found
            statement = self.declaration()
            if statement is None:
                continue
            if found and _is_return(found[-1]):
                self.note(self.error_at("Unreachable statement", token.pos))
            found.append(statement)

    def declaration(self, in_class: bool = False) -> nodes.Stmt | None:
        """One statement up to its end; an error is noted and the rest of the statement skipped."""
        self.match(EOL)
        index = self.index
        try:
            statement = self._declaration(in_class)
            ended = self.previous.kind in (EOL, ";") or self.at_eol() or self.peek().kind in (EOF, ";", "}")
            if statement is not None and not ended:
                raise self.unexpected("Expecting end of statement")
            return statement
        except CompileError as error:
            self.note(error)
            if isinstance(error, EOFCompileError):
                self.skip_until(EOF)
                return None
            self.skip_until(*_END_OF_STATEMENT)
            if self.index == index:
                self.advance()
            return None

    def _declaration(self, in_class: bool) -> nodes.Stmt | None:
        self.match(EOL)
        token = self.peek()
        if token.kind == "class":
            return self.class_declaration()
        if token.kind == ";":
            self.advance()
            return None
        if token.kind == "def" and self.following_is("def", "("):
            return self.multiple_declaration(in_class)
        is_label = token.kind == IDENTIFIER and self.following_is(IDENTIFIER, ":")
        if not is_label and token.kind in (*TYPES_AND_VAR, "static", "final", "const", IDENTIFIER):
            declared = self.variable_or_function(in_class)
            if declared is not None:
                return declared
        if in_class:
            raise self.unexpected("Expected field, method, or class declaration")
        return self._statement()

    def statement(self) -> nodes.Stmt | None:
        self.match(EOL)
        return self.nested(self._statement)

    def _statement(self) -> nodes.Stmt | None:
        self.skip_newlines()
        token = self.peek()
        if token.kind == ";":
            return None
        if token.kind in ("BEGIN", "END") and self.blocks == 0:
            return self._begin_or_end()
        if token.kind == IDENTIFIER and self.following_is(IDENTIFIER, ":"):
            return self._labelled()
        parse = _STATEMENTS.get(token.kind)
        if parse is not None:
            return parse(self, None)
        statement = self._expression_statement()
        return self._trailing_condition(statement)

    def _trailing_condition(self, statement: nodes.Stmt) -> nodes.Stmt:
        if not isinstance(statement, nodes.ExprStmt):
            return statement
        if (self.ignore_eol or self.previous.kind != EOL) and self.match("if", "unless"):
            keyword = self.previous
            return self.conditional(keyword, self.expression(), statement)
        return statement

    def _expression_statement(self) -> nodes.Stmt:
        expr = self.expression()
        if (
            isinstance(expr, nodes.FunctionNode)
            and not expr.has_parameters
            and expr.name is None
            and not expr.parenthesised
        ):
            return expr.body  # braces without parameters are a block
        return nodes.ExprStmt(expr, pos=expr.pos)

    def _begin_or_end(self) -> nodes.Stmt:
        keyword = self.expect("BEGIN", "END")
        block = self.block()
        block.kind = keyword.kind.lower()
        return block

    def _labelled(self) -> nodes.Stmt:
        label = self.expect(IDENTIFIER)
        self.expect(":")
        self.match(EOL)
        if self.peek().kind not in ("while", "for", "do"):
            raise self.unexpected("Labels can only be applied to for, while, and do/until loops")
        return _STATEMENTS[self.peek().kind](self, label)

    # if and loops

    def _if(self, label: Token | None) -> nodes.Stmt:
        keyword = self.expect("if")
        self.expect("(")
        condition = self.if_unless_expression()
        self.expect_or_note(")")
        then = self.statement()
        otherwise = None
        if self._else_follows():
            self.skip_newlines()
            self.advance()
            otherwise = self.statement()
        return nodes.If(condition, then, otherwise, pos=keyword.pos)

    def _else_follows(self) -> bool:
        return self.past_eol_is("else")

    def _condition(self, closing: str) -> nodes.Expr:
        if self.past_eol_is(closing):
            return nodes.Literal(True, pos=self.peek_past_eol().pos)
        return self.if_unless_expression()

    def _while(self, label: Token | None) -> nodes.Stmt:
        keyword = self.expect("while")
        self.expect("(")
        condition = self._condition(")")
        self.expect_or_note(")")
        body = self.statement()
        return nodes.While(condition, body, label=label.text if label else None, pos=keyword.pos)

    def _do_until(self, label: Token | None) -> nodes.Stmt:
        keyword = self.peek()
        expr = self.expression()
        if isinstance(expr, nodes.BlockExpr):
            if self.past_eol_is("until"):
                self.advance_past_eol()
                self.expect("(")
                condition = self._condition(")")
                self.expect_or_note(")")
                name = label.text if label else None
                # runs until the condition holds
                negated = nodes.Unary("!", condition, pos=condition.pos)
                return nodes.While(negated, expr.block, label=name, is_do=True, pos=keyword.pos)
            if label is not None:
                raise self.error_at("Labels can only be applied to for, while, and do/until loops", label.pos)
        return self._trailing_condition(nodes.ExprStmt(expr, pos=expr.pos))

    def _for(self, label: Token | None) -> nodes.Stmt:
        keyword = self.expect("for")
        self.expect("(")
        self.skip_newlines()
        name = label.text if label else None
        if self.attempt(lambda: self._for_in_variable() is not None and self.past_eol_is(":", "in")):
            return self._for_in(keyword, name)
        init = self._comma_statements()
        if self.previous.kind != ";":
            self.expect_or_note(";")
        condition: nodes.Expr = nodes.Literal(True, pos=self.previous.pos)
        if not self.past_eol_is(";", EOF, ")"):
            condition = self._condition(";")
        self.expect_or_note(";")
        updates = None if self.past_eol_is(EOF, ")") else self._comma_statements()
        self.expect_or_note(")")
        self.match(EOL)
        body = self.nested(self._statement)
        group = nodes.StmtGroup(updates, pos=updates[0].pos) if updates else None
        loop = nodes.While(condition, body, group, name, pos=keyword.pos)
        return self._counting_loop(keyword, init, loop)

    def _counting_loop(self, keyword: Token, init: list[nodes.Stmt] | None, loop: nodes.While) -> nodes.Stmt:
        if not init:
            return loop
        if len(init) == 1 and isinstance(init[0], nodes.StmtGroup):
            init = init[0].statements
        first = _declared(init[0])
        if first is None and all(_assigned(statement) is not None for statement in init):
            # `for (i = 0; ...)` declares i, unless it exists: the resolver decides
            for statement in init:
                assignment = _assigned(statement)
                assert assignment is not None
                assignment.declares_if_unknown = True
            return nodes.StmtGroup([*init, loop], pos=keyword.pos)
        if first is None:
            return nodes.StmtGroup([*init, loop], pos=keyword.pos)
        declarations: list[nodes.Stmt] = [init[0]]
        for statement in init[1:]:
            declarations.append(self._continued(first, statement))
        return nodes.Block([*declarations, loop], pos=keyword.pos)

    def _continued(self, first: nodes.VarDecl, statement: nodes.Stmt) -> nodes.Stmt:
        """`j = 1` behind `int i = 0,` declares an int j."""
        assignment = _assigned(statement)
        if assignment is not None and isinstance(assignment.target, nodes.Name):
            declared = nodes.VarDecl(
                assignment.target.name,
                first.type_name,
                assignment.value,
                assign_pos=assignment.pos,
                pos=assignment.target.pos,
            )
            return nodes.ExprStmt(declared, pos=declared.pos)
        if _declared(statement) is not None:
            return statement
        raise self.error_at("Unexpected statement (expecting continuation of variable declaration)", statement.pos)

    def _comma_statements(self) -> list[nodes.Stmt] | None:
        self.skip_newlines()
        if self.peek().kind in (")", ";"):
            return None
        found = [self._declaration(False)]
        while self.match(","):
            found.append(self.statement())
        return [statement for statement in found if statement is not None]

    def _for_in_variable(self) -> nodes.Expr:
        return self.switch_pattern()

    def _for_in(self, keyword: Token, label: str | None) -> nodes.Stmt:
        variable = self._for_in_variable()
        separator = self.expect(":", "in")
        iterable = self.expression(ignore_eol=True)
        self.expect(")")
        body = self.nested(self._statement)
        return nodes.ForIn(
            variable, iterable, body, label, in_pos=separator.pos, strict=separator.kind == ":", pos=keyword.pos
        )

    # Provided by the layers above

    def class_declaration(self) -> nodes.Stmt:
        raise NotImplementedError

    def variable_or_function(self, in_class: bool) -> nodes.Stmt | None:
        raise NotImplementedError

    def multiple_declaration(self, in_class: bool) -> nodes.Stmt:
        raise NotImplementedError

    def switch_pattern(self) -> nodes.Expr:
        raise NotImplementedError


_STATEMENTS = {"if": Statements._if, "while": Statements._while, "for": Statements._for, "do": Statements._do_until}


def _is_return(statement: nodes.Stmt) -> bool:
    return isinstance(statement, nodes.ExprStmt) and isinstance(statement.expr, nodes.Return)


def _declared(statement: nodes.Stmt) -> nodes.VarDecl | None:
    if isinstance(statement, nodes.ExprStmt) and isinstance(statement.expr, nodes.VarDecl):
        return statement.expr
    return None


def _assigned(statement: nodes.Stmt) -> nodes.Assign | None:
    if isinstance(statement, nodes.ExprStmt) and isinstance(statement.expr, nodes.Assign):
        assignment = statement.expr
        if assignment.op == "=" and isinstance(assignment.target, nodes.Name):
            return assignment
    return None
