"""A checkpoint can be described from its bytes alone."""

from __future__ import annotations

import random

import cbor2
import pytest

from jactl_trio.checkpoint import Snapshot, encode
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.checkpoint.inspect import describe
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Machine
from jactl_trio.errors import CheckpointDecodeError
from tests.continuation.handmade import unit_of

from .values import sample

SOURCE = """
def inner(v_n, t1):
    r = wait(v_n)
    return [v_n, t1, r]

def main(v_order):
    x = inner(3, "text")
    return [v_order, x]
"""


def test_frames_with_lines_and_variables() -> None:
    unit = unit_of(SOURCE)
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], {"id": 1, "items": [1.5, None, {"a": True}]})
    checkpoint = encode(Snapshot(unit, machine.snapshot(), {"g": ["s"]}, checkpoint_id=4))
    seen = describe(checkpoint, source=SOURCE)
    assert (seen.checkpoint_id, seen.identity, seen.stored_bytes) == (4, unit.identity, len(checkpoint))
    assert seen.globals == "[g:['s']]"
    assert [(frame.function, frame.variables) for frame in seen.frames] == [
        ("main", {"order": "[id:1, items:[1.5, null, [a:true]]]"}),
        ("inner", {"n": "3", "t1": "'text'"}),
    ]
    assert [frame.line for frame in seen.frames] == [2, 2]  # offsets 7 and 3 of the source


def test_every_kind_of_value_can_be_shown() -> None:
    unit = unit_of(SOURCE)
    text = describe(encode(Snapshot(unit, [], sample()))).globals
    for part in ("1L", "2b", "-0.0", "<function closure>", "int[1, 2]", "<UNSET>", "amount:1.20"):
        assert part in text


def test_forged_bodies_are_refused_or_shown() -> None:
    unit = unit_of(SOURCE)
    body = open_sealed(encode(Snapshot(unit, [], sample())))[1]
    chance = random.Random(3)
    for _ in range(2_000):
        flipped = bytearray(body)
        flipped[chance.randrange(len(body))] = chance.randrange(256)
        try:
            describe(seal(bytes(flipped), unit.identity))
        except CheckpointDecodeError:
            continue
    with pytest.raises(CheckpointDecodeError):
        describe(seal(cbor2.dumps([]), unit.identity))
