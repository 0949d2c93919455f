"""Owners, their leases, and what becomes of their instances when they leave, die or are forgotten."""

from __future__ import annotations

import uuid

from ...store import CheckpointStore
from ...store.processes import new_owner
from ...store.records import Owner
from .hands import LEASE_S, Hand, granted
from .rules import store_rule


@store_rule()
def owners_are_known_until_they_leave(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    assert sorted(store.owners(), key=lambda owner: owner.id) == sorted(
        [first.owner, second.owner], key=lambda owner: owner.id
    )
    store.retire(first.id)
    assert store.owners() == [second.owner]
    store.forget(second.id)
    assert store.owners() == []


@store_rule()
def an_owner_is_kept_as_it_is(store: CheckpointStore) -> None:
    owner = Owner(uuid.uuid4(), "höst [1] 名", 2**31 + 7, "12345 ä")
    store.register(owner, LEASE_S)
    assert store.owners() == [owner]


@store_rule()
def a_lease_is_renewed_only_for_known_owners(store: CheckpointStore) -> None:
    hand = Hand(store)
    assert store.renew(hand.id, LEASE_S)
    store.forget(hand.id)
    assert not store.renew(hand.id, LEASE_S)
    assert not store.renew(uuid.uuid4(), LEASE_S)


@store_rule()
def instances_of_a_living_owner_are_not_free(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    assert store.free() == []
    record = store.instance(begun.id)
    assert record is not None and record.is_owned and record.owner == hand.id


@store_rule()
def a_lease_that_ran_out_frees_and_a_new_one_holds(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    hand.lose_lease()
    assert store.free() == [begun.id]
    record = store.instance(begun.id)
    assert record is not None and not record.is_owned and record.owner == hand.id
    assert store.renew(hand.id, LEASE_S)
    assert store.free() == []


@store_rule()
def registering_again_is_a_new_lease(store: CheckpointStore) -> None:
    hand = Hand(store, lease_s=0.0)
    begun = hand.saved()
    assert store.free() == [begun.id]
    store.register(hand.owner, LEASE_S)
    assert store.free() == [] and store.owners() == [hand.owner]


@store_rule()
def a_forgotten_owner_frees_its_instances_at_once(store: CheckpointStore) -> None:
    hand, other = Hand(store), Hand(store)
    begun = hand.saved()
    store.forget(hand.id)
    assert store.free() == [begun.id]
    assert granted(other.claim(begun.id)).token == begun.token + 1


@store_rule()
def an_expired_owner_that_nobody_replaced_still_writes(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved()
    store.forget(hand.id)
    assert hand.save(begun, 2, b"two") is None


@store_rule()
def retiring_frees_and_counts_no_failed_recovery(store: CheckpointStore) -> None:
    first, second, third = Hand(store), Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    assert granted(second.claim(begun.id)).recoveries == 1
    store.retire(second.id)
    assert store.free() == [begun.id]
    record = store.instance(begun.id)
    assert record is not None and record.owner is None and record.recoveries == 0
    assert granted(third.claim(begun.id)).recoveries == 1


@store_rule()
def retiring_leaves_what_has_ended_alone(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun = hand.saved(keeps_outcome=True)
    assert hand.finish(begun, b"value") is None
    before = store.instance(begun.id)
    store.retire(hand.id)
    assert store.instance(begun.id) == before


@store_rule()
def instances_that_run_longer_than_a_lease_are_well_recovered(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun, other = first.saved(), first.saved()
    store.forget(first.id)
    granted(second.claim(begun.id))
    granted(second.claim(other.id))
    assert store.renew(second.id, LEASE_S)
    assert [store.instance(one.id).recoveries for one in (begun, other)] == [1, 1]  # type: ignore[union-attr]
    assert store.renew(second.id, -1.0)  # they changed later than in a second from now
    assert [store.instance(one.id).recoveries for one in (begun, other)] == [0, 0]  # type: ignore[union-attr]


@store_rule()
def owners_whose_process_is_gone_are_buried(store: CheckpointStore) -> None:
    living = new_owner()
    dead = Owner(uuid.uuid4(), living.host, living.pid, "another start")
    elsewhere = Owner(uuid.uuid4(), "elsewhere", living.pid, "another start")
    for owner in (living, dead, elsewhere):
        store.register(owner, LEASE_S)
    assert store.bury() == [dead]
    assert {owner.id for owner in store.owners()} == {living.id, elsewhere.id}
