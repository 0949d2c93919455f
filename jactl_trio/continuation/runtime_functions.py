"""A @resumable Python function -> a Code with sites, read from its source.

The rules that such a function keeps to stand in values/suspension.py; `code_of` checks those that can be seen in the
text, and capture finds the rest.  A site is named by the text of its statement and an ordinal among equal
statements, so that a newer release may move it.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from types import BuiltinFunctionType, CodeType, FunctionType
from typing import Any

from ..errors import InternalError
from ..values.suspension import RESUMABLE, TRANSPARENT
from .unit import Code, Site

_CODES: dict[CodeType, Code] = {}
_BY_KEY: dict[str, Code] = {}


def code_of(function: Callable[..., Any]) -> Code:
    """The Code of a @resumable function; made at the first call. InternalError says which rule it breaks."""
    assert isinstance(function, FunctionType)
    code = _CODES.get(function.__code__)
    if code is None:
        code = _CODES[function.__code__] = _read(function)
    return code


def key_of(function: Callable[..., Any]) -> str:
    """The name of a runtime function in checkpoints."""
    return f"{function.__module__}:{function.__qualname__}"


def code_named(key: str) -> Code | None:
    """The Code of the @resumable function with that key, if its module is imported."""
    code = _BY_KEY.get(key)
    if code is None:
        for function in list(RESUMABLE.values()):
            if key_of(function) == key:
                code = _BY_KEY[key] = code_of(function)
    return code


def _read(function: FunctionType) -> Code:
    key = key_of(function)
    if function.__closure__ is not None:
        raise InternalError(f"{key} is resumable, but closes over variables of the function around it")
    tree = _tree(function, key)
    code = Code(key, function, tree, function.__globals__, None)
    code.handles_errors = any(isinstance(node, ast.Try) for node in ast.walk(tree))
    reader = _Reader(code)
    reader.block(tree.body)
    return code


def _tree(function: FunctionType, key: str) -> ast.FunctionDef:
    """The function's own tree with the line numbers of its file."""
    try:
        lines, start = inspect.getsourcelines(function)
    except OSError:
        raise InternalError(f"{key} is resumable, but its source is not at hand")
    text = "".join(lines)
    if text[:1].isspace():
        module = ast.parse("if 1:\n" + text)  # a method: its block keeps its indentation
        tree = module.body[0].body[0]  # type: ignore[attr-defined]
        start -= 1
    else:
        tree = ast.parse(textwrap.dedent(text)).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise InternalError(f"{key} is resumable, but no plain function")
    ast.increment_lineno(tree, start - 1)
    tree.decorator_list = []
    tree.returns = None
    tree.body = [_without_annotation(statement) for statement in tree.body]
    return tree


def _without_annotation(statement: Any) -> Any:
    """`x: T = f()` -> `x = f()`, at any depth of blocks."""
    if isinstance(statement, ast.AnnAssign):
        if statement.value is None:
            return ast.copy_location(ast.Pass(), statement)
        return ast.copy_location(ast.Assign([statement.target], statement.value), statement)
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(statement, name, None)
        if isinstance(inner, list):
            setattr(statement, name, [_without_annotation(one) for one in inner])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        part.body = [_without_annotation(one) for one in part.body]
    return statement


class _Reader:
    """Finds the sites of a function and refuses calls that may suspend elsewhere."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.locals = {arg.arg for arg in ast.walk(code.tree) if isinstance(arg, ast.arg)} | {
            name.id for name in ast.walk(code.tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        self.seen: dict[str, int] = {}

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.Global | ast.Nonlocal | ast.AsyncFor | ast.AsyncWith):
                raise self.broken(statement, "uses global, nonlocal or async")
            if isinstance(statement, ast.If | ast.While):
                self.no_site(statement.test)
                self.block(statement.body)
                self.block(statement.orelse)
            elif isinstance(statement, ast.For) and isinstance(statement.iter, ast.Name) and not statement.orelse:
                self.block(statement.body)
            elif isinstance(statement, ast.Try) and not statement.finalbody:
                self.block(statement.body)
                for part in (*statement.handlers, *statement.orelse):
                    self.no_site(part)
            elif isinstance(statement, ast.Assign | ast.Expr | ast.Return) and isinstance(statement.value, ast.Call):
                self.call(statement, statement.value)
            else:
                self.no_site(statement)

    def call(self, statement: ast.stmt, call: ast.Call) -> None:
        """A call that stands alone: a site, unless it is known never to suspend."""
        for part in (*call.args, *call.keywords, call.func, *getattr(statement, "targets", ())):
            self.no_site(part)
        if not self.is_harmless(call):
            self.add(statement, call)

    def is_harmless(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Name) and call.func.id not in self.locals:
            target = self.target(call.func.id)
            return isinstance(target, type | BuiltinFunctionType) or _is_unmarked(target)
        return False

    def add(self, statement: ast.stmt, call: ast.Call) -> None:
        starred = any(isinstance(arg, ast.Starred) for arg in call.args)
        if (starred or any(one.arg is None for one in call.keywords)) and self.may_suspend(call):
            raise self.broken(statement, "passes *args or **kwargs to a call that may suspend")
        text = ast.unparse(statement)
        ordinal = self.seen[text] = self.seen.get(text, -1) + 1
        site = Site(call.lineno, f"{text}.{ordinal}", -1)
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            if line in self.code.sites:
                raise self.broken(statement, "has two calls in one line")
            self.code.sites[line] = site

    def no_site(self, node: ast.AST) -> None:
        """Refuse a call below `node` that is known to be one that may suspend."""
        for call in _calls(node):
            if self.may_suspend(call):
                raise self.broken(
                    call, f"calls {ast.unparse(call.func)}, which may suspend, where it does not stand alone"
                )

    def may_suspend(self, call: ast.Call) -> bool:
        """Is it known to be a call of a function value or of a function marked resumable or transparent?"""
        if not isinstance(call.func, ast.Name):
            return False
        if call.func.id in self.locals:
            return True
        target = self.target(call.func.id)
        return isinstance(target, FunctionType) and not _is_unmarked(target)

    def target(self, name: str) -> Any:
        return self.code.namespace.get(name, _BUILTINS.get(name))

    def broken(self, node: ast.AST, what: str) -> InternalError:
        return InternalError(f"{self.code.key} is resumable, but {what} (line {getattr(node, 'lineno', 0)})")


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _is_unmarked(target: Any) -> bool:
    return isinstance(target, FunctionType) and target.__code__ not in RESUMABLE and target.__code__ not in TRANSPARENT


_BUILTINS: dict[str, Any] = builtins.__dict__
