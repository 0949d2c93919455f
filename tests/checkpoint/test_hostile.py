"""Damaged and forged checkpoints are refused or restored: never another exception, never much time or memory."""

from __future__ import annotations

import random
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jactl_trio.checkpoint import Snapshot, decode, encode
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Machine
from jactl_trio.errors import CheckpointDecodeError, CheckpointError
from jactl_trio.values.cells import Cell

from .graphs import UNIT, assert_same
from .values import sample, values

KEY = b"a secret"


def snapshot() -> Snapshot:
    machine = Machine(RunState())
    machine.start(UNIT.namespace["main"], [1, "two", sample()], {"x": Cell(1.5)})
    return Snapshot(UNIT, machine.snapshot(), {"g": sample()}, checkpoint_id=3, value=sample())


def read(checkpoint: bytes, key: bytes | None = None) -> Snapshot:
    return decode(checkpoint, None, lambda reference: UNIT, key)


def body_of(checkpoint: bytes) -> bytes:
    return open_sealed(checkpoint)[1]


def refused_or_restored(checkpoint: bytes) -> None:
    """Nothing but a CheckpointError, and that on purpose: not from the net under decode_body."""
    try:
        read(checkpoint)
    except CheckpointError as error:
        assert not error.message.startswith("The checkpoint cannot be read"), error.__cause__


@pytest.mark.parametrize("key", [None, KEY])
def test_every_flipped_bit_and_every_prefix_is_refused(key: bytes | None) -> None:
    checkpoint = encode(snapshot(), None, key)
    assert_same(read(checkpoint, key).value, sample())
    for index in range(len(checkpoint)):
        flipped = bytearray(checkpoint)
        flipped[index] ^= 1 << (index % 8)
        with pytest.raises(CheckpointDecodeError):
            read(bytes(flipped), key)
        with pytest.raises(CheckpointDecodeError):
            read(checkpoint[:index], key)
    with pytest.raises(CheckpointDecodeError):
        read(checkpoint + b"\0", key)


def test_another_key_or_none_is_refused() -> None:
    keyed, plain = encode(snapshot(), None, KEY), encode(snapshot())
    for checkpoint, key in ((keyed, None), (keyed, b"another"), (plain, KEY)):
        with pytest.raises(CheckpointDecodeError):
            read(checkpoint, key)


def test_a_long_body_is_compressed_and_bounded() -> None:
    large = Snapshot(UNIT, [], {}, value=list(range(10_000)))
    checkpoint = encode(large)
    assert read(checkpoint).value == large.value
    body = body_of(checkpoint)
    assert len(checkpoint) < len(body)


def test_flipped_bits_under_a_repaired_digest() -> None:
    body = body_of(encode(snapshot()))
    for index in range(len(body)):
        for bit in range(8):
            flipped = bytearray(body)
            flipped[index] ^= 1 << bit
            refused_or_restored(seal(bytes(flipped), UNIT.identity))


def test_mutations_of_the_tree_under_a_repaired_digest() -> None:
    body = cbor2.loads(body_of(encode(snapshot())))
    chance = random.Random(1)
    for _ in range(3_000):
        mutant = cbor2.loads(cbor2.dumps(body))
        for _ in range(chance.randint(1, 3)):
            _mutate(mutant, chance)
        refused_or_restored(seal(cbor2.dumps(mutant), UNIT.identity))


def _mutate(tree: Any, chance: random.Random) -> None:
    """Change one thing somewhere inside."""
    places: list[tuple[list[Any], int]] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        places += [(node, index) for index in range(len(node))]
        todo += [inner for inner in node if type(inner) is list]
    node, index = chance.choice(places)
    other_node, other = chance.choice(places)
    change = chance.randrange(6)
    if change == 0:
        node[index] = chance.choice(STRANGE)
    elif change == 1 and type(node[index]) is int:
        node[index] += chance.choice((-1, 1, 2**31, -(2**31), 10))
    elif change == 2:
        del node[index]
    elif change == 3:
        node.insert(index, chance.choice(STRANGE))
    elif change == 4:
        node[index], other_node[other] = cbor2.loads(cbor2.dumps(other_node[other])), 0
    elif type(node[index]) is list:
        node[index] = node[index] * 3
    elif type(node[index]) in (str, bytes):
        node[index] = node[index][:-1]


STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    -2,
    -3,
    1,
    2,
    5,
    6,
    7,
    255,
    2**40,
    2**63,
    -(2**64),
    1.5,
    float("nan"),
    "",
    "text",
    "NaN",
    "1E+99999999999999999999",
    "1::int",
    "0:0:X",
    "99::int",
    b"",
    b"\0",
    b"\5",
    b"\4\4",
    b"r1",
    b"r-1",
    b"r99999",
    b"d1",
    b"dNaN",
    b"t\xff",
    b"sUNSET",
    b"c0:X",
    b"f-1:x",
    b"f0:closure",
    b"y0::int",
    b"z",
    [],
    [0],
    {"a": 1},
    cbor2.undefined,
    cbor2.CBORSimpleValue(99),
]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    with pytest.raises(CheckpointDecodeError):
        read(data)
    with pytest.raises(CheckpointDecodeError):
        read(seal(data, UNIT.identity))


@settings(max_examples=300, deadline=None)
@given(values)
def test_any_graph_comes_back(value: Any) -> None:
    assert_same(value, read(encode(Snapshot(UNIT, [], {}, value=value))).value)


BOMBS: dict[str, list[Any]] = {
    "ranges of ranges": [-1, 6, 2, 0, 100] * 100,
    "a range past the end": [-1, 6, 2, 1, 2**40],
    "a table that is cut off": [0, 100, 1, 2],
    "a table with rows below zero": [0, -1, 1, 2],
    "a shape that is not there": [7, 1, 1],
    "a row that is not there": [-1, 4, 1, 17],
    "a negative row": [-1, 4, 1, -1],
    "a list that is cut off": [-1, 0, 2**62],
    "a list of less than nothing": [-1, 0, -1],
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    body = cbor2.loads(body_of(encode(Snapshot(UNIT, [], {}))))
    body[9] = [0, b"\0\0", "a", "b"]
    body[10] = BOMBS[name]
    with pytest.raises(CheckpointDecodeError):
        read(seal(cbor2.dumps(body), UNIT.identity))


def test_tags_are_never_decoded() -> None:
    body = cbor2.loads(body_of(encode(Snapshot(UNIT, [], {}))))
    for tag in (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 256, 258, 260, 55799, 65535):
        body[7] = cbor2.CBORTag(tag, "1")
        with pytest.raises(CheckpointDecodeError):
            read(seal(cbor2.dumps(body), UNIT.identity))


def test_bytes_after_the_body_are_refused() -> None:
    body = body_of(encode(snapshot()))
    for more in (b"\0", b"\x6bend of body", body):
        with pytest.raises(CheckpointDecodeError):
            read(seal(body + more, UNIT.identity))
