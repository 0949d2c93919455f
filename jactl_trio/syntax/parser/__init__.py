"""Tokens -> syntax tree, by recursive descent; the grammar is in ../grammar.txt.

One class in layers, a file each: cursor, types, strings, primary, expressions, statements, declarations, switch,
classes.
"""

from __future__ import annotations

from ...errors import CompileError, Location
from ...limits import SOURCE_CHARS_MAX
from .. import nodes
from .classes import Classes


class Parser(Classes):
    """Parse one source text."""


def parse(source: str, *, is_class: bool = False, disabled: frozenset[str] = frozenset()) -> nodes.Program:
    """The tree of a script, or of a class file, without the words that are disabled; raises CompileError with every
    error found in `.errors`."""
    if len(source) > SOURCE_CHARS_MAX:
        raise CompileError(f"Source of more than {SOURCE_CHARS_MAX} characters", Location("", 0))
    parser = Parser(source, disabled)
    try:
        program = parser.program(is_class)
    except CompileError as error:
        parser.lookahead_depth = 0
        parser.note(error)
    except RecursionError:  # where the caller's own stack leaves less room than NESTING_MAX needs
        raise parser.error_at("Source nested too deeply", parser.peek().pos) from None
    if parser.errors:
        first = parser.errors[0]
        first.errors = list(parser.errors)
        raise first
    return program


__all__ = ["Parser", "parse"]
