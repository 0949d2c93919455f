"""Operations of one kind on instances that all differ -> a few statements for all of them.

One statement for each operation would let go of Python's lock and wait for it again each time, which takes long while
the scripts run. What is done here is the usual case: every operation is granted. Where one would be refused the whole
is undone, and each is done by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from .records import Answer, Claim, Claimed, Finish, Operation, Save
from .sqlite_rows import column_of

_AT_ONCE_MAX = 1024  # rows of one statement; all sizes are powers of two, so that SQLite's statements can be kept
_ROWS = "@rows"  # where they stand in a query


class Many:
    """The statements of one transaction. owner, now: as in Batch."""

    def __init__(self, db: sqlite3.Connection, sql: Mapping[str, str], owner: bytes, now: float) -> None:
        self.db = db
        self.sql = sql
        self.owner = owner
        self.now = now

    def answers(self, operations: Sequence[Any]) -> Sequence[Answer] | None:
        """Do all of these, which are of one kind; None if they cannot be done together, and nothing is done."""
        do = _KINDS.get(type(operations[0]))
        if do is None or len(operations) == 1:
            return None
        self.db.execute("savepoint many")
        answers = do(self, operations)
        if answers is None:
            self.db.execute("rollback to many")
        self.db.execute("release many")
        return answers

    def claims(self, claims: Sequence[Claim]) -> Sequence[Answer] | None:
        rows = [
            (one.id.bytes, one.script, self.owner, one.checkpoint_id, one.keeps_outcome, self.now, self.now)
            for one in claims
        ]
        if any(one.script is None for one in claims) or self._changes("create_many", rows) != len(claims):
            return None
        self._put([(one.id.bytes, one.checkpoint) for one in claims if one.checkpoint is not None])
        return [Claimed(one.id, 1, one.script or "", one.checkpoint_id, one.checkpoint) for one in claims]

    def saves(self, saves: Sequence[Save]) -> Sequence[Answer] | None:
        if any(one.takes for one in saves):
            return None
        ids = [one.id.bytes for one in saves]
        rows = [(id, one.token, one.checkpoint_id) for id, one in zip(ids, saves, strict=True)]
        if self._changes("save_many", rows, (self.now,), (self.owner,)) != len(saves):
            return None
        self._put(list(zip(ids, [one.checkpoint for one in saves], strict=True)))
        return [None] * len(saves)

    def finishes(self, finishes: Sequence[Finish]) -> Sequence[Answer] | None:
        # One without an outcome is taken for one that keeps none.
        kept = [
            (one.id.bytes, one.token, one.state, one.outcome, column_of(one.error))
            for one in finishes
            if one.outcome is not None
        ]
        others = [(one.id.bytes, one.token) for one in finishes if one.outcome is None]
        changes = self._changes("finish_many", kept, (self.now,), (self.owner,))
        changes += self._changes("finish_many_and_forget", others, (), (self.owner,))
        if changes != len(finishes):
            return None
        ids = [(one.id.bytes,) for one in finishes]
        self._changes("drop_checkpoints", ids)
        self._changes("drop_messages_of_many", ids)
        return [None] * len(finishes)

    def _put(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._changes("put_checkpoints", rows)

    def _changes(
        self,
        query: str,
        rows: Sequence[tuple[Any, ...]],
        before: tuple[Any, ...] = (),
        after: tuple[Any, ...] = (),
    ) -> int:
        """Run a query on rows; before, after: what else it is given."""
        count = 0
        for part, size in _parts(rows):
            width = len(part[0])
            text = _with_rows(self.sql[query], size, width)
            filling = (None,) * ((size - len(part)) * width)
            count += self.db.execute(text, [*before, *chain.from_iterable(part), *filling, *after]).rowcount
        return count


def waves(operations: Sequence[Operation]) -> Iterator[list[int]]:
    """The operations by index: those that are the first of their instance, by kind, then the second ones..."""
    seen: dict[int, int] = {}
    found: list[dict[type, list[int]]] = []
    for index, operation in enumerate(operations):
        id = operation.id.int  # hashing a UUID takes thrice as long
        turn = seen.get(id, 0)
        seen[id] = turn + 1
        if turn == len(found):
            found.append({})
        found[turn].setdefault(type(operation), []).append(index)
    for kinds in found:
        yield from kinds.values()


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Sequence[tuple[Any, ...]], int]]:
    """The rows in few parts, each with the size of its statement: up to a third of what it has is filled up with rows
    of nulls, which change nothing."""
    start = 0
    while start < len(rows):
        left = len(rows) - start
        size = min(1 << (left - 1).bit_length(), _AT_ONCE_MAX)
        if size - left > left // 3:
            size //= 2
        yield rows[start : start + size], size
        start += size


def _with_rows(query: str, count: int, width: int) -> str:
    key = query, count
    text = _TEXTS.get(key)
    if text is None:
        row = f"({', '.join('?' * width)})"
        text = _TEXTS[key] = query.replace(_ROWS, ", ".join([row] * count))
    return text


_TEXTS: dict[tuple[str, int], str] = {}

_KINDS: dict[type, Callable[[Many, Sequence[Any]], Sequence[Answer] | None]] = {
    Claim: Many.claims,
    Save: Many.saves,
    Finish: Many.finishes,
}
