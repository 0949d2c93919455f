"""Source text -> tokens -> syntax tree."""

from .lexer import tokenize
from .parser import parse

__all__ = ["parse", "tokenize"]
