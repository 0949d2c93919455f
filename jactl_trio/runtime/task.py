"""One instance, from its first step here to its end: what became of it goes to the Environment and to its handle."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any

import trio

from ..errors import (
    CompileError,
    InstanceCancelledError,
    InstanceHibernatedError,
    InstanceReleasedError,
    JactlError,
    RuntimeError,
    StaleInstanceError,
)
from ..store.records import CANCELLED, FAILED, FINISHED
from ..values.convert import to_host
from .driver import Driver
from .environment import Environment
from .hibernation import Hibernated
from .instance import Instance, Status
from .outcomes import encoded_error, encoded_value, shown_error
from .store_environment import StoreEnvironment, patience_s

_LOGGER = logging.getLogger("jactl_trio")


class InstanceTask:
    """Advances one instance."""

    __slots__ = ("_leave_by", "driver", "environment", "instance")

    def __init__(self, instance: Instance, driver: Driver, environment: Environment) -> None:
        self.instance = instance
        self.driver = driver
        self.environment = environment
        self._leave_by = math.inf  # once it was stopped: how long it waits for the store

    @property
    def keeper(self) -> StoreEnvironment | None:
        return self.environment if isinstance(self.environment, StoreEnvironment) else None

    async def run(self, begin: Callable[[], Awaitable[Any]]) -> None:
        """`begin` runs the script. Whatever it raises is told by the instance's result(), but for a cancellation."""
        instance = self.instance
        try:
            with instance._scope:
                value = await begin()
                await self._finished(value)
                return
            await self._stopped()
            await self._ended_from_outside()
        except trio.Cancelled:  # the block is left; somebody may have wanted the instance's end just before
            await self._stopped()
            await self._ended_from_outside()
            raise
        except Hibernated:
            told = InstanceHibernatedError(
                f"Instance {instance.id} hibernates; it goes on when what it waits for comes"
            )
            instance._end(Status.HIBERNATED, error=told)
        except StaleInstanceError as error:
            self._lost(error)
        except (RuntimeError, CompileError) as error:
            await self._failed(error)
        except Exception as error:  # no fault of the script's: it can be recovered
            await self._released(error)

    # Ends

    async def _finished(self, value: Any) -> None:
        outcome: bytes | None = None
        error: str | None = None
        keeper = self.keeper
        if keeper is not None and keeper.may_keep_outcome(self.instance.id):
            outcome, error = encoded_value(self.instance.script_context, self.driver.unit, self.instance.id, value)
        if await self._recorded(FINISHED, outcome, error):
            self.instance._end(Status.FINISHED, to_host(value))

    async def _failed(self, error: JactlError) -> None:
        outcome = None
        keeper = self.keeper
        if keeper is not None and keeper.may_keep_outcome(self.instance.id):
            outcome = encoded_error(self.instance.script_context, self.driver.unit, self.instance.id, error)
        if await self._recorded(FAILED, outcome, shown_error(self.instance.script_context, error)):
            self.instance._end(Status.FAILED, error=error)

    async def _ended_from_outside(self) -> None:
        if self.instance._is_cancelled:
            await self._cancelled()
        elif self.instance._is_taken:
            self._lost(StaleInstanceError(f"Instance {self.instance.id} is not this owner's any more"))
        else:
            await self._released()

    async def _cancelled(self) -> None:
        if await self._recorded(CANCELLED, None, None):
            error = InstanceCancelledError(f"Instance {self.instance.id} was cancelled")
            self.instance._end(Status.CANCELLED, error=error)

    async def _stopped(self) -> None:
        """A save under way decides which checkpoint is the last; one that is never answered is not waited for."""
        self._leave_by = trio.current_time() + patience_s(self.environment)
        with trio.CancelScope(deadline=self._leave_by, shield=True):
            await self.driver.settle()

    async def _recorded(self, state: str, outcome: bytes | None, error: str | None) -> bool:
        """Note the end durably, then drop the checkpoint; False where that was not possible, and the handle knows."""
        instance, keeper = self.instance, self.keeper
        if keeper is not None:
            try:
                if state == CANCELLED:
                    await keeper.cancel(instance.id, self._leave_by)
                else:
                    await keeper.finish(instance.id, state, outcome, error, self._leave_by)
            except StaleInstanceError as stale:
                self._lost(stale)
                return False
            except JactlError as failure:
                instance._end(Status.RELEASED, error=failure)
                return False
        self.driver.settle_nowait()  # the store was asked for that save before it was told of the end
        if instance.checkpoint_id > 0:
            try:
                self.environment.delete_checkpoint(instance.id, instance.checkpoint_id)
            except Exception:  # nobody waits for it
                _LOGGER.exception("delete_checkpoint of instance %s failed", instance.id)
        return True

    async def _released(self, error: Exception | None = None) -> None:
        """Stopped here before its end: the claim is given up, in bounded time."""
        keeper = self.keeper
        if keeper is not None:
            leave_by = min(self._leave_by, trio.current_time() + keeper.patience_s)
            try:
                await keeper.release(self.instance.id, self._why_released(error), leave_by)
            except JactlError as failure:
                _LOGGER.warning("Instance %s could not be released: %s", self.instance.id, failure)
        if self.instance._is_cancelled:  # meanwhile
            await self._cancelled()
            return
        self.driver.settle_nowait()
        end = error or InstanceReleasedError(f"Instance {self.instance.id} was released; it can be recovered")
        self.instance._end(Status.RELEASED, error=end)

    def _why_released(self, error: Exception | None) -> str | None:
        """For the store; None: it could have gone on. So it is where the host's own output releases it."""
        if error is None or isinstance(error, InstanceReleasedError):
            return None
        return shown_error(self.instance.script_context, error)

    def _lost(self, error: StaleInstanceError) -> None:
        if self.keeper is not None:
            self.keeper.lose(self.instance.id)
        self.instance._end(Status.STALE, error=error)
