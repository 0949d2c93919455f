"""Recovery: instances of a store that no living owner has, or the bytes of a checkpoint -> instances that go on here.

What stands in a store was written elsewhere: by another release, with other keys, or by nobody (a damaged file). So
one that cannot be restored keeps no other from being recovered; it is given back, with its error.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import trio

from ..checkpoint import Snapshot
from ..continuation.current import RunState
from ..errors import CheckpointDecodeError, CheckpointEncodeError, JactlError, StaleInstanceError, StoreError
from ..store.records import Answer, Claim, Claimed, InstanceRecord
from .gates import Gates
from .instance import Instance, Status
from .refusals import FIRST_SECONDS, Refusals
from .script import Script
from .scripts import snapshot_of

if TYPE_CHECKING:
    from .runtime import Runtime

RECOVERIES_MAX = 10  # without a new checkpoint in between; then an instance is parked
LOOKS_APART_SECONDS = 0.05  # at least, between looks for instances that are to wake
CLAIMS_MAX = 200  # of instances that are recovered in one transaction
_LOGGER = logging.getLogger("jactl_trio")
_NOT_HERE = (CheckpointDecodeError, CheckpointEncodeError)


class Recovery:
    """Of one runtime. on_recover: is called with each instance before it goes on."""

    def __init__(self, runtime: Runtime, gates: Gates, on_recover: Callable[[Instance], None] | None) -> None:
        self.refusals = Refusals()
        self._runtime = runtime
        self._gates = gates
        self._on_recover = on_recover
        self._news = trio.Event()

    # From the store

    async def of_all(self, is_left: Callable[[UUID], bool] = lambda id: False) -> list[Instance]:
        """Take over all that are free. is_left: to others."""
        keeper, running = self._runtime.keeper, self._runtime.instances
        if keeper is None:
            await trio.lowlevel.checkpoint()
            return []
        await keeper.call(keeper.store.bury)
        found: list[Instance] = []
        after: UUID | None = None
        while ids := await keeper.call(keeper.store.free, CLAIMS_MAX, after):
            if after is not None and ids[-1] <= after:
                raise StoreError("The store is damaged: its ids do not come in their order")
            after = ids[-1]
            # Not those that run here: after a lease has run out an owner's own instances are free too, and a second
            # claim would hand its token to the run that it has.
            with self._gates.free(id for id in ids if id not in running and not is_left(id)) as mine:
                claims = [Claim(id, recoveries_max=RECOVERIES_MAX) for id in mine]
                answers = await keeper.claim(claims) if claims else []
                found += await self.take_over(*(answer for answer in answers if isinstance(answer, Claimed)))
        return found

    async def for_ever(self, every_s: float) -> None:
        """Look from time to time, on news, and when the first hibernated one is to wake."""
        while True:
            try:
                with trio.move_on_after(min(every_s, await self._wake_in_s())):
                    await self._news.wait()
                self._news = trio.Event()
                await self.of_all(self.refusals.holds)
                self.refusals.forget_old()
            except JactlError as error:
                _LOGGER.warning("Recovery failed: %s", error)
                await trio.sleep(every_s)

    async def _wake_in_s(self) -> float:
        keeper = self._runtime.keeper
        wake_in_s = None if keeper is None else await keeper.call(keeper.store.wake_in_s)
        apart_s = LOOKS_APART_SECONDS if self.refusals.are_none else FIRST_SECONDS  # what is due may be left to others
        return math.inf if wake_in_s is None else max(wake_in_s, apart_s)

    def stir(self) -> None:
        """There may be instances to recover."""
        self._news.set()

    def ended_here(self, instance: Instance, *, got_on: bool) -> None:
        """One that could be restored and then met what this host cannot do for it, open its message or save as much as
        it holds, is left to others for a while too. got_on: by a checkpoint, since it began here."""
        is_refused = instance._status is Status.RELEASED and isinstance(instance._error, _NOT_HERE)
        if got_on or not is_refused:
            self.refusals.forget(instance.id)
        if is_refused:
            self.refusals.add(instance.id)
        elif instance._status is Status.HIBERNATED:
            self.stir()  # its message may have come meanwhile

    # From bytes

    async def of_bytes(self, checkpoint: bytes) -> Instance:
        """Go on from a checkpoint, or a later one that the store has."""
        runtime = self._runtime
        snapshot = await snapshot_of(runtime.context, checkpoint, runtime._script_record)
        id = snapshot.instance_id
        assert id is not None
        await self._gates.enter(id)
        try:
            return runtime.instances.get(id) or await self._admitted(id, snapshot, checkpoint)
        finally:
            self._gates.leave(id)

    async def _admitted(self, id: UUID, snapshot: Snapshot, checkpoint: bytes) -> Instance:
        keeper = self._runtime.keeper
        if keeper is None:
            return self._go_on(snapshot)
        records = self._runtime.context.compiler.records_of(snapshot.unit)
        claim = Claim(id, snapshot.unit.identity, records, snapshot.checkpoint_id, checkpoint)
        answer = (await keeper.claim([claim]))[0]
        if isinstance(answer, InstanceRecord):
            return await self._runtime._known(answer)
        claimed = granted(answer, id)
        if claimed.checkpoint != checkpoint:
            return (await self.take_over(claimed))[0]
        try:
            return self._go_on(snapshot, claimed.wake_in_s)
        except BaseException:  # of the host's own hook: nothing runs, and the claim is given back
            keeper.lose(id)
            raise

    # What has been claimed

    async def take_over(self, *claimed: Claimed) -> list[Instance]:
        """Go on with what has been claimed; if this is cancelled, what is left of it is given back."""
        found: list[Instance] = []
        try:
            for one in claimed:
                found.append(await self._restored(one))
        finally:
            for one in claimed[len(found) :]:
                self._runtime.environment.lose(one.id)  # type: ignore[attr-defined] # nothing is claimed without a keeper
        return found

    async def _restored(self, claimed: Claimed) -> Instance:
        """Restore an instance that has been claimed; one that cannot be is given up again, with its error."""
        runtime, keeper = self._runtime, self._runtime.keeper
        assert keeper is not None
        try:
            if claimed.checkpoint is None:
                raise CheckpointDecodeError(f"The store has lost checkpoint {claimed.checkpoint_id} of {claimed.id}")
            snapshot = await snapshot_of(runtime.context, claimed.checkpoint, runtime._script_record)
            _check_is_of(snapshot, claimed)
            instance = self._go_on(snapshot, claimed.wake_in_s)
        except JactlError as error:  # the bytes, or the script: this context may lack what it needs
            _LOGGER.warning("Instance %s cannot be recovered: %s", claimed.id, error)
            self.refusals.add(claimed.id)
            with suppress(StaleInstanceError):  # another owner has it by now
                await keeper.release(claimed.id, str(error))
            run = RunState(runtime.context, {}, instance_id=claimed.id, checkpoint_id=claimed.checkpoint_id or 0)
            instance = Instance(claimed.id, None, run, is_recovered=True)
            instance._end(Status.RELEASED, error=error)
        return instance

    def _go_on(self, snapshot: Snapshot, wake_in_s: float | None = None) -> Instance:
        runtime = self._runtime
        script = Script(runtime.context, snapshot.unit)
        run = script.new_run(id=snapshot.instance_id)
        assert run.instance_id is not None
        instance = Instance(run.instance_id, script, run, is_recovered=True)
        driver = runtime._driver(instance)
        driver.restore_snapshot(snapshot)
        if self._on_recover is not None:
            self._on_recover(instance)
        if snapshot.value is not None:  # it hibernated
            runtime._run(instance, driver, lambda: driver.wait_again(snapshot.value, wake_in_s))
        else:
            runtime._run(instance, driver, driver.go_on if snapshot.frames else driver.run)
        return instance


def granted(answer: Answer, id: UUID) -> Claimed:
    """The answer to a claim, if it was granted; else its error."""
    if isinstance(answer, JactlError):
        raise answer
    if not isinstance(answer, Claimed):
        raise StoreError(f"The store did not grant instance {id}")
    return answer


def _check_is_of(snapshot: Snapshot, claimed: Claimed) -> None:
    """Bytes under another instance's id would run that one twice, under the wrong fence."""
    found, expected = (snapshot.instance_id, snapshot.checkpoint_id), (claimed.id, claimed.checkpoint_id)
    if found != expected:
        raise CheckpointDecodeError(
            f"The store has checkpoint {found[1]} of {found[0]} as checkpoint {expected[1]} of {expected[0]}"
        )
