"""A script -> a Report: its phases one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import JactlError, StoreError, UsageError
from ..store import CheckpointStore, open_store
from .campaign import Failure, replay, search
from .equivalence import differences
from .expectations import Expectation, expectation_of
from .loading import path_of
from .places import Place, StoreFactory, places
from .profiles import PHASES, Profile, profile_named
from .reference import Reference
from .report import Finding, NotVerified, PhaseResult, Report
from .schedule import Schedule
from .subjects import Subject
from .upgrade import upgrade
from .verdict import internal


@dataclass(frozen=True)
class Progress:
    """Told while it runs: a phase begins, with about so many steps; one step is done; a phase has ended."""

    begin: Callable[[str, str, int], None] = lambda file, phase, steps: None
    step: Callable[[], None] = lambda: None
    end: Callable[[PhaseResult], None] = lambda result: None


@dataclass(frozen=True)
class Replay:
    """What a replay token says: PHASE[/WHERE][@SCHEDULE], such as `schedules/sqlite@3:crash,5:fails`."""

    phase: str
    where: str = ""
    schedule: Schedule | None = None

    @classmethod
    def parse(cls, token: str) -> Replay:
        """UsageError for what is no token."""
        head, at, schedule = token.partition("@")
        phase, _, where = head.partition("/")
        if phase not in PHASES:
            raise UsageError(f"{token!r} is no replay token: it begins with one of {', '.join(PHASES)}")
        return cls(phase, where, Schedule.parse(schedule.replace(",", " ")) if at else None)

    def __str__(self) -> str:
        place = f"/{self.where}" if self.where else ""
        return f"{self.phase}{place}" + ("" if self.schedule is None else f"@{str(self.schedule).replace(' ', ',')}")


@dataclass
class Check:
    """How scripts are verified; `run` verifies one.

    where: an open places() block.  stored: the store whose checkpoints the phase `upgrade` reads.
    """

    where: Sequence[Place]
    profile: Profile
    seed: int = 0
    phases: Sequence[str] = PHASES
    replay: Replay | None = None
    stored: str | None = None
    exit_first: bool = False
    progress: Progress = field(default_factory=Progress)

    def run(self, subject: Subject, report: Report) -> None:
        """Verify one script; its results are added to the report. UsageError, and what compiling it raises."""
        expectation = expectation_of(subject.source)
        reference = Reference(subject)
        try:
            reference.plain()
        except JactlError as error:  # not compiled: the errors of a run are its answer
            if not _is_expected(error, expectation):
                raise
            report.results.append(PhaseResult(subject.name, "examples", 1, note="does not compile, as expected"))
            return
        if subject.recorder.problems:
            raise UsageError(subject.recorder.problems[0])
        for phase in self.phases if self.replay is None else (self.replay.phase,):
            with self._timed(subject.name, phase) as result:
                try:
                    _PHASES[phase](self, reference, expectation, result)
                except (UsageError, StoreError):
                    raise
                except Exception as error:
                    told = internal(error)
                    result.findings.append(
                        Finding(subject.name, phase, told.rule, told.expected, told.seen, replay=phase)
                    )
            if subject.recorder.problems:
                raise UsageError(subject.recorder.problems[0])
            report.results.append(result)
            self.progress.end(result)
            if result.findings and self.exit_first:
                return

    @contextmanager
    def _timed(self, file: str, phase: str) -> Iterator[PhaseResult]:
        result = PhaseResult(file, phase)
        begun = time.perf_counter()
        yield result
        result.seconds = time.perf_counter() - begun

    def places(self) -> list[Place]:
        """All, or the one of a replay. UsageError where that is none of them."""
        wanted = "" if self.replay is None else self.replay.where
        found = [place for place in self.where if not wanted or place.name == wanted]
        if not found:
            known = " and ".join(place.name for place in self.where)
            raise UsageError(f"No checkpoints in {wanted!r}: there are {known}, as --store says")
        return found


def check_script(
    subject: Subject | str,
    *,
    store: str | StoreFactory | None = None,
    profile: str = "ci",
    max_examples: int | None = None,
    seed: int = 0,
    phases: Sequence[str] = PHASES,
    replay: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Verify a script: does it give the same answer however it is run, interrupted and recovered?

        check_script(Subject(source, {"order": {}}, make_context), profile="quick")

    store: where trials keep checkpoints, beside an Environment: a URL, or a function that makes empty stores.
    profile: "quick", "ci" or "nightly".  max_examples: schedules to draw for each place, in the profile's stead.
    replay: the token of a finding.  Raises NotVerified, an AssertionError with the report; what compiling it
    raises; UsageError for a token, a profile or stubs that do not fit.
    """
    given = subject if isinstance(subject, Subject) else Subject.read(subject)
    chosen = with_examples(profile_named(profile), max_examples)
    report = Report(chosen.name, seed)
    with places(store) as where:
        stored = store if isinstance(store, str) else None
        check = Check(where, chosen, seed, phases, None if replay is None else Replay.parse(replay), stored)
        check.progress = progress or check.progress
        check.run(given, report)
    if report.findings:
        raise NotVerified(report)
    return report


def with_examples(profile: Profile, max_examples: int | None) -> Profile:
    """The profile with another number of schedules."""
    if max_examples is None:
        return profile
    return Profile(profile.name, max_examples, profile.recoveries, profile.modes)


# The phases


def _examples(check: Check, reference: Reference, expectation: Expectation, result: PhaseResult) -> None:
    plain, token = reference.plain(), str(Replay("examples"))
    if not plain.is_placed:
        result.findings.append(_example(result, "place", "an error with its line and column", plain.shown, token))
    if not expectation.is_any:
        result.skipped = "no // expect: in the file"
        if plain.answer.error is not None:
            result.note = f"ends with {plain.shown.splitlines()[0]}"
        return
    check.progress.begin(result.file, result.phase, 1)
    output = "".join(segment.output for segment in plain.segments)
    result.checks = 1
    is_error = plain.answer.error is not None
    if expectation.error is not None:
        if not is_error or expectation.error.lower() not in plain.shown.lower():
            result.findings.append(_example(result, "error", expectation.error, plain.shown, token))
    elif is_error or expectation.value not in (None, plain.shown):
        result.findings.append(_example(result, "value", expectation.value or "a value", plain.shown, token))
    if expectation.output is not None and expectation.output != output:
        result.findings.append(_example(result, "output", repr(expectation.output), repr(output), token))


def _example(result: PhaseResult, rule: str, expected: str, seen: str, token: str) -> Finding:
    return Finding(result.file, result.phase, rule, expected, seen, replay=token)


def _equivalence(check: Check, reference: Reference, expectation: Expectation, result: PhaseResult) -> None:
    modes: tuple[str, ...] = check.profile.modes
    if check.replay is not None and check.replay.where:
        modes = (check.replay.where,)
    if "fresh" in modes and path_of(reference.subject.make_context) is None:
        result.note = "not in a fresh process: it cannot import what makes the Context"
    check.progress.begin(result.file, result.phase, len(modes))
    place = check.where[-1]
    for one in differences(reference, modes, place.make_store, check.progress.step, check.profile.recoveries):
        token = (
            Replay(result.phase, one.mode) if one.schedule is None else Replay("schedules", place.name, one.schedule)
        )
        schedule = "" if one.schedule is None else str(one.schedule)
        result.findings.append(
            Finding(result.file, result.phase, one.mode, one.expected, one.seen, schedule, one.timeline, str(token))
        )
    result.checks = len(modes)
    if not result.note and "recovered" in modes:
        result.note = _failing_recovery(reference, check.profile.recoveries)


def _failing_recovery(reference: Reference, most: int) -> str:
    """Where a script that gives a value fails once it recovers: no rule forbids that, but few would want it."""
    plain = reference.plain()
    if plain.answer.error is None:
        for number in range(min(plain.checkpoints, most)):
            recovered = reference.plain((True,) * number + (False,))
            if recovered.answer.error is not None:
                return f"recovered from checkpoint {number + 1} it ends with {recovered.shown.splitlines()[0]}"
    return ""


def _schedules(check: Check, reference: Reference, expectation: Expectation, result: PhaseResult) -> None:
    examples = check.profile.schedules
    where = check.places()
    check.progress.begin(result.file, result.phase, examples * len(where))

    def step() -> None:
        result.checks += 1
        check.progress.step()

    for place in where:
        if check.replay is not None and check.replay.schedule is not None:
            failure = replay(reference, check.replay.schedule, place.make_store)
            result.checks += 1
        else:
            failure = search(reference, place.make_store, examples=examples, seed=check.seed, on_example=step)
        if failure is not None:
            result.findings.append(_of_failure(failure, result, place))


def _of_failure(failure: Failure, result: PhaseResult, place: Place) -> Finding:
    first = failure.violations[0]
    return Finding(
        result.file,
        result.phase,
        f"{first.rule}, run {first.run}, checkpoints in {place.name}",
        first.expected,
        first.seen,
        str(failure.schedule),
        tuple(failure.history.timeline()),
        str(Replay(result.phase, place.name, failure.schedule)),
    )


def _upgrade(check: Check, reference: Reference, expectation: Expectation, result: PhaseResult) -> None:
    store = _existing(check.stored)
    if store is None:
        result.skipped = "no store with checkpoints was given"
        return
    try:
        subject = reference.subject
        context = subject.new_context()
        found = upgrade(store, context, subject.script(context).identity)
    finally:
        store.close()
    result.checks = found.restored + len(found.refused)
    if found.older:
        result.note = f"{found.older} go on with another source than this one, which the store keeps"
    for record, error in found.refused:
        rule = f"checkpoint {record.checkpoint_id} of {record.id}"
        seen = f"{type(error).__name__}: {error}"
        result.findings.append(Finding(result.file, result.phase, rule, "it is restored", seen, replay="upgrade"))


def _existing(url: str | None) -> CheckpointStore | None:
    """The store of a URL, if it exists."""
    if url is None or not url.startswith(("sqlite:", "postgres")):
        return None
    store = open_store(url, must_exist=True)
    try:
        store.open()
    except StoreError as error:
        if "There is no store" in error.message:
            return None
        raise
    return store


def _is_expected(error: JactlError, expectation: Expectation) -> bool:
    shown = "\n".join(map(str, getattr(error, "errors", ()) or [error])).lower()
    return expectation.error is not None and expectation.error.lower() in shown


_PHASES: dict[str, Callable[[Check, Reference, Expectation, PhaseResult], None]] = {
    "examples": _examples,
    "equivalence": _equivalence,
    "schedules": _schedules,
    "upgrade": _upgrade,
}
