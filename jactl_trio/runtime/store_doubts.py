"""Operations whose transaction failed -> what became of each: the store is asked, for it may have been done.

An error of a store, at the commit above all, does not say that nothing was written. An instance that goes on as if
its save had failed, while it has not, would use the same checkpoint id twice; one that goes on as if it had been saved
might lose it. So nobody guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from ..errors import JactlError, StaleInstanceError, StoreError
from ..store.interface import CheckpointStore
from ..store.records import ENDED, HIBERNATED, RUNNING, Answer, Claim, Finish, Hibernate, Operation, Release, Save, Send


def settled_answers(
    store: CheckpointStore, owner: UUID, operations: Sequence[Operation], error: Exception
) -> list[Answer]:
    """An answer for each operation: as if it had been done, where it was; the error else. Blocking."""
    failure = error if isinstance(error, JactlError) else StoreError(f"The store failed: {error!r}")
    answers: list[Answer] = []
    for operation in operations:
        try:
            question = _QUESTIONS.get(type(operation))
            answers.append(failure if question is None else question(store, owner, operation, failure))
        except Exception:  # it does not answer this either
            answers.append(failure)
    return answers


def _claim(store: CheckpointStore, owner: UUID, claim: Claim, failure: JactlError) -> Answer:
    """The owner's, as the record says: now, or since a claim of before that it could not give up. So it has to be
    claimed once more, under a token of its own."""
    record = store.instance(claim.id)
    return record if record is not None and (record.state, record.owner) == (RUNNING, owner) else failure


def _save(store: CheckpointStore, owner: UUID, save: Save, failure: JactlError) -> Answer:
    record = store.instance(save.id)
    if record is not None and (record.owner, record.token) != (owner, save.token):
        return StaleInstanceError(f"Instance {save.id} is not this owner's any more")
    return None if store.checkpoint(save.id) == (save.checkpoint_id, save.checkpoint) else failure


def _hibernate(store: CheckpointStore, owner: UUID, hibernate: Hibernate, failure: JactlError) -> Answer:
    record = store.instance(hibernate.id)
    if record is not None and (record.state, record.owner, record.token) == (RUNNING, owner, hibernate.token):
        return failure
    if record is not None and (record.state, record.token) == (HIBERNATED, hibernate.token):
        return None
    return StaleInstanceError(f"Instance {hibernate.id} is not this owner's any more")  # it may have woken by now


def _send(store: CheckpointStore, owner: UUID, send: Send, failure: JactlError) -> Answer:
    """With a key it can be sent again; without one nobody can tell."""
    if send.key is None:
        return StoreError(f"It is not known whether message {send.name!r} was sent: {failure.message}")
    return store.write(owner, [send])[0]


def _finish(store: CheckpointStore, owner: UUID, finish: Finish, failure: JactlError) -> Answer:
    record = store.instance(finish.id)
    if record is not None and record.token != finish.token:  # it may well have ended, but as another owner's
        return StaleInstanceError(f"Instance {finish.id} is not this owner's any more")
    return None if record is None or record.state in ENDED else failure


def _release(store: CheckpointStore, owner: UUID, release: Release, failure: JactlError) -> Answer:
    record = store.instance(release.id)
    return None if record is None or record.owner != owner else failure


_QUESTIONS: dict[type, Callable[..., Answer]] = {
    Claim: _claim,
    Save: _save,
    Hibernate: _hibernate,
    Send: _send,
    Finish: _finish,
    Release: _release,
}
