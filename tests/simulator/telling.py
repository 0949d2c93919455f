"""What happens in a world -> a History for each instance, with times, in the order in which the store saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import trio

from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import Answer, Claimed, Finish, Operation, Release, Save
from jactl_trio.verify.around import AroundStore
from jactl_trio.verify.history import Begun, Event, Fault, History, Saved
from jactl_trio.verify.schedule import Action, Point

if TYPE_CHECKING:
    from .process import Process


@dataclass(frozen=True)
class Struck(Fault):
    """Something that may end a run early, or give its instance to another."""

    what: str = ""

    def __str__(self) -> str:
        return self.what.upper()


@dataclass
class Chronicle(History):
    """ended_by: the run whose end the store took, and the state."""

    times: list[float] = field(default_factory=list)
    runs: dict[int, tuple[str, int]] = field(default_factory=dict)  # the host and the token of each
    ended_by: tuple[int, str] | None = None
    is_cancelled: bool = False  # somebody has asked for it

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.times.append(trio.current_time())

    def strike(self, run: int, what: str) -> None:
        self.tell(Struck(run, 0, Point.BEGIN, Action.TAKEN, what))

    def timeline(self) -> list[str]:
        return [
            f"{time:9.2f} s  run {event.run} ({self.runs.get(event.run, ('?', 0))[0]})  {event}"
            for time, event in zip(self.times, self.events, strict=True)
        ]


class ToldStore(AroundStore):
    """The store of a world: tells what it has granted and written, and to which run."""

    def __init__(self, store: CheckpointStore, chronicles: dict[UUID, Chronicle]) -> None:
        super().__init__(store)
        self.chronicles = chronicles
        self.processes: dict[UUID, Process] = {}  # by owner
        self.runs: dict[tuple[UUID, int], int] = {}  # by instance and token

    def write(self, owner: UUID, operations: Sequence[Operation]) -> list[Answer]:
        before = [self.store.checkpoint(operation.id) for operation in operations]
        answers = self.store.write(owner, operations)
        for operation, saved, answer in zip(operations, before, answers, strict=True):
            self._tell(owner, operation, saved, answer)
        return answers

    def retire(self, owner: UUID) -> None:
        self.store.retire(owner)
        self.processes[owner].strike("retires")

    def _tell(self, owner: UUID, operation: Operation, before: tuple[int, bytes] | None, answer: Answer) -> None:
        chronicle = self.chronicles[operation.id]
        if isinstance(answer, Claimed):
            self._begin(self.processes[owner], answer, None if before is None else before[0])
        elif answer is None and isinstance(operation, Save | Finish | Release):
            run = self.runs.get((operation.id, operation.token), 0)
            if isinstance(operation, Save) and before != (operation.checkpoint_id, operation.checkpoint):
                chronicle.tell(Saved(run, operation.checkpoint_id))
            elif isinstance(operation, Finish):
                chronicle.ended_by = (run, operation.state)
                chronicle.strike(run, f"{operation.state}, for the store")
            elif isinstance(operation, Release):
                chronicle.strike(run, "released, for the store")

    def _begin(self, process: Process, claimed: Claimed, expected: int | None) -> None:
        chronicle = self.chronicles[claimed.id]
        run = len(chronicle.runs) + 1
        chronicle.runs[run] = (process.name, claimed.token)
        self.runs[claimed.id, claimed.token] = run
        process.granted.append((claimed.id, run))
        chronicle.tell(Begun(run, claimed.checkpoint_id or None, expected or None))
        if not process.has_lease:
            chronicle.strike(run, "its host may have lost its lease")
