"""What the lexer gives the parser: tokens, and the names of their kinds.

An operator's or keyword's kind is its own text ("+=", "while"). The other kinds are the upper-case constants below.
"""

from __future__ import annotations

from typing import Any, Final

IDENTIFIER: Final = "IDENTIFIER"
DOLLAR: Final = "DOLLAR"  # `$x` in a string or pattern, `$1`
INTEGER: Final = "INTEGER"
LONG: Final = "LONG"
DOUBLE: Final = "DOUBLE"
DECIMAL: Final = "DECIMAL"
STRING: Final = "STRING"  # a literal string, or a literal part of an interpolated one
STRING_START: Final = "STRING_START"  # begins an interpolated string; its value is the first literal part
STRING_END: Final = "STRING_END"  # ends one, or a regex; its value is the modifiers
SUBST_START: Final = "SUBST_START"  # `s/`
SUBST_REPLACE: Final = "SUBST_REPLACE"  # the middle `/` of s/../../
EOL: Final = "EOL"
EOF: Final = "EOF"
ERROR: Final = "ERROR"  # its value is the message

NUMBERS: Final = (INTEGER, LONG, DOUBLE, DECIMAL)
BYTE: Final = "BYTE_CONST"  # there is no such literal; only messages name it

KEYWORDS: Final = frozenset(
    (
        "def", "var", "boolean", "byte", "int", "long", "double", "Decimal", "String", "Object", "Map", "List", "for",
        "until", "if", "unless", "while", "else", "continue", "break", "class", "extends", "package", "static",
        "import", "as", "true", "false", "null", "in", "instanceof", "return", "new", "and", "or", "not", "do",
        "print", "println", "BEGIN", "END", "die", "eval", "const", "switch", "default", "void", "sealed",
        "implements", "interface", "final",
    )
)  # fmt: skip
SIMPLE_TYPES: Final = ("boolean", "byte", "int", "long", "double", "Decimal", "String")
BUILTIN_TYPES: Final = (*SIMPLE_TYPES, "def", "Object", "Map", "List")
TYPES_AND_VAR: Final = (*BUILTIN_TYPES, "var")

_NAMES: Final = {
    DOLLAR: "DOLLAR_IDENTIFIER", STRING: "STRING_CONST", STRING_START: "EXPR_STRING_START",
    STRING_END: "EXPR_STRING_END", INTEGER: "INTEGER_CONST", LONG: "LONG_CONST",
    DOUBLE: "DOUBLE_CONST", DECIMAL: "DECIMAL_CONST",
    SUBST_START: "REGEX_SUBST_START", SUBST_REPLACE: "REGEX_REPLACE",
}  # fmt: skip


class Token:
    """One token; `text` is its source text, `value` what it stands for, `pos` and `end` its place."""

    __slots__ = ("end", "kind", "pos", "text", "value")

    def __init__(self, kind: str, text: str, value: Any, pos: int, end: int) -> None:
        self.kind, self.text, self.value, self.pos, self.end = kind, text, value, pos, end

    @property
    def is_keyword(self) -> bool:
        return self.kind in KEYWORDS or self.kind in ("!in", "!instanceof")

    def __repr__(self) -> str:
        return f"{self.kind} {self.text!r} @{self.pos}"


def kind_name(kind: str) -> str:
    """A kind as messages show it."""
    return _NAMES.get(kind, kind)
