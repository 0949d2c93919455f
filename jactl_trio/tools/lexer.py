"""Source text -> Pygments tokens, to show scripts in colours: `pygmentize -l jactl FILE`, the REPL, documentation.

Pygments finds it by its entry point. It takes any text, also a half-written one, and gives all of it back; the
compiler's own lexer (syntax/lexer.py) refuses what is wrong and needs the parser to say where a `/` begins a regex.
Here that follows from what stands before it, as in Pygments' lexers for JavaScript and Groovy.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, default, include, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from ..syntax.tokens import BUILTIN_TYPES, KEYWORDS

_DECLARING = ("def", "var", "class", "const", "static", "final", "package", "import", "void")
_CONSTANTS = ("true", "false", "null")
_OPERATING = ("in", "instanceof", "as", "and", "or", "not", "new")
_STATEMENTS = sorted(KEYWORDS - set(_DECLARING) - set(_CONSTANTS) - set(_OPERATING) - set(BUILTIN_TYPES))
_WORD = r"[A-Za-z_\u0080-\U0010ffff][\w$]*"
_ESCAPE = r"\\."


class JactlLexer(RegexLexer):
    """Pygments lexer for Jactl."""

    name = "Jactl"
    url = "https://jactl.io"
    aliases: ClassVar[list[str]] = ["jactl"]
    filenames: ClassVar[list[str]] = ["*.jactl"]
    mimetypes: ClassVar[list[str]] = ["text/x-jactl"]
    flags = re.DOTALL | re.MULTILINE

    tokens: ClassVar[dict[str, Any]] = {
        "root": [(r"\A#!.*?$", Comment.Hashbang), default(("code", "operand"))],
        "space": [
            (r"\s+", Whitespace),
            (r"//.*?$", Comment.Single),
            (r"/\*.*?(?:\*/|\Z)", Comment.Multiline),
        ],
        "operand": [  # a value may begin here: a slash opens a regex
            include("space"),
            (r"s/", String.Regex, ("#pop", "replacement", "regex")),
            (r"/", String.Regex, ("#pop", "regex")),
            default("#pop"),
        ],
        "code": [
            include("space"),
            (r"'''", String.Single, "single-lines"),
            (r"'", String.Single, "single"),
            (r'"""', String.Double, "double-lines"),
            (r'"', String.Double, "double"),
            (r"s/(?=[^\s=])", String.Regex, ("replacement", "regex")),
            (r"0[xX][0-9a-fA-F_]+L?", Number.Hex),
            (r"0[bB][01_]+L?", Number.Bin),
            (r"\d[\d_]*(?:\.\d[\d_]*D?|D)", Number.Float),
            (r"\d[\d_]*L?", Number.Integer),
            (r"\$(?:\d+|" + _WORD + ")", Name.Variable),
            (r"\??\.", Operator, "member"),
            (words(_CONSTANTS, suffix=r"\b(?!\s*:)"), Keyword.Constant),
            (words(_DECLARING, suffix=r"\b(?!\s*:)"), Keyword.Declaration),
            (words(BUILTIN_TYPES, suffix=r"\b(?!\s*:)"), Keyword.Type),
            (words(_OPERATING, prefix="!?", suffix=r"\b(?!\s*:)"), Operator.Word, "operand"),
            (words(_STATEMENTS, suffix=r"\b(?!\s*:)"), Keyword, "operand"),
            (_WORD + r"(?=\s*[({])", Name.Function),
            (_WORD, Name),
            (r"[)\]]", Punctuation),
            (r"\}", Punctuation, "operand"),
            (r"[({\[,;:]", Punctuation, "operand"),
            (r"\+\+|--", Operator),
            (r"[-+*/%=!<>&|^~?\\.$]+?", Operator, "operand"),
            (r".", Text),
        ],
        "member": [include("space"), (_WORD, Name.Attribute, "#pop"), default("#pop")],
        "single": [(_ESCAPE, String.Escape), (r"'", String.Single, "#pop"), (r"[^'\\]+", String.Single)],
        "single-lines": [(_ESCAPE, String.Escape), (r"'''", String.Single, "#pop"), (r"[^'\\]+|'", String.Single)],
        "interpolated": [
            (_ESCAPE, String.Escape),
            (r"\$" + _WORD, String.Interpol),
            (r"\$\{", String.Interpol, ("embedded", "operand")),
        ],
        "double": [include("interpolated"), (r'"', String.Double, "#pop"), (r'[^"\\$]+|\$', String.Double)],
        "double-lines": [include("interpolated"), (r'"""', String.Double, "#pop"), (r'[^"\\$]+|[$"]', String.Double)],
        "regex": [
            (r"\\.", String.Regex),
            (r"\$\{", String.Interpol, ("embedded", "operand")),
            (r"\$" + _WORD, String.Interpol),
            (r"/[gsimrn]*", String.Regex, "#pop"),
            (r"[^/\\$]+|\$", String.Regex),
        ],
        "replacement": [
            include("interpolated"),
            (r"\$\d+", Name.Variable),
            (r"/[gsimrn]*", String.Regex, "#pop"),
            (r"[^/\\$]+|\$", String.Double),
        ],
        "embedded": [  # ${...}
            (r"\}", String.Interpol, "#pop"),
            (r"\{", Punctuation, ("braces", "operand")),
            include("code"),
        ],
        "braces": [
            (r"\}", Punctuation, "#pop"),
            (r"\{", Punctuation, ("#push", "operand")),
            include("code"),
        ],
    }
