"""Types and class names as written."""

from __future__ import annotations

from ...errors import CompileError
from ..nodes import ClassPath, TypeName
from ..tokens import BUILTIN_TYPES, IDENTIFIER, TYPES_AND_VAR, Token
from .cursor import Cursor

CLASS_KEYWORDS = ("Decimal", "String", "Object", "Map", "List")  # host packages have classes of these names


def is_class_name(name: str) -> bool:
    return name[0].isascii() and name[0].isupper()


def is_package_part(name: str) -> bool:
    return all(char.islower() or char.isdigit() or char == "_" for char in name) and name[0] != "_"


class Types(Cursor):
    def type_name(self, *, var: bool = False, arrays: bool = True) -> TypeName:
        """type ::= builtin type | class name, then `[]`...; raises CompileError."""
        token = self.peek()
        if self.match(*(TYPES_AND_VAR if var else BUILTIN_TYPES)):
            path = [token.text]
        elif self.attempt(self.class_name):
            path = self.class_name()
        else:
            raise self.unexpected("Expected type")
        if token.kind in ("var", "def") and self.peek().kind == "[":
            raise self.unexpected(f"Unexpected '[' after {token.text}")
        dimensions = 0
        while arrays and self.match("["):
            self.expect("]")
            dimensions += 1
        return TypeName(path, dimensions, pos=token.pos)

    def class_name(self) -> list[str]:
        """className ::= (package `.`)* CLASS (`.` INNER)*; the package is one element: ['a.b', 'X', 'Y']."""
        self.skip_newlines()
        package: list[str] = []
        path: list[str] = []
        while True:
            token = self.expect(IDENTIFIER, *CLASS_KEYWORDS) if package else self.expect(IDENTIFIER)
            if is_class_name(token.text):
                path.append(token.text)
            elif not path and is_package_part(token.text) and self.peek().kind == ".":
                package.append(token.text)
            else:
                self.index -= 1
                raise self.unexpected("Expected valid class name")
            if not self.match("."):
                break
            self.skip_newlines()
        return [".".join(package), *path] if package else path

    def try_type(self, *, var: bool = False) -> TypeName | None:
        """A type if one stands here, else None and nothing taken."""
        if self.attempt(lambda: self.type_name(var=var)):
            return self.type_name(var=var)
        return None

    def optional_type(self) -> TypeName | None:
        """The type before a parameter's or variable's name, if there is one."""
        if self.peek().kind in TYPES_AND_VAR:
            return self.type_name(var=True)
        if self.peek_past_eol().kind != IDENTIFIER:
            raise self.unexpected("Expected valid type or parameter name")
        if self.attempt(lambda: self.type_name() and self.peek_past_eol().kind == IDENTIFIER):
            return self.type_name()
        return None

    def class_path(self) -> ClassPath | None:
        """`a.b.X` with at least one package part, if one stands here."""
        index = self.index
        parts: list[Token] = []
        while self.peek().kind == IDENTIFIER and is_package_part(self.peek().text):
            parts.append(self.advance())
            if not self.match("."):
                self.index = index
                return None
        if not parts or self.peek().kind != IDENTIFIER or not is_class_name(self.peek().text):
            self.index = index
            return None
        name = self.advance()
        package = ".".join(part.text for part in parts)
        if not self.is_package(package):
            self.index = index
            return None
        return ClassPath(package, name.text, pos=parts[0].pos)

    def is_package(self, package: str) -> bool:
        """Whether a dotted name in an expression may be a package; the resolver decides what it really is."""
        return True

    def skip_to_end_of_statement(self, error: CompileError) -> None:
        self.note(error)
        self.skip_until("EOL", ";", "}")
