"""An owner at a store -> what it asks for, one operation or many, with the answers checked for their kind."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from ...store import CheckpointStore
from ...store.records import Answer, Claim, Claimed, Finish, InstanceRecord, Owner, Release, Save

LEASE_S = 60.0
SCRIPT = "s" * 64


class Hand:
    """An owner and the store through which it works."""

    def __init__(self, store: CheckpointStore, lease_s: float = LEASE_S) -> None:
        self.store = store
        self.owner = Owner(uuid.uuid4(), "host of tests", 4711, "0")
        store.register(self.owner, lease_s)

    @property
    def id(self) -> uuid.UUID:
        return self.owner.id

    def new(self, id: uuid.UUID | None = None, *, keeps_outcome: bool = False, initial: bytes | None = None) -> Claimed:
        """Begin an instance; with `initial` it has checkpoint 0."""
        checkpoint_id = None if initial is None else 0
        claim = Claim(id or uuid.uuid4(), SCRIPT, (), checkpoint_id, initial, keeps_outcome)
        return granted(self.ask(claim))

    def saved(self, bodies: Iterable[bytes] = (b"one",), *, keeps_outcome: bool = False) -> Claimed:
        """A new instance with checkpoints 1, 2, ..."""
        begun = self.new(keeps_outcome=keeps_outcome)
        for checkpoint_id, body in enumerate(bodies, 1):
            assert self.save(begun, checkpoint_id, body) is None
        return begun

    def claim(self, id: uuid.UUID, recoveries_max: int = 10) -> Answer:
        return self.ask(Claim(id, recoveries_max=recoveries_max))

    def save(self, claimed: Claimed, checkpoint_id: int, body: bytes) -> Answer:
        return self.ask(Save(claimed.id, claimed.token, checkpoint_id, body))

    def finish(self, claimed: Claimed, outcome: bytes | None = None, state: str = "finished") -> Answer:
        return self.ask(Finish(claimed.id, claimed.token, state, outcome))

    def release(self, claimed: Claimed, error: str | None = None) -> Answer:
        return self.ask(Release(claimed.id, claimed.token, error))

    def lose_lease(self) -> None:
        """As if the lease had run out: it ends now."""
        assert self.store.renew(self.id, 0.0)

    def ask(self, operation: Claim | Save | Finish | Release) -> Answer:
        (answer,) = self.store.write(self.id, [operation])
        return answer


def granted(answer: Answer) -> Claimed:
    assert isinstance(answer, Claimed), answer
    return answer


def shown(answer: Answer) -> InstanceRecord:
    assert isinstance(answer, InstanceRecord), answer
    return answer
