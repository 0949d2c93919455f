"""What every history must keep: each rule a function from a history, traced run by run, to its violations.

gapless     checkpoint ids are 1, 2, 3... over all runs; a save that failed takes no id
durable     a recovery goes on from the last checkpoint that was saved; what a script is told to be saved is saved
failed      after a failed save the script does not go on
answer      the value or error, and the globals left, are those of the plain run of the same path (see reference.py)
output      between two checkpoints a run prints what the plain run prints; one that was stopped, a beginning of it
calls       host calls with the same idempotency key are the same calls, those of the plain run, and none is left out
repeated    a call that is made again with the same key has the same arguments, whatever clocks and chance show then
received    messages of one name are received in their order, and none again that a checkpoint has behind it
once        a call of a function that the script names in `// once:` is not made again with the same idempotency key
deleted     delete_checkpoint is called once, at the end, with the last id
owner       an instance whose end was recorded, or that another host has taken over, writes nothing more
stopped     an instance that is cancelled, or released, where it waits is that and nothing else
released    an instance that was stopped before its end is recovered, and it does come to an end
ended       after its end nothing is left to be recovered
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from .history import (
    Begun,
    Called,
    Deleted,
    Ended,
    Event,
    Fault,
    Gone,
    History,
    Rested,
    SaveAnswered,
    SaveAsked,
    Saved,
)
from .reference import Reference, Segment
from .schedule import Action, Point
from .traces import WITH_ANSWER, Stretch, Traced, traced

_CRASHES = (Action.CRASH, Action.CRASH_AFTER)
_HARMLESS = (Action.DELAY, Action.TWICE, Action.HIBERNATES, Action.ELSEWHERE)  # for the one who has the instance
_STOPS = {Action.CANCEL: "cancelled", Action.RELEASE: "released", Action.SHUTDOWN: "released"}
_OVER = (*WITH_ANSWER, "cancelled")


@dataclass(frozen=True)
class Violation:
    """A rule that a history breaks: in which run, what was expected, and what was seen."""

    rule: str
    run: int
    expected: str
    seen: str

    def __str__(self) -> str:
        return f"{self.rule} (run {self.run}): expected {self.expected}; seen {self.seen}"


def violations(history: History, reference: Reference, rules: Collection[str] | None = None) -> list[Violation]:
    """All that is wrong with a history.  rules: the names of those to apply (default: all)."""
    found = traced(history)
    chosen = RULES.values() if rules is None else [RULES[name] for name in rules]
    return [violation for rule in chosen for violation in rule(found, reference)]


# The rules


def _gapless(found: Traced, reference: Reference) -> Iterator[Violation]:
    durable = 0
    position: dict[int, int] = {}
    for event in found.history.events:
        if isinstance(event, Begun):
            position[event.run] = event.checkpoint_id or 0
        elif isinstance(event, SaveAsked):
            expected = position.get(event.run, 0) + 1
            if event.checkpoint_id != expected:
                yield Violation("gapless", event.run, f"a save of checkpoint {expected}", str(event.checkpoint_id))
        elif isinstance(event, SaveAnswered) and event.error is None:
            position[event.run] = event.checkpoint_id
        elif isinstance(event, Saved):
            if event.checkpoint_id != durable + 1:
                yield Violation("gapless", event.run, f"checkpoint {durable + 1}", f"{event.checkpoint_id} saved")
            durable = event.checkpoint_id
        elif isinstance(event, Ended) and event.status != "stale":
            known = position.get(event.run, event.checkpoint_id)
            if event.checkpoint_id != known:
                yield Violation("gapless", event.run, f"a handle that says {known}", str(event.checkpoint_id))


def _durable(found: Traced, reference: Reference) -> Iterator[Violation]:
    saved: int | None = None
    for event in found.history.events:
        if isinstance(event, Saved):
            saved = event.checkpoint_id
        elif isinstance(event, Begun) and event.checkpoint_id != saved:
            yield Violation("durable", event.run, f"a start from checkpoint {saved}", str(event.checkpoint_id))
        elif isinstance(event, SaveAnswered) and event.error is None and (saved or 0) < event.checkpoint_id:
            yield Violation("durable", event.run, f"checkpoint {event.checkpoint_id} in the store", f"only {saved}")


def _failed(found: Traced, reference: Reference) -> Iterator[Violation]:
    for event in found.strays:
        yield Violation("failed", event.run, "nothing while it waits for a save, or after one has failed", str(event))


def _answer(found: Traced, reference: Reference) -> Iterator[Violation]:
    begun = {event.run for event in found.history.of(Begun)}
    last = found.stretches[-1] if found.stretches else None  # of the run that came to the end
    for ended, stretch in found.ends:
        if ended.status not in WITH_ANSWER or ended.answer is None:
            continue
        if ended.run in begun:
            last = stretch
        plain = reference.plain() if last is None else reference.plain(last.path, last.seen)
        expected = plain.answer
        if ended.run not in begun:  # kept by the store since an earlier run
            expected = expected.without_globals()
        if ended.answer != expected:
            yield Violation("answer", ended.run, _full(expected), _full(ended.answer))


def _full(answer: object) -> str:
    globals = getattr(answer, "globals", None)
    return f"{answer}" if globals in (None, "[:]") else f"{answer} with globals {globals}"


def _output(found: Traced, reference: Reference) -> Iterator[Violation]:
    for stretch in found.stretches:
        seen, expected = stretch.segment.output, _expected(stretch, reference).output
        if seen != expected if stretch.is_whole else not expected.startswith(seen):
            place = f"after checkpoint {len(stretch.path)}"
            yield Violation("output", stretch.run, f"{expected!r} {place}", repr(seen))


def _calls(found: Traced, reference: Reference) -> Iterator[Violation]:
    for stretch in found.stretches:
        checkpoint_id = len(stretch.path)
        seen, expected = stretch.segment.calls, _expected(stretch, reference).calls
        if not stretch.is_whole:
            expected = expected[: len(seen)]
        if seen != expected:
            place = f"after checkpoint {checkpoint_id}"
            yield Violation("calls", stretch.run, f"{_calls_text(expected)} {place}", _calls_text(seen))
        keys = [(checkpoint_id, ordinal) for ordinal in range(len(seen))]
        if stretch.ordinals != keys:
            yield Violation("calls", stretch.run, f"idempotency keys {keys}", str(stretch.ordinals))


def _repeated(found: Traced, reference: Reference) -> Iterator[Violation]:
    for later in found.stretches:
        for earlier in found.stretches[: found.stretches.index(later)]:
            if len(earlier.path) == len(later.path) and earlier.seen != later.seen:
                yield from _repeated_otherwise(earlier, later, reference)


def _repeated_otherwise(earlier: Stretch, later: Stretch, reference: Reference) -> Iterator[Violation]:
    """Calls of the later one that would be those of the earlier one, had it seen what that one has."""
    index = len(later.path)
    segments = reference.plain(later.path, earlier.seen).segments
    alike = segments[index].calls if index < len(segments) else []
    for made, made_again, same in zip(earlier.segment.calls, later.segment.calls, alike, strict=False):
        if made_again != made == same:
            key = f"as in run {earlier.run}, for it has the same idempotency key"
            yield Violation("repeated", later.run, f"{_calls_text([made])} {key}", _calls_text([made_again]))


def _once(found: Traced, reference: Reference) -> Iterator[Violation]:
    made: dict[tuple[str, int, int], Called] = {}
    for event in found.history.of(Called):
        first = made.setdefault((event.name, event.checkpoint_id, event.ordinal), event)
        if first is not event and event.name in reference.subject.once:
            yield Violation("once", event.run, f"{event.name}() to be called once, as in run {first.run}", str(event))


def _received(found: Traced, reference: Reference) -> Iterator[Violation]:
    for stretch in found.stretches:
        last: dict[str, int] = {}
        for one in stretch.all_received:
            if one.seq is not None and one.seq <= last.get(one.name, 0):
                yield Violation(
                    "received", stretch.run, f"another message {one.name!r}", "one that was received before"
                )
            last[one.name] = max(one.seq or 0, last.get(one.name, 0))


def _calls_text(calls: list[tuple[str, str]]) -> str:
    return ", ".join(f"{name}({arguments})" for name, arguments in calls) or "no call"


def _expected(stretch: Stretch, reference: Reference) -> Segment:
    segments = reference.plain(stretch.path, stretch.seen).segments
    index = len(stretch.path)
    return segments[index] if index < len(segments) else Segment("a checkpoint that the plain run has not")


def _deleted(found: Traced, reference: Reference) -> Iterator[Violation]:
    events = list(found.history.of(Deleted))
    last = found.last_saved
    is_over = any(ended.status in _OVER for ended, _ in found.ends)
    crashed_at_end = any(fault.point == "end" and fault.action in _CRASHES for fault in found.history.of(Fault))
    run = events[-1].run if events else 0
    wanted = 1 if is_over and last > 0 and not crashed_at_end else 0
    if len(events) > 1 or len(events) < wanted:
        yield Violation("deleted", run, f"{wanted} call of delete_checkpoint", f"{len(events)}")
    for event in events:
        if event.checkpoint_id != last:
            yield Violation("deleted", event.run, f"checkpoint {last} to be deleted", str(event.checkpoint_id))
    for late in _after_end(found.history):
        yield Violation("deleted", late.run, "nothing after the end", str(late))


def _after_end(history: History) -> Iterator[Event]:
    """Saves and beginnings after the end."""
    is_over = False
    for event in history.events:
        if is_over and isinstance(event, Begun | Saved):
            yield event
        is_over = is_over or isinstance(event, Deleted) or (isinstance(event, Ended) and event.status in _OVER)


def _owner(found: Traced, reference: Reference) -> Iterator[Violation]:
    owner = 0
    alive: set[int] = set()  # runs that nothing has happened to
    for event in found.history.events:
        if isinstance(event, Begun):
            owner = event.run
            for other in alive - {event.run}:
                yield Violation("owner", event.run, f"to be refused, for run {other} has the instance", str(event))
            alive.add(event.run)
        elif isinstance(event, Ended | Gone | Rested) or (isinstance(event, Fault) and event.action not in _HARMLESS):
            alive.discard(event.run)
        writes = isinstance(event, Saved | Deleted) or (isinstance(event, Ended) and event.status in _OVER)
        is_kept = isinstance(event, Ended) and event.run not in {one.run for one in found.history.of(Begun)}
        if writes and not is_kept and event.run != owner:
            yield Violation("owner", event.run, f"nothing, for run {owner} is the owner", str(event))


def _stopped(found: Traced, reference: Reference) -> Iterator[Violation]:
    faults = list(found.history.of(Fault))
    if any(fault.action in (Action.TAKEN, Action.TWICE) for fault in faults):
        return
    for fault in faults:
        wanted = _STOPS.get(fault.action)
        alone = sum(other.run == fault.run for other in faults) == 1
        if wanted is None or not alone or not _waits(found.history, fault):
            continue
        for ended in found.history.of(Ended):
            if ended.run == fault.run and ended.status != wanted:
                yield Violation("stopped", ended.run, f"an instance that is {wanted}", str(ended))


def _waits(history: History, fault: Fault) -> bool:
    """Does the script suspend at the point of this fault, for sure?"""
    if fault.point is Point.SLEEP:
        return True
    after = history.events[history.events.index(fault) + 1 :]
    call = next((event for event in after if event.run == fault.run), None)
    return fault.point is Point.CALL and isinstance(call, Called) and call.is_awaited


def _released(found: Traced, reference: Reference) -> Iterator[Violation]:
    is_over = any(ended.status in _OVER for ended, _ in found.ends)
    if found.history.is_stuck:
        yield Violation("released", 0, "an end", "hosts that wait for ever")
    elif not is_over and not any(found.history.of(Deleted)) and not _is_recorded(found.history):
        last = found.ends[-1][0] if found.ends else None
        yield Violation("released", last.run if last else 0, "an end", str(last or "none"))
    for run, status, reason in _unexplained(found.history):
        yield Violation("released", run, "to go on: nothing has gone wrong", f"{status}: {reason}")


def _is_recorded(history: History) -> bool:
    """A crash after the end was written leaves no handle that could tell."""
    return any(event.run == history.end_recorded_by for event in history.of(Gone))


def _unexplained(history: History) -> Iterator[tuple[int, str, str]]:
    """Runs that ended early though nothing happened to them."""
    faulty = {fault.run for fault in history.of(Fault)}
    others = len({event.run for event in history.of(Begun)}) > 1 or any(
        fault.action is Action.TWICE for fault in history.of(Fault)
    )
    for ended in history.of(Ended):
        if ended.status in _OVER or ended.run in faulty:
            continue
        if ended.status in ("stale", "refused") and others:
            continue
        yield ended.run, ended.status, ended.reason


def _ended(found: Traced, reference: Reference) -> Iterator[Violation]:
    if found.history.leftover:
        yield Violation("ended", 0, "nothing left after the end", found.history.leftover)


RULES: dict[str, Callable[[Traced, Reference], Iterator[Violation]]] = {
    "gapless": _gapless,
    "durable": _durable,
    "failed": _failed,
    "answer": _answer,
    "output": _output,
    "calls": _calls,
    "repeated": _repeated,
    "received": _received,
    "once": _once,
    "deleted": _deleted,
    "owner": _owner,
    "stopped": _stopped,
    "released": _released,
    "ended": _ended,
}
