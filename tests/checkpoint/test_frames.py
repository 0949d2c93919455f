"""Suspended functions through bytes: the restored run gives the plain run's answer, in fresh objects."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from uuid import UUID, uuid4

import cbor2
import pytest

from jactl_trio.checkpoint import Snapshot, UnitReference, decode, encode, identity_of
from jactl_trio.checkpoint.envelope import open_sealed
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.frames import Frame
from jactl_trio.continuation.machine import Done, Machine, Waiting
from jactl_trio.errors import CheckpointDecodeError, CheckpointEncodeError, UnknownScriptError
from tests.continuation.handmade import run, unit_of
from tests.continuation.test_resume import PROGRAMS

from .graphs import frames_through


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "attribute targets"])
def test_a_checkpoint_at_every_suspension(name: str) -> None:
    plain = unit_of(PROGRAMS[name])
    plain.namespace["wait"] = lambda x: x
    assert run(unit_of(PROGRAMS[name]), 5, through=frames_through) == plain.namespace["main"](5)


def test_everything_in_a_snapshot_comes_back() -> None:
    unit = unit_of(PROGRAMS["recursion"])
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 10)
    globals_ = {"x": [1], "y": 2}
    made = Snapshot(unit, machine.snapshot(), globals_, uuid4(), 7, 8, 9, 1.25, value=globals_["x"])
    checkpoint = encode(made)
    assert identity_of(checkpoint) == unit.identity
    back = decode(checkpoint, None, lambda reference: unit)
    for name in ("unit", "globals", "instance_id", "checkpoint_id", "call_ordinal", "loop_count", "run_seconds"):
        assert getattr(back, name) == getattr(made, name)
    assert back.value is back.globals["x"] is not globals_["x"]
    assert [(frame.code, frame.site, frame.locals) for frame in back.frames] == [
        (frame.code, frame.site, frame.locals) for frame in made.frames
    ]


def test_the_instance_id_comes_back_as_any_other_uuid() -> None:
    unit = unit_of(PROGRAMS["recursion"])
    for made in (uuid4(), UUID(int=0), UUID(int=2**128 - 1)):
        back = decode(encode(Snapshot(unit, [], {}, made)), None, lambda reference: unit).instance_id
        assert (back, hash(back), repr(back)) == (made, hash(made), repr(made))
        assert back is not None and back.is_safe is made.is_safe
        assert pickle.loads(pickle.dumps(back)) == copy.copy(back) == made


@pytest.mark.parametrize(("counts", "value"), [((0, 23, 24), None), ((255, 256, 65_536), "a"), ((2**32, 1, 0), 1.5)])
def test_a_head_is_what_cbor2_makes_of_it(counts: tuple[int, int, int], value: object) -> None:
    unit = unit_of(PROGRAMS["recursion"])
    made = Snapshot(unit, [], {}, uuid4(), *counts, 0.75, value)
    body = open_sealed(encode(made))[1]
    assert made.instance_id is not None
    assert body == cbor2.dumps(cbor2.loads(body))
    assert cbor2.loads(body)[:8] == [made.instance_id.bytes, *counts, 0.75, 0, b"r0", value]


def test_frames_share_objects_with_each_other_and_with_globals() -> None:
    unit = unit_of("""
def inner(box):
    wait(1)
    box.append("inner")
    return box

def main(g):
    box = g["box"]
    same = inner(box)
    same.append("main")
    return [box, g]
""")
    globals_: dict[str, Any] = {"box": []}
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], globals_)
    back = decode(encode(Snapshot(unit, machine.snapshot(), globals_)), None, lambda reference: unit)
    step = Machine.restored(RunState(), back.frames).resume(None)
    assert isinstance(step, Done)
    box, g = step.value
    assert box == ["inner", "main"] and g is back.globals and g["box"] is box and globals_["box"] == []


def test_recursion_100_000_deep() -> None:
    unit = unit_of("""
def deep(n):
    if n == 0:
        return wait(0)
    t = deep(n - 1)
    return t + 1

def main(n):
    t = deep(n)
    return t
""")
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 100_000)
    frames, value = frames_through(machine.snapshot(), 5)
    assert Machine.restored(RunState(), frames).resume(value) == Done(100_005)


def test_another_script_is_refused() -> None:
    unit = unit_of(PROGRAMS["straight"])
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 1)
    checkpoint = encode(Snapshot(unit, machine.snapshot(), {}))
    for answer in (None, unit_of(PROGRAMS["straight"], identity="1" * 64)):
        with pytest.raises(UnknownScriptError):
            decode(checkpoint, None, lambda reference, answer=answer: answer)
    for changed in (PROGRAMS["loops"], PROGRAMS["straight"].replace("b = a + 1", "b = x + 1")):
        with pytest.raises(CheckpointDecodeError):
            decode(checkpoint, None, lambda reference, changed=changed: unit_of(changed))


def test_the_source_of_evaluated_units_travels_along() -> None:
    main, evaluated = (
        unit_of("def main(n):\n    t = n()\n    return t\n"),
        unit_of(PROGRAMS["straight"], identity="ab" * 32),
    )
    machine = Machine(RunState())
    machine.start(main.namespace["main"], lambda: None)
    frames = [Frame(evaluated.codes["main"], evaluated.codes["main"].sites[5], {"a": 1, "b": 2})]
    checkpoint = encode(Snapshot(main, frames, {}, evaluated=[evaluated]))
    asked: list[UnitReference] = []

    def resolver(reference: UnitReference) -> Any:
        asked.append(reference)
        return main if reference.source is None else unit_of(reference.source, identity=reference.identity)

    back = decode(checkpoint, None, resolver)
    assert [reference.source for reference in asked] == [None, PROGRAMS["straight"]]
    assert Machine.restored(RunState(), back.frames).resume(3) == Done([1, 2, 3])


def test_a_variable_that_cannot_be_saved_is_named_with_its_line() -> None:
    unit = unit_of("""
def main(v_handle):
    t = wait(1)
    return [v_handle, t]
""")
    machine = Machine(RunState())
    assert isinstance(machine.start(unit.namespace["main"], [object()]), Waiting)
    with pytest.raises(CheckpointEncodeError, match=r"Variable handle\[0\] cannot be saved") as caught:
        encode(Snapshot(unit, machine.snapshot(), {}))
    assert caught.value.location is not None and caught.value.location.offset == 3


def test_more_or_fewer_variables_are_refused() -> None:
    unit = unit_of(PROGRAMS["straight"])
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 1)
    machine.resume(1)
    (frame,) = machine.frames
    assert set(frame.locals) == {"a", "b"}
    for changed in ({"a": 1}, {"a": 1, "b": 2, "c": 3}, {"b": 1, "c": 3}, {}):
        checkpoint = encode(Snapshot(unit, [Frame(frame.code, frame.site, changed)], {}))
        with pytest.raises(CheckpointDecodeError, match="other variables"):
            decode(checkpoint, None, lambda reference: unit)
