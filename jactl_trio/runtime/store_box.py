"""StoreBox: messages in a store. What an instance has taken goes with its next checkpoint, and comes again if there is
none before a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from ..store.interface import CheckpointStore
from ..store.records import Message, Send, Waiting


class StoreBox:
    """Of one StoreEnvironment. call: calls the store; put: has the writer keep a message; tokens: of its claims.

    Whoever lost an instance is given none of the messages that its successor has left.
    """

    def __init__(
        self,
        store: CheckpointStore,
        call: Callable[..., Awaitable[Any]],
        put: Callable[[Send], Awaitable[None]],
        tokens: Mapping[UUID, int],
    ) -> None:
        self._store = store
        self._call = call
        self._put = put
        self._tokens = tokens
        self._taken: dict[UUID, list[tuple[str, int]]] = {}  # names and numbers, since the last checkpoint

    async def put(self, send: Send) -> None:
        await self._put(send)

    async def find(self, names: Mapping[UUID, str]) -> list[Message]:
        waiting = [Waiting(id, name, self._after(id, name), self._tokens.get(id)) for id, name in names.items()]
        found: list[Message] = await self._call(self._store.messages, waiting)
        return found

    def _after(self, id: UUID, name: str) -> int:
        return max((seq for taken, seq in self._taken.get(id, ()) if taken == name), default=0)

    def take(self, message: Message) -> None:
        self._taken.setdefault(message.id, []).append((message.name, message.seq))

    def takes(self, id: UUID) -> tuple[int, ...]:
        """What the next checkpoint takes."""
        taken = self._taken.get(id) if self._taken else None  # mostly nobody has taken any
        return tuple(seq for _, seq in taken) if taken else ()

    def saved(self, id: UUID, takes: Sequence[int]) -> None:
        """It was saved, with these."""
        if takes:
            left = [pair for pair in self._taken.get(id, ()) if pair[1] not in takes]
            self._taken[id] = left

    def forget(self, id: UUID) -> None:
        """The instance does not run here any more."""
        if self._taken:
            self._taken.pop(id, None)
