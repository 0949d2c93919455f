"""Several owners at once, each with a store of its own as other processes have: an instance has one owner."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ...errors import StaleInstanceError
from ...store.records import Claim, Claimed, Operation, ScriptRecord
from .hands import LEASE_S, SCRIPT, Hand, granted
from .rules import StorePlace, store_rule

RIVALS = 4


def together(place: StorePlace, work: Callable[[Hand, int], object]) -> list[Hand]:
    """Let every rival work, all from the same moment on, each in a thread and with a view of its own."""
    hands = [Hand(place.open()) for _ in range(RIVALS)]
    barrier = threading.Barrier(RIVALS)

    def begin(number: int) -> None:
        barrier.wait()
        work(hands[number], number)

    with ThreadPoolExecutor(RIVALS) as pool:
        for done in [pool.submit(begin, number) for number in range(RIVALS)]:
            done.result(timeout=60)
    return hands


@store_rule()
def a_free_instance_gets_one_owner(place: StorePlace) -> None:
    first = Hand(place.open())
    ids = [first.saved().id for _ in range(60)]
    first.store.forget(first.id)
    won: list[tuple[int, Claimed]] = []

    def claim_all(hand: Hand, number: int) -> None:
        mine = random.Random(number).sample(ids, len(ids))  # deadlocks, if locks were taken in this order
        for start in range(0, len(mine), 20):
            for answer in hand.store.write(hand.id, [Claim(id) for id in mine[start : start + 20]]):
                if isinstance(answer, Claimed):
                    won.append((number, answer))

    hands = together(place, claim_all)
    assert sorted(claimed.id for _, claimed in won) == sorted(ids)
    for number, claimed in won:
        assert hands[number].save(claimed, 2, b"two") is None
        assert all(isinstance(one.save(claimed, 3, b"no"), StaleInstanceError) for one in hands[:number])


@store_rule()
def a_new_instance_gets_one_owner(place: StorePlace) -> None:
    ids = [uuid.uuid4() for _ in range(1000)]
    place.open()
    won: list[uuid.UUID] = []

    def begin_all(hand: Hand, number: int) -> None:
        mine = random.Random(number).sample(ids, len(ids))
        claims = [Claim(id, SCRIPT, (ScriptRecord(f"of {id}", "1"),)) for id in mine]
        won.extend(answer.id for answer in hand.store.write(hand.id, claims) if isinstance(answer, Claimed))

    together(place, begin_all)
    assert sorted(won) == sorted(ids)


@store_rule()
def free_instances_are_taken_until_none_is_left(place: StorePlace) -> None:
    first = Hand(place.open())
    ids = [first.saved().id for _ in range(100)]
    first.store.forget(first.id)
    won: list[uuid.UUID] = []

    def take(hand: Hand, number: int) -> None:
        while found := hand.store.free(limit=10):
            answers = hand.store.write(hand.id, [Claim(id) for id in found])
            won.extend(answer.id for answer in answers if isinstance(answer, Claimed))

    together(place, take)
    assert sorted(won) == sorted(ids)


@store_rule()
def mixed_work_on_the_same_instances_never_waits_in_a_circle(place: StorePlace) -> None:
    ids = [uuid.uuid4() for _ in range(12)]
    place.open()

    def work(hand: Hand, number: int) -> None:
        chance = random.Random(number)
        for _ in range(40):
            mine = chance.sample(ids, 6)
            operations: list[Operation] = [Claim(id, chance.choice([None, SCRIPT]), recoveries_max=99) for id in mine]
            answers = hand.store.write(hand.id, operations)
            for claimed in [answer for answer in answers if isinstance(answer, Claimed)]:
                hand.save(claimed, (claimed.checkpoint_id or 0) + 1, b"on")
                end = chance.choice([hand.finish, hand.release, None])
                if end is not None:
                    end(claimed)
            hand.store.renew(hand.id, chance.choice([LEASE_S, 0.0]))
            if chance.random() < 0.1:
                hand.store.retire(hand.id)
                hand.store.register(hand.owner, LEASE_S)

    hands = together(place, work)
    assert hands[0].store.check() == []


@store_rule()
def who_sleeps_past_the_lease_is_refused(place: StorePlace) -> None:
    sleeper, other = Hand(place.open()), Hand(place.open())
    begun = sleeper.saved()
    sleeper.lose_lease()
    taken = granted(other.claim(begun.id))
    assert sleeper.store.renew(sleeper.id, LEASE_S)
    assert isinstance(sleeper.save(begun, 2, b"late"), StaleInstanceError)
    assert other.save(taken, 2, b"two") is None
