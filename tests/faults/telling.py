"""TellingEnvironment: a StoreEnvironment that tells what its store acknowledged, as the runtime sees it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import trio

from jactl_trio.errors import JactlError
from jactl_trio.runtime.store_environment import StoreEnvironment
from jactl_trio.store import CheckpointStore
from jactl_trio.store.records import FINISHED, Answer, Claim, Claimed

from .events import CLAIMED, ENDED, REFUSED, SAVED, Event, Tell

T = TypeVar("T")


class TellingEnvironment(StoreEnvironment):
    """is_in_line: the store is called on the Trio thread, so that each run makes the same system calls in order."""

    def __init__(
        self, store: CheckpointStore, tell: Tell, *, lease_s: float, host: str = "-", is_in_line: bool = False
    ) -> None:
        super().__init__(store, lease_s=lease_s)
        self._told = tell
        self._host = host
        self._is_in_line = is_in_line
        self.slowest_ns = 0  # the longest call of the store

    def tell(self, event: Event) -> None:
        self._told(replace(event, at=self.now(), host=self._host))

    def now(self) -> int:
        return time.monotonic_ns()

    def token(self, id: UUID) -> int:
        return self._tokens.get(id, 0)

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        if not self._is_in_line:
            begun = self.now()
            try:
                return await super().call(method, *arguments)
            finally:
                self.slowest_ns = max(self.slowest_ns, self.now() - begun)
        await trio.lowlevel.checkpoint()
        return method(*arguments)

    async def claim(self, claims: Sequence[Claim]) -> list[Answer]:
        answers = await super().claim(claims)
        for answer in answers:
            if isinstance(answer, Claimed):
                self.tell(Event(CLAIMED, answer.id, answer.token, answer.checkpoint_id or 0))
        return answers

    def save_checkpoint(
        self,
        id: UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: Callable[[Any], None],
    ) -> None:
        token = self.token(id)

        def answered(answer: Any) -> None:
            if isinstance(answer, BaseException):
                self.tell(Event(REFUSED, id, token, checkpoint_id, type(answer).__name__))
            else:
                self.tell(Event(SAVED, id, token, checkpoint_id))
            resumer(answer)

        super().save_checkpoint(id, checkpoint_id, checkpoint, source, offset, result, answered)

    async def finish(
        self,
        id: UUID,
        state: str = FINISHED,
        outcome: bytes | None = None,
        error: str | None = None,
        until: float = math.inf,
    ) -> None:
        token = self.token(id)
        try:
            await super().finish(id, state, outcome, error, until)
        except JactlError as refusal:
            self.tell(Event(REFUSED, id, token, text=type(refusal).__name__))
            raise
        self.tell(Event(ENDED, id, token, text=state))
