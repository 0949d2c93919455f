"""Messages and hibernation: kept until a checkpoint takes them, once for each key; who waits in the store is woken."""

from __future__ import annotations

import uuid

from ...errors import StaleInstanceError, UnknownInstanceError
from ...store import CheckpointStore
from ...store.records import HIBERNATED, Answer, Claimed, Finish, Hibernate, Message, Park, Retry, Save, Send, Waiting
from .hands import Hand, granted
from .rules import StorePlace, store_rule


def _send(hand: Hand, id: uuid.UUID, body: bytes, name: str = "paid", key: str | None = None) -> Answer:
    return hand.store.write(hand.id, [Send(id, name, body, key)])[0]


def _first(store: CheckpointStore, id: uuid.UUID, after: int = 0, name: str = "paid") -> bytes | None:
    found = store.messages([Waiting(id, name, after)])
    return found[0].body if found else None


def _hibernate(hand: Hand, one: Claimed, wake_in_s: float | None, awaits: str | None) -> None:
    assert hand.store.write(hand.id, [Hibernate(one.id, one.token, b"waits", wake_in_s, awaits)]) == [None]


@store_rule()
def messages_come_by_name_in_the_order_in_which_they_were_sent(store: CheckpointStore) -> None:
    hand, sender = Hand(store), Hand(store)
    begun, other = hand.new(), hand.new()
    for body in (b"one", b"two"):
        assert _send(sender, begun.id, body) is None
    assert _send(sender, begun.id, b"", "else") is None
    assert _first(store, begun.id) == b"one" and _first(store, begun.id, after=1) == b"two"
    assert _first(store, begun.id, after=2) is None and _first(store, other.id) is None
    assert store.messages([Waiting(begun.id, "else")]) == [Message(begun.id, 3, "else", b"")]
    both = store.messages([Waiting(begun.id, "paid"), Waiting(other.id, "paid")])
    assert [message.seq for message in both] == [1]


@store_rule()
def a_message_is_there_until_a_checkpoint_takes_it(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    for body in (b"one", b"two"):
        assert _send(second, begun.id, body) is None
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    assert _first(store, begun.id) == b"one", "who was given it has died before its next checkpoint"
    stale = Save(begun.id, begun.token, 2, b"late", (1, 2))
    assert isinstance(first.ask(stale), StaleInstanceError) and _first(store, begun.id) == b"one"
    given = [store.messages([Waiting(one.id, "paid", 0, one.token)]) for one in (begun, taken)]
    assert [len(messages) for messages in given] == [0, 1], "who lost it is given nothing"
    save = Save(taken.id, taken.token, 2, b"with one", (1,))
    assert second.ask(save) is None and second.ask(save) is None
    assert _first(store, begun.id) == b"two"


@store_rule()
def a_key_is_used_once_also_after_its_message_was_taken(store: CheckpointStore) -> None:
    hand = Hand(store)
    begun, other = hand.new(), hand.new()
    for one in (begun, begun, other):
        assert _send(hand, one.id, b"one", key="order 7") is None
    assert _first(store, begun.id, after=1) is None and _first(store, other.id) == b"one"
    assert hand.ask(Save(begun.id, begun.token, 1, b"taken", (1,))) is None
    assert _send(hand, begun.id, b"one", key="order 7") is None and _first(store, begun.id) is None
    assert _send(hand, begun.id, b"another", key="order 8") is None and _first(store, begun.id) == b"another"
    assert [(message.seq, message.is_taken) for message in store.sent(begun.id)] == [(1, True), (2, False)]


@store_rule(keeps_outcome=[False, True])
def whoever_has_ended_is_sent_nothing(store: CheckpointStore, keeps_outcome: bool) -> None:
    hand = Hand(store)
    begun = hand.saved(keeps_outcome=keeps_outcome)
    assert _send(hand, begun.id, b"one") is None
    assert hand.ask(Finish(begun.id, begun.token)) is None
    assert isinstance(_send(hand, begun.id, b"late"), UnknownInstanceError)
    assert isinstance(_send(hand, uuid.uuid4(), b"nobody"), UnknownInstanceError)
    assert _first(store, begun.id) is None and store.sent(begun.id) == [] and store.check() == []


@store_rule()
def whoever_hibernates_is_free_when_its_time_has_come(store: CheckpointStore) -> None:
    hand, other = Hand(store), Hand(store)
    begun, due = hand.saved((b"one", b"two")), hand.saved()
    assert store.wake_in_s() is None
    _hibernate(hand, begun, 3600.0, None)
    record = store.instance(begun.id)
    assert record is not None and (record.state, record.owner, record.checkpoint_id) == (HIBERNATED, None, 2)
    assert store.checkpoint(begun.id) == (2, b"waits") and store.free() == []
    assert 3500.0 < (store.wake_in_s() or 0.0) <= 3600.0
    _hibernate(hand, due, 0.0, None)
    assert store.free() == [due.id] and (store.wake_in_s() or 0.0) <= 0.0
    woken = granted(other.claim(due.id))
    assert (woken.checkpoint_id, woken.checkpoint, woken.wake_in_s) == (1, b"waits", 0.0)
    assert store.free() == [] and other.save(woken, 2, b"on") is None


@store_rule()
def what_is_left_of_its_time_is_told_until_a_checkpoint(store: CheckpointStore) -> None:
    """Also to whoever takes it over from a host that died before that, or had to give it back: not by their clocks."""
    first, second, third = Hand(store), Hand(store), Hand(store)
    begun = first.saved()
    _hibernate(first, begun, 3600.0, "paid")
    early = granted(first.claim(begun.id))
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    for one in (early, taken):
        assert one.wake_in_s is not None and 3500.0 < one.wake_in_s <= 3600.0
    assert second.release(taken, "a key is missing") is None and store.free() == [begun.id]
    assert store.write(third.id, [Park(begun.id, "why"), Retry(begun.id)]) == [None, None]
    again = granted(third.claim(begun.id))
    assert again.wake_in_s is not None and 3500.0 < again.wake_in_s <= 3600.0
    assert store.wake_in_s() is None, "it does not hibernate"
    assert third.save(again, 2, b"on") is None
    assert store.instance(begun.id).wake_at is None  # type: ignore[union-attr]
    store.forget(third.id)
    assert granted(Hand(store).claim(begun.id)).wake_in_s is None


@store_rule()
def whoever_hibernates_is_free_when_its_message_is_there(store: CheckpointStore) -> None:
    hand, other = Hand(store), Hand(store)
    begun = hand.saved()
    _hibernate(hand, begun, None, "paid")
    assert store.free() == [] and store.wake_in_s() is None
    assert _send(other, begun.id, b"", "another name") is None and store.free() == []
    assert _send(other, begun.id, b"20") is None and store.free() == [begun.id]
    woken = granted(other.claim(begun.id))
    assert woken.token == begun.token + 1 and _first(store, begun.id) == b"20"


@store_rule()
def whoever_lost_the_instance_cannot_put_it_to_sleep(store: CheckpointStore) -> None:
    first, second = Hand(store), Hand(store)
    begun = first.saved()
    store.forget(first.id)
    taken = granted(second.claim(begun.id))
    late = Hibernate(begun.id, begun.token, b"late", None, "paid")
    (answer,) = store.write(first.id, [late])
    assert isinstance(answer, StaleInstanceError) and store.checkpoint(begun.id) == (1, b"one")
    assert second.save(taken, 2, b"two") is None


@store_rule()
def messages_that_several_send_at_once_are_all_there(place: StorePlace) -> None:
    from .contention import RIVALS, together

    hand = Hand(place.open())
    begun = hand.new()

    def send(rival: Hand, number: int) -> None:
        for count in range(20):
            assert _send(rival, begun.id, b"%d %d" % (number, count), key=f"{number} {count}") is None
            assert _send(rival, begun.id, b"again", key=f"shared {count}") is None

    together(place, send)
    sent = hand.store.sent(begun.id)
    assert [message.seq for message in sent] == list(range(1, 20 * (RIVALS + 1) + 1))
    for number in range(RIVALS):
        mine = [message.body for message in sent if message.body.startswith(b"%d " % number)]
        assert mine == [b"%d %d" % (number, count) for count in range(20)]
