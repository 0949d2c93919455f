"""A simulated process: one runtime of one host, from its start until it crashes, is shut down, or the world is over."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Coroutine, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import trio

from jactl_trio.errors import (
    CheckpointError,
    InstanceCancelledError,
    InstanceReleasedError,
    JactlError,
    StoreError,
)
from jactl_trio.runtime.instance import Instance, Status
from jactl_trio.runtime.opening import open_runtime
from jactl_trio.runtime.runtime import Runtime
from jactl_trio.store.processes import leave
from jactl_trio.verify.answers import Answer, answer_of, answer_of_error
from jactl_trio.verify.history import Called, Ended, Event, Gone, Printed
from jactl_trio.verify.hosts import Crash
from jactl_trio.verify.subjects import LISTENER, Call

from .environment import AFTER
from .swarm import Client, Trouble

if TYPE_CHECKING:
    from .world import World

BEFORE_CALL = (Trouble.CRASH, Trouble.PAUSE, Trouble.DELAY)
AT_ANY_TIME = (
    Trouble.CRASH,
    Trouble.PAUSE,
    Trouble.CUT_OFF,
    Trouble.CLOCK,
    Trouble.CANCEL,
    Trouble.RELEASE,
    Trouble.SHUTDOWN,
    Trouble.RECOVER,
)
CALL_SECONDS_MAX = 20.0
DELAY_SECONDS_MAX = 3.0
MEDDLE_SECONDS = 25.0
RETRY_SECONDS = 5.0
PATIENCE_SECONDS_MAX = 2.0


class Process:
    """Listens to the scripts that run in it (as verify's hosts do), and tells of them for as long as it lives."""

    def __init__(self, world: World, host: int, name: str) -> None:
        self.world = world
        self.host = host
        self.name = name
        self.scope = trio.CancelScope()
        self.is_dead = False
        self.is_over = False  # whatever the store is told in its name from here on, nobody runs it
        self.granted: list[tuple[UUID, int]] = []  # instances and their runs, by the store
        self.runs: dict[UUID, int] = {}  # the last that it knows of, by instance
        self.runtime: Runtime | None = None
        self._died = trio.Event()
        self._resumes_at = 0.0
        self._reaches_at = 0.0
        self._doubtful_until = 0.0
        self._adopted: list[Instance] = []
        self.environment = world.make_environment(self)

    # Life

    async def live(self) -> None:
        """Until it is dead, or nobody needs it any more."""
        LISTENER.set(self)
        world = self.world
        context = world.scripts.contexts[world.chance.randrange(len(world.scripts.contexts))]
        try:
            with self.scope:
                async with (
                    open_runtime(
                        context,
                        environment=self.environment,
                        recover_every=world.swarm.recover_every_s,
                        on_recover=self.adopt,
                    ) as self.runtime,
                    trio.open_nursery() as nursery,
                ):
                    nursery.start_soon(self._recover)
                    nursery.start_soon(self._meddle, nursery)
                    for client in world.swarm.clients:
                        if client.host == self.host:
                            nursery.start_soon(self._serve, client)
                    await world.over.wait()
                    nursery.cancel_scope.cancel()
        except BaseException as error:
            fine = (Crash, JactlError, trio.Cancelled) if self.is_dead else (StoreError,)
            if not all(isinstance(leaf, fine) for leaf in _leaves(error)):
                raise
        finally:
            self.is_over = True
            self.strike("is gone")

    def die(self) -> None:
        """From here on nothing that it does has any effect."""
        for id, run in self.granted:
            self.tell(id, Gone(run))
        self.is_dead = True
        self._died.set()
        self.scope.cancel()
        if self.world.swarm.shares_a_machine:
            leave(self.environment.owner)

    @property
    def is_cut_off(self) -> bool:
        return trio.current_time() < self._reaches_at

    async def passes(self, possible: Collection[Trouble]) -> None:
        """A point at which the process may be struck; where it stands still it waits here."""
        await trio.lowlevel.checkpoint()
        await self._awake()
        if self.world.swarm.latency_s:
            await trio.sleep(self.world.chance.uniform(0, self.world.swarm.latency_s))
        trouble = self.world.struck(possible)
        if trouble is Trouble.DELAY:
            await trio.sleep(self.world.chance.uniform(0, DELAY_SECONDS_MAX))
        elif trouble is not None:
            self._strike_with(trouble)
        await self._awake()

    async def _awake(self) -> None:
        while not self.is_dead and trio.current_time() < self._resumes_at:
            with trio.move_on_at(self._resumes_at):
                await self._died.wait()
        if self.is_dead:
            raise Crash

    async def _recover(self) -> None:
        assert self.runtime is not None
        try:
            with trio.move_on_after(self._patience_s()):
                await self.runtime.recover()
        except JactlError:
            pass  # the store fails; it is done again from time to time

    # Troubles

    async def _meddle(self, nursery: trio.Nursery) -> None:
        chance = self.world.chance
        while True:
            await trio.sleep(chance.expovariate(1 / MEDDLE_SECONDS))
            trouble = self.world.struck(AT_ANY_TIME, share=0.5)
            if trouble is Trouble.RECOVER:
                nursery.start_soon(self._recover)
            elif trouble is not None:
                self._strike_with(trouble)

    def _strike_with(self, trouble: Trouble) -> None:
        world, lease_s, now = self.world, self.world.swarm.lease_s, trio.current_time()
        if trouble is Trouble.CRASH:
            self.die()
        elif trouble is Trouble.PAUSE:
            self._resumes_at = now + world.chance.uniform(0.3, 3) * lease_s
            self.strike("stands still", self._resumes_at)
        elif trouble is Trouble.CUT_OFF:
            self._reaches_at = now + world.chance.uniform(0.3, 3) * lease_s
            self.strike("is cut off", self._reaches_at)
        elif trouble is Trouble.CLOCK:
            world.turn_clock(world.chance.uniform(-2, 2) * lease_s)
        elif trouble is Trouble.SHUTDOWN:
            self.strike("is shut down")
            self.scope.cancel()
        else:
            self._stop_one(trouble)

    def _stop_one(self, trouble: Trouble) -> None:
        assert self.runtime is not None
        if not self.runtime.instances:
            return
        id = self.world.chance.choice(sorted(self.runtime.instances))
        self.world.chronicles[id].strike(self.run_of(id), trouble)
        if trouble is Trouble.CANCEL:
            self.world.chronicles[id].is_cancelled = True
            self.runtime.instances[id].cancel()
        else:
            self.runtime.instances[id].release()

    def strike(self, what: str, until: float = 0.0) -> None:
        """Note for every instance that was granted here that something has happened."""
        until = max(until, trio.current_time()) + self.world.swarm.lease_s
        self._doubtful_until = max(self._doubtful_until, until)
        for id, run in self.granted:
            self.world.chronicles[id].strike(run, what)

    @property
    def has_lease(self) -> bool:
        """For sure: nothing has happened lately that could have kept it from renewing its lease."""
        return not (self.is_dead or self.is_over) and trio.current_time() > self._doubtful_until

    # Clients

    async def _serve(self, client: Client) -> None:
        """Ask for the result until there is one, whoever runs the instance."""
        world, runtime = self.world, self.runtime
        assert runtime is not None
        id, script = world.ids[client.instance], world.swarm.scripts[client.instance]
        given = world.scripts.references[script].subject.given
        compiled = world.scripts.compiled[world.scripts.contexts.index(runtime.context)][script]
        await trio.sleep_until(max(client.begins_at, trio.current_time()))
        while True:
            answer: Answer | None = None
            try:
                with trio.move_on_after(self._patience_s()):
                    instance = await runtime.start(compiled, given(), id=id, durable=client.is_durable)
                    if instance.script is not None and not instance.is_recovered:
                        self.adopt(instance)
                    answer = answer_of(await instance.result(), {}).without_globals()
            except (CheckpointError, StoreError, InstanceReleasedError):
                await trio.sleep(RETRY_SECONDS)
            except InstanceCancelledError:
                answer = Answer(error="cancelled")
            except JactlError as error:
                answer = answer_of_error(error)
            if answer is not None:
                await self._awake()
                world.answered(client.instance, answer)
                return

    def _patience_s(self) -> float:
        """How long a client waits before it asks again."""
        is_impatient = self.world.struck((Trouble.IMPATIENCE,), share=0.2)
        return self.world.chance.uniform(0, PATIENCE_SECONDS_MAX) if is_impatient else math.inf

    # Instances

    def run_of(self, id: UUID) -> int:
        return self.runs.get(id, 0)

    def tell(self, id: UUID | None, event: Event) -> None:
        if not self.is_dead:
            assert id is not None
            self.world.chronicles[id].tell(event)

    def adopt(self, instance: Instance) -> None:
        """It is about to run here."""
        if not any(one is instance for one in self._adopted):
            self._adopted.append(instance)
            run = self.run_of(instance.id)
            instance.output = _Output(self, instance.id, run)
            self.world.nursery.start_soon(self._watch, instance, run)

    async def _watch(self, instance: Instance, run: int) -> None:
        value, error = None, None
        try:
            value = await instance.result()
        except JactlError as raised:
            error = raised
        status, last = instance.status.value, instance.checkpoint_id
        if error is None:
            self.tell(instance.id, Ended(run, status, answer_of(value, instance.globals), checkpoint_id=last))
        else:
            answer = answer_of_error(error) if status is Status.FAILED else None
            reason = "" if answer is not None else f"{error.code} {error.message}"
            self.tell(instance.id, Ended(run, status, answer, reason, last))

    async def called(self, call: Call, make: Callable[[], Any]) -> Any:
        await self.passes(BEFORE_CALL)
        value = self._value_of(call, lambda: _finished(call.function(*call.arguments)), is_awaited=True)
        await trio.sleep(self.world.chance.uniform(0, CALL_SECONDS_MAX))
        await self.passes(AFTER)
        return value

    def called_at_once(self, call: Call, make: Callable[[], Any]) -> Any:
        if self.is_dead:
            raise Crash
        return self._value_of(call, make, is_awaited=False)

    def _value_of(self, call: Call, make: Callable[[], Any], *, is_awaited: bool) -> Any:
        ctx = call.ctx
        assert ctx.instance_id is not None
        run = self.run_of(ctx.instance_id)
        event = Called(run, ctx.checkpoint_id, ctx.call_ordinal, call.name, call.text, is_awaited)
        self.tell(ctx.instance_id, event)
        return self.world.reference_of(ctx.instance_id).subject.recorder.answer(call, make)


def _finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine that waits for nothing gives. (In verify's other loop it would disturb the order of tasks.)"""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


class _Output:
    def __init__(self, process: Process, id: UUID, run: int) -> None:
        self.process = process
        self.id = id
        self.run = run

    def write(self, text: str) -> None:
        self.process.tell(self.id, Printed(self.run, text))


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
