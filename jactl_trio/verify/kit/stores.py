"""What makes a store, or an Environment -> a report: does it keep the rules?"""

from __future__ import annotations

import linecache
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from ...errors import UsageError
from ...runtime.environment import Environment
from ...store import CheckpointStore
from ..report import Finding, NotVerified, PhaseResult, Report
from .environments import ENVIRONMENT_RULES, EnvironmentPlace, Load
from .model import Clock, check_against_model
from .rules import STORE_RULES, Rule, StorePlace

Named = tuple[str, Callable[[], None]]


def check_store(
    factory: Callable[[], CheckpointStore] | Callable[[], Environment],
    *,
    view: Callable[[Any], CheckpointStore] | None = None,
    load: Load | None = None,
    examples: int = 40,
) -> Report:
    """Does a store keep the rules of CheckpointStore, or an Environment those of its hooks?

        check_store(lambda: RedisStore(new_database()), view=lambda store: RedisStore(store.database))
        check_store(FolderEnvironment, load=lambda environment, id: environment.read(id))

    factory: gives an empty one, each time.  view: gives another store over the data of a given one, as another
    process has it; without it the rules about several owners at once are left out.  load: for an Environment, gives
    the bytes that are saved for an instance, or None.  examples: random sequences to compare with MemoryStore.
    Raises NotVerified, an AssertionError with the report, and UsageError where the factory gives neither.
    """
    if not __debug__:
        raise UsageError("The rules are assertions: run Python without -O")
    made = factory()
    kind = type(made).__name__
    if isinstance(made, CheckpointStore):
        made.close()
        rules = list(_of_stores(factory, view, examples))  # type: ignore[arg-type]
    elif isinstance(made, Environment):
        if load is None:
            raise UsageError("An Environment is checked with load=, which finds what it has saved")
        rules = list(_of_environments(factory, load))  # type: ignore[arg-type]
    else:
        raise UsageError(f"The factory gives {made!r}: neither a CheckpointStore nor an Environment")
    report = Report("kit", 0, [_result(kind, rules)])
    if report.findings:
        raise NotVerified(report)
    return report


def all_store_rules() -> list[Rule[StorePlace]]:
    """The rules for stores, in the order of the files that state them."""
    from . import claims, contention, exchanges, messages, owners, saves  # noqa: F401 # each adds its own

    return STORE_RULES


def _of_stores(
    factory: Callable[[], CheckpointStore], view: Callable[[Any], CheckpointStore] | None, examples: int
) -> Iterator[Named]:
    def checked(rule: Rule[StorePlace]) -> None:
        first: list[CheckpointStore] = []

        def made() -> CheckpointStore:
            first.append(factory())
            return first[0]

        place = StorePlace(made, None if view is None else lambda: view(first[0]))
        try:
            rule.check(place)
        finally:
            place.close()

    def opened(clock: Clock) -> CheckpointStore:
        store = factory()
        store.open()
        return store

    for rule in all_store_rules():
        if view is not None or not rule.needs_views:
            yield rule.name, lambda rule=rule: checked(rule)  # type: ignore[misc]
    name = "random sequences are answered as MemoryStore answers them"
    yield name, lambda: check_against_model(opened, has_clock=False, examples=examples)


def _of_environments(factory: Callable[[], Environment], load: Load) -> Iterator[Named]:
    for rule in ENVIRONMENT_RULES:
        yield rule.name, lambda rule=rule: rule.check(EnvironmentPlace(factory(), load))  # type: ignore[misc]


def _result(kind: str, rules: list[Named]) -> PhaseResult:
    result = PhaseResult(kind, "rules")
    begun = time.perf_counter()
    for name, check in rules:
        result.checks += 1
        try:
            check()
        except Exception as error:  # whatever it is, the rule does not hold
            result.findings.append(_finding(kind, name, error))
    result.seconds = time.perf_counter() - begun
    return result


def _finding(kind: str, rule: str, error: BaseException) -> Finding:
    """The line of the rule that failed, with the values of its names."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if ".kit" in frame.f_globals["__name__"]]
    expected = "it holds"
    message = " ".join(str(error).split())
    seen = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if frames and isinstance(error, AssertionError):
        frame = frames[-1]
        expected = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip() or expected
        known = ", ".join(f"{name} = {value!r:.200}" for name, value in frame.f_locals.items() if name != "self")
        seen = f"{seen}, where {known}"
    return Finding(kind, "rules", rule, expected, seen)
