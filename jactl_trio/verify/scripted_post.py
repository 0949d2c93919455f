"""The messages that a script is sent under verification -> what its receive() gives, in plain runs and in trials.

They come in the order of the comment `// messages:`. In a plain run each is there before the script asks, unless the
run that it is compared with has waited for it in vain; in a trial they come when the schedule says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import trio

from ..errors import StoreError, UnknownInstanceError, UsageError
from ..runtime.context import Context
from ..runtime.letters import encoded_message
from ..runtime.post import Post
from ..runtime.runtime import Runtime
from ..store.records import Message, Send
from .scripted_senses import ScriptedSenses

if TYPE_CHECKING:
    from .subjects import Subject

SENDS_MAX = 6  # of one message, while the store fails


class ScriptedBox:
    """All messages, by name. taken: how many of a name the instance has received.  are_there: were they sent?

    on_taken: told of each that is received.
    """

    def __init__(
        self,
        context: Context,
        messages: Mapping[str, Sequence[Any]],
        taken: Mapping[str, int],
        on_taken: Callable[[Message], None] = lambda message: None,
    ) -> None:
        self._context = context
        self._messages = messages
        self._on_taken = on_taken
        self.taken = dict(taken)
        self.are_there = True

    async def put(self, send: Send) -> None:
        raise UnknownInstanceError("All messages of a trial are sent before it begins")

    async def find(self, names: Mapping[UUID, str]) -> list[Message]:
        await trio.lowlevel.checkpoint()
        found = (self.first(id, name) for id, name in names.items())
        return [message for message in found if message is not None]

    def first(self, id: UUID, name: str) -> Message | None:
        values, index = self._messages.get(name, ()), self.taken.get(name, 0)
        if index >= len(values) or not self.are_there:
            return None
        return Message(id, index + 1, name, encoded_message(self._context, id, name, values[index]))

    def take(self, message: Message) -> None:
        self.taken[message.name] = message.seq
        self._on_taken(message)

    def forget(self, id: UUID) -> None:
        pass


class PlainPost(Post):
    """Of a plain run, in which nobody carries anything: the message is there, or never comes.

    senses: know which waits were in vain.
    """

    box: ScriptedBox

    def __init__(self, box: ScriptedBox, problems: list[str], senses: ScriptedSenses) -> None:
        super().__init__(box)
        self.problems = problems
        self.senses = senses

    async def receive(self, id: UUID, name: str, timeout_s: float = math.inf) -> Message | None:
        await trio.lowlevel.checkpoint()
        message = self.box.first(id, name)
        is_in_vain = not self.senses.receives(name, message is not None)
        if message is not None and is_in_vain and timeout_s < math.inf:
            await trio.sleep(timeout_s)
            message = None
        elif message is not None:
            self.box.take(message)
        elif timeout_s == math.inf:
            sent = self.box.taken.get(name, 0)
            values = ", ".join(["null"] * (sent + 1))
            self.problems.append(
                f"The script waits for message {sent + 1} called {name!r} for ever: send it as many in a comment, "
                f'// messages: {{"{name}": [{values}]}}'
            )
            raise UsageError(self.problems[-1])
        else:
            await trio.sleep(timeout_s)
        return message


async def send_all(runtime: Runtime, subject: Subject, id: UUID) -> None:
    """Send an instance its messages, each under a key of its own: sending again is safe."""
    for name, values in subject.messages.items():
        for number, value in enumerate(values):
            body = encoded_message(runtime.context, id, name, value)
            if not await _sent(runtime, Send(id, name, body, f"{name} {number}")):
                return


async def _sent(runtime: Runtime, send: Send) -> bool:
    """False: the instance has ended."""
    for left in reversed(range(SENDS_MAX)):
        try:
            await runtime.post.send(send)
        except UnknownInstanceError:
            return False
        except StoreError:
            if not left:
                raise
        else:
            return True
    return False
