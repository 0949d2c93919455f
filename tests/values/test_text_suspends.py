"""Texts of instances whose toString() waits."""

from types import SimpleNamespace
from typing import Any

from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Done, Machine, Waiting
from jactl_trio.values.operators import add
from jactl_trio.values.suspension import resumable, suspend
from jactl_trio.values.text import to_text


@resumable
def asks(this: Any) -> Any:
    answer = suspend("who?")
    return answer or "nobody"


class Person:
    __slots__ = ()
    jactl = SimpleNamespace(full_name="Person", fields={}, methods={"toString": asks})


def test_text_goes_on_where_it_waited() -> None:
    machine = Machine(RunState())
    assert machine.start(to_text, [Person(), {"a": Person()}]) == Waiting("who?")
    assert [frame.code.key.rsplit(":")[-1] for frame in machine.frames] == ["structure_text", "asks"]
    assert machine.resume("Ann") == Waiting("who?")
    assert machine.resume(["b", 1]) == Done("[Ann, [a:[b, 1]]]")


def test_concatenation_waits_too() -> None:
    machine = Machine(RunState())
    assert machine.start(add, "I am ", Person()) == Waiting("who?")
    assert machine.resume("Bob") == Done("I am Bob")
