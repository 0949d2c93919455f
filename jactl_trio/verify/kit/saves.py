"""Saves, ends and releases: who may, in which order, and what is there afterwards."""

from __future__ import annotations

import uuid

from ...errors import StaleInstanceError, StoreError
from ...store import CheckpointStore
from ...store.records import RUNNING, Claim, Claimed, Finish, Release, Save
from .hands import SCRIPT, Hand, granted
from .rules import store_rule


@store_rule()
def each_save_replaces_the_one_before(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.new()
    for checkpoint_id in range(1, 6):
        assert hand.save(begun, checkpoint_id, b"x" * checkpoint_id) is None
        assert store.checkpoint(begun.id) == (checkpoint_id, b"x" * checkpoint_id)
    assert store.check() == []


@store_rule(size=[0, 1, 5_000, 3_000_000])
def any_bytes_are_kept_as_they_are(store: CheckpointStore, size: int) -> None:
    body = (bytes(range(256)) * (size // 256 + 1))[:size]
    begun = Hand(store).saved((body,))
    assert store.checkpoint(begun.id) == (1, body)


@store_rule()
def a_repeated_save_is_done_once(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved((b"one", b"two"))
    assert hand.save(begun, 2, b"two") is None
    assert store.write(hand.id, [Save(begun.id, begun.token, 3, b"three")] * 2) == [None, None]
    assert store.checkpoint(begun.id) == (3, b"three")


@store_rule(checkpoint_id=[-1, 0, 1, 2, 4, 5])
def a_gap_or_another_checkpoint_of_the_same_id_is_refused(store: CheckpointStore, checkpoint_id: int) -> None:
    hand = Hand(store)
    begun = hand.saved((b"one", b"two"))
    answer = hand.save(begun, checkpoint_id, b"different")
    assert isinstance(answer, StoreError)
    assert answer.message == f"Checkpoint {checkpoint_id} of {begun.id} does not follow 2"
    assert store.checkpoint(begun.id) == (2, b"two")


@store_rule()
def checkpoint_1_follows_the_initial_state_and_nothing_alike(store: CheckpointStore) -> None:
    hand = Hand(store)
    for begun in (hand.new(), hand.new(initial=b"initial")):
        assert isinstance(hand.save(begun, 2, b"two"), StoreError)
        assert isinstance(hand.save(begun, 0, b"initial"), StoreError)
        assert hand.save(begun, 1, b"one") is None


@store_rule(keeps_outcome=[False, True])
def whoever_lost_the_instance_is_refused(store: CheckpointStore, keeps_outcome: bool) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved(keeps_outcome=keeps_outcome)
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    late = (Save(begun.id, 1, 2, b"late"), Finish(begun.id, 1), Release(begun.id, 1))
    guessed = (Save(begun.id, 2, 2, b"guessed"), Finish(begun.id, 2), Release(begun.id, 2))
    for operation in late + guessed:
        answer = first.ask(operation)
        assert isinstance(answer, StaleInstanceError)
        assert answer.message == f"Instance {begun.id} is not this owner's any more"
    assert isinstance(second.ask(Save(begun.id, 1, 2, b"old token")), StaleInstanceError)
    assert second.save(taken, 2, b"two") is None
    assert store.checkpoint(begun.id) == (2, b"two")


@store_rule()
def an_old_token_of_the_same_owner_is_refused(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    assert hand.release(begun) is None
    assert granted(hand.claim(begun.id)).token == 2
    assert isinstance(hand.save(begun, 2, b"two"), StaleInstanceError)


@store_rule()
def unknown_and_ended_instances_are_refused(store: CheckpointStore) -> None:
    hand = Hand(store)
    assert isinstance(hand.ask(Save(uuid.uuid4(), 1, 1, b"one")), StaleInstanceError)
    for keeps_outcome in (False, True):
        begun = hand.saved(keeps_outcome=keeps_outcome)
        assert hand.finish(begun, b"value") is None
        assert isinstance(hand.save(begun, 2, b"two"), StaleInstanceError)
        assert isinstance(hand.finish(begun, b"again"), StaleInstanceError)
        assert isinstance(hand.release(begun), StaleInstanceError)


@store_rule()
def one_refusal_leaves_the_others_of_a_batch_alone(store: CheckpointStore) -> None:
    hand = Hand(store)
    a, b, c, d = (hand.saved() for _ in range(4))
    answers = store.write(
        hand.id,
        [
            Save(a.id, a.token, 2, b"a"),
            Save(b.id, b.token, 3, b"a gap"),
            Save(c.id, c.token + 1, 2, b"not mine"),
            Save(d.id, d.token, 2, b"d"),
            Claim(uuid.uuid4()),
            Finish(uuid.uuid4(), 1),
        ],
    )
    assert [type(answer) for answer in answers[:4]] == [type(None), StoreError, StaleInstanceError, type(None)]
    assert answers[4] is None and isinstance(answers[5], StaleInstanceError)
    kept = [store.checkpoint(one.id) for one in (a, b, c, d)]
    assert kept == [(2, b"a"), (1, b"one"), (1, b"one"), (2, b"d")]


@store_rule()
def no_operations_have_no_answers(store: CheckpointStore) -> None:
    assert store.write(Hand(store).id, []) == []


@store_rule()
def a_large_batch(store: CheckpointStore) -> None:
    hand, ids = Hand(store), [uuid.uuid4() for _ in range(3000)]
    assert all(isinstance(answer, Claimed) for answer in store.write(hand.id, [Claim(id, SCRIPT) for id in ids]))
    assert store.write(hand.id, [Save(id, 1, 1, id.bytes) for id in ids]) == [None] * len(ids)
    assert store.checkpoint(ids[1234]) == (1, ids[1234].bytes)
    store.forget(hand.id)
    assert store.free(limit=5000) == sorted(ids)
    other = Hand(store)
    answers = store.write(other.id, [Claim(id) for id in ids])
    assert answers == [Claimed(id, 2, SCRIPT, 1, id.bytes, 1) for id in ids]
    assert store.write(other.id, [Finish(id, 2) for id in ids]) == [None] * len(ids)
    assert store.instances() == [] and store.check() == []


@store_rule()
def a_refusal_in_a_large_batch_leaves_the_others_alone(store: CheckpointStore) -> None:
    hand, others, ids = Hand(store), Hand(store), sorted(uuid.uuid4() for _ in range(400))
    elsewhere, refused = others.new(ids[7]), others.new(ids[390])
    claims = [Claim(id, SCRIPT, (), None, None, index % 2 == 0) for index, id in enumerate(ids)]
    granted_to = [type(answer) is Claimed for answer in store.write(hand.id, claims)]
    assert [index for index, is_granted in enumerate(granted_to) if not is_granted] == [7, 390]
    saves = [Save(id, 1, 2 if id == ids[33] else 1, id.bytes) for id in ids]
    wrong = {index: type(one) for index, one in enumerate(store.write(hand.id, saves)) if one is not None}
    assert wrong == {7: StaleInstanceError, 33: StoreError, 390: StaleInstanceError}
    outcomes = [b"value" if index % 2 == 0 and index != 2 else None for index in range(len(ids))]
    ends = [Finish(id, 1, "finished", outcome) for id, outcome in zip(ids, outcomes, strict=True)]
    wrong = {index: type(one) for index, one in enumerate(store.write(hand.id, ends)) if one is not None}
    assert wrong == {7: StaleInstanceError, 390: StaleInstanceError}
    kept = {record.id: record.outcome for record in store.instances() if record.state == "finished"}
    assert kept == {id: outcomes[index] for index, id in enumerate(ids) if index % 2 == 0 and index != 390}
    assert [others.finish(one) for one in (elsewhere, refused)] == [None, None] and store.check() == []


@store_rule()
def the_end_without_an_outcome_leaves_nothing(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    assert hand.finish(begun, b"value") is None
    assert store.instance(begun.id) is None and store.checkpoint(begun.id) is None and store.check() == []
    assert hand.new(begun.id).token == 1


@store_rule()
def an_id_that_ended_begins_anew_in_the_same_batch(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    again = Claim(begun.id, "another", (), 0, b"initial", keeps_outcome=True)
    answers = store.write(hand.id, [Finish(begun.id, begun.token), again])
    assert answers == [None, Claimed(begun.id, 1, "another", 0, b"initial")]
    record = store.instance(begun.id)
    assert record is not None and (record.script, record.keeps_outcome, record.checkpoint_id) == ("another", True, 0)
    assert store.checkpoint(begun.id) == (0, b"initial")


@store_rule()
def the_end_with_an_outcome_keeps_it_and_drops_the_checkpoint(store: CheckpointStore) -> None:
    hand = Hand(store)
    done, failed, empty = (hand.saved(keeps_outcome=True) for _ in range(3))
    assert hand.finish(done, b"value") is None
    assert hand.ask(Finish(failed.id, failed.token, "failed", b"bytes", "why")) is None
    assert hand.finish(empty, None) is None
    records = [store.instance(one.id) for one in (done, failed, empty)]
    assert [(r.state, r.outcome, r.error, r.owner) for r in records if r is not None] == [
        ("finished", b"value", None, None),
        ("failed", b"bytes", "why", None),
        ("finished", None, None, None),
    ]
    assert [store.checkpoint(one.id) for one in (done, failed, empty)] == [None] * 3
    assert store.free() == [] and store.check() == []


@store_rule()
def a_released_instance_is_free_and_not_blamed(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    assert second.release(taken) is None
    record = store.instance(begun.id)
    assert record is not None and (record.owner, record.recoveries, record.error) == (None, 0, None)
    assert store.free() == [begun.id]


@store_rule()
def a_release_with_an_error_counts_and_says_why(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    assert second.release(granted(second.claim(begun.id)), "no such script") is None
    record = store.instance(begun.id)
    assert record is not None and (record.recoveries, record.error, record.state) == (1, "no such script", RUNNING)
    taken = granted(second.claim(begun.id))
    assert taken.recoveries == 2
    assert second.release(taken) is None
    record = store.instance(begun.id)
    assert record is not None and (record.recoveries, record.error) == (1, "no such script")
    taken = granted(second.claim(begun.id))
    assert second.save(taken, 2, b"two") is None
    assert store.instance(begun.id).error is None  # type: ignore[union-attr]


@store_rule()
def a_release_of_what_nobody_could_recover_forgets_it(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun, asked_for = hand.new(), hand.new(keeps_outcome=True)
    assert hand.release(begun) is None and hand.release(asked_for) is None
    assert store.instance(begun.id) is None
    record = store.instance(asked_for.id)
    assert record is not None and record.owner is None
    assert store.free() == []


@store_rule()
def free_instances_come_by_id_in_pages(store: CheckpointStore) -> None:
    hand = Hand(store)
    ids = sorted(hand.saved().id for _ in range(5))
    hand.new(), hand.finish(hand.saved(keeps_outcome=True))
    store.forget(hand.id)
    assert store.free() == ids
    assert store.free(limit=2) == ids[:2]
    assert store.free(limit=2, after=ids[1]) == ids[2:4]
    assert store.free(after=ids[4]) == []


@store_rule()
def instances_are_listed_by_state_the_last_change_first(store: CheckpointStore) -> None:
    hand = Hand(store)
    first, second = hand.saved(), hand.saved()
    ended = hand.saved(keeps_outcome=True)
    assert hand.finish(ended) is None
    assert hand.save(first, 2, b"two") is None
    assert [record.id for record in store.instances()] == [first.id, ended.id, second.id]
    assert [record.id for record in store.instances(limit=1)] == [first.id]
    assert [record.id for record in store.instances(RUNNING)] == [first.id, second.id]
    assert store.instances("parked") == []
    assert all(store.instance(record.id) == record for record in store.instances())


@store_rule()
def purge_forgets_old_outcomes_only(store: CheckpointStore) -> None:
    hand = Hand(store)
    running, asked_for = hand.saved(), hand.saved(keeps_outcome=True)
    ended = [hand.saved(keeps_outcome=True) for _ in range(3)]
    for begun, state in zip(ended, ("finished", "failed", "cancelled"), strict=True):
        assert hand.finish(begun, b"value", state) is None
    assert store.purge(3600.0) == 0
    assert store.purge(0.0, 2) == 2
    assert store.purge(0.0) == 1
    assert store.purge(0.0) == 0
    assert {record.id for record in store.instances()} == {running.id, asked_for.id}
