"""InstanceTask: runs one instance in a task of the runtime's nursery, from its start or from a checkpoint, to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import trio

from ..continuation.current import RunState
from ..continuation.frames import Frame
from ..continuation.machine import Machine, Step
from ..continuation.unit import Unit
from ..errors import (
    CheckpointEncodeError,
    CheckpointSaveError,
    InstanceCancelledError,
    JactlError,
    Location,
    StaleInstanceError,
)
from ..values.convert import to_host
from . import instance as states
from .driver import Driver
from .environment import Resumer
from .instance import Instance
from .snapshots import encoded

if TYPE_CHECKING:
    from .runtime import Runtime


class InstanceTask(Driver):
    """Drives the machine of one instance and hands its checkpoints to the Environment."""

    def __init__(
        self, runtime: Runtime, instance: Instance, unit: Unit, run: RunState, frames: list[Frame] | None = None
    ) -> None:
        machine = Machine(run) if frames is None else Machine.restored(run, frames)
        super().__init__(runtime.context, unit, machine)
        self.runtime = runtime
        self.instance = instance

    async def run_from_start(self) -> None:
        await self._run(lambda: self.machine.start(self.unit.main, self.machine.run.globals))  # type: ignore[arg-type]

    async def run_from_checkpoint(self) -> None:
        if self.machine.frames:
            await self._run(lambda: self.machine.resume(False))
        else:
            await self.run_from_start()  # checkpoint 0: the script has not begun

    async def _run(self, begin: Any) -> None:
        instance = self.instance
        try:
            with instance._scope:
                await trio.lowlevel.checkpoint()
                value = await self.drive(begin())
                with trio.CancelScope(shield=True):
                    await self._end_well(value)
                return
            await self._end_cancelled()
        except trio.Cancelled:
            await self.runtime._released(instance)
            instance._end(states.RELEASED, error=InstanceCancelledError(f"Instance {instance.id} was released"))
            raise
        except StaleInstanceError as error:
            self._forget()
            instance._end(states.STALE, error=error)
        except (CheckpointSaveError, CheckpointEncodeError) as error:
            await self.runtime._released(instance, error)
            instance._end(states.RELEASED, error=error)
        except Exception as error:
            await self._end_badly(error)
        finally:
            self.runtime.instances.pop(instance.id, None)

    # Ends

    async def _end_well(self, value: Any) -> None:
        await self.runtime._finished(self.instance, self.unit, value)
        self._delete_checkpoint()
        self.instance._end(states.DONE, to_host(value))

    async def _end_badly(self, error: Exception) -> None:
        with trio.CancelScope(shield=True):
            try:
                await self.runtime._failed(self.instance, error)
            except StaleInstanceError as stale:
                self.instance._end(states.STALE, error=stale)
                return
            except JactlError as failure:
                self.instance._end(states.RELEASED, error=failure)
                return
        self._delete_checkpoint()
        self.instance._end(states.FAILED, error=error)

    async def _end_cancelled(self) -> None:
        await self.runtime._cancelled(self.instance)
        self._delete_checkpoint()
        error = InstanceCancelledError(f"Instance {self.instance.id} was cancelled")
        self.instance._end(states.CANCELLED, error=error)

    def _delete_checkpoint(self) -> None:
        checkpoint_id = self.machine.run.checkpoint_id
        if checkpoint_id > 0:
            self.runtime.environment.delete_checkpoint(self.instance.id, checkpoint_id)

    def _forget(self) -> None:
        keeper = self.runtime.store_environment
        if keeper is not None:
            keeper.forget(self.instance.id)

    # Saving

    async def save(self) -> Step:
        run = self.machine.run
        checkpoint_id = run.checkpoint_id + 1
        offset = self._offset()
        data = encoded(
            self.context,
            self.unit,
            run,
            self.machine.frames,
            instance_id=self.instance.id,
            checkpoint_id=checkpoint_id,
            key=self.runtime.key,
        )
        await self.hand_over(checkpoint_id, data, offset)
        run.checkpoint_id = checkpoint_id  # only now: a save that failed takes no id
        run.call_ordinal = 0
        return self.machine.resume(True)

    async def hand_over(self, checkpoint_id: int, data: bytes, offset: int) -> None:
        """Give a checkpoint to the Environment and wait for its answer; raises CheckpointSaveError with the place."""
        instance = self.instance
        source = self.unit.source
        answers, receive = trio.open_memory_channel[Any](1)
        resumer = Resumer(answers)
        instance.status.value = states.SAVING
        try:
            self.runtime.environment.save_checkpoint(instance.id, checkpoint_id, data, source, offset, True, resumer)
            answer = await receive.receive()
        except Exception as error:
            answer = error
        finally:
            receive.close()
        instance.status.value = states.RUNNING
        if isinstance(answer, StaleInstanceError):
            raise answer
        if isinstance(answer, BaseException):
            location = Location(source, offset, self.unit.name)
            raise CheckpointSaveError(f"Checkpoint {checkpoint_id} was not saved: {answer}", location) from answer

    def _offset(self) -> int:
        """Where the script called checkpoint(): the innermost frame of compiled code."""
        for frame in reversed(self.machine.frames):
            if frame.code.unit is not None:
                return max(0, frame.site.pos)
        return 0
