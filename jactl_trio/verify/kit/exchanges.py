"""Bytes that are put in the place of others while owners work: nothing newer is ever lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ...store import CheckpointStore
from ...store.interface import PAGE_BYTES
from ...store.records import CHECKPOINT, KINDS, MESSAGE, OUTCOME, Claimed, Kept, Save, Send
from .hands import Hand, granted
from .rules import StorePlace, store_rule


@store_rule()
def all_that_is_kept_comes_by_kind_in_pages(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = sorted((hand.saved((n.to_bytes(1),)) for n in range(5)), key=lambda one: one.id)
    done = hand.saved(keeps_outcome=True)
    assert hand.finish(done, b"value") is None
    assert hand.finish(hand.saved(keeps_outcome=True), None) is None
    hand.new(keeps_outcome=True)
    sends = [Send(one.id, "name", body) for one in begun[:2] for body in (b"first", b"second")]
    assert store.write(hand.id, sends) == [None] * 4
    bodies = [store.checkpoint(one.id) for one in begun]
    assert _paged(store, CHECKPOINT) == [
        Kept(CHECKPOINT, one.id, 0, body[1]) for one, body in zip(begun, bodies, strict=True) if body is not None
    ]
    assert _paged(store, OUTCOME) == [Kept(OUTCOME, done.id, 0, b"value")]
    assert _paged(store, MESSAGE) == [
        Kept(MESSAGE, one.id, seq, body) for one in begun[:2] for seq, body in ((1, b"first"), (2, b"second"))
    ]


@store_rule()
def a_page_ends_when_it_is_large(store: CheckpointStore) -> None:
    hand = Hand(store)
    body = bytes(PAGE_BYTES // 2)
    for _ in range(3):
        hand.saved((body,))
    first = store.kept(CHECKPOINT)
    assert len(first) == 2 and len(store.kept(CHECKPOINT, after=first[-1])) == 1


@store_rule(kind=list(KINDS))
def an_exchange_puts_other_bytes_there_once(store: CheckpointStore, kind: str) -> None:
    kept, now = _prepared(store, kind)
    record = store.instance(kept.id)
    assert store.exchange([(kept, b"other")], settled_s=0.0) == 1
    assert now() == b"other"
    assert store.exchange([(kept, b"too late")], settled_s=0.0) == 0
    assert now() == b"other" and store.check() == []
    after = store.instance(kept.id)
    assert record is not None and after is not None
    assert replace(after, outcome=None) == replace(record, outcome=None)


@store_rule(kind=list(KINDS))
def an_exchange_for_what_is_not_there_changes_nothing(store: CheckpointStore, kind: str) -> None:
    kept, now = _prepared(store, kind)
    others = [Kept(kind, uuid.uuid4(), kept.seq, kept.body), Kept(kind, kept.id, kept.seq, b"different")]
    others += [Kept(MESSAGE, kept.id, 7, kept.body)] if kind == MESSAGE else []
    assert store.exchange([(one, b"other") for one in others], settled_s=0.0) == 0
    assert now() == kept.body and store.exchange([]) == 0
    assert [one.body for one in store.kept(kind)] == [kept.body]


@store_rule()
def a_newer_checkpoint_is_never_overwritten_and_the_owner_goes_on(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    (kept,) = store.kept(CHECKPOINT)
    assert hand.save(begun, 2, b"two") is None
    assert store.exchange([(kept, b"other")], settled_s=0.0) == 0
    (kept,) = store.kept(CHECKPOINT)
    assert store.exchange([(kept, b"other two")], settled_s=0.0) == 1
    assert hand.save(begun, 3, b"three") is None
    assert store.checkpoint(begun.id) == (3, b"three")


@store_rule()
def what_an_owner_has_just_saved_is_left_alone(store: CheckpointStore) -> None:
    """The owner may not have the answer yet, and save it once more."""
    hand = Hand(store)
    begun, released = hand.saved(), hand.saved()
    assert hand.release(released) is None
    kept = {one.id: one for one in store.kept(CHECKPOINT)}
    assert store.exchange([(kept[begun.id], b"other")]) == 0
    assert hand.save(begun, 1, b"one") is None
    assert store.exchange([(kept[released.id], b"other")]) == 1
    assert granted(hand.claim(released.id)).checkpoint == b"other"


@store_rule()
def exchanges_and_saves_at_once_lose_nothing(place: StorePlace) -> None:
    stores = [place.open() for _ in range(2)]
    hand = Hand(stores[0])
    begun = [hand.saved() for _ in range(8)]
    rounds = 25

    def saves() -> None:
        for checkpoint_id in range(2, rounds + 2):
            answers = stores[0].write(
                hand.id, [Save(one.id, one.token, checkpoint_id, b"saved %d" % checkpoint_id) for one in begun]
            )
            assert answers == [None] * len(begun)

    def exchanges() -> None:
        for _ in range(rounds):
            found = stores[1].kept(CHECKPOINT)
            stores[1].exchange([(kept, kept.body + b" again") for kept in found], settled_s=0.0)

    with ThreadPoolExecutor(2) as threads:
        for task in [threads.submit(saves), threads.submit(exchanges)]:
            task.result()
    last = b"saved %d" % (rounds + 1)
    for one in begun:
        checkpoint = stores[0].checkpoint(one.id)
        assert checkpoint is not None and checkpoint[0] == rounds + 1
        assert checkpoint[1].replace(b" again", b"") == last
    assert stores[1].check() == []


def _paged(store: CheckpointStore, kind: str) -> list[Kept]:
    """In pages of two."""
    found = page = store.kept(kind, 2)
    while page:
        assert len(page) <= 2
        page = store.kept(kind, 2, page[-1])
        found = found + page
    return found


def _prepared(store: CheckpointStore, kind: str) -> tuple[Kept, Callable[[], bytes]]:
    """Some bytes of that kind, and what is there now."""
    hand = Hand(store)
    begun: Claimed = hand.saved(keeps_outcome=True)
    if kind == MESSAGE:
        store.write(hand.id, [Send(begun.id, "name", b"message", "key")])
    if kind == OUTCOME:
        assert hand.finish(begun, b"value") is None
    (kept,) = store.kept(kind)
    return kept, lambda: store.kept(kind)[0].body
