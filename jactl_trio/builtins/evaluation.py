"""eval(): a script's text and a map of its variables -> its result; null where it fails, with the text in `$error`."""

from __future__ import annotations

from typing import Any

from ..continuation.current import current
from ..continuation.failures import script_error
from ..errors import CompileError, JactlError, LimitError, NullError, RuntimeError
from ..limits import EVAL_CHARS_MAX
from ..values.suspension import resumable

ERROR_VARIABLE = "$error"


@resumable
def eval_script(source: str | None, variables: dict[Any, Any] | None) -> Any:
    """What the script gives; its variables are the map, or none."""
    bindings: dict[Any, Any] = {} if variables is None else variables
    try:
        main = compiled(source, bindings)
        result = main(bindings)
    except Exception as error:
        failure = script_error(error)
        if not isinstance(failure, (CompileError, RuntimeError)):
            raise  # no fault of the script's: a cancellation, the store...
        if variables is not None:
            variables[ERROR_VARIABLE] = error_text(failure)
        result = None
    return result


def compiled(source: str | None, bindings: dict[Any, Any]) -> Any:
    """The main function of the script; its unit is kept with the run, since checkpoints may need it."""
    if source is None:
        raise NullError("Null value for script to evaluate")
    if len(source) > EVAL_CHARS_MAX:
        raise LimitError(f"Script of {len(source)} characters is longer than {EVAL_CHARS_MAX}")
    run = current.run
    unit = run.context.compile_eval(source, bindings)
    if unit not in run.evaluated:
        run.evaluated.append(unit)
    return unit.main


def error_text(error: JactlError) -> str:
    """The text that a script finds in `$error`: the error's class under the reference's name, message and place."""
    package = "io.jactl" if isinstance(error, CompileError) else "io.jactl.runtime"
    return f"{package}.{type(error).__name__}: {error}"
