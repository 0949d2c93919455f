"""Post: messages that hosts send, carried to the instances of one runtime that wait for them.

An instance says that it waits, one task asks for all of them; whoever knows of a message says so (`stir`), and without
such news it asks from time to time, for other hosts send too. Where messages are kept, a Box knows.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

import trio

from ..errors import JactlError, UnknownInstanceError
from ..store.records import Message, Send

POLL_SECONDS = 1.0
_LOGGER = logging.getLogger("jactl_trio")


class Box(Protocol):
    """Where the messages are until they are taken."""

    async def put(self, send: Send) -> None:
        """Keep a message. UnknownInstanceError, StoreError."""

    async def find(self, names: Mapping[UUID, str]) -> list[Message]:
        """For each instance that waits the first message of that name which it has not taken, if any."""

    def take(self, message: Message) -> None:
        """The instance has it now."""

    def forget(self, id: UUID) -> None:
        """The instance does not run here any more."""


class MemoryBox:
    """Keeps the messages to instances that run here, while they run. instances: those."""

    def __init__(self, instances: Mapping[UUID, object]) -> None:
        self._instances = instances
        self._messages: dict[UUID, list[Message]] = {}
        self._keys: dict[UUID, set[str]] = {}
        self._seqs = itertools.count(1)

    async def put(self, send: Send) -> None:
        await trio.lowlevel.checkpoint()
        if send.id not in self._instances:
            raise UnknownInstanceError(f"There is no instance {send.id}")
        if send.key is not None:
            keys = self._keys.setdefault(send.id, set())
            if send.key in keys:
                return
            keys.add(send.key)
        message = Message(send.id, next(self._seqs), send.name, send.body, send.key)
        self._messages.setdefault(send.id, []).append(message)

    async def find(self, names: Mapping[UUID, str]) -> list[Message]:
        await trio.lowlevel.checkpoint()
        kept = self._messages
        found = (next((one for one in kept.get(id, ()) if one.name == name), None) for id, name in names.items())
        return [message for message in found if message is not None]

    def take(self, message: Message) -> None:
        self._messages[message.id].remove(message)

    def forget(self, id: UUID) -> None:
        self._messages.pop(id, None)
        self._keys.pop(id, None)


class _Waiter:
    """One instance that waits."""

    __slots__ = ("looked", "message", "name", "served")

    def __init__(self, name: str) -> None:
        self.name = name
        self.message: Message | None = None
        self.looked = trio.Event()  # it was asked for at least once
        self.served = trio.Event()


class Post:
    """Carries messages between a box and the instances of one runtime. poll_s: seconds between looks without news."""

    def __init__(self, box: Box, poll_s: float = POLL_SECONDS) -> None:
        self.box = box
        self.poll_s = poll_s
        self._waiters: dict[UUID, _Waiter] = {}
        self._asked_for: set[UUID] = set()
        self._stirred = trio.Event()

    async def send(self, send: Send) -> None:
        """Keep a message, and hand it over if it is waited for here."""
        await self.box.put(send)
        self.stir([send.id])

    async def receive(self, id: UUID, name: str, timeout_s: float = math.inf) -> Message | None:
        """Wait for a message, which is then taken; None if there is none in time."""
        waiter = _Waiter(name)
        deadline = trio.current_time() + timeout_s
        self._waiters[id] = waiter
        self.stir([id])
        try:
            await waiter.looked.wait()  # a timeout of 0 asks, too
            with trio.CancelScope(deadline=deadline):
                await waiter.served.wait()
            if waiter.message is None and timeout_s > 0:  # another host may have sent it since the last look
                waiter.looked = trio.Event()
                self.stir([id])
                await waiter.looked.wait()
        finally:
            del self._waiters[id]
        if waiter.message is not None:
            self.box.take(waiter.message)
        return waiter.message

    def stir(self, ids: Iterable[UUID] | None = None) -> None:
        """There may be something for these, or (None) for anybody."""
        self._asked_for.update(self._waiters if ids is None else ids)
        self._stirred.set()

    async def deliver_for_ever(self) -> None:
        """The task that asks."""
        while True:
            with trio.move_on_after(self.poll_s if self._waiters else math.inf) as pause:
                await self._stirred.wait()
            ids = self._waiters.keys() if pause.cancelled_caught else self._asked_for & self._waiters.keys()
            waiters = {id: self._waiters[id] for id in ids}
            self._asked_for.clear()
            self._stirred = trio.Event()
            if waiters:
                await self._ask_for(waiters)

    async def _ask_for(self, waiters: Mapping[UUID, _Waiter]) -> None:
        names = {id: waiter.name for id, waiter in waiters.items()}
        looks = [waiter.looked for waiter in waiters.values()]  # who asks meanwhile is not answered by this look
        try:
            messages = {message.id: message for message in await self.box.find(names)}
        except JactlError as error:
            _LOGGER.warning("The store could not be asked for messages: %s", error)
            return
        for id, waiter in waiters.items():
            waiter.message = messages.get(id, waiter.message)
            if waiter.message is not None:
                waiter.served.set()
        for looked in looks:
            looked.set()
