"""Instance: the handle of one run of a script that a Runtime started, recovered, or found in its store."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import trio
from trio_util import AsyncValue

from ..continuation.current import Input, Output, RunState

if TYPE_CHECKING:
    from .script import Script


class Status(enum.StrEnum):
    """Where an instance stands. `is_ended`: it does not run here any more."""

    RUNNING = "running"  # or it waits for something
    SAVING = "saving"  # it waits for the Environment to answer a save
    FINISHED = "finished"
    FAILED = "failed"  # the script's error ended it
    CANCELLED = "cancelled"
    HIBERNATED = "hibernated"  # it waits in the store, for its time or a message
    RELEASED = "released"  # stopped here before its end; it can be recovered
    STALE = "stale"  # another owner has taken it over
    PARKED = "parked"  # it failed too many recoveries

    @property
    def is_ended(self) -> bool:
        return self not in (Status.RUNNING, Status.SAVING)


_RUNNING, _SAVING = Status.RUNNING, Status.SAVING


class Instance:
    """One run of a script.

    id: its UUID for its whole life, also after a recovery.  script: None where it is not known here.  status: a
    trio_util.AsyncValue of Status.  is_recovered: it went on from a checkpoint.
    """

    __slots__ = (
        "__weakref__",
        "_end_waiters",
        "_error",
        "_is_cancelled",
        "_is_taken",
        "_run",
        "_scope",
        "_status",
        "_value",
        "_watched",
        "id",
        "is_recovered",
        "script",
    )

    def __init__(self, id: uuid.UUID, script: Script | None, run: RunState, *, is_recovered: bool = False) -> None:
        self.id = id
        self.script = script
        self.is_recovered = is_recovered
        self._status = Status.RUNNING
        self._watched: AsyncValue[Status] | None = None
        self._end_waiters: trio.Event | None = None
        self._run = run
        self._scope = trio.CancelScope()
        self._is_cancelled = False  # for good, which a release before or after it does not undo
        self._is_taken = False  # by another owner, or cancelled elsewhere
        self._value: Any = None
        self._error: BaseException | None = None

    @property
    def status(self) -> AsyncValue[Status]:
        """Made when it is first asked for: most instances end without anybody having looked."""
        if self._watched is None:
            self._watched = AsyncValue(self._status)
        return self._watched

    async def result(self) -> Any:
        """Wait for the end; the script's value, or its error raised.

        Also raised: InstanceCancelledError, CheckpointSaveError where a save failed (the instance can be
        recovered), StaleInstanceError where another owner took it over, InstanceReleasedError, and
        InstanceHibernatedError where it waits in the store.
        """
        await self._ended()
        if self._error is not None:
            raise self._error
        return self._value

    def cancel(self) -> Ending:
        """End the instance for good, wherever it waits. `await` what this returns to know that it has ended; `status`
        is then CANCELLED, unless it came to its end first, or the store has it elsewhere or could not be told:
        Runtime.cancel sees to that too."""
        self._is_cancelled = True
        return self._stop()

    def release(self) -> Ending:
        """Stop the instance here; it stays recoverable from its last checkpoint. Can be awaited as `cancel` can."""
        return self._stop()

    def _stop(self) -> Ending:
        self._scope.cancel()
        return Ending(self)

    def _take_away(self) -> None:
        """The store has it as another's, or as ended."""
        self._is_taken = True
        self._scope.cancel()

    @property
    def script_context(self) -> Any:
        """The Context that it runs in."""
        return self._run.context

    @property
    def checkpoint_id(self) -> int:
        """Of the last checkpoint that was saved; 0: none."""
        return self._run.checkpoint_id

    @property
    def globals(self) -> dict[str, Any]:
        """The script's globals; those of a recovered instance are its own, as the checkpoint held them."""
        return self._run.globals

    # What the script reads and writes. A hook may set them before a recovered instance goes on.

    @property
    def input(self) -> Input | None:
        return self._run.input

    @input.setter
    def input(self, value: Input | None) -> None:
        self._run.input = value

    @property
    def output(self) -> Output | None:
        return self._run.output

    @output.setter
    def output(self, value: Output | None) -> None:
        self._run.output = value

    @property
    def invocation_context(self) -> Any:
        return self._run.invocation_context

    @invocation_context.setter
    def invocation_context(self, value: Any) -> None:
        self._run.invocation_context = value

    def _end(self, status: Status, value: Any = None, error: BaseException | None = None) -> None:
        self._value, self._error = value, error
        self._set(status)
        if self._end_waiters is not None:
            self._end_waiters.set()
            self._end_waiters = None

    async def _ended(self) -> None:
        """Wait for the end, without a look at each save on the way, as a wait for `status` would take."""
        if self._status.is_ended:
            return
        if self._end_waiters is None:
            self._end_waiters = trio.Event()
        await self._end_waiters.wait()

    def _saving(self, is_saving: bool) -> None:
        self._set(_SAVING if is_saving else _RUNNING)

    def _set(self, status: Status) -> None:
        self._status = status
        if self._watched is not None:
            self._watched.value = status

    def __repr__(self) -> str:
        return f"<Instance {self.id} {self._status}>"


class Ending:
    """The end of an instance, to be awaited or not."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def __await__(self) -> Generator[Any, Any, None]:
        return self._wait().__await__()

    async def _wait(self) -> None:
        await self._instance._ended()
