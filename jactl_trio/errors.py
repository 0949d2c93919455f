"""Every error that this package raises, each with a stable code; the docstring is its manual entry.

The name says whose fault it is: the script's (CompileError, RuntimeError and below), the bytes'
(CheckpointDecodeError), the store's (StoreError), another owner's claim (StaleInstanceError), the
embedder's (UsageError), or our own (InternalError).
"""

from __future__ import annotations

SHOWN_CHARS_MAX = 400  # of a source line in a message


class Location:
    """A place in a source text: offset, line and column (both from 1), with the line itself."""

    __slots__ = ("name", "offset", "source")

    def __init__(self, source: str, offset: int, name: str = "") -> None:
        self.source = source
        self.offset = max(0, min(offset, len(source)))
        self.name = name

    @property
    def line(self) -> int:
        return self.source.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        return self.offset - (self.source.rfind("\n", 0, self.offset) + 1) + 1

    @property
    def source_line(self) -> str:
        start = self.source.rfind("\n", 0, self.offset) + 1
        end = self.source.find("\n", self.offset)
        return self.source[start : len(self.source) if end < 0 else end]

    def marked(self) -> str:
        """The source line with a caret below the column; of a line of any length, what stands around it."""
        line, at = self.source_line, self.column - 1
        start = max(0, at - SHOWN_CHARS_MAX // 2) if len(line) > SHOWN_CHARS_MAX else 0
        return f"{line[start : start + SHOWN_CHARS_MAX]}\n{' ' * (at - start)}^"


class JactlError(Exception):
    """Base of all errors of this package.

    `message` is the bare text; `location` is known once the error has met a script's source: then `source`, `offset`
    (characters, from 0), `line` and `column` (from 1), and str() shows "message @ line L, column C", the source line
    and a caret.
    """

    code = "JACTL"

    def __init__(self, message: str, location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location

    @property
    def source(self) -> str | None:
        return self.location.source if self.location else None

    @property
    def offset(self) -> int | None:
        return self.location.offset if self.location else None

    @property
    def line(self) -> int | None:
        return self.location.line if self.location else None

    @property
    def column(self) -> int | None:
        return self.location.column if self.location else None

    def __str__(self) -> str:
        if self.location is None:
            return self.message
        where = f"{self.message} @ line {self.line}, column {self.column}"
        return f"{where}\n{self.location.marked()}"


class CompileError(JactlError):
    """The source is not a valid script. `errors` lists every error found, this one first."""

    code = "COMPILE"

    def __init__(self, message: str, location: Location | None = None) -> None:
        super().__init__(message, location)
        self.errors: list[CompileError] = [self]


class EOFCompileError(CompileError):
    """The source ends too early: a REPL reads another line."""

    code = "COMPILE_EOF"


class RuntimeError(JactlError):
    """The script failed while running."""

    code = "RUNTIME"


class NullError(RuntimeError):
    """null stood where a value is needed."""

    code = "NULL"


class DieError(RuntimeError):
    """The script called `die`."""

    code = "DIE"


class LimitError(RuntimeError):
    """A limit of jactl_trio.limits or of the Context was reached."""

    code = "LIMIT"


class HostFunctionError(RuntimeError):
    """A host function raised; `__cause__` is its exception (never shown to the script)."""

    code = "HOST"


class CheckpointError(JactlError):
    """A checkpoint could not be taken, saved or restored."""

    code = "CHECKPOINT"


class CheckpointEncodeError(CheckpointError):
    """A live value cannot be saved; the message names the variable, the type and the line."""

    code = "CHECKPOINT_ENCODE"


class CheckpointDecodeError(CheckpointError):
    """The bytes are not a checkpoint that this script can continue from."""

    code = "CHECKPOINT_DECODE"


class CheckpointSaveError(CheckpointError):
    """The Environment answered a save with an error; the last good checkpoint stays."""

    code = "CHECKPOINT_SAVE"


class StoreError(CheckpointError):
    """The store failed or refused."""

    code = "STORE"


class UnknownInstanceError(StoreError):
    """There is no such instance, or it has ended."""

    code = "UNKNOWN_INSTANCE"


class StaleInstanceError(CheckpointError):
    """Another owner has taken the instance over; this one must stop."""

    code = "STALE"


class InstanceCancelledError(JactlError):
    """The instance was cancelled for good."""

    code = "CANCELLED"


class InstanceReleasedError(JactlError):
    """The instance was stopped here before its end; it stays recoverable."""

    code = "RELEASED"


class InstanceHibernatedError(InstanceReleasedError):
    """The instance waits in the store, for its time or a message; it goes on then, here or elsewhere."""

    code = "HIBERNATED"


class UnknownScriptError(CheckpointError):
    """The script of a checkpoint is neither known to the context nor kept in the store."""

    code = "UNKNOWN_SCRIPT"


class UsageError(JactlError):
    """The embedding program called this package wrongly."""

    code = "USAGE"


class InternalError(JactlError):
    """A fault of this package itself; please report it."""

    code = "INTERNAL"
