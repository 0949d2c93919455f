"""A machine's requests -> Trio: one task drives one running script from its first step to its end.

Whatever the script waits for is awaited here, so that cancelling the task stops the script exactly where it waits.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import trio

from ..checkpoint import Snapshot, UnitReference, decode, encode
from ..continuation import requests
from ..continuation.current import RunState, current
from ..continuation.machine import Done, Machine, Step, Waiting
from ..continuation.unit import Unit
from ..errors import (
    CheckpointEncodeError,
    CheckpointError,
    CheckpointSaveError,
    Location,
    RuntimeError,
    StaleInstanceError,
    StoreError,
    UnknownScriptError,
)
from ..limits import SLICE_SECONDS
from ..values.types import ANY
from .environment import Environment, Reply, Resumer
from .hibernation import Hibernated, request_of, waiting_of
from .letters import message_value
from .post import Post
from .store_environment import StoreEnvironment
from .turns import first_turn, next_turn

_NO_ENVIRONMENT = Environment()
_LOGGER = logging.getLogger("jactl_trio")


class Driver:
    """Runs one script for one RunState; `machine.frames` is where it waits."""

    __slots__ = (
        "_bound",
        "_in_flight",
        "_turned",
        "environment",
        "hibernate_after_s",
        "machine",
        "on_save",
        "post",
        "run_state",
        "unit",
    )

    def __init__(
        self,
        unit: Unit,
        run_state: RunState,
        environment: Environment = _NO_ENVIRONMENT,
        on_save: Callable[[bool], None] | None = None,
        post: Post | None = None,
        hibernate_after_s: float = math.inf,
    ) -> None:
        self.unit = unit
        self.run_state = run_state
        self.environment = environment
        self.on_save = on_save  # told when a save begins to take its time, and when it has ended
        self.post = post  # brings messages
        self.hibernate_after_s = hibernate_after_s  # a longer wait is one in the store
        self.machine = Machine(run_state)
        self._bound = run_state.globals
        self._in_flight: tuple[int, Reply] | None = None  # the checkpoint whose save has not been answered
        self._turned = perf_counter()

    async def run(self) -> Any:
        """From the first line; the script's value."""
        await first_turn()
        return await self._until_done(lambda: self.machine.start(self.unit.main, self.run_state.globals))  # type: ignore[arg-type]

    async def go_on(self, answer: Any = False) -> Any:
        """From the frames that were restored; `answer` to what they wait for (False: recovered from a checkpoint)."""
        await first_turn()
        return await self._until_done(lambda: self.machine.resume(answer))

    async def go_on_from(self, step: Step) -> Any:
        """From a step that `machine` has made by now."""
        await first_turn()
        return await self._until_done(lambda: step)

    async def wait_again(self, waiting: Any, wake_in_s: float | None) -> Any:
        """From the frames of a hibernated instance; `waiting`: the value that came with them."""
        await first_turn()
        return await self._until_done(lambda: Waiting(request_of(waiting, wake_in_s)))

    async def _until_done(self, first: Callable[[], Step]) -> Any:
        try:
            self._turned = perf_counter()
            step = first()
            while type(step) is not Done:
                request = step.request  # type: ignore[union-attr] # it is Waiting
                step = await HANDLERS[type(request)](self, request)
            return step.value
        finally:
            self._give_back_globals()

    def _give_back_globals(self) -> None:
        """The caller's map shows what the script made of it, also where that was restored from bytes."""
        bound, mine = self._bound, self.run_state.globals
        if bound is not mine:
            bound.clear()
            bound.update(mine)

    # Bytes

    def encoded(self, checkpoint_id: int, value: Any = None) -> bytes:
        """The script as it waits now."""
        run = self.run_state
        snapshot = Snapshot(
            self.unit,
            self.machine.snapshot(),
            run.globals,
            run.instance_id,
            checkpoint_id,
            run.call_ordinal,
            run.loop_count,
            run.run_seconds,
            value,
            run.evaluated,
        )
        return encode(snapshot, run.context.registry, run.context.keys, run.context.checkpoint_bytes_max)

    def restore(self, checkpoint: bytes) -> Any:
        """Wait where the bytes say, with fresh objects; the value that travelled along."""
        run = self.run_state
        snapshot = decode(checkpoint, run.context.registry, self._unit, run.context.keys)
        self.restore_snapshot(snapshot)
        return snapshot.value

    def restore_snapshot(self, snapshot: Snapshot) -> None:
        run = self.run_state
        run.globals = snapshot.globals
        run.evaluated = snapshot.evaluated
        run.checkpoint_id = snapshot.checkpoint_id
        run.call_ordinal = snapshot.call_ordinal
        run.loop_count = snapshot.loop_count
        run.run_seconds = snapshot.run_seconds
        self.machine = Machine.restored(run, snapshot.frames)

    def _unit(self, reference: UnitReference) -> Unit | None:
        if reference.identity == self.unit.identity:
            return self.unit
        found: Unit | None = find_unit(self.run_state.context, reference)
        return found

    def place(self) -> tuple[Unit, int]:
        """Where in the script it waits: a unit, and an offset in its source."""
        for frame in reversed(self.machine.frames):
            unit = frame.code.unit
            if unit is not None:
                return unit, frame.site.pos
        return self.unit, 0

    # Turns of the loop

    async def turn_if_due(self) -> None:
        """Let other tasks run if this one has run for a slice without waiting for anything."""
        if perf_counter() - self._turned > SLICE_SECONDS:
            await next_turn()
            self._turned = perf_counter()

    # Waiting in the store

    async def hibernate(self, request: requests.Sleep | requests.Receive, wake_in_s: float | None) -> None:
        """Raise Hibernated once the waiting state is stored; where it cannot be, it waits here as before."""
        keeper, id = self.environment, self.run_state.instance_id
        if not isinstance(keeper, StoreEnvironment) or id is None:
            return
        awaits = request.name if isinstance(request, requests.Receive) else None
        try:
            checkpoint = self.encoded(self.run_state.checkpoint_id, waiting_of(request, wake_in_s))
            await keeper.hibernate(id, checkpoint, wake_in_s, awaits)
        except (CheckpointEncodeError, StoreError) as error:
            _LOGGER.warning("Instance %s waits in memory, it cannot hibernate: %s", id, error)
            return
        raise Hibernated

    # Saving

    async def save(self) -> Step:
        run = self.run_state
        checkpoint_id, ordinal = run.checkpoint_id + 1, run.call_ordinal
        run.call_ordinal = 0
        try:
            reply = self._ask_to_save(checkpoint_id)
            answer = reply.value if reply.is_there else await self._wait_for(reply)
            if isinstance(answer, BaseException):
                raise _save_failed(answer, *self.place()) from answer
        except CheckpointSaveError as error:
            self._in_flight = None
            run.call_ordinal = ordinal
            return self.machine.throw(error)
        self._in_flight = None
        run.checkpoint_id = checkpoint_id
        if perf_counter() - self._turned > SLICE_SECONDS:
            await self.turn_if_due()
        return self.machine.resume(True)

    def _ask_to_save(self, checkpoint_id: int) -> Reply:
        """Hand the bytes to the environment; its answer may have come by now. CheckpointSaveError where it raises."""
        id = self.run_state.instance_id
        assert id is not None
        checkpoint = self.encoded(checkpoint_id)
        unit, offset = self.place()
        reply = Reply()
        resumer = Resumer(reply, trio.lowlevel.current_trio_token())
        self._in_flight = checkpoint_id, reply
        try:
            self.environment.save_checkpoint(id, checkpoint_id, checkpoint, unit.source, offset, True, resumer)
        except Exception as error:
            raise _save_failed(error, unit, offset) from error
        return reply

    async def settle(self) -> None:
        """Wait for the answer to a save whose script waits no more: was it the last checkpoint or not?"""
        if self._in_flight is not None:
            checkpoint_id, reply = self._in_flight
            self._settled(checkpoint_id, await reply.wait())

    def settle_nowait(self) -> None:
        """The same, if the answer is there by now."""
        if self._in_flight is not None and self._in_flight[1].is_there:
            self._settled(self._in_flight[0], self._in_flight[1].value)

    def _settled(self, checkpoint_id: int, answer: Any) -> None:
        if not isinstance(answer, BaseException):
            self.run_state.checkpoint_id = checkpoint_id
        self._in_flight = None

    async def _wait_for(self, reply: Reply) -> Any:
        if self.on_save is not None:
            self.on_save(True)
        try:
            return await reply.wait()
        finally:
            self._turned = perf_counter()
            if self.on_save is not None:
                self.on_save(False)


def find_unit(context: Any, reference: UnitReference) -> Unit | None:
    """The unit that a checkpoint names, if the context knows it or the checkpoint brings its source."""
    known: Unit | None = context.compiler.unit(reference.identity)
    if known is None and reference.source is not None:
        known = context.compiler.evaluated_again(reference.source, reference.name, reference.package)
    return known


def _save_failed(error: BaseException, unit: Unit, offset: int) -> CheckpointError:
    if isinstance(error, StaleInstanceError | UnknownScriptError):
        return error
    failure = error if isinstance(error, CheckpointSaveError) else CheckpointSaveError(f"Checkpoint not saved: {error}")
    if failure.location is None:
        failure.location = Location(unit.source, offset, unit.name)
    return failure


# What each request means.


async def _sleep(driver: Driver, request: requests.Sleep) -> Step:
    seconds = request.milliseconds / 1000
    if seconds > driver.hibernate_after_s:
        await driver.hibernate(request, seconds)
    await trio.sleep(seconds)
    driver._turned = perf_counter()
    return driver.machine.resume(request.value)


async def _receive(driver: Driver, request: requests.Receive) -> Step:
    post, id = driver.post, driver.run_state.instance_id
    if post is None or id is None:
        return driver.machine.throw(RuntimeError("receive() needs a runtime: only its instances are sent messages"))
    timeout_s = math.inf if request.milliseconds is None else request.milliseconds / 1000
    message = await post.receive(id, request.name, min(timeout_s, driver.hibernate_after_s))
    if message is None and timeout_s > driver.hibernate_after_s:
        left_s = timeout_s - driver.hibernate_after_s
        await driver.hibernate(request, None if left_s == math.inf else left_s)
        message = await post.receive(id, request.name, left_s)
    driver._turned = perf_counter()
    return driver.machine.resume(None if message is None else message_value(driver.run_state.context, message))


async def _host_call(driver: Driver, request: requests.HostCall) -> Step:
    host = request.signature.host
    run = driver.run_state
    arguments = host.arguments(request, run)
    try:
        if host.is_async:
            value = await host.function(*arguments)
        else:
            value = await trio.to_thread.run_sync(host.function, *arguments)
        result = _as_script_value(host, value, run)
    except Exception as error:
        return driver.machine.throw(host.failure(error))
    finally:
        driver._turned = perf_counter()
    return driver.machine.resume(result)


def _as_script_value(host: Any, value: Any, run: RunState) -> Any:
    if host.returns is ANY:
        return host.result(value, run)
    outer, current.run = current.run, run  # a conversion may be a call
    try:
        return host.result(value, run)
    finally:
        current.run = outer


def _save_checkpoint(driver: Driver, request: requests.SaveCheckpoint) -> Awaitable[Step]:
    return driver.save()


async def _slice(driver: Driver, request: requests.Slice) -> Step:
    await next_turn()
    driver._turned = perf_counter()
    return driver.machine.resume(None)


async def _stress_suspend(driver: Driver, request: requests.StressSuspend) -> Step:
    await driver.turn_if_due()
    return driver.machine.resume(request.value)


async def _stress_checkpoint(driver: Driver, request: requests.StressCheckpoint) -> Step:
    """Only what the bytes hold is left."""
    try:
        value = driver.restore(driver.encoded(driver.run_state.checkpoint_id, request.value))
    except CheckpointError as error:
        return driver.machine.throw(error)
    await driver.turn_if_due()
    return driver.machine.resume(value)


HANDLERS: dict[type, Callable[[Driver, Any], Awaitable[Step]]] = {
    requests.Sleep: _sleep,
    requests.Receive: _receive,
    requests.HostCall: _host_call,
    requests.SaveCheckpoint: _save_checkpoint,
    requests.Slice: _slice,
    requests.StressSuspend: _stress_suspend,
    requests.StressCheckpoint: _stress_checkpoint,
}
