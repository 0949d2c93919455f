"""Random sequences of operations: every store answers as MemoryStore does, whatever was asked before."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ...errors import JactlError
from ...store import CheckpointStore, MemoryStore
from ...store.records import (
    ENDED,
    EXPORTED,
    HIBERNATED,
    KINDS,
    STATES,
    Cancel,
    Claim,
    Claimed,
    Delete,
    Finish,
    Hibernate,
    Import,
    InstanceRecord,
    Kept,
    Message,
    Operation,
    Owner,
    Park,
    Release,
    Retry,
    Save,
    ScriptRecord,
    Send,
    Waiting,
)

IDS = [uuid.UUID(int=n * 0x1111_1111_1111) for n in range(1, 5)]
OWNERS = [Owner(uuid.UUID(int=n), "host", n, "0") for n in range(1, 4)]
LEASE_S = 1e6  # longer than the slowest store takes for a sequence
LEASES_S = (LEASE_S, 0.0, -1.0)  # a lease that lasts; one that has run out; one that forgives recoveries, too

ids, owners = st.sampled_from(IDS), st.sampled_from(OWNERS)
bodies, errors = st.binary(max_size=3), st.none() | st.text(max_size=3)
tokens, checkpoint_ids = st.integers(1, 4), st.integers(0, 5)
new_claims = st.builds(Claim, id=ids, script=st.sampled_from(["a", "b"]), keeps_outcome=st.booleans())
started_claims = st.builds(
    Claim, id=ids, script=st.just("c"), checkpoint_id=st.integers(0, 2), checkpoint=bodies, keeps_outcome=st.booleans()
)
claims = st.builds(Claim, id=ids, recoveries_max=st.integers(0, 3))
takes = st.lists(st.integers(1, 4), max_size=2, unique=True).map(tuple)
names, keys = st.sampled_from(["a", "b\udc80"]), st.none() | st.sampled_from(["k", "\udc80", "k" * 1001])
wakes = st.none() | st.sampled_from([0.0, 3600.0])
saves = st.builds(Save, id=ids, token=tokens, checkpoint_id=checkpoint_ids, checkpoint=bodies, takes=takes)
hibernations = st.builds(
    Hibernate, id=ids, token=tokens, checkpoint=bodies, wake_in_s=wakes, awaits=st.none() | names, takes=takes
)
sends = st.builds(Send, id=ids, name=names, body=bodies, key=keys)
reasons = st.text(max_size=3) | st.sampled_from([EXPORTED, f"{EXPORTED}: why"])
by_hand = st.builds(Retry, id=ids) | st.builds(Park, id=ids, error=reasons) | st.builds(Cancel, id=ids)
finishes = st.builds(
    Finish, id=ids, token=tokens, state=st.sampled_from(ENDED), outcome=st.none() | bodies, error=errors
)
releases = st.builds(Release, id=ids, token=tokens, error=errors)


@st.composite
def imports(draw: st.DrawFn) -> Import:
    """An instance as another store might have it."""
    id, state = draw(ids), draw(st.sampled_from(STATES))
    has_ended = state in ENDED
    letters = [] if has_ended else draw(st.lists(st.tuples(names, bodies, keys, st.booleans()), max_size=2))
    messages = tuple(
        Message(id, seq, name, b"" if is_taken else body, key, is_taken)
        for seq, (name, body, key, is_taken) in enumerate(letters, 1)
        if not is_taken or key
    )
    messages = tuple({message.key or message.seq: message for message in messages}.values())
    awaits = draw(st.none() | names) if state == HIBERNATED else None
    record = InstanceRecord(
        id, "i", state, None, draw(tokens), draw(checkpoint_ids), 0, True, 1.0, 2.0,
        draw(st.none() | bodies) if has_ended else None, draw(errors), awaits=awaits, sent=len(letters),
    )  # fmt: skip
    return Import(record, None if has_ended else draw(bodies), (ScriptRecord("i", "source"),), messages)


batches = st.lists(
    new_claims | started_claims | claims | saves | hibernations | sends | finishes | releases | by_hand | imports(),
    max_size=6,
)


class Clock:
    """A clock that both embedded stores read; every look is later than the one before."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class StoreMachine(RuleBasedStateMachine):
    """Asks a store and a MemoryStore the same.  A subclass says which store, and whether it reads the clock."""

    other_store: ClassVar[Callable[[Clock], CheckpointStore]]
    has_clock: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.model = MemoryStore(self.clock)
        self.other = type(self).other_store(self.clock)

    @initialize()
    def register_all(self) -> None:
        for owner in OWNERS:
            self.register(owner, LEASE_S)

    @rule(owner=owners, lease_s=st.sampled_from(LEASES_S))
    def register(self, owner: Owner, lease_s: float) -> None:
        self.same(lambda store: store.register(owner, lease_s))

    @rule(owner=owners, lease_s=st.sampled_from(LEASES_S))
    def renew(self, owner: Owner, lease_s: float) -> None:
        self.same(lambda store: store.renew(owner.id, lease_s))

    @rule(owner=owners)
    def retire(self, owner: Owner) -> None:
        self.same(lambda store: store.retire(owner.id))

    @rule(owner=owners)
    def forget(self, owner: Owner) -> None:
        self.same(lambda store: store.forget(owner.id))

    @rule(owner=owners, operations=batches)
    def write(self, owner: Owner, operations: Sequence[Operation]) -> None:
        self.same(lambda store: store.write(owner.id, operations))

    @rule(owner=owners, id=ids, body=bodies, again=st.booleans())
    def save_the_next(self, owner: Owner, id: uuid.UUID, body: bytes, again: bool) -> None:
        record = self.model.instance(id)
        if record is not None:
            save = Save(id, record.token, (record.checkpoint_id or 0) + 1, body)
            self.same(lambda store: store.write(record.owner or owner.id, [save] * (1 + again)))

    @rule(id=ids, body=bodies, wake_in_s=wakes, awaits=st.none() | names, takes=takes)
    def hibernate(
        self, id: uuid.UUID, body: bytes, wake_in_s: float | None, awaits: str | None, takes: tuple[int, ...]
    ) -> None:
        record = self.model.instance(id)
        if record is not None and record.owner is not None:
            owner = record.owner
            self.same(lambda store: store.write(owner, [Hibernate(id, record.token, body, wake_in_s, awaits, takes)]))

    @rule(id=ids, owner=owners)
    def delete(self, id: uuid.UUID, owner: Owner) -> None:
        self.same(lambda store: store.write(owner.id, [Delete(id)]))

    @rule(waiting=st.lists(st.builds(Waiting, id=ids, name=names, after=st.integers(0, 2)), max_size=3))
    def ask_for_messages(self, waiting: list[Waiting]) -> None:
        self.same(lambda store: sorted(store.messages(waiting), key=lambda one: (one.id, one.name, one.seq)))

    @rule(owner=owners, id=ids, keeps_outcome=st.booleans())
    def recover(self, owner: Owner, id: uuid.UUID, keeps_outcome: bool) -> None:
        record = self.model.instance(id)
        if record is not None and record.owner is not None:
            self.forget(dataclasses.replace(OWNERS[0], id=record.owner))
        self.same(lambda store: store.write(owner.id, [Claim(id, "d", keeps_outcome=keeps_outcome, recoveries_max=2)]))

    @rule(kind=st.sampled_from(KINDS), id=ids, index=st.integers(0, 3), body=bodies, is_settled=st.booleans())
    def exchange(self, kind: str, id: uuid.UUID, index: int, body: bytes, is_settled: bool) -> None:
        """Of what is there, and of what is not."""
        found = self.model.kept(kind)
        kept = found[index] if index < len(found) else Kept(kind, id, min(index, 1), b"x")
        settled_s = 0.0 if is_settled else 3600.0
        self.same(lambda store: store.exchange([(kept, body), (kept, b"again")], settled_s))

    @rule(kind=st.sampled_from(KINDS), limit=st.integers(1, 2), index=st.integers(0, 3))
    def page_through_what_is_kept(self, kind: str, limit: int, index: int) -> None:
        found = self.model.kept(kind)
        self.same(lambda store: store.kept(kind, limit, found[index] if index < len(found) else None))

    @rule(older_than_s=st.sampled_from([3600.0, 0.0]), limit=st.integers(1, 4))
    def purge(self, older_than_s: float, limit: int) -> None:
        self.same(lambda store: store.purge(older_than_s, limit))

    @rule(limit=st.integers(1, 3), after=st.none() | ids)
    def page(self, limit: int, after: uuid.UUID | None) -> None:
        self.same(lambda store: store.free(limit, after))

    @invariant()
    def all_is_the_same(self) -> None:
        self.same(lambda store: store.free())
        self.same(lambda store: sorted(store.owners(), key=_id))
        self.same(lambda store: [sorted(store.held(owner.id)) for owner in OWNERS])
        self.same(lambda store: [store.checkpoint(id) for id in IDS])
        self.same(lambda store: [store.instance(id) for id in IDS])
        self.same(lambda store: [sorted(store.instances(state), key=_id) for state in (None, *STATES)])
        self.same(lambda store: [store.kept(kind) for kind in KINDS])
        self.same(lambda store: store.statistics())
        self.same(lambda store: [store.messages([Waiting(id, "a"), Waiting(id, "b\udc80")]) for id in IDS])
        self.same(lambda store: [store.sent(id) for id in IDS])
        self.same(lambda store: self._rounded(store.wake_in_s()))
        assert self.other.check() == []

    def same(self, ask: Callable[[CheckpointStore], Any]) -> None:
        self.clock.now += 0.001
        assert self._plain(ask(self.other)) == self._plain(ask(self.model))

    def _plain(self, answer: Any) -> Any:
        """An answer in a form that can be compared: errors by text; without times where the clocks differ."""
        if isinstance(answer, list):
            return [self._plain(one) for one in answer]
        if isinstance(answer, JactlError):
            return type(answer), answer.message
        if isinstance(answer, InstanceRecord) and not self.has_clock:
            assert answer.created_at <= answer.updated_at
            wake_at = None if answer.wake_at is None else self._rounded(answer.wake_at - answer.updated_at)
            return dataclasses.replace(answer, created_at=0.0, updated_at=0.0, wake_at=wake_at)
        if isinstance(answer, Claimed) and answer.wake_in_s is not None:
            return dataclasses.replace(answer, wake_in_s=self._rounded(answer.wake_in_s))
        return answer

    def _rounded(self, wait_s: float | None) -> int | None:
        """In seconds; in hours where the store reads a clock of its own, which goes on while it is asked."""
        return None if wait_s is None else round(wait_s if self.has_clock else wait_s / 3600)

    def teardown(self) -> None:
        self.other.close()


def _id(known: Owner | InstanceRecord) -> uuid.UUID:
    return known.id


def check_against_model(other_store: Callable[[Clock], CheckpointStore], *, has_clock: bool, examples: int) -> None:
    """Random sequences of operations. other_store: gives an empty, open store; has_clock: it reads the given clock."""
    machine = type("Machine", (StoreMachine,), {"other_store": staticmethod(other_store), "has_clock": has_clock})
    few = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)
