"""Claims: of new instances, known ones, free ones, ended and parked ones; recoveries are counted; scripts are kept."""

from __future__ import annotations

import uuid

from ...store import CheckpointStore
from ...store.records import PARKED, RUNNING, Claim, Claimed, Finish, Save, ScriptRecord
from .hands import SCRIPT, Hand, granted, shown
from .rules import store_rule


@store_rule()
def a_new_instance(store: CheckpointStore) -> None:
    hand, id = Hand(store), uuid.uuid4()
    assert hand.new(id) == Claimed(id, 1, SCRIPT)
    record = store.instance(id)
    assert record is not None
    assert (record.script, record.state, record.owner, record.token) == (SCRIPT, RUNNING, hand.id, 1)
    assert (record.checkpoint_id, record.recoveries, record.keeps_outcome) == (None, 0, False)
    assert (record.outcome, record.error, record.is_owned) == (None, None, True)
    assert record.created_at == record.updated_at > 1.6e9
    assert store.checkpoint(id) is None and store.free() == []


@store_rule()
def a_new_instance_with_its_initial_state(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.new(initial=b"initial")
    assert (begun.checkpoint_id, begun.checkpoint) == (0, b"initial")
    assert store.checkpoint(begun.id) == (0, b"initial")
    store.forget(hand.id)
    assert store.free() == [begun.id]


@store_rule()
def an_instance_that_comes_from_elsewhere_goes_on_with_its_ids(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = granted(hand.ask(Claim(uuid.uuid4(), SCRIPT, (), 7, b"seven")))
    assert hand.save(begun, 8, b"eight") is None
    assert store.checkpoint(begun.id) == (8, b"eight")


@store_rule()
def an_unknown_instance_is_not_made_by_a_claim_without_a_script(store: CheckpointStore) -> None:
    assert Hand(store).claim(uuid.uuid4()) is None
    assert store.instances() == []


@store_rule()
def an_owned_instance_is_shown_and_not_granted(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    for answer in (second.claim(begun.id), second.ask(Claim(begun.id, "another"))):
        record = shown(answer)
        assert record == store.instance(begun.id) and record.is_owned and record.script == SCRIPT
    assert first.save(begun, 2, b"two") is None


@store_rule()
def not_even_its_owner_claims_an_owned_instance_again(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    assert shown(hand.claim(begun.id)).token == begun.token


@store_rule()
def a_free_instance_is_granted_with_its_checkpoint_and_a_higher_token(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved((b"one", b"two"))
    store.forget(first.id)
    assert second.claim(begun.id) == Claimed(begun.id, 2, SCRIPT, 2, b"two", 1)
    assert store.free() == []


@store_rule()
def the_script_of_an_instance_does_not_change(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    assert granted(second.ask(Claim(begun.id, "another"))).script == SCRIPT


@store_rule()
def an_instance_without_a_checkpoint_begins_again_only_with_a_script(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.new(keeps_outcome=True)
    created_at = store.instance(begun.id).created_at  # type: ignore[union-attr]
    assert first.release(begun, "an error of the first") is None
    assert store.free() == []
    assert shown(second.claim(begun.id)).token == 1
    again = granted(second.ask(Claim(begun.id, "another", (), 0, b"initial")))
    assert again == Claimed(begun.id, 2, "another", 0, b"initial")
    record = store.instance(begun.id)
    assert record is not None and (record.script, record.owner, record.error) == ("another", second.id, None)
    assert record.created_at == created_at and not record.keeps_outcome
    assert store.checkpoint(begun.id) == (0, b"initial")


@store_rule(state=["finished", "failed", "cancelled"])
def an_ended_instance_is_shown(store: CheckpointStore, state: str) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved(keeps_outcome=True)
    assert first.finish(begun, b"value", state) is None
    for answer in (second.claim(begun.id), second.ask(Claim(begun.id, SCRIPT))):
        record = shown(answer)
        assert (record.state, record.outcome, record.owner, record.is_owned) == (state, b"value", None, False)


@store_rule()
def recoveries_are_counted_until_it_gets_on_and_then_parked(store: CheckpointStore) -> None:
    first = Hand(store)
    begun = first.saved()
    store.forget(first.id)
    for count in (1, 2):
        hand = Hand(store)
        assert granted(hand.claim(begun.id, recoveries_max=2)).recoveries == count
        store.forget(hand.id)
    record = shown(Hand(store).claim(begun.id, recoveries_max=2))
    assert (record.state, record.owner, record.recoveries) == (PARKED, None, 2)
    assert store.free() == [] and store.checkpoint(begun.id) == (1, b"one")
    assert shown(Hand(store).claim(begun.id, recoveries_max=99)).state == PARKED


@store_rule()
def a_save_forgives_recoveries(store: CheckpointStore) -> None:
    first, second, third = Hand(store), Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    assert second.save(taken, 2, b"two") is None
    store.forget(second.id)
    assert granted(third.claim(begun.id)).recoveries == 1


@store_rule()
def scripts_are_kept_once(store: CheckpointStore) -> None:
    hand = Hand(store)
    script = ScriptRecord("identity", "def x = 1", "main", "a.b", {"x": "int", "ü": "Map"}, ("c1", "c2"), True)
    other = ScriptRecord("other", "2")
    claims = [Claim(uuid.uuid4(), "identity", (script, other)), Claim(uuid.uuid4(), "identity", (script,))]
    assert all(isinstance(answer, Claimed) for answer in store.write(hand.id, claims))
    assert store.script("identity") == script and store.script("other") == other
    assert store.script("unknown") is None
    hand.ask(Claim(uuid.uuid4(), "identity", (ScriptRecord("identity", "changed"),)))
    assert store.script("identity") == script


@store_rule()
def a_refused_claim_keeps_its_scripts_too(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    shown(second.ask(Claim(begun.id, "class", (ScriptRecord("class", "class A {}"),))))
    assert store.script("class") == ScriptRecord("class", "class A {}")


@store_rule(text=["nul \0 in it", "lone \ud800 surrogate", "'; drop table instances; -- %s %(a)s", "🎉"])
def any_text_is_kept_as_it_is(store: CheckpointStore, text: str) -> None:
    hand = Hand(store)
    script = ScriptRecord("identity", text, text, text, {text: text}, (text,))
    begun = granted(hand.ask(Claim(uuid.uuid4(), "identity", (script,), keeps_outcome=True)))
    assert store.script("identity") == script
    assert hand.release(begun, text) is None
    assert store.instance(begun.id).error == text  # type: ignore[union-attr]
    again = granted(hand.ask(Claim(begun.id, "identity", keeps_outcome=True)))
    assert hand.ask(Finish(again.id, again.token, "failed", None, text)) is None
    assert [record.error for record in store.instances("failed")] == [text]


@store_rule()
def operations_of_one_batch_see_each_other(store: CheckpointStore) -> None:
    hand, id = Hand(store), uuid.uuid4()
    answers = store.write(
        hand.id,
        [
            Save(id, 1, 1, b"too early"),
            Claim(id, SCRIPT),
            Save(id, 1, 1, b"one"),
            Save(id, 1, 2, b"two"),
            Claim(id, SCRIPT),
            Finish(id, 1),
            Claim(id, SCRIPT),
        ],
    )
    assert [type(answer).__name__ for answer in answers] == [
        *("StaleInstanceError", "Claimed", "NoneType", "NoneType"),
        *("InstanceRecord", "NoneType", "Claimed"),
    ]
    assert answers[-1] == Claimed(id, 1, SCRIPT)
    assert store.checkpoint(id) is None and shown(hand.claim(id)).checkpoint_id is None
