"""Declarations of variables and functions, and their parameters."""

from __future__ import annotations

from ...values.objects import HIDDEN
from .. import nodes
from ..tokens import EOF, EOL, IDENTIFIER, SIMPLE_TYPES, TYPES_AND_VAR, Token
from .statements import Statements

_MODIFIERS = ("const", "static", "final")


class Declarations(Statements):
    def variable_or_function(self, in_class: bool) -> nodes.Stmt | None:
        """`int x = 1, y`, `def f(a) {...}`, with const, static, final; None where neither stands here."""
        start, start_token = self.index, self.peek()
        modifiers = self._modifiers()
        token = self.peek()
        type_name = None
        if token.kind in TYPES_AND_VAR:
            type_name = self.type_name(var=True)
        elif token.kind == IDENTIFIER and "const" not in modifiers:
            type_name = self._class_type()
            if type_name is None:
                self.index = start
                return None
        if "const" in modifiers:
            self._check_constant(type_name)
        elif self.peek_past_eol().kind == IDENTIFIER:
            self.skip_newlines()
            if self.following_is(IDENTIFIER, "("):
                return self._function(in_class, modifiers, type_name, start_token)
        if "static" in modifiers:
            raise self.error_at("Class field cannot be static", modifiers["static"].pos)
        return self._variables(in_class, modifiers, type_name)

    def _modifiers(self) -> dict[str, Token]:
        found: dict[str, Token] = {}
        while self.peek_past_eol().kind in _MODIFIERS:
            self.skip_newlines()
            if found:
                raise self.unexpected(f"cannot combine with {next(iter(found))}")
            token = self.advance()
            found[token.kind] = token
        return found

    def _class_type(self) -> nodes.TypeName | None:
        """A class name, if a variable's or function's name follows."""
        index = self.index
        type_name = self.try_type()
        if type_name is None:
            return None
        if self.peek_past_eol().kind != IDENTIFIER:
            self.index = index
            return None
        return type_name

    def _check_constant(self, type_name: nodes.TypeName | None) -> None:
        if type_name is None:
            return
        if type_name.path[0] in ("def", "var", "Object"):
            raise self.error_at(f"unexpected token '{type_name.path[0]}'", type_name.pos)
        if type_name.dimensions or type_name.path[0] not in SIMPLE_TYPES:
            raise self.error_at("Constants can only be simple types", type_name.pos)

    # Variables

    def _variables(self, in_class: bool, modifiers: dict[str, Token], type_name: nodes.TypeName | None) -> nodes.Stmt:
        declared = [self._variable(in_class, modifiers, type_name)]
        while self.match(","):
            self.match(EOL)
            declared.append(self._variable(in_class, modifiers, type_name))
        statements: list[nodes.Stmt] = [nodes.ExprStmt(variable, pos=variable.pos) for variable in declared]
        return statements[0] if len(statements) == 1 else nodes.StmtGroup(statements, pos=statements[0].pos)

    def _variable(self, in_class: bool, modifiers: dict[str, Token], type_name: nodes.TypeName | None) -> nodes.VarDecl:
        is_const = "const" in modifiers
        if is_const and self.peek().kind == "[":
            raise self.error_at("Constants can only be simple types", self.previous.pos)
        name = self._declared_name()
        assign_pos, value = 0, None
        if self.match_past_eol("="):
            assign_pos = self.previous.pos
            value = self.simple_expression()
        is_var = type_name is not None and type_name.path == ["var"]
        if (is_var or is_const) and value is None:
            if is_const and self.peek().kind in (IDENTIFIER, "[") and name.text[0].isupper():
                raise self.error_at("Constants can only be simple types", self.previous.pos)
            what = "const" if is_const else "var"
            raise self.error_at(f"Initialiser expression required for '{what}' declaration", self.previous.pos)
        return nodes.VarDecl(
            name.text,
            None if is_const and type_name is None else type_name,
            value,
            is_const=is_const,
            is_final="final" in modifiers,
            is_field=in_class,
            assign_pos=assign_pos,
            pos=name.pos,
        )

    def _declared_name(self) -> Token:
        self.skip_newlines()
        if self.peek().kind != IDENTIFIER:
            raise self.unexpected("expecting identifier")
        return self.advance()

    def multiple_declaration(self, in_class: bool) -> nodes.Stmt:
        """`def (a, int b) = [1, 2]`."""
        start = self.expect("def")
        self.expect("(")
        variables: list[nodes.VarDecl] = []
        while not self.match_past_eol(")"):
            if variables:
                self.expect(",")
            self.skip_newlines()
            type_token = self.peek()
            type_name = self.optional_type()
            name = self.expect(IDENTIFIER)
            variables.append(nodes.VarDecl(name.text, type_name, None, assign_pos=type_token.pos, pos=name.pos))
        if not self.past_eol_is("="):
            statements: list[nodes.Stmt] = [nodes.ExprStmt(variable, pos=variable.pos) for variable in variables]
            return nodes.StmtGroup(statements, pos=start.pos)
        equals = self.expect("=")
        value = self.expression()
        self._check_inferred(variables, value)
        if in_class:
            return _fields_of_list(variables, value, equals.pos)
        target = nodes.ExprList(list(variables), pos=start.pos)
        assignment = nodes.Assign(target, "=", value, pos=equals.pos)
        return nodes.ExprStmt(assignment, pos=start.pos)

    def _check_inferred(self, variables: list[nodes.VarDecl], value: nodes.Expr) -> None:
        first = next(
            (variable for variable in variables if variable.type_name and variable.type_name.path == ["var"]), None
        )
        if first is None:
            return
        if not isinstance(value, nodes.ListLiteral):
            message = "Cannot infer type in multi-assignment (right-hand side is non-list type)"
            raise self.error_at(message, first.assign_pos)
        for number, variable in enumerate(variables):
            if variable.type_name and variable.type_name.path == ["var"] and number >= len(value.items):
                message = (
                    "Cannot infer type in multi-assignment from given right-hand side (not enough entries in list)"
                )
                raise self.error_at(message, first.assign_pos)

    # Functions

    def _function(
        self, in_class: bool, modifiers: dict[str, Token], type_name: nodes.TypeName | None, start: Token
    ) -> nodes.Stmt:
        name = self.expect(IDENTIFIER)
        self.expect("(")
        self.match(EOL)
        parameters = self.parameters(")")
        if in_class and "static" not in modifiers and name.text == "toString":
            self._check_to_string(type_name, parameters, start)
        self.match(EOL)
        opening = self.expect("{")
        body = self.block_body(opening, "}")
        self.expect("}")
        function = nodes.FunctionNode(
            name.text,
            type_name,
            parameters,
            body,
            is_static="static" in modifiers,
            is_final="final" in modifiers,
            name_pos=name.pos,
            pos=start.pos,
        )
        return nodes.FunctionDecl(function, pos=start.pos)

    def _check_to_string(
        self, type_name: nodes.TypeName | None, parameters: list[nodes.Parameter], start: Token
    ) -> None:
        if type_name is not None and type_name.path not in (["String"], ["def"], ["Object"]):
            self.note(self.error_at("toString() must return String or use 'def'", start.pos))
        elif parameters:
            self.note(self.error_at("toString() cannot have parameters", parameters[0].pos))

    def parameters(self, closing: str) -> list[nodes.Parameter]:
        """parameters ::= (type? name (`=` expression)? (`,` ...)*)? closing"""
        found: list[nodes.Parameter] = []
        while not self.past_eol_is(closing, EOF):
            if found:
                self.expect(",")
            self.skip_newlines()
            found.append(self._parameter())
            self.match(EOL)
        self.expect(closing)
        return found

    def _parameter(self) -> nodes.Parameter:
        type_name = self.optional_type()
        name = self._declared_name()
        default = None
        if self.match_past_eol("="):
            default = self.simple_expression()
        if default is None and type_name is not None and type_name.path == ["var"]:
            message = "Initialiser expression required for 'var' declaration"
            raise self.error_at(message, self.previous.pos)
        return nodes.Parameter(name.text, type_name, default, pos=name.pos)


def _fields_of_list(variables: list[nodes.VarDecl], value: nodes.Expr, pos: int) -> nodes.Stmt:
    """`def (a, int b) = list` in a class: a hidden field holds the list, and the fields' defaults are its elements."""
    any_type = nodes.TypeName(["def"], pos=value.pos)
    name = f"{HIDDEN}multiple{pos}"
    holder = nodes.VarDecl(name, any_type, value, is_field=True, assign_pos=pos, pos=value.pos)
    for number, variable in enumerate(variables):
        index = nodes.Literal(number, pos=pos)
        variable.value = nodes.Access(nodes.Name(name, pos=pos), "[", index, pos=pos)
        variable.is_field, variable.assign_pos = True, pos
    fields = [holder, *variables]
    return nodes.StmtGroup([nodes.ExprStmt(field, pos=field.pos) for field in fields], pos=value.pos)
