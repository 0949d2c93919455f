"""Damaged and forged checkpoints are refused or restored: never another exception, never much time or memory."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jactl_trio as jactl
from jactl_trio.checkpoint import KeyRing, Snapshot, decode, encode, ring_of
from jactl_trio.checkpoint.envelope import open_sealed, seal
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Machine
from jactl_trio.errors import CheckpointDecodeError, CheckpointError
from jactl_trio.runtime.driver import Driver
from jactl_trio.values.cells import Cell
from jactl_trio.values.display import plain_text

from .graphs import UNIT, assert_same
from .mutations import mutate
from .values import sample, values

KEY = ring_of(b"a secret")


def snapshot() -> Snapshot:
    machine = Machine(RunState())
    machine.start(UNIT.namespace["main"], [1, "two", sample()], {"x": Cell(1.5)})
    return Snapshot(UNIT, machine.snapshot(), {"g": sample()}, checkpoint_id=3, value=sample())


def read(checkpoint: bytes, key: KeyRing | None = None) -> Snapshot:
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
def test_every_flipped_bit_and_every_prefix_is_refused(key: KeyRing | None) -> None:
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
    for checkpoint, key in ((keyed, None), (keyed, ring_of(b"another")), (plain, KEY)):
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
            mutate(mutant, chance)
        refused_or_restored(seal(cbor2.dumps(mutant), UNIT.identity))


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


@pytest.mark.parametrize("wrong", [2**63, 2**64 - 1, -(2**63) - 1, -(2**64)])
@pytest.mark.parametrize(
    "fields",
    [
        lambda wrong: [-1, 0, 2, wrong, "a"],
        lambda wrong: [-1, 0, 2, wrong, 1],
        lambda wrong: [1, 1, "a", wrong],
        lambda wrong: [1, 2, "a", 1, "b", wrong],
        lambda wrong: [1, 2, 1, "a", wrong, "b"],
        lambda wrong: [-1, 5, 1, wrong],
    ],
)
def test_integers_of_more_than_64_bits_are_refused(fields: Any, wrong: int) -> None:
    """No data of a script holds such: CBOR could, without a tag."""

    def checkpoint(value: int) -> bytes:
        body = cbor2.loads(body_of(encode(Snapshot(UNIT, [], {}))))
        body[7] = b"r1"
        body[9] = [0, b"", 0, b"\0\0", "a", "b"]
        body[10] = [0, 1, None, *fields(value)]
        return seal(cbor2.dumps(body), UNIT.identity)

    for value in (2**63 - 1, -(2**63), 5):
        assert read(checkpoint(value)).value
    with pytest.raises(CheckpointDecodeError, match=r"64 bits|something"):
        read(checkpoint(wrong))


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


async def test_a_forged_state_of_a_sort_that_never_ends_is_stopped(autojump_clock: object) -> None:
    context = jactl.Context(max_execution_time=100)
    script = context.compile("[3, 1, 2].sort{ a, b -> checkpoint(); a <=> b }")
    driver = Driver(script.unit, script.new_run({}, id=UUID(int=1)))
    machine = driver.machine
    machine.start(script.unit.main, {})
    (sorting,) = (frame for frame in machine.frames if "width" in frame.locals)
    sorting.locals["width"] = 0
    with pytest.raises(jactl.LimitError):
        await driver.go_on()


def test_what_a_forged_checkpoint_gives_to_a_script_shows_nothing_of_the_host() -> None:
    registry = jactl.Context().registry
    shown = [UNIT, *UNIT.codes.values(), registry.by_key("print"), registry.by_key("List.map")]
    assert max(len(plain_text(one)) for one in shown) < 100
