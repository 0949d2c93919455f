"""The command repl: read a line (or several, while the source is unfinished), run it, print its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import trio

from ..errors import CompileError, EOFCompileError, JactlError
from ..runtime.context import Context
from ..values.text import to_text
from .codes import OK

_PROMPT, _MORE = "> ", ". "


def repl() -> int:
    """Run until the end of the input. An interrupt drops what is being typed, or ends what is being evaluated."""
    context = Context(repl_mode=True)
    variables: dict[str, Any] = {}
    read = _reader()
    while True:
        try:
            source = _entry(read)
        except EOFError:
            return OK
        except KeyboardInterrupt:
            continue
        if source.strip():
            _evaluate(context, source, variables)


def _reader() -> Callable[[str], str]:
    """prompt-toolkit's line editor, with Pygments' colours, where they are installed, else Python's own."""
    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.lexers import PygmentsLexer

        from ..tools.lexer import JactlLexer
    except ImportError:
        return input
    session: Any = PromptSession(lexer=PygmentsLexer(JactlLexer))
    return lambda prompt: str(session.prompt(prompt))


def _entry(read: Callable[[str], str]) -> str:
    """Lines until they are a whole source."""
    from ..syntax import parse

    source = read(_PROMPT)
    while True:
        try:
            parse(source)
            return source
        except CompileError as error:
            if not any(isinstance(one, EOFCompileError) for one in error.errors):
                return source
        source += "\n" + read(_MORE)


def _evaluate(context: Context, source: str, variables: dict[str, Any]) -> None:
    try:
        value = trio.run(context.compile(source, globals=variables).run, variables)
    except CompileError as error:
        print("\n".join(str(one) for one in error.errors))
    except JactlError as error:
        print(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        print("interrupted")
    else:
        if value is not None:
            print(to_text(value))
