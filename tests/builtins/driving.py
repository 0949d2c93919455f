"""Closures written by hand, and a driver that runs built-ins straight through, or suspends in every closure call.

`closure(f)` gives a function value whose every call suspends once; in `plain` runs the driver answers at once.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

from jactl_trio.builtins.dispatch import find_method
from jactl_trio.builtins.iterators import materialise
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.frames import Frame
from jactl_trio.continuation.machine import Done, Machine
from jactl_trio.continuation.requests import Sleep
from jactl_trio.values.plain_data import LIST_ITERATOR, list_iterator_at, list_iterator_state
from jactl_trio.values.suspension import resumable, suspend, transparent


@resumable
def _waiting(env: Any, *arguments: Any) -> Any:
    value = _call(env[0], arguments)
    return suspend(Sleep(0, value))


@transparent
def _at_once(env: Any, *arguments: Any) -> Any:
    return _call(env[0], arguments)


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(*arguments)


def closure(function: Callable[..., Any]) -> MethodType:
    """A function value that suspends in every call."""
    return MethodType(_waiting, (function,))


def quick(function: Callable[..., Any]) -> MethodType:
    """A function value that never suspends."""
    return MethodType(_at_once, (function,))


@resumable
def chain(receiver: Any, calls: list[tuple[str, list[Any]]]) -> Any:
    """receiver.name(arguments).name(arguments)... and the list of what is left, as compiled code does it."""
    value = receiver
    number = 0
    while number < len(calls):
        name, arguments = calls[number]
        number += 1
        method = find_method(value, name)
        if len(arguments) == 0:
            value = method()
        elif len(arguments) == 1:
            value = method(arguments[0])
        else:
            value = method(arguments[0], arguments[1])
    return materialise(value)


def copied(frames: list[Frame]) -> list[Frame]:
    """Frames with iterators of their own, as after a checkpoint."""
    return [Frame(frame.code, frame.site, {n: _copy(v) for n, v in frame.locals.items()}) for frame in frames]


def _copy(value: Any) -> Any:
    return list_iterator_at(*list_iterator_state(value)) if type(value) is LIST_ITERATOR else value


def drive(function: Callable[..., Any], *arguments: Any) -> tuple[Any, int]:
    """The result of a call in a machine, and how often it was suspended."""
    machine = Machine(RunState())
    step = machine.start(function, *arguments)
    count = 0
    while not isinstance(step, Done):
        count += 1
        machine = Machine.restored(machine.run, copied(machine.snapshot()))
        step = machine.resume(step.request.value if isinstance(step.request, Sleep) else None)
    return step.value, count


def run(receiver: Any, *calls: Any) -> Any:
    """run([1, 2], "map", f, "limit", 1): the same with closures that suspend and with those that do not."""
    plain, _ = drive(chain, receiver, _calls(calls, quick))
    suspended, _ = drive(chain, receiver, _calls(calls, closure))
    assert plain == suspended
    return plain


def _calls(calls: tuple[Any, ...], wrap: Callable[[Any], Any]) -> list[tuple[str, list[Any]]]:
    result: list[tuple[str, list[Any]]] = []
    for part in calls:
        if isinstance(part, str) and not isinstance(part, Text):
            result.append((part, []))
        else:
            value = str(part) if isinstance(part, Text) else wrap(part) if callable(part) else part
            result[-1][1].append(value)
    return result


class Text(str):
    """A String argument (a bare str is a method's name)."""

    __slots__ = ()
