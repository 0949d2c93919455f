"""Events of all hosts -> what they break of the invariants I1 to I4, I7 and I8."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from .events import CALLED, CLAIMED, ENDED, RESULT, SAVED, Event


def violations(events: Iterable[Event], expected: Mapping[UUID, str], lapsed: Iterable[str] = ()) -> list[str]:
    """Empty if all is well.

    expected: the result of each instance that must have ended.  lapsed: hosts that were stopped past their lease: they
    may call (not save) after another one took over, before they notice.
    """
    by_id: dict[UUID, list[Event]] = defaultdict(list)
    for event in events:
        by_id[event.id].append(event)
    found = [f"{id}: {text}" for id, its in by_id.items() for text in _of_instance(its, frozenset(lapsed))]
    return found + list(_of_results(by_id, expected))


def _of_instance(events: list[Event], lapsed: frozenset[str]) -> Iterator[str]:
    kinds: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        kinds[event.kind].append(event)
    claims = {claim.token: claim for claim in kinds[CLAIMED]}
    if len(claims) != len(kinds[CLAIMED]):
        yield "I2: two claims with one token"
    yield from _of_saves(kinds[SAVED], claims)
    yield from _of_calls(kinds[CALLED], claims, lapsed)
    yield from _of_ends(kinds[ENDED], claims)


def _of_saves(saves: list[Event], claims: Mapping[int, Event]) -> Iterator[str]:
    by_token: dict[int, list[int]] = defaultdict(list)
    for save in saves:
        by_token[save.token].append(save.number)
        for claim in claims.values():
            if claim.token > save.token and claim.number < save.number:
                yield (
                    f"I1, I2: checkpoint {save.number} was acknowledged under claim {save.token}, "
                    f"and claim {claim.token} went on from {claim.number}"
                )
    for token, numbers in by_token.items():
        first = claims[token].number if token in claims else numbers[0] - 1
        if numbers != list(range(first + 1, first + 1 + len(numbers))):
            yield f"I8: claim {token} went on from {first} and saved {numbers}"


def _of_calls(calls: list[Event], claims: Mapping[int, Event], lapsed: frozenset[str]) -> Iterator[str]:
    arguments: dict[tuple[int, str], set[str]] = defaultdict(set)
    for call in calls:
        ordinal, _, argument = call.text.partition("=")
        arguments[call.number, ordinal].add(argument)
        later = [claim for claim in claims.values() if claim.token > call.token]
        if call.host not in lapsed and any(claim.at < call.at for claim in later):
            yield f"I2: a call under claim {call.token} after a later claim was granted"
        if any(claim.number < call.number for claim in later):
            yield f"I1: it was past checkpoint {call.number} under claim {call.token}, a later claim was not"
    for key, given in arguments.items():
        if len(given) > 1:
            yield f"I4: calls {key} were made with {sorted(given)}"


def _of_ends(ends: list[Event], claims: Mapping[int, Event]) -> Iterator[str]:
    if len(ends) > 1:
        yield f"I7: it ended {len(ends)} times"
    for end in ends:
        if any(token > end.token for token in claims):
            yield f"I7: it ended under claim {end.token} and was claimed again"


def _of_results(by_id: Mapping[UUID, list[Event]], expected: Mapping[UUID, str]) -> Iterator[str]:
    for id, value in expected.items():
        results = [event.text for event in by_id.get(id, ()) if event.kind == RESULT]
        if not results:
            yield f"{id}: it never ended"
        elif set(results) != {value}:
            yield f"{id}: I3: {sorted(set(results))} instead of {value}"
