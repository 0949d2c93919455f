"""What is verified: a script, its globals, and its host's functions, whose answers are recorded and given again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

import trio

from ..builtins.hosting import CallContext, HostFunction
from ..errors import UsageError
from ..runtime.context import Context
from ..runtime.script import Script
from .answers import text_of
from .expectations import expectation_of
from .outside import call_outside
from .stubs import answer_of_stub, check_names, check_stubs, define


@dataclass(frozen=True)
class Call:
    """A script's call of a function of its host."""

    name: str
    arguments: tuple[Any, ...]
    ctx: CallContext
    function: Callable[..., Any]  # the host's own

    @property
    def text(self) -> str:
        return ", ".join(map(text_of, self.arguments))


class Listener(Protocol):
    """Stands between a script and its host's functions."""

    async def called(self, call: Call, make: Callable[[], Any]) -> Any: ...

    def called_at_once(self, call: Call, make: Callable[[], Any]) -> Any: ...


INSTANCE = UUID(int=1)  # the id of the instance that is verified
COMPILATIONS = 2  # of one script
_MARK = "_is_listening"
LISTENER: ContextVar[Listener | None] = ContextVar("LISTENER", default=None)


@dataclass
class Recorder:
    """Answers of the host: a call with the same name, arguments and idempotency key has the same answer each time.

    stubs: what functions give without being called (see stubs.py).  problems: why there was no answer.
    """

    stubs: Mapping[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _known: dict[tuple[Any, ...], tuple[Any, Exception | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_stubs(self.stubs)

    def answer(self, call: Call, make: Callable[[], Any]) -> Any:
        """The answer to a call; make() asks the host, once."""
        if call.name not in self.stubs and self._key(call) not in self._known:
            try:
                self._known[self._key(call)] = (make(), None)
            except UsageError as error:  # of ours: the script must not make anything of it
                self.problems.append(error.message)
                raise
            except Exception as error:
                self._known[self._key(call)] = (None, error)
        return self._given(call)

    def known(self) -> Mapping[tuple[Any, ...], tuple[Any, Exception | None]]:
        """What is recorded: (name, arguments, checkpoint id, ordinal) -> value or error."""
        return self._known

    def add(self, key: tuple[Any, ...], value: Any, error: Exception | None) -> None:
        """Record an answer that the host gave in another process."""
        self._known[key] = (value, error)

    def _key(self, call: Call) -> tuple[Any, ...]:
        return (call.name, call.text, call.ctx.checkpoint_id, call.ctx.call_ordinal)

    def _given(self, call: Call) -> Any:
        value, error = self._stubbed(call) if call.name in self.stubs else self._known[self._key(call)]
        if error is not None:
            raise error
        return copy.deepcopy(value)  # the script may change it

    def _stubbed(self, call: Call) -> tuple[Any, Exception | None]:
        answer = answer_of_stub(self.stubs[call.name], call.arguments)
        if answer is not None:
            return answer
        self.problems.append(f"No stub for {call.name}({call.text})")
        raise UsageError(self.problems[-1])


@dataclass
class Subject:
    """A script to verify.

        Subject("lookup(alias)", {"alias": "a"}, make_context)

    once: functions of the host whose calls may not be repeated after a crash.  messages: what it is sent, by name.
    make_context: gives a Context with the host's functions (the class Context itself: there is no host, and the
    functions are those that the recorder has stubs for); the script is compiled in two copies, and the simulated
    hosts take turns, so that an instance goes on in code that was compiled elsewhere.
    """

    source: str
    globals: Mapping[str, Any] = field(default_factory=dict)
    make_context: Callable[[], Context] = Context
    name: str = ""
    recorder: Recorder = field(default_factory=Recorder)
    once: Collection[str] = ()
    messages: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    _contexts: list[Context] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        source: str,
        globals: Mapping[str, Any] | None = None,
        make_context: Callable[[], Context] = Context,
        name: str = "",
        stubs: Mapping[str, Any] | None = None,
    ) -> Subject:
        """The script of a file, with what its comments say: `once`, messages, globals (where none are given).
        UsageError."""
        comments = expectation_of(source)
        given = comments.given() if globals is None else globals
        return cls(source, given, make_context, name, Recorder(stubs or {}), comments.once, comments.sent())

    def context(self) -> Context:
        """The other one of two Contexts, whose host functions pass through the listener of the task that calls them."""
        if len(self._contexts) < COMPILATIONS:
            self._contexts.append(self.new_context())
        else:
            self._contexts.append(self._contexts.pop(0))
        return self._contexts[-1]

    def new_context(self, stress: str | None = None) -> Context:
        """A Context that has compiled nothing but its classes.

        A time limit of the host's does not count: where it strikes is up to the machine, and a script that is taken
        to bytes at every expression takes a thousand times as long. What does not come to an end is cut off.
        """
        context = self.make_context().copy(stress=stress)
        context.options = replace(context.options, max_execution_time=-1)
        context.compiler.options = context.options
        if self.make_context is Context:
            define(context, self.recorder.stubs)
        functions = []
        for signature in context.registry.host_signatures():
            host: HostFunction = signature.host
            if signature.suspends is False or host.is_async or host.is_threaded:  # else it is resumable: script code
                _listen(host, signature.key)
                functions.append(signature.key)
        check_names(self.recorder.stubs, functions)
        return context

    def script(self, context: Context | None = None) -> Script:
        """The script, compiled in a Context."""
        return (context or self.context()).compile(self.source, self.given(), name=self.name)

    def given(self) -> dict[str, Any]:
        """A copy of the globals, for one run."""
        return copy.deepcopy(dict(self.globals))


def _listen(host: HostFunction, name: str) -> None:
    """Let the calls of a host function pass through the listener; doing it twice is doing it once."""
    function, takes_context, is_async = host.function, host.takes_context, host.is_async
    if getattr(function, _MARK, False):
        return

    async def awaited(ctx: CallContext, *arguments: Any) -> Any:
        given = (ctx, *arguments) if takes_context else arguments

        async def make() -> Any:
            return await (function(*given) if is_async else trio.to_thread.run_sync(function, *given))

        listener = LISTENER.get()
        if listener is None:
            return await make()
        return await listener.called(Call(name, arguments, ctx, function), lambda: call_outside(make))

    def at_once(ctx: CallContext, *arguments: Any) -> Any:
        def make() -> Any:
            return function(*((ctx, *arguments) if takes_context else arguments))

        listener = LISTENER.get()
        return make() if listener is None else listener.called_at_once(Call(name, arguments, ctx, function), make)

    suspends = is_async or host.is_threaded
    host.takes_context, host.is_async, host.is_threaded = True, suspends, False
    host.function = awaited if suspends else at_once
    setattr(host.function, _MARK, True)
