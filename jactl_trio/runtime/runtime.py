"""Runtime: instances as tasks of one nursery; started, recovered, and saved through an Environment."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from types import NoneType
from typing import Any
from uuid import UUID

import trio

from ..checkpoint import BodyTooLong
from ..continuation.current import Input, Output, RunState
from ..errors import (
    CheckpointError,
    JactlError,
    LimitError,
    StaleInstanceError,
    StoreError,
    UnknownInstanceError,
    UsageError,
)
from ..store.records import (
    CANCELLED,
    FAILED,
    FINISHED,
    KEY_BYTES_MAX,
    PARKED,
    Cancel,
    Claim,
    Delete,
    InstanceRecord,
    Retry,
    ScriptRecord,
    Send,
    is_key,
)
from ..values.convert import to_host
from ..wanted import wanted, wanted_flag, wanted_id
from .context import Context
from .driver import Driver
from .environment import Environment
from .gates import Gates
from .instance import Instance, Status
from .letters import encoded_message
from .outcomes import value_of
from .post import MemoryBox, Post
from .recovery import RECOVERIES_MAX, Recovery, granted
from .script import Script
from .scripts import unit_of
from .store_environment import StoreEnvironment
from .task import InstanceTask

_TASK_NAME = "jactl_trio instance"
_LOGGER = logging.getLogger("jactl_trio")


class Runtime:
    """Starts and recovers instances; open_runtime makes it."""

    def __init__(
        self,
        context: Context,
        environment: Environment,
        nursery: trio.Nursery,
        on_recover: Callable[[Instance], None] | None = None,
        hibernate_after_s: float = math.inf,
    ) -> None:
        self.context = context
        self.environment = environment
        self.instances: dict[UUID, Instance] = {}  # that run here
        self.post = Post(MemoryBox(self.instances) if self.keeper is None else self.keeper.box)
        if self.keeper is not None:
            self.keeper.on_taken = self._take_away
        self._hibernate_after_s = hibernate_after_s
        self._nursery = nursery
        self._gates = Gates()
        self._recovery = Recovery(self, self._gates, on_recover)

    @property
    def keeper(self) -> StoreEnvironment | None:
        """The Environment, where it is one over a store."""
        return self.environment if isinstance(self.environment, StoreEnvironment) else None

    # Starting

    async def start(
        self,
        script: Script,
        globals: dict[str, Any] | None = None,
        *,
        id: UUID | None = None,
        durable: bool = False,
        keep_outcome: bool | None = None,
        input: Input | None = None,
        output: Output | None = None,
        invocation_context: Any = None,
    ) -> Instance:
        """Start an instance of a script.

            instance = await runtime.start(script, {"order": {...}}, id=order_id)

        id: starting with an id that exists gives that instance: the one that runs here, the ended one with its outcome,
        or the one that waits to be recovered, which then goes on. The script and the globals that are given then are
        not looked at: it goes on with those that it began with.  durable: the initial state is saved, as checkpoint
        0, before this returns.  keep_outcome: the store keeps the result (default: where an id is given).
        Raises StoreError, StaleInstanceError where the instance runs at another owner, UsageError for a script of
        another context; where it is durable, LimitError for globals of more than the Context's checkpoint_bytes_max,
        CheckpointEncodeError for some that cannot be saved.
        """
        if wanted("script", script, Script, "what Context.compile gives").context is not self.context:
            raise UsageError("The script was compiled by another Context than the runtime's")
        wanted_flag("durable", durable)
        wanted("keep_outcome", keep_outcome, (bool, NoneType), "True or False")
        if id is not None:
            wanted_id(id)
        run = script.new_run(globals, input, output, invocation_context, id)
        assert run.instance_id is not None
        instance = Instance(run.instance_id, script, run)
        if id is None:
            await self._admit_new(instance, durable, bool(keep_outcome))
            return instance
        await self._gates.enter(id)
        try:
            running = self.instances.get(id)
            if running is not None:
                await trio.lowlevel.checkpoint()
                return running
            return await self._admit(instance, durable, keep_outcome is not False)
        finally:
            self._gates.leave(id)

    async def _admit_new(self, instance: Instance, durable: bool, keeps_outcome: bool) -> None:
        """An instance whose id nobody else can know."""
        keeper = self.keeper
        if keeper is None:
            await trio.lowlevel.checkpoint()
        elif durable or keeps_outcome:
            granted((await keeper.claim([self._claim_of(instance, durable, keeps_outcome)]))[0], instance.id)
        else:
            keeper.claim_with_first_save(self._claim_of(instance, durable, keeps_outcome))
            await trio.lowlevel.checkpoint()
        self._run_from_start(instance)

    async def _admit(self, instance: Instance, durable: bool, keeps_outcome: bool) -> Instance:
        keeper = self.keeper
        if keeper is None:
            await trio.lowlevel.checkpoint()
            self._run_from_start(instance)
            return instance
        answer = (await keeper.claim([self._claim_of(instance, durable, keeps_outcome)]))[0]
        if isinstance(answer, InstanceRecord):
            return await self._known(answer)
        claimed = granted(answer, instance.id)
        if claimed.recoveries == 0:
            self._run_from_start(instance)
            return instance
        return (await self._recovery.take_over(claimed))[0]

    def _claim_of(self, instance: Instance, durable: bool, keeps_outcome: bool) -> Claim:
        assert instance.script is not None
        unit = instance.script.unit
        checkpoint = self._initial(instance) if durable else None
        return Claim(
            instance.id,
            unit.identity,
            self.context.compiler.records_of(unit),
            0 if durable else None,
            checkpoint,
            keeps_outcome,
            RECOVERIES_MAX,
        )

    def _initial(self, instance: Instance) -> bytes:
        """Checkpoint 0: the globals."""
        try:
            return self._driver(instance).encoded(0)
        except BodyTooLong as error:
            raise LimitError(f"The globals that the script starts with have {error.size}") from error

    async def _known(self, record: InstanceRecord) -> Instance:
        """The handle of an instance that does not run here and cannot be claimed."""
        if record.state not in _ENDS:
            raise StaleInstanceError(f"Instance {record.id} runs at another owner")
        run = RunState(self.context, {}, instance_id=record.id, checkpoint_id=record.checkpoint_id or 0)
        instance = Instance(record.id, None, run)
        try:
            value = await self._kept_outcome(record)
        except JactlError as error:
            instance._end(_ENDS[record.state], error=error)
        else:
            instance._end(Status.FINISHED, to_host(value))
        return instance

    async def _kept_outcome(self, record: InstanceRecord) -> Any:
        if record.state == PARKED:
            raise CheckpointError(f"Instance {record.id} is parked: {record.error}")
        if record.outcome is not None:
            await unit_of(self.context, record.script, self._script_record)
        unit = self.context.compiler.unit(record.script)
        return value_of(self.context, record, lambda reference: unit)

    # Recovering

    async def recover(self) -> list[Instance]:
        """Take over every instance that no living owner has, and go on from its last checkpoint.

        One that cannot be restored is among those given, ended: its result() raises why. It stays in the store, and
        is parked after RECOVERIES_MAX attempts. Raises StoreError.
        """
        return await self._recovery.of_all()

    async def recover_for_ever(self, every_s: float) -> None:
        """Look for instances to recover from time to time, on news, and when the first hibernated one is to wake.

        One that cannot be restored here is left to others for a while, for longer after each attempt.
        """
        await self._recovery.for_ever(every_s)

    async def recover_checkpoint(self, checkpoint: bytes) -> Instance:
        """Go on from the bytes of a checkpoint.

        A script that the context does not know comes from the store. Where the store has a later checkpoint of the
        instance, that counts; one that has ended does not run again. Raises CheckpointDecodeError,
        UnknownScriptError, StoreError, and StaleInstanceError where the instance runs at another owner.
        """
        return await self._recovery.of_bytes(wanted("checkpoint", checkpoint, bytes, "bytes"))

    def stir(self) -> None:
        """There may be messages, or instances to recover."""
        self.post.stir()
        self._recovery.stir()

    # Any instance, by id

    async def send(self, id: UUID, name: str, value: Any = None, *, key: str | None = None) -> None:
        """Send a message to an instance, wherever it is: its script gets `value` from receive(name).

            await runtime.send(order_id, "approved", {"by": "Ann"})

        Messages of one name are received in the order in which they were sent. When this returns the message is as
        safe as checkpoints are; it is received once, by a run that goes on: what the script did after its last
        checkpoint before a crash it does again, with the same message. Without a store only instances that run here
        can be sent messages, and these last as long as the instance.
        key: an idempotency key of the sender's; a second message with it for this instance changes nothing. It has at
        most 1,000 bytes.
        Raises UnknownInstanceError where there is no such instance or it has ended, UsageError for a value that scripts
        cannot hold, StoreError where it is set aside by export_instance, and where the store fails (where a key was
        given, sending again is safe).
        """
        wanted("name", name, str, "a str")
        wanted("key", key, (str, NoneType), "a str")
        if not is_key(key):
            raise UsageError(f"The key of message {name!r} has more than {KEY_BYTES_MAX} bytes")
        await self.post.send(Send(wanted_id(id), name, encoded_message(self.context, id, name, value), key))
        if id not in self.instances:
            self._recovery.stir()  # it may hibernate

    async def cancel(self, id: UUID) -> None:
        """End an instance for good, wherever it is: here, at another owner, between two, in the store.

        When this returns it is recorded, and nobody goes on with it; one that runs at another owner is refused its next
        write, and stopped there within a third of the lease. One that runs here may come to its end first.
        Raises UnknownInstanceError, StoreError where it has ended, or the store could not be told: ask again.
        """
        await self._gates.enter(wanted_id(id))
        try:
            running = self.instances.get(id)
            if running is not None:
                await running.cancel()
            if running is None or running._status not in _ENDED:
                await self._change(Cancel(id))
        finally:
            self._gates.leave(id)

    async def retry(self, id: UUID) -> None:
        """Let a parked instance be recovered again. UnknownInstanceError, StoreError where it is not parked."""
        await self._change(Retry(wanted_id(id)))
        self._recovery.refusals.forget(id)
        self._recovery.stir()

    async def delete(self, id: UUID) -> None:
        """Forget an instance that does not run: its checkpoint, its outcome, its messages. UnknownInstanceError,
        StoreError where it runs."""
        await self._gates.enter(wanted_id(id))
        try:
            if id in self.instances:  # also where the store does not know it yet, or takes this owner for dead
                await trio.lowlevel.checkpoint()
                raise StoreError(f"Instance {id} runs here")
            if self.keeper is not None:
                await self.keeper.call(self.keeper.store.bury)
            await self._change(Delete(id))
        finally:
            self._gates.leave(id)

    async def _change(self, operation: Cancel | Retry | Delete) -> None:
        keeper = self.keeper
        if keeper is None:
            await trio.lowlevel.checkpoint()
            raise UnknownInstanceError(f"There is no instance {operation.id}")
        await keeper.change(operation)

    def _take_away(self, id: UUID) -> None:
        instance = self.instances.get(id)
        if instance is not None:
            instance._take_away()

    async def _script_record(self, identity: str) -> ScriptRecord | None:
        keeper = self.keeper
        return None if keeper is None else await keeper.call(keeper.store.script, identity)

    # Running

    def _driver(self, instance: Instance) -> Driver:
        assert instance.script is not None
        unit = instance.script.unit
        return Driver(unit, instance._run, self.environment, instance._saving, self.post, self._hibernate_after_s)

    def _run_from_start(self, instance: Instance) -> None:
        driver = self._driver(instance)
        self._run(instance, driver, driver.run)

    def _run(self, instance: Instance, driver: Driver, begin: Callable[[], Awaitable[Any]]) -> None:
        self.instances[instance.id] = instance
        task = InstanceTask(instance, driver, self.environment)
        self._nursery.start_soon(self._advance, task, begin, name=_TASK_NAME)

    async def _advance(self, task: InstanceTask, begin: Callable[[], Awaitable[Any]]) -> None:
        began_at = task.instance.checkpoint_id
        try:
            await task.run(begin)
        finally:
            self.instances.pop(task.instance.id, None)
            self.post.box.forget(task.instance.id)
            self._recovery.ended_here(task.instance, got_on=task.instance.checkpoint_id > began_at)

    def shutdown(self) -> None:
        """Release every instance and leave the `async with` block of open_runtime, from wherever it waits."""
        self._nursery.cancel_scope.cancel()


_ENDED = (Status.FINISHED, Status.FAILED, Status.CANCELLED)
_ENDS = {
    FINISHED: Status.FINISHED,
    FAILED: Status.FAILED,
    CANCELLED: Status.CANCELLED,
    PARKED: Status.PARKED,
}
