"""Runtime: instances as tasks of one nursery, saved and recovered through an Environment."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import trio

from ..checkpoint.snapshot import Snapshot, UnitReference
from ..continuation.current import Input, Output, RunState
from ..continuation.unit import Unit
from ..errors import (
    CheckpointDecodeError,
    CheckpointError,
    InstanceCancelledError,
    JactlError,
    StaleInstanceError,
    StoreError,
    UnknownScriptError,
    UsageError,
)
from ..store import CheckpointStore, InstanceRecord, open_store
from ..store.interface import CANCELLED, DONE, FAILED, PARKED, Claim, ScriptRecord
from . import instance as states
from .context import Context
from .environment import Environment
from .instance import Instance
from .outcomes import decoded_outcome, encoded_outcome
from .script import Script
from .snapshots import decoded, encoded
from .store_environment import LEASE_SECONDS, StoreEnvironment
from .task import InstanceTask

RECOVERIES_MAX = 5  # without a new checkpoint in between; then an instance is parked
KEEP_OUTCOMES_SECONDS = 24 * 3600.0


@dataclass(slots=True)
class Attachment:
    """What a recovered instance cannot bring along: its streams and context, given by the host."""

    input: Input | None = None
    output: Output | None = None
    invocation_context: Any = None


@asynccontextmanager
async def open_runtime(
    context: Context,
    store: str | CheckpointStore | None = None,
    *,
    environment: Environment | None = None,
    attach: Callable[[UUID], Attachment] | None = None,
    recover_every: float | None = None,
    lease_s: float = LEASE_SECONDS,
    keep_outcomes_s: float = KEEP_OUTCOMES_SECONDS,
    key: bytes | None = None,
) -> AsyncIterator[Runtime]:
    """A runtime for one block: leaving it waits for the instances; an exception or cancellation releases them.

        async with open_runtime(context, store="sqlite:payments.db") as runtime: ...

    store: a URL or a CheckpointStore; or environment: your own Environment; neither: nothing is kept.
    attach: gives streams and context to an instance that is recovered.  recover_every: seconds between looks for
    instances of other owners that are gone.  key: makes checkpoints authentic (keyed BLAKE2b).
    Raises StoreError where the store cannot be opened, UsageError for both a store and an environment.
    """
    if store is not None and environment is not None:
        raise UsageError("Give a store or an environment, not both")
    if store is not None:
        opened = open_store(store) if isinstance(store, str) else store
        await trio.to_thread.run_sync(opened.open)
        environment = StoreEnvironment(opened, lease_s=lease_s)
    if environment is None:
        environment = Environment()
    try:
        async with trio.open_nursery() as services:
            if isinstance(environment, StoreEnvironment):
                services.start_soon(_sheltered, environment.write_for_ever)
                services.start_soon(environment.renew_for_ever)
            try:
                async with trio.open_nursery() as nursery:
                    runtime = Runtime(context, environment, nursery, attach, keep_outcomes_s, key)
                    if recover_every is not None:
                        services.start_soon(runtime._recover_for_ever, recover_every)
                    yield runtime
            finally:
                services.cancel_scope.cancel()
                _end_shelter(environment)
    finally:
        if isinstance(environment, StoreEnvironment) and store is not None:
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(environment.store.close)


async def _sheltered(write_for_ever: Callable[[], Any]) -> None:
    """The writer outlives a cancellation from outside: instances that are released still need it."""
    with trio.CancelScope(shield=True):
        await write_for_ever()


def _end_shelter(environment: Environment) -> None:
    if isinstance(environment, StoreEnvironment):
        environment.close_writer()


class Runtime:
    """Starts and recovers instances; made by open_runtime."""

    def __init__(
        self,
        context: Context,
        environment: Environment,
        nursery: trio.Nursery,
        attach: Callable[[UUID], Attachment] | None,
        keep_outcomes_s: float,
        key: bytes | None,
    ) -> None:
        self.context = context
        self.environment = environment
        self.instances: dict[UUID, Instance] = {}  # that run here
        self.key = key
        self._keep_outcomes_s = keep_outcomes_s
        self._nursery = nursery
        self._attach = attach

    @property
    def store_environment(self) -> StoreEnvironment | None:
        return self.environment if isinstance(self.environment, StoreEnvironment) else None

    # Starting

    async def start(
        self,
        script: Script,
        globals: dict[str, Any] | None = None,
        *,
        id: UUID | None = None,
        durable: bool = False,
        input: Input | None = None,
        output: Output | None = None,
        invocation_context: Any = None,
    ) -> Instance:
        """Start an instance of a script.

        id: starting with an id that exists returns that instance (running here, or ended with its kept outcome).
        durable: save the initial state as checkpoint 0 before the first line runs.  Raises StoreError, and
        StaleInstanceError where the instance runs at another owner.
        """
        if id is not None and id in self.instances:
            return self.instances[id]
        instance_id = uuid.uuid4() if id is None else id
        run = script.new_run(globals, input, output, invocation_context)
        run.instance_id = instance_id
        keeper = self.store_environment
        if keeper is not None:
            admitted = await keeper.create(instance_id, script_record(script.unit))
            if isinstance(admitted, InstanceRecord):
                return await self._existing(admitted)
        instance = Instance(instance_id, script, run)
        task = InstanceTask(self, instance, script.unit, run)
        if durable:
            data = encoded(self.context, script.unit, run, [], instance_id=instance_id, checkpoint_id=0, key=self.key)
            await task.hand_over(0, data, 0)
        self._run(instance, task.run_from_start)
        return instance

    def _run(self, instance: Instance, run: Callable[[], Any]) -> None:
        self.instances[instance.id] = instance
        self._nursery.start_soon(run)

    async def _existing(self, record: InstanceRecord) -> Instance:
        """The instance of a start with an id that is known: taken over if it is free, else its outcome."""
        keeper = self.store_environment
        assert keeper is not None
        if record.id in self.instances:
            return self.instances[record.id]
        if record.state == states.RUNNING:
            claims = await keeper.claim(1, record.id)
            if not claims:
                raise StaleInstanceError(f"Instance {record.id} runs at another owner")
            return await self._take_over(claims[0])
        instance = Instance(record.id, None, RunState(context=self.context, instance_id=record.id))
        if record.state == DONE:
            instance._end(states.DONE, decoded_outcome(self.context, record, self.key))
        elif record.state == CANCELLED:
            instance._end(states.CANCELLED, error=InstanceCancelledError(f"Instance {record.id} was cancelled"))
        elif record.state == PARKED:
            instance._end(states.PARKED, error=CheckpointError(f"Instance {record.id} is parked: {record.error}"))
        else:
            instance._end(states.FAILED, error=JactlError(record.error or "The script failed"))
        return instance

    # Recovering

    async def recover(self) -> list[Instance]:
        """Take over every instance whose owner is gone; the instances, which go on in this runtime.

        One that cannot be restored is released with its error, and parked after RECOVERIES_MAX attempts.
        """
        keeper = self.store_environment
        if keeper is None:
            return []
        await trio.to_thread.run_sync(keeper.store.purge, self._keep_outcomes_s)
        claims = await keeper.claim()
        return [await self._take_over(claim) for claim in claims]

    async def _recover_for_ever(self, every_s: float) -> None:
        while True:
            await trio.sleep(every_s)
            try:
                await self.recover()
            except StoreError:
                continue  # the next look

    async def _take_over(self, claim: Claim) -> Instance:
        keeper = self.store_environment
        assert keeper is not None and claim.checkpoint is not None
        if claim.attempts > RECOVERIES_MAX:
            error = CheckpointError(f"Instance {claim.id} failed {RECOVERIES_MAX} recoveries")
            return await self._set_aside(claim, error, park=True)
        try:
            find_unit = await self._unit_finder(claim.script)
            return self._restored(decoded(self.context, claim.checkpoint, find_unit, self.key), claim.id)
        except CheckpointError as error:
            return await self._set_aside(claim, error, park=isinstance(error, CheckpointDecodeError))

    async def _set_aside(self, claim: Claim, error: CheckpointError, park: bool) -> Instance:
        keeper = self.store_environment
        assert keeper is not None
        await keeper.release(claim.id, str(error), park)
        run = RunState(context=self.context, instance_id=claim.id, checkpoint_id=claim.checkpoint_id or 0)
        instance = Instance(claim.id, None, run, is_recovered=True)
        instance._end(states.PARKED if park else states.RELEASED, error=error)
        return instance

    async def recover_checkpoint(self, checkpoint: bytes) -> Instance:
        """Go on from checkpoint bytes alone.

        A script that the context does not know comes from the store.  Raises CheckpointDecodeError,
        UnknownScriptError.
        """
        from ..checkpoint.envelope import read_envelope

        find_unit = await self._unit_finder(read_envelope(checkpoint).identity)
        snapshot = decoded(self.context, checkpoint, find_unit, self.key)
        if snapshot.instance_id is None:
            raise CheckpointDecodeError("The checkpoint belongs to no instance")
        keeper = self.store_environment
        if keeper is not None:
            claims = await keeper.claim(1, snapshot.instance_id)
            if not claims:
                raise StaleInstanceError(f"Instance {snapshot.instance_id} has another owner, or has ended")
        return self._restored(snapshot, snapshot.instance_id)

    def _restored(self, snapshot: Snapshot, id: UUID) -> Instance:
        attachment = self._attach(id) if self._attach is not None else Attachment()
        script = Script(self.context, snapshot.unit)
        run = script.new_run({}, attachment.input, attachment.output, attachment.invocation_context)
        run.globals = snapshot.globals
        run.instance_id = id
        run.checkpoint_id = snapshot.checkpoint_id
        run.call_ordinal = snapshot.call_ordinal
        run.loop_count = snapshot.loop_count
        run.run_seconds = snapshot.run_seconds
        run.evaluated = snapshot.evaluated
        instance = Instance(id, script, run, is_recovered=True)
        task = InstanceTask(self, instance, snapshot.unit, run, snapshot.frames)
        self._run(instance, task.run_from_checkpoint)
        return instance

    async def _unit_finder(self, identity: str) -> Callable[[UnitReference], Unit | None]:
        """Finds units for a checkpoint: those of the context, and the script with what it uses from the store."""
        keeper = self.store_environment
        if keeper is not None and self.context.known_unit(identity) is None:
            await self._compile_from_store(keeper, identity)
        return self.context.unit_for

    async def _compile_from_store(self, keeper: StoreEnvironment, identity: str) -> None:
        record = await trio.to_thread.run_sync(keeper.store.script, identity)
        if record is None:
            raise UnknownScriptError(f"The script {identity} is neither known here nor kept in the store")
        for used in record.uses:
            if self.context.known_unit(used) is None:
                await self._compile_from_store(keeper, used)
        if record.is_class:
            self.context.compile_class(record.source, name=record.name, package=record.package)
        else:
            self.context.compile_known(record.source, name=record.name, package=record.package, identity=identity)

    # Ends

    async def _finished(self, instance: Instance, unit: Unit, value: Any) -> None:
        keeper = self.store_environment
        if keeper is not None:
            outcome, text = encoded_outcome(self.context, unit, instance, value, self.key)
            await keeper.finish(instance.id, DONE, outcome, text, self._keep_outcomes_s > 0)

    async def _failed(self, instance: Instance, error: Exception) -> None:
        keeper = self.store_environment
        if keeper is not None:
            await keeper.finish(instance.id, FAILED, None, str(error), self._keep_outcomes_s > 0)

    async def _cancelled(self, instance: Instance) -> None:
        keeper = self.store_environment
        if keeper is not None:
            with trio.CancelScope(shield=True):
                await keeper.finish(instance.id, CANCELLED, None, None, True)

    async def _released(self, instance: Instance, error: Exception | None = None) -> None:
        keeper = self.store_environment
        if keeper is not None:
            await keeper.release(instance.id, None if error is None else str(error))

    def statistics(self) -> dict[str, Any]:
        """Counts of now: instances that run here, and what the store's writer has done."""
        found: dict[str, Any] = {"instances": len(self.instances)}
        keeper = self.store_environment
        if keeper is not None:
            found.update(transactions=keeper.transactions, operations=keeper.operations, owner=keeper.owner)
        return found


def script_record(unit: Unit) -> ScriptRecord:
    """What a store keeps of a script, so that another host needs no copy of it."""
    is_class = unit.info.main is None
    return ScriptRecord(
        unit.identity, unit.name, unit.package, unit.source, is_class, tuple(used.identity for used in unit.used)
    )
