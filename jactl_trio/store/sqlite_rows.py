"""Rows of a SQLite store <-> records. A damaged file has columns of any type: such a row is refused, or left out.

SQLite's own check of a file does not look at the types of columns: https://sqlite.org/datatype3.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import NoneType
from typing import Any
from uuid import UUID

from ..errors import StoreError
from .records import InstanceRecord, Message, ScriptRecord


def is_id(column: Any) -> bool:
    """A damaged file has columns that are none."""
    return isinstance(column, bytes) and len(column) == 16


def ids_of(rows: Iterable[Sequence[Any]]) -> list[UUID]:
    """Of rows that begin with an id; without those of a damaged file that are none, for they would hide the others."""
    return [UUID(bytes=row[0]) for row in rows if is_id(row[0])]


def shown_id(column: Any) -> str:
    """For messages; also of a column that is no id."""
    return str(UUID(bytes=column)) if is_id(column) else repr(column)


def record_of(row: Any) -> InstanceRecord:
    """A row of the queries `instance` and `instances`. StoreError for one that is none."""
    with whole("an instance"):
        return _record_of(row)


@contextmanager
def whole(what: str) -> Iterator[None]:
    """The file is damaged where its rows have columns that are none: StoreError."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise StoreError(f"The store is damaged, a row of {what} cannot be read: {error}") from error


def message_of(id: UUID, row: Sequence[Any]) -> Message:
    """A row of the queries `message` and `sent`. StoreError for one that is none."""
    seq, name, body, key = row
    with whole("a message"):
        _check_all(int, seq)
        _check_all((str, bytes), name)
        _check_all((str, bytes, NoneType), key)
        _check_all((bytes, NoneType), body)
        return Message(id, seq, text_of(name), body or b"", text_of(key), body is None)


def script_of(identity: str, row: Sequence[Any]) -> ScriptRecord:
    """A row of the query `script`. StoreError for one that is none."""
    globals, uses, is_class = row[3:]
    with whole("a script"):
        _check_all((str, bytes), *row[:3])
        source, name, package = (text_of(column) for column in row[:3])
        types, identities = json.loads(globals), json.loads(uses)
        _check_all(dict, types)
        _check_all(list, identities)
        _check_all(str, *types.values(), *identities)
        return ScriptRecord(identity, source, name, package, types, tuple(identities), bool(is_class))


def bytes_or_lost(column: Any) -> bytes | None:
    """A checkpoint; None for a column that is none: it is lost, as if there were no row."""
    return column if isinstance(column, bytes) else None


def _check_all(kinds: type | tuple[type, ...], *columns: Any) -> None:
    for column in columns:
        if not isinstance(column, kinds):
            raise TypeError(f"{column!r:.40} is of type {type(column).__name__}")


def _record_of(row: Any) -> InstanceRecord:
    id, script, state, owner, token, checkpoint_id, recoveries, keeps, created, updated, outcome, error = row[:12]
    wake_at, awaits, sent, owned = row[12:]
    _check_all(int, token, checkpoint_id or 0, recoveries, sent)
    _check_all(str, script, state)
    _check_all((int, float), created, updated, wake_at or 0)
    _check_all((bytes, NoneType), outcome)
    _check_all((str, bytes, NoneType), error, awaits)
    return InstanceRecord(
        UUID(bytes=id),
        script,
        state,
        None if owner is None else UUID(bytes=owner),
        token,
        checkpoint_id,
        recoveries,
        bool(keeps),
        created,
        updated,
        outcome,
        text_of(error),
        wake_at,
        text_of(awaits),
        sent,
        bool(owned),
    )


def row_of(record: InstanceRecord) -> dict[str, object]:
    """What the queries `create` and `put` write."""
    return {
        "id": record.id.bytes,
        "script": record.script,
        "keeps_outcome": record.keeps_outcome,
        "now": record.created_at,
        "state": record.state,
        "owner": None if record.owner is None else record.owner.bytes,
        "token": record.token,
        "checkpoint_id": record.checkpoint_id,
        "recoveries": record.recoveries,
        "updated_at": record.updated_at,
        "outcome": record.outcome,
        "error": column_of(record.error),
        "wake_at": record.wake_at,
        "awaits": column_of(record.awaits),
        "sent": record.sent,
    }


def column_of(text: str | None) -> str | bytes | None:
    """A text that a script or a host wrote, as SQLite takes it: with lone surrogates, which scripts can make, a blob.
    One that could not be written would take the whole transaction with it."""
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(column: Any) -> Any:
    """What column_of() was given."""
    return column.decode("utf-8", "surrogatepass") if isinstance(column, bytes) else column
