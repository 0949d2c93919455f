"""The rules of Environment: one that saves is an Environment and a function that finds what it has saved."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import trio

from ...runtime.context import Context
from ...runtime.environment import Environment, Reply, Resumer
from ...runtime.opening import open_runtime
from .rules import Rule

ANSWER_SECONDS_MAX = 10.0  # of real time: an Environment may work in threads
HOOK_SECONDS_MAX = 0.5  # that a hook may keep the loop waiting
_SOURCE = "def n = 0\nfor (int i = 1; i <= 3; i++) { checkpoint(); n += i }\nn"

Load = Callable[[Environment, uuid.UUID], bytes | None]


@dataclass
class EnvironmentPlace:
    """An Environment, and what has become durable in it. saved, delete: the hooks, with their answers awaited."""

    environment: Environment
    load: Load
    answers: list[Any] = field(default_factory=list)

    def loaded(self, id: uuid.UUID) -> bytes | None:
        return self.load(self.environment, id)

    async def save(self, id: uuid.UUID, checkpoint_id: int, body: bytes, result: Any = True) -> Any:
        """What the resumer is called with."""
        reply = Reply()
        resumer = Resumer(reply, trio.lowlevel.current_trio_token())
        begun = trio.current_time()
        self.environment.save_checkpoint(id, checkpoint_id, body, _SOURCE, 30, result, resumer)
        assert trio.current_time() - begun < HOOK_SECONDS_MAX, "save_checkpoint blocks the loop"
        del resumer  # where nobody else has it, that is the answer: it was lost
        with trio.fail_after(ANSWER_SECONDS_MAX):
            return await reply.wait()

    async def gone(self, id: uuid.UUID) -> None:
        """Wait until nothing is saved: nobody waits for delete_checkpoint, so it may take its time."""
        with trio.fail_after(ANSWER_SECONDS_MAX):
            while self.loaded(id) is not None:
                await trio.sleep(0.01)


async def the_resumer_gets_the_result_when_the_checkpoint_is_durable(place: EnvironmentPlace) -> None:
    id, result = uuid.uuid4(), object()
    assert await place.save(id, 1, b"one", result) is result
    assert place.loaded(id) == b"one"


async def each_save_replaces_the_one_before(place: EnvironmentPlace) -> None:
    id = uuid.uuid4()
    for checkpoint_id in range(1, 6):
        assert await place.save(id, checkpoint_id, b"x" * checkpoint_id) is True
        assert place.loaded(id) == b"x" * checkpoint_id


async def any_bytes_are_kept_as_they_are(place: EnvironmentPlace) -> None:
    for body in (b"", b"\0", bytes(range(256)) * 4_000):
        id = uuid.uuid4()
        assert await place.save(id, 1, body) is True
        assert place.loaded(id) == body


async def instances_are_kept_apart(place: EnvironmentPlace) -> None:
    ids = [uuid.uuid4() for _ in range(20)]
    async with trio.open_nursery() as nursery:
        for id in ids:
            nursery.start_soon(place.save, id, 1, id.bytes)
    assert [place.loaded(id) for id in ids] == [id.bytes for id in ids]


async def the_end_drops_the_checkpoint_and_no_other(place: EnvironmentPlace) -> None:
    ended, other = uuid.uuid4(), uuid.uuid4()
    for id in (ended, other):
        await place.save(id, 1, b"one")
    begun = trio.current_time()
    place.environment.delete_checkpoint(ended, 1)
    assert trio.current_time() - begun < HOOK_SECONDS_MAX, "delete_checkpoint blocks the loop"
    await place.gone(ended)
    assert place.loaded(other) == b"one"


async def the_end_of_an_instance_that_is_not_there_is_no_error(place: EnvironmentPlace) -> None:
    place.environment.delete_checkpoint(uuid.uuid4(), 1)


async def a_script_recovers_from_each_checkpoint_that_it_was_told_of(place: EnvironmentPlace) -> None:
    context, spy = Context(), _Spy(place)
    async with open_runtime(context, environment=spy) as runtime:
        instance = await runtime.start(context.compile(_SOURCE))
        assert await instance.result() == 6
    await place.gone(instance.id)
    assert len(spy.taken) == 3
    for body in spy.taken:
        assert body is not None, "a checkpoint was acknowledged that is not there"
        other = Context()
        other.compile(_SOURCE)
        async with open_runtime(other, environment=place.environment) as runtime:
            recovered = await runtime.recover_checkpoint(body)
            assert await recovered.result() == 6
        await place.gone(instance.id)


class _Spy(Environment):
    """Passes on; notes what is durable at the moment when the script is told so."""

    def __init__(self, place: EnvironmentPlace) -> None:
        self.place = place
        self.taken: list[bytes | None] = []

    def save_checkpoint(
        self, id: uuid.UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        def told(answer: Any) -> None:
            self.taken.append(self.place.loaded(id))
            resumer(answer)

        self.place.environment.save_checkpoint(id, checkpoint_id, checkpoint, source, offset, result, told)  # type: ignore[arg-type]

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        self.place.environment.delete_checkpoint(id, checkpoint_id)


def _rule(check: Callable[[EnvironmentPlace], Awaitable[None]]) -> Rule[EnvironmentPlace]:
    return Rule(check.__name__.replace("_", " "), lambda place: trio.run(check, place))


ENVIRONMENT_RULES = [
    _rule(check)
    for check in (
        the_resumer_gets_the_result_when_the_checkpoint_is_durable,
        each_save_replaces_the_one_before,
        any_bytes_are_kept_as_they_are,
        instances_are_kept_apart,
        the_end_drops_the_checkpoint_and_no_other,
        the_end_of_an_instance_that_is_not_there_is_no_error,
        a_script_recovers_from_each_checkpoint_that_it_was_told_of,
    )
]
