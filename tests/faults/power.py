"""Power cuts under SQLiteStore, simulated: what a write has answered is there afterwards, and no half of another."""

from __future__ import annotations

import argparse
import tempfile
import uuid
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from jactl_trio.errors import StoreError
from jactl_trio.store import SQLiteStore
from jactl_trio.store.records import FINISHED, GOING, Answer, Claim, Claimed, Finish, Operation, Save
from jactl_trio.verify.kit.hands import SCRIPT, Hand

from .disk import Disk
from .disk_sqlite import sqlite_on
from .figures import Row

NAME = "store.db"
LIVES_MAX = 4
CUT_AT_MAX = 250  # operations of the disk
BATCHES_MAX = 14
OF_A_JOB = 50
CONTROLS = {"synchronous=NORMAL": {"synchronous": "normal"}, "a disk that lies": {"lies": True}}
State = dict[uuid.UUID, tuple[Any, ...]]  # state, checkpoint id, checkpoint, outcome


@dataclass
class World:
    """Some lives of one store, each but the last ended by a power cut.

    synchronous: instead of the store's own.  lies: of the disk; both are negative controls.
    """

    seed: int
    synchronous: str | None = None
    lies: bool = False
    found: list[str] = field(default_factory=list)
    cuts: int = 0
    answered: int = 0  # batches
    failed_syncs: int = 0

    def run(self) -> World:
        self._chance = Random(self.seed)
        self._files: dict[str, bytes] = {}
        self._possible: list[State] = [{}]  # one of them is what the store has to hold
        self._tokens: dict[uuid.UUID, int] = {}  # the highest that was granted
        with tempfile.TemporaryDirectory() as folder:
            try:
                for _ in range(self._chance.randint(1, LIVES_MAX)):
                    self._live_until_cut(Path(folder) / NAME)
                self._judge(Path(folder) / NAME)
            except Exception as error:
                self.found.append(f"{type(error).__name__}: {error}")
        return self

    def _live_until_cut(self, path: Path) -> None:
        chance = self._chance
        sync_fails_at = chance.randrange(3, 40) if chance.random() < 0.3 else 0
        disk = Disk(chance, chance.randrange(1, CUT_AT_MAX), sync_fails_at, self.lies, self._files)
        with sqlite_on(disk, self.synchronous, chance.choice((2, 8, 40, 1_000))):
            store = SQLiteStore(path)
            try:
                self._work(store, disk)
                if not disk.is_off and chance.random() < 0.2:
                    store.close()
            except StoreError as error:
                if not disk.is_off and not disk.failed_syncs:
                    self.found.append(f"an error without a cause: {error}")
        self.cuts += 1
        self.failed_syncs += disk.failed_syncs
        self._files = disk.survivors()

    def _work(self, store: SQLiteStore, disk: Disk) -> None:
        hand = self._begin(store)
        state = dict(self._possible[0])
        for _ in range(self._chance.randint(1, BATCHES_MAX)):
            operations, after = self._batch(hand, state)
            try:
                answers = store.write(hand.id, operations)
            except StoreError:
                answers = None
            if disk.is_off:  # who was to get the answer is gone
                self._possible.append(after)
                return
            if answers is None and state_of(store) != after:  # the store is asked, as the runtime does
                self._possible.append(after)
                continue
            self._note(operations, answers or [_granted_new(one) for one in operations])
            self.answered += 1
            state, self._possible = after, [after]

    def _begin(self, store: SQLiteStore) -> Hand:
        """Look at what is there, and take it over."""
        store.open()
        found = state_of(store)
        self._compare(found)
        self._possible = [found]
        for owner in store.owners():
            store.forget(owner.id)
        hand = Hand(store)
        going = [id for id, row in found.items() if row[0] in GOING]
        claims = [Claim(id, recoveries_max=1_000) for id in going]
        self._note(claims, store.write(hand.id, claims))
        return hand

    def _compare(self, found: State) -> None:
        if found not in self._possible:
            lost = {id: (row, found.get(id)) for id, row in self._possible[0].items() if found.get(id) != row}
            self.found.append(f"after {self.cuts} cuts the store is not what it said: {_short(lost)}")

    def _note(self, operations: Sequence[Operation], answers: Sequence[Answer]) -> None:
        for operation, answer in zip(operations, answers, strict=True):
            if isinstance(answer, Claimed):
                if answer.token <= self._tokens.get(answer.id, 0):
                    self.found.append(f"I2: token {answer.token} was granted twice")
                self._tokens[answer.id] = answer.token
            elif answer is not None:
                self.found.append(f"{type(operation).__name__} was refused: {answer}")

    def _batch(self, hand: Hand, state: State) -> tuple[list[Operation], State]:
        """Some operations, and what there is after them."""
        chance, after = self._chance, dict(state)
        operations: list[Operation] = []
        going = [id for id, row in state.items() if row[0] in GOING]
        for id in chance.sample(going, min(len(going), chance.randint(0, 4))):
            _, checkpoint_id, _, _ = state[id]
            token = self._tokens[id]
            if chance.random() < 0.15:
                outcome = chance.randbytes(chance.choice((10, 3_000)))
                operations.append(Finish(id, token, FINISHED, outcome))
                after[id] = (FINISHED, checkpoint_id, None, outcome)
            else:
                body = chance.randbytes(chance.choice((20, 500, 5_000, 20_000)))
                operations.append(Save(id, token, (checkpoint_id or 0) + 1, body))
                after[id] = ("running", (checkpoint_id or 0) + 1, body, None)
        if not operations or chance.random() < 0.5:
            id, body = uuid.UUID(int=chance.getrandbits(128)), chance.randbytes(300)
            operations.append(Claim(id, SCRIPT, (), 0, body, keeps_outcome=True))
            after[id] = ("running", 0, body, None)
        return operations, after

    def _judge(self, path: Path) -> None:
        """With the SQLite of every day, on files of every day."""
        for name, content in self._files.items():
            path.with_name(name).write_bytes(content)
        store = SQLiteStore(path)
        try:
            self._begin(store)
            self.found += store.check()
            store.close()
        except StoreError as error:
            self.found.append(str(error).replace(str(path), NAME))


def _granted_new(operation: Operation) -> Answer:
    return Claimed(operation.id, 1, SCRIPT) if isinstance(operation, Claim) else None


def state_of(store: SQLiteStore) -> State:
    found: State = {}
    for record in store.instances(limit=1_000_000):
        saved = store.checkpoint(record.id)
        body = None if saved is None else saved[1]
        found[record.id] = (record.state, record.checkpoint_id, body, record.outcome)
    return found


def _short(lost: Any) -> str:
    return repr({str(id)[:8]: [row and row[:2] for row in rows] for id, rows in lost.items()})


def lived(seeds: range, **control: Any) -> list[World]:
    return [World(seed, **control).run() for seed in seeds]


def prove(given: argparse.Namespace) -> Row:
    """Power cuts, and the same with what must lose."""
    if given.at:
        worlds = [World(int(seed)).run() for seed in given.at]
    else:
        worlds = _all(given.workers, given.count or 4_000)
    bad = [f"--at {one.seed}: {one.found}" for one in worlds if one.found]
    text = (
        f"{len(worlds):,} worlds, {sum(one.cuts for one in worlds):,} cuts, "
        f"{sum(one.answered for one in worlds):,} transactions acknowledged, "
        f"{sum(one.failed_syncs for one in worlds)} syncs that failed"
    )
    for name, control in CONTROLS.items() if not given.at else ():
        worlds = _all(given.workers, 200, **control)
        loses = sum(bool(one.found) for one in worlds)
        text += f"; {name} loses in {loses} of {len(worlds)} worlds"
        if not loses:
            bad.append(f"{name} loses nothing: the check cannot fail")
    return Row("power", "power cuts: what is not synced dropped, torn, in another order (SQLite)", text, bad)


def _all(workers: int, count: int, **control: Any) -> list[World]:
    jobs = [range(first, min(first + OF_A_JOB, count)) for first in range(0, count, OF_A_JOB)]
    with ProcessPoolExecutor(workers) as pool:
        return [world for some in pool.map(partial(lived, **control), jobs) for world in some]
