"""Classes, imports, packages, and the whole program."""

from __future__ import annotations

from ...errors import CompileError
from .. import nodes
from ..tokens import EOF, EOL, IDENTIFIER, Token
from .switch import Switches
from .types import CLASS_KEYWORDS, is_class_name


class Classes(Switches):
    def program(self, is_class: bool) -> nodes.Program:
        """program ::= package? import* (statements | class)"""
        package, package_pos = self._package()
        imports = self._imports()
        if is_class:
            body = nodes.Block([], pos=self.peek_past_eol().pos)
            self.match(EOL)
            declared = self.declaration_of_class_file()
            if declared is not None:
                body.statements.append(declared)
            self.match_past_eol(";")
            if not self.errors:
                self.expect(EOF)
        else:
            start = self.peek_past_eol()
            body = nodes.Block(self.statements(EOF), end_pos=len(self.source), pos=start.pos)
            if self.peek_past_eol().kind != EOF:
                self.note(self.unexpected("Expecting end of statement"))
        return nodes.Program(package, package_pos, imports, body, is_class, pos=body.pos)

    def declaration_of_class_file(self) -> nodes.Stmt | None:
        try:
            return self.class_declaration()
        except CompileError as error:
            self.note(error)
            return None

    def _package(self) -> tuple[str | None, int]:
        self.match(EOL)
        if not self.match("package"):
            return None, 0
        pos = self.peek().pos
        parts = [self.expect(IDENTIFIER).text]
        while self.match("."):
            parts.append(self.expect(IDENTIFIER).text)
        self.match_past_eol(";")
        return ".".join(parts), pos

    def _imports(self) -> list[nodes.Import]:
        found = []
        self.match(EOL)
        while self.peek().kind == "import":
            try:
                found.append(self._import())
            except CompileError as error:
                self.note(error)
                self.skip_until(EOL, ";")
            self.match(EOL, ";")
            self.match(EOL)
        return found

    def _import(self) -> nodes.Import:
        keyword = self.advance()
        is_static = self.match("static")
        first = self.expect(IDENTIFIER)
        path, last = [first.text], first
        is_wildcard = False
        while self.match("."):
            if is_wildcard:
                raise self.error_at("Unexpected token '.' after '*'", self.previous.pos)
            wildcards = ("*",) if is_static or not is_class_name(path[-1]) else ()
            last = self.expect(IDENTIFIER, *wildcards, *CLASS_KEYWORDS) if wildcards else self.expect(IDENTIFIER)
            is_wildcard = last.kind == "*"
            if not is_wildcard:
                path.append(last.text)
        if is_static and len(path) < 2 and not is_wildcard:
            raise self.error_at("Expected '.' after class name", first.pos)
        alias = None
        if not is_wildcard and self.match("as"):
            alias = self.expect(IDENTIFIER)
            if not is_static and not is_class_name(alias.text):
                raise self.error_at("Alias name for imported class must start with uppercase letter", alias.pos)
        if self.peek().kind not in (EOF, EOL, ";"):
            raise self._expected((EOF, EOL, ";"))
        classes = [part for part in path if is_class_name(part)]
        may_be_python = alias is not None and not is_static and len(path) > 1  # `import datetime.datetime as DateTime`
        if not classes and not may_be_python and not (is_wildcard and not is_static):
            raise self.error_at("Expecting class name or valid package", first.pos)
        return nodes.Import(
            path,
            alias.text if alias else None,
            is_static,
            is_wildcard,
            end_pos=last.pos,
            alias_pos=alias.pos if alias else 0,
            pos=keyword.pos,
            path_pos=first.pos,
        )

    def class_declaration(self) -> nodes.Stmt:
        """class ::= `class` NAME (`extends` class-name)? `{` members `}`"""
        start = self.peek()
        try:
            return self._class_declaration()
        except CompileError as error:
            self.note(error)  # what is wrong inside is told first
            raise
        finally:
            if self.blocks > 0:
                self.note(self.error_at("Class declaration not allowed here", start.pos))

    def _class_declaration(self) -> nodes.Stmt:
        self.expect("class")
        name = self.expect(IDENTIFIER)
        base = self._base()
        self.skip_newlines()
        opening = self.expect("{")
        members = self._members(opening)
        self.expect_or_note("}")
        return _class_of(name, base, members)

    def _base(self) -> nodes.TypeName | None:
        base = None
        if self.match_past_eol("extends"):
            pos = self.peek_past_eol().pos
            base = nodes.TypeName(self.class_name(), pos=pos)
        if self.peek().kind == IDENTIFIER:
            raise self.unexpected("Expected 'extends' or '{'")
        return base

    def _members(self, opening: Token) -> list[nodes.Stmt]:
        before, self.ignore_eol = self.ignore_eol, False
        outer, self.blocks = self.blocks, 0
        found: list[nodes.Stmt] = []
        try:
            while True:
                self.match(EOL)
                if self.peek().kind in ("}", EOF):
                    return found
                member = self.nested(lambda: self.declaration(in_class=True))
                if member is not None:
                    found.append(member)
        finally:
            self.ignore_eol, self.blocks = before, outer


def _class_of(name: Token, base: nodes.TypeName | None, members: list[nodes.Stmt]) -> nodes.ClassDecl:
    declared = nodes.ClassDecl(name.text, base, [], [], [], pos=name.pos)
    flat = [inner for member in members for inner in _flattened(member)]
    for member in flat:
        if isinstance(member, nodes.ClassDecl):
            declared.inner_classes.append(member)
        elif isinstance(member, nodes.FunctionDecl):
            declared.methods.append(member.function)
        elif isinstance(member, nodes.ExprStmt) and isinstance(member.expr, nodes.VarDecl):
            (declared.constants if member.expr.is_const else declared.fields).append(member.expr)
    return declared


def _flattened(member: nodes.Stmt) -> list[nodes.Stmt]:
    return member.statements if isinstance(member, nodes.StmtGroup) else [member]
