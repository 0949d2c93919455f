"""Where a trial keeps checkpoints: an Environment that remembers the last one, or a StoreEnvironment over any store.

Both have faults. Stores are called in the Trio thread, so that the same schedule always gives the same run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import trio

from ..errors import StoreError
from ..runtime.environment import Environment
from ..runtime.instance import Instance
from ..runtime.opening import open_runtime
from ..runtime.runtime import Runtime
from ..runtime.store_box import StoreBox
from ..runtime.store_environment import StoreEnvironment
from ..store.interface import CheckpointStore
from ..store.processes import leave
from ..store.records import ENDED, Answer, Finish, Hibernate, Message, Save
from .history import Deleted, Rested, SaveAnswered, SaveAsked, Saved
from .hosts import DELAY_SECONDS, Crash, Host
from .schedule import Action, Point
from .scripted_post import ScriptedBox, send_all
from .subjects import INSTANCE, Subject

T = TypeVar("T")
_POINTS = {Save: Point.SAVE, Finish: Point.END, Hibernate: Point.REST}  # of what is written
_SLOW = (Action.DELAY, Action.RELEASE, Action.CANCEL, Action.SHUTDOWN)  # the last three come while it is being written
LEASE_SECONDS = 1e10  # hosts die when the schedule says so; scripts may sleep for years


class EnvironmentHome:
    """The specification's two hooks, and nothing that fences hosts off from one another."""

    can_fence = False
    is_resting = False

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.id = INSTANCE
        self.kept: dict[UUID, tuple[int, bytes, dict[str, int]]] = {}  # with the messages received by then
        self.ended_by: int | None = None

    def environment(self, host: Host) -> Environment:
        return _RememberingEnvironment(self, host)

    def durable_id(self) -> int | None:
        return self.kept[self.id][0] if self.id in self.kept else None

    async def admit(self, runtime: Runtime, host: Host) -> Instance:
        action = host.pass_point(Point.SEND) if self.subject.messages else None
        kept = self.kept.get(self.id)
        taken = {} if kept is None else kept[2]
        box = ScriptedBox(runtime.context, self.subject.messages, taken, host.received)
        host.environment.box = runtime.post.box = box
        runtime.post.poll_s = math.inf
        if action is Action.CRASH:
            host.crash()
        box.are_there = action is not Action.DELAY
        instance = await self._admitted(runtime, host)
        if action is Action.CRASH_AFTER:
            host.crash()
        if action is Action.DELAY:
            await trio.sleep(DELAY_SECONDS)
            box.are_there = True
            runtime.post.stir()
        return instance

    async def _admitted(self, runtime: Runtime, host: Host) -> Instance:
        kept = self.kept.get(self.id)
        if kept is not None:
            return await runtime.recover_checkpoint(kept[1])
        script = self.subject.script(runtime.context)
        instance = await runtime.start(script, self.subject.given(), id=self.id, output=host)
        host.adopt(instance)
        return instance

    def lose(self, host: Host) -> None:
        raise NotImplementedError("an Environment knows no owners")

    def leftover(self) -> str:
        return f"checkpoint {self.durable_id()} was not deleted" if self.kept else ""


class _RememberingEnvironment(Environment):
    def __init__(self, home: EnvironmentHome, host: Host) -> None:
        self.home = home
        self.host = host
        self.box: ScriptedBox

    def save_checkpoint(
        self, id: UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        host, letters = self.host, dict(self.box.taken)
        host.tell(SaveAsked(host.run, checkpoint_id))
        action = host.pass_point(Point.SAVE)

        def save() -> None:
            self.home.kept[id] = (checkpoint_id, checkpoint, letters)
            host.tell(Saved(host.run, checkpoint_id))

        def answer(error: Exception | None = None) -> None:
            host.tell(SaveAnswered(host.run, checkpoint_id, None if error is None else str(error)))
            resumer(result if error is None else error)

        async def save_later() -> None:
            await trio.sleep(DELAY_SECONDS)
            if not host.is_dead:
                save()
                answer()

        if action is Action.CRASH:
            host.crash()
        if action in _SLOW:
            host.trial.hosts.start_soon(save_later)
            return
        if action is not Action.FAILS:
            save()
        if action is Action.CRASH_AFTER:
            host.crash()
        answer(OSError("the disk is full") if action in (Action.FAILS, Action.FAILS_AFTER) else None)

    def delete_checkpoint(self, id: UUID, checkpoint_id: int) -> None:
        host = self.host
        action = host.pass_point(Point.END)
        if action is Action.CRASH:
            host.crash()
        host.tell(Deleted(host.run, checkpoint_id))
        self.home.kept.pop(id, None)
        self.home.ended_by = host.run
        if action is Action.CRASH_AFTER:
            host.crash()
        if action in (Action.FAILS, Action.FAILS_AFTER):
            raise OSError("the disk is gone")


class StoreHome:
    """A store, which has to hold no instances of others: recover() takes over all that it finds."""

    can_fence = True

    def __init__(self, subject: Subject, store: CheckpointStore) -> None:
        self.subject = subject
        self.store = store
        self.id = INSTANCE
        self.ended_by: int | None = None
        self.is_resting = False

    def environment(self, host: Host) -> Environment:
        return _FaultyStoreEnvironment(self, host)

    def durable_id(self) -> int | None:
        saved = self.store.checkpoint(self.id)
        return None if saved is None else saved[0]

    async def admit(self, runtime: Runtime, host: Host) -> Instance:
        """As a host does when it comes up: it recovers what is there, and starts what is not.

        Every third one does not look first: a start with an id that is there recovers it, too.
        """
        runtime.post.poll_s = math.inf
        instance = await self._admitted(runtime, host)
        if self.subject.messages:
            await self._send(runtime, host)
        return instance

    async def _send(self, runtime: Runtime, host: Host) -> None:
        """Each host sends all messages, under keys; what it takes another one to send it hears of, as of news."""
        action = host.pass_point(Point.SEND)
        if action is Action.CRASH:
            host.crash()
        if action in (Action.DELAY, Action.ELSEWHERE):
            await trio.sleep(DELAY_SECONDS)
        if action is Action.ELSEWHERE:
            async with open_runtime(runtime.context, environment=InLineEnvironment(self.store)) as other:
                await send_all(other, self.subject, self.id)
            runtime.stir()
            await trio.sleep(DELAY_SECONDS)
        else:
            await send_all(runtime, self.subject, self.id)
        if action is Action.CRASH_AFTER:
            host.crash()

    async def _admitted(self, runtime: Runtime, host: Host) -> Instance:
        if host.run % 3:
            for instance in await runtime.recover():
                if instance.id == self.id:
                    return instance
        script = self.subject.script(runtime.context)
        instance = await runtime.start(script, self.subject.given(), id=self.id, output=host)
        if instance.script is not None and not instance.is_recovered:
            host.adopt(instance)
        return instance

    def lose(self, host: Host) -> None:
        """The host is dead, as far as the store knows; if it lives, it will find out."""
        self.store.forget(host.environment.owner.id)
        if not host.is_dead:
            host.trial.hosts.start_soon(host.environment.find_out)

    def leftover(self) -> str:
        record = self.store.instance(self.id)
        if self.id in self.store.free():
            return "it could be recovered after its end"
        if record is not None and record.state not in ENDED:
            return f"the store has it as {record.state} after its end"
        return "" if self.store.checkpoint(self.id) is None else "its checkpoint was not deleted"


class InLineEnvironment(StoreEnvironment):
    """Calls its store in the Trio thread."""

    def __init__(self, store: CheckpointStore) -> None:
        super().__init__(store, lease_s=LEASE_SECONDS)

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        await trio.lowlevel.checkpoint()
        return method(*arguments)


class _TellingBox(StoreBox):
    """on_taken: told of each message that is received."""

    on_taken: Callable[[Message], None]

    def take(self, message: Message) -> None:
        super().take(message)
        self.on_taken(message)


class _FaultyStoreEnvironment(InLineEnvironment):
    def __init__(self, home: StoreHome, host: Host) -> None:
        super().__init__(home.store)
        self.home = home
        self.host = host
        self.box = _TellingBox(home.store, self.call, self._put, self._tokens)
        self.box.on_taken = host.received

    # The hooks, as the script's side sees them

    def save_checkpoint(
        self, id: UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        host = self.host

        def answered(answer: Any) -> None:
            error = str(answer) if isinstance(answer, BaseException) else None
            host.tell(SaveAnswered(host.run, checkpoint_id, error))
            resumer(answer)

        host.tell(SaveAsked(host.run, checkpoint_id))
        super().save_checkpoint(id, checkpoint_id, checkpoint, source, offset, result, answered)

    def delete_checkpoint(self, id: UUID, checkpoint_id: int) -> None:
        self.host.tell(Deleted(self.host.run, checkpoint_id))
        super().delete_checkpoint(id, checkpoint_id)

    # The store

    async def call(self, method: Callable[..., T], *arguments: Any) -> T:
        await trio.lowlevel.checkpoint()
        if self.host.is_dead:
            raise Crash
        if method == self.store.write:
            return await self._written(*arguments)  # type: ignore[return-value] # its answers are T here
        return method(*arguments)

    async def _written(self, owner: UUID, operations: list[Any]) -> list[Answer]:
        host, kinds = self.host, {type(operation) for operation in operations}
        point = next((_POINTS[kind] for kind in _POINTS if kind in kinds), None)
        action = None if point is None else host.pass_point(point)
        if action is Action.CRASH:
            host.crash()
        if action in _SLOW:
            await trio.sleep(DELAY_SECONDS)
        if action is Action.FAILS:
            raise StoreError("the disk is full")
        answers = self.store.write(owner, operations)
        for operation, answer in zip(operations, answers, strict=True):
            if answer is None:
                self._done(operation)
        if action is Action.CRASH_AFTER:
            host.crash()
        if action is Action.FAILS_AFTER:
            raise StoreError("the connection was lost")
        return answers

    async def find_out(self) -> None:
        """Renew the lease, as a real host does at its times, until what this one has lost runs here no more."""
        pause_s = DELAY_SECONDS
        with suppress(Crash):
            while self._tokens and not self.host.is_dead:
                await trio.sleep(pause_s)
                await self._look_for_taken()
                pause_s *= 2  # scripts may sleep for years

    def _done(self, operation: Any) -> None:
        if isinstance(operation, Save):
            self.home.is_resting = False
            self.host.tell(Saved(self.host.run, operation.checkpoint_id))
        elif isinstance(operation, Hibernate):
            self.home.is_resting = True
            self.host.awaited = None
            self.host.tell(Rested(self.host.run))
        elif isinstance(operation, Finish):
            self.home.ended_by = self.host.run

    async def close(self) -> None:
        if self.host.is_dead:
            leave(self.owner)
        else:
            await super().close()
