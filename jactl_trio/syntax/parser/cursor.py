"""Where the parser stands in the tokens: looking, taking, expecting; and the errors that it collects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...errors import CompileError, EOFCompileError, Location
from ...limits import NESTING_MAX
from ..lexer import Lexer
from ..tokens import EOF, EOL, ERROR, IDENTIFIER, STRING, STRING_START, Token, kind_name

T = TypeVar("T")


class Cursor:
    """The base of the parser. New lines are tokens; most places skip them, some end there."""

    def __init__(self, source: str, disabled: frozenset[str] = frozenset()) -> None:
        self.source = source
        self.disabled = disabled  # words that may not be used: of `print`, `println`, `die`, `eval`
        self.lexer = Lexer(source)
        self.index = 0
        self.ignore_eol = False
        self.lookahead_depth = 0
        self.nesting = 0
        self.blocks = 0  # around the next token, in the script or in the innermost class
        self.errors: list[CompileError] = []
        self._offsets: set[int] = set()  # of these

    # Looking

    def peek(self) -> Token:
        token = self.lexer.token(self.index)
        if self.ignore_eol:
            index = self.index
            while token.kind == EOL:
                index += 1
                token = self.lexer.token(index)
        return token

    def peek_past_eol(self) -> Token:
        index = self.index
        while (token := self.lexer.token(index)).kind == EOL:
            index += 1
        return token

    def at_eol(self) -> bool:
        """True where a new line comes next that counts here."""
        return not self.ignore_eol and self.lexer.token(self.index).kind == EOL

    def past_eol_is(self, *kinds: str) -> bool:
        return self.peek_past_eol().kind in kinds

    @property
    def previous(self) -> Token:
        """The token taken last, new lines included."""
        return self.lexer.tokens[self.index - 1] if self.index else Token(EOL, "", None, 0, 0)

    def following_is(self, *kinds: str, skip_eol: bool = False) -> bool:
        """True where these kinds of tokens come next."""
        index = self.index
        for kind in kinds:
            while self.lexer.token(index).kind == EOL and (skip_eol or self.ignore_eol):
                index += 1
            if self.lexer.token(index).kind != kind:
                return False
            index += 1
        return True

    def attempt(self, parse: Callable[[], object]) -> bool:
        """Whether `parse` succeeds here; nothing is taken and no error kept."""
        index, ignore_eol, errors, nesting = self.index, self.ignore_eol, len(self.errors), self.nesting
        self.lookahead_depth += 1
        try:
            return bool(parse()) and len(self.errors) == errors
        except CompileError:
            return False
        finally:
            self.lookahead_depth -= 1
            self.index, self.ignore_eol, self.nesting = index, ignore_eol, nesting
            self._offsets.difference_update(map(_offset, self.errors[errors:]))
            del self.errors[errors:]

    # Taking

    def advance(self) -> Token:
        if self.ignore_eol:
            self.skip_newlines()
        token = self.lexer.token(self.index)
        if token.kind != EOF:
            self.index += 1
        return token

    def skip_newlines(self) -> None:
        while self.lexer.token(self.index).kind == EOL:
            self.index += 1

    def advance_past_eol(self) -> Token:
        self.skip_newlines()
        return self.advance()

    def match(self, *kinds: str) -> bool:
        """Take the next token if it is one of these."""
        if EOL in kinds and self.lexer.token(self.index).kind == EOL:
            self.skip_newlines()
            return True
        if self.peek().kind in kinds:
            self.advance()
            return True
        return False

    def match_past_eol(self, *kinds: str) -> bool:
        if self.peek_past_eol().kind in kinds:
            self.advance_past_eol()
            return True
        return False

    def expect(self, *kinds: str) -> Token:
        """Take a token of one of these kinds, over new lines; raises CompileError."""
        if self.match_past_eol(*kinds):
            return self.previous
        raise self._expected(kinds)

    def expect_or_note(self, *kinds: str, past_eol: bool = True) -> Token | None:
        """Like expect, but a missing token is only noted as an error."""
        if self.match_past_eol(*kinds) if past_eol else self.match(*kinds):
            return self.previous
        if past_eol:
            self.skip_newlines()
        self.note(self._expected(kinds))
        return None

    def skip_until(self, *kinds: str) -> None:
        while (kind := self.peek().kind) != EOF and kind not in kinds:
            self.advance()

    def ignoring_eol(self, parse: Callable[[], T]) -> T:
        before, self.ignore_eol = self.ignore_eol, True
        try:
            return parse()
        finally:
            self.ignore_eol = before

    def nested(self, parse: Callable[[], T]) -> T:
        """Run `parse` one level deeper; raises CompileError at the limit."""
        self.nesting += 1
        if self.nesting > NESTING_MAX:
            raise self.fatal(f"Source nested too deeply (more than {NESTING_MAX} levels)", self.peek().pos)
        try:
            return parse()
        finally:
            self.nesting -= 1

    # Errors

    def error_at(self, message: str, pos: int) -> CompileError:
        return CompileError(message, Location(self.source, pos))

    def fatal(self, message: str, pos: int) -> CompileError:
        """An error after which nothing more is parsed."""
        self.index = len(self.lexer.tokens) - 1
        self.lexer.tokens[self.index :] = [Token(EOF, "", None, len(self.source), len(self.source))]
        return self.error_at(message, pos)

    def note(self, error: CompileError) -> None:
        """Keep an error and go on; inside a look-ahead it ends that."""
        if self.lookahead_depth:
            raise error
        if _offset(error) not in self._offsets:
            self._offsets.add(_offset(error))
            self.errors.append(error)

    def refuse_if_disabled(self, word: Token) -> None:
        if word.kind in self.disabled:
            self.note(self.error_at(f"Use of {word.text} has been disabled", word.pos))

    def unexpected(self, message: str, *, consume: bool = True) -> CompileError:
        """The error for the next token."""
        token = self.peek()
        if consume and token.kind != EOL:
            self.advance()
        if token.kind == ERROR:
            return self.error_at(str(token.value), token.pos)
        if token.kind == EOF:
            return EOFCompileError(f"Unexpected end-of-file: {message}", Location(self.source, token.pos))
        if token.kind == EOL:
            shown = "new-line"
        elif token.kind == STRING_START:
            shown = "token '\"'"
        elif token.kind == STRING:
            shown = 'token "\'"'
        else:
            shown = f"token '{token.text}'"
        return self.error_at(f"Unexpected {shown}: {message}", token.pos)

    def _expected(self, kinds: tuple[str, ...]) -> CompileError:
        if len(kinds) > 1:
            return self.unexpected("Expecting one of " + ", ".join(f"'{kind_name(kind)}'" for kind in kinds))
        return self.unexpected(
            "Expecting identifier" if kinds[0] == IDENTIFIER else f"Expecting '{kind_name(kinds[0])}'"
        )


def _offset(error: CompileError) -> int:
    return -1 if error.offset is None else error.offset
