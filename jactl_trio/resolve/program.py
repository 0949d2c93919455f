"""A whole source, script or class file, in the order in which its parts are resolved."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import CompileError
from ..syntax import nodes
from . import (
    access,
    assignment,
    calls,
    classes,
    functions,
    imports,
    literals,
    operators,
    regex,
    statements,
    switch,
    variables,
)
from .captures import capture_transitively, check_early_values
from .contents import mark_contents
from .functions import add_return
from .fusing import fuse
from .model import FunctionInfo, UnitInfo
from .narrowing import narrow
from .nullness import mark_never_null
from .resolver import Resolver
from .scope import Scope
from .statements import resolve_statements
from .suspension import mark_suspending

RECURSION_LIMIT = 20_000  # for the time of resolving: sources may nest limits.NESTING_MAX deep

HANDLING = (access, assignment, calls, classes, functions, literals, operators, regex, statements, switch, variables)


def resolve_program(program: nodes.Program, source: str, scope: Scope) -> UnitInfo:
    """Resolve imports, classes, then the script's statements; then what needs to know them all."""
    r = Resolver(program, source, scope)
    with _deep_recursion():
        _resolve(r)
        for check in r.at_end:
            check()
        _raise_errors(r)
        narrow(r.unit, r.untyped, r.registry.method)
        if fuse(r.unit, r.untyped, r.registry.method):
            narrow(r.unit, r.untyped, r.registry.method)
        mark_never_null(program)
        mark_contents(program, r.registry.method)
        mark_suspending(r)
    return r.unit


def _resolve(r: Resolver) -> None:
    declarations = [stmt for stmt in r.program.body.statements if isinstance(stmt, nodes.ClassDecl)]
    try:
        imports.resolve_imports(r)
        classes.declare_classes(r, declarations)
        classes.prepare_classes(r)
        classes.resolve_class_bodies(r)
    except CompileError as error:
        r.errors.append(error)
    if not r.program.is_class:
        _resolve_main(r)
    capture_transitively(r)
    if not r.errors:
        check_early_values(r)


def _resolve_main(r: Resolver) -> None:
    body = r.program.body
    _move_begin_and_end(body)
    main = FunctionInfo(None, "main", "main", r.program, pos=r.program.pos)
    r.unit.main = r.program.main = main
    r.unit.functions.insert(0, main)
    add_return(r, body, main.return_type)
    with r.in_function(main), r.in_block(body) as block:
        block.is_top = True
        resolve_statements(r, body.statements)


def _move_begin_and_end(body: nodes.Block) -> None:
    """BEGIN blocks run first, END blocks last."""
    places = {"begin": 0, "": 1, "end": 2}
    body.statements.sort(key=lambda stmt: places[stmt.kind] if isinstance(stmt, nodes.Block) else 1)


def _raise_errors(r: Resolver) -> None:
    errors = r.errors or r.late_errors
    if errors:
        first = errors[0]
        first.errors = list(errors)
        raise first


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
