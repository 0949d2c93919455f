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
from ..store.records import ENDED, RUNNING, Answer, Claim, Finish, Operation, Release, Save


def settled_answers(
    store: CheckpointStore, owner: UUID, operations: Sequence[Operation], error: Exception
) -> list[Answer]:
    """An answer for each operation: as if it had been done, where it was; the error else. Blocking."""
    failure = error if isinstance(error, JactlError) else StoreError(f"The store failed: {error!r}")
    answers: list[Answer] = []
    for operation in operations:
        try:
            answers.append(_QUESTIONS[type(operation)](store, owner, operation, failure))
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


def _finish(store: CheckpointStore, owner: UUID, finish: Finish, failure: JactlError) -> Answer:
    record = store.instance(finish.id)
    if record is not None and record.token != finish.token:  # it may well have ended, but as another owner's
        return StaleInstanceError(f"Instance {finish.id} is not this owner's any more")
    return None if record is None or record.state in ENDED else failure


def _release(store: CheckpointStore, owner: UUID, release: Release, failure: JactlError) -> Answer:
    record = store.instance(release.id)
    return None if record is None or record.owner != owner else failure


_QUESTIONS: dict[type, Callable[..., Answer]] = {Claim: _claim, Save: _save, Finish: _finish, Release: _release}
