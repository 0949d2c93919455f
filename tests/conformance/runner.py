"""Run cases in every mode and tell of each whether it holds.

A mode is a way in which a script must give the same answer: plain; suspended at every expression; saved to bytes and
restored at every expression; recovered, after each such save, by code compiled afresh; in REPL mode; with limits on.
"""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import trio
import trio.testing

import jactl_trio as jactl

from .cases import Case, Unsupported, differs, to_value
from .fresh import run_recovered

MODES = ("plain", "suspend", "checkpoint", "recovered", "repl", "limits")
_STRESS = {"suspend": "suspend", "checkpoint": "checkpoint", "recovered": "checkpoint"}
_LIMITS = {"max_loop_iterations": 100_000_000, "max_execution_time": 600_000}
_FLAGS = {
    "classAccessToGlobals": "class_access_to_globals",
    "allowUndeclaredGlobals": "allow_undeclared_globals",
    "maxLoopIterations": "max_loop_iterations",
    "maxExecutionTime": "max_execution_time",
    "disableDie": "disable_die",
    "disablePrint": "disable_print",
    "disableEval": "disable_eval",
    "allowHostAccess": "allow_host_access",
    "replMode": "repl_mode",
}
_CLASSES = {"EOFError": "CompileError", "TimeoutError": "LimitError", "RuntimeException": "RuntimeError"}
_CASE_SECONDS = 20.0
_STRIKE_AGAIN_SECONDS = 0.5
_CLOCK_READ = re.compile(r"\bnow(InZone)?\b")


@dataclass
class Verdict:
    case: Case
    mode: str
    holds: bool
    reason: str = ""
    error: BaseException | None = field(default=None, repr=False)
    position_holds: bool | None = None  # of error cases


def applies(case: Case, mode: str) -> str | None:
    """None where the case is meant for the mode; else why it is left out."""
    if case.kind not in ("value", "error", "direct", "checkpoint", "repl", "async"):
        return "advice only"
    if case.flag("needs_host"):
        return "needs functions or classes of the JVM's test host"
    if _tells_the_time(case):
        return "depends on the clock"
    if mode != "plain" and case.kind not in ("value", "async"):
        return "only value cases run in other modes"
    if mode == "suspend" and case.flag("useAsyncDecorator") is False:
        return "not meant for the suspend mode"
    if mode in ("checkpoint", "recovered") and (
        case.flag("skipCheckpointTests") or case.flag("useAsyncDecorator") is False
    ):
        return "not meant for the checkpoint modes"
    if mode == "repl" and case.flag("replModeEnabled") is False:
        return "not meant for REPL mode"
    if mode == "limits" and (case.flag("maxLoopIterations") or case.flag("maxExecutionTime")):
        return "has limits of its own"
    return None


def _tells_the_time(case: Case) -> bool:
    """Is the recorded value a date or time that the script took from the clock?

    The reference itself gives another one today (or an hour later, in the next zone). Scripts that only compare what
    they take from the clock give a boolean or a number and stay in.
    """
    expected = str(case.flag("expected", {}).get("t", ""))
    return expected.startswith("java.time.") and _CLOCK_READ.search(str(case.flag("script", ""))) is not None


def options(case: Case, mode: str) -> dict[str, Any]:
    chosen = {ours: case.data[theirs] for theirs, ours in _FLAGS.items() if theirs in case.data}
    if case.flag("evalConsts") is False:
        chosen["fold_constants"] = False
    if mode in _STRESS:
        chosen["stress"] = _STRESS[mode]
    if mode == "repl":
        chosen["repl_mode"] = True
    if mode == "limits":
        chosen.update(_LIMITS)
    return chosen


def run_case(case: Case, mode: str) -> Verdict:
    """Run one case for itself, in its mode."""
    with _Deadline(_CASE_SECONDS) as deadline:
        try:
            value = deadline.run(_value, case, mode)
            verdict = _judge_value(case, mode, value)
        except Unsupported as error:
            verdict = Verdict(case, mode, False, f"unsupported global {error}")
        except BaseException as error:
            if not deadline.passed and not isinstance(error, Exception):
                raise
            verdict = _judge_error(case, mode, error)
    # Where the end of the time struck decides nothing: what came of it may be any error, or none.
    return _too_long(case, mode, verdict.error) if deadline.passed else verdict


def _too_long(case: Case, mode: str, error: BaseException | None) -> Verdict:
    position = False if "expected" not in case.data else None
    return Verdict(case, mode, False, f"ran for more than {_CASE_SECONDS:g} seconds", error, position)


def _judge_value(case: Case, mode: str, value: Any) -> Verdict:
    if "error" in case.data and "expected" not in case.data:
        return Verdict(case, mode, False, f"no error; value {value!r:.100}", position_holds=False)
    reason = differs(case.data["expected"], value)
    return Verdict(case, mode, reason is None, reason or "")


async def _value(case: Case, mode: str) -> Any:
    given = {name: to_value(typed) for name, typed in case.flag("globals", {}).items()}
    if case.kind == "repl":
        return await _run_repl(case, mode)
    output = io.StringIO()
    source = io.StringIO(case.flag("input", ""))

    def compiled() -> Any:
        context = jactl.Context(**options(case, mode))
        if case.flag("uses__checkpoint"):
            context.function(_checkpoint, name="_checkpoint")
        package = case.flag("package", "")
        for text in case.flag("class_code", ()):
            context.compile_class(text, given, package=package)
        known = {name: to_value(typed) for name, typed in case.flag("compile_globals", {}).items()} or given
        return context.compile(case.data["script"], globals=known, package=package)

    if mode == "recovered":
        value = await run_recovered(compiled, given, source, output)
    else:
        value = await compiled().run(given, input=source, output=output)
    if case.flag("output") is not None and output.getvalue() != case.data["output"]:
        raise AssertionError(f"printed {output.getvalue()!r:.100}")
    return value


async def _checkpoint(value: Any) -> Any:
    """What the reference's test host calls so: the script waits, and goes on with the value."""
    await trio.lowlevel.checkpoint()
    return value


async def _run_repl(case: Case, mode: str) -> Any:
    context = jactl.Context(**options(case, mode))
    shared: dict[str, Any] = {}
    value = None
    for text in case.data["scripts"]:
        value = await context.compile(text, globals=shared).run(shared)
    return value


def _judge_error(case: Case, mode: str, error: BaseException) -> Verdict:
    wanted = case.data.get("error")
    if wanted is None:
        return Verdict(case, mode, False, f"{type(error).__name__}: {str(error)[:300]}", error)
    class_name = _CLASSES.get(wanted["error_class"], wanted["error_class"])
    fragment = case.flag("expected_error", "") or ""
    reasons = []
    if class_name not in [cls.__name__ for cls in type(error).__mro__]:
        reasons.append(f"class {type(error).__name__}, not {class_name}")
    texts = [str(error), *(str(other) for other in getattr(error, "errors", ()))]
    if not any(fragment.lower() in text.lower() for text in texts):
        reasons.append(f"message {str(error)[:200]!r} lacks {fragment!r}")
    position = "line" not in wanted or (getattr(error, "line", None), getattr(error, "column", None)) == (
        wanted["line"],
        wanted.get("column"),
    )
    if not position:
        where = f"{getattr(error, 'line', None)}:{getattr(error, 'column', None)}"
        reasons.append(f"(position {where}, not {wanted['line']}:{wanted.get('column')})")
    holds = not [reason for reason in reasons if not reason.startswith("(")]
    return Verdict(case, mode, holds, "; ".join(reasons), error, position)


class CaseTooLong(BaseException):
    """A case has used up its time.  No Exception: nothing on the way may take it for an error of the script."""


class _Deadline:
    """Raise CaseTooLong in the block once `seconds` of real time have passed, and again until it has left the block.

    By a signal: the clock of the loop is a mock, and a script may never give the loop its turn.  A signal strikes
    anywhere, also where exceptions are lost (a finaliser, a callback of C), hence the repetition and `passed`.  While
    the loop itself runs, which an exception would break, its cases are cancelled instead.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._scope = trio.CancelScope()
        self.passed = False

    def __enter__(self) -> _Deadline:
        self._before = signal.signal(signal.SIGALRM, self._strike)
        signal.setitimer(signal.ITIMER_REAL, self._seconds, _STRIKE_AGAIN_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)

    def run(self, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """What the async function gives, run in a loop of its own in which sleeping costs no time."""

        async def main() -> Any:
            with self._scope:
                return await function(*args)

        return trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))

    def _strike(self, *_: object) -> None:
        self.passed = True
        if not trio.lowlevel.currently_ki_protected():
            raise CaseTooLong
        try:
            trio.lowlevel.current_trio_token().run_sync_soon(self._scope.cancel)
        except (RuntimeError, trio.RunFinishedError):
            raise CaseTooLong from None  # no loop runs


def run_cases(cases: list[tuple[Case, str]]) -> list[Verdict]:
    """Run pairs of case and mode, each for itself: what one leaves behind does not reach the next."""
    return [run_case(case, mode) for case, mode in cases]


Row = tuple[str, str, str, str, bool, bool | None, str]


def rows_of_cases(cases: list[tuple[dict[str, Any], str]]) -> list[Row]:
    """Verdicts as plain data, for another process."""
    verdicts = run_cases([(Case(data), mode) for data, mode in cases])
    return [(v.case.suite, v.case.kind, v.case.id, v.mode, v.holds, v.position_holds, v.reason) for v in verdicts]
