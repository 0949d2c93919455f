"""A checkpoint's body -> a body that differs in one place: what chance, a bug, or an attacker might make of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cbor2

Place = tuple[list[Any], int]


def mutate(tree: Any, chance: random.Random) -> None:
    """Change one thing somewhere inside."""
    places = _places(tree)
    change = chance.choice(_CHANGES)
    change(*chance.choice(places), chance, places)


def _places(tree: Any) -> list[Place]:
    places: list[Place] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        places += [(node, index) for index in range(len(node))]
        todo += [inner for inner in node if type(inner) is list]
    return places


def _strange(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    node[index] = chance.choice(STRANGE)


def _shift(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    """Another number: a row, a length, an offset, a value."""
    numbers = [(node, index) for node, index in places if type(node[index]) is int]
    if numbers:
        node, index = chance.choice(numbers)
        node[index] += chance.choice((-1, 1, 2, -2, 2**31, -(2**31), 10, 2**63))


def _delete(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    del node[index]


def _insert(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    node.insert(index, chance.choice(STRANGE))


def _move(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    """What stands elsewhere, and nothing there."""
    other_node, other = chance.choice(places)
    node[index], other_node[other] = cbor2.loads(cbor2.dumps(other_node[other])), 0


def _swap(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    """Two values of one kind: rows, names, functions, sites."""
    alike = [(n, i) for n, i in places if type(n[i]) is type(node[index]) and type(n[i]) is not list]
    if alike:
        other_node, other = chance.choice(alike)
        node[index], other_node[other] = other_node[other], node[index]


def _name(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    """A name that stands somewhere else in the body, in place of a name."""
    texts = [(n, i) for n, i in places if type(n[i]) in (str, bytes)]
    if texts:
        (node, index), (other_node, other) = chance.choice(texts), chance.choice(texts)
        node[index] = other_node[other]


def _repeat(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    if type(node[index]) is list:
        node[index] = node[index] * 3
    else:
        node.insert(index, node[index])


def _cut(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    texts = [(n, i) for n, i in places if type(n[i]) in (str, bytes, list) and n[i]]
    if texts:
        node, index = chance.choice(texts)
        node[index] = node[index][: chance.randrange(len(node[index]))]


def _nest(node: list[Any], index: int, chance: random.Random, places: list[Place]) -> None:
    for _ in range(chance.choice((1, 2, 5, 60))):
        node[index] = [node[index]]


_CHANGES: tuple[Callable[[list[Any], int, random.Random, list[Place]], None], ...] = (
    _strange,
    _shift,
    _delete,
    _insert,
    _move,
    _swap,
    _name,
    _repeat,
    _cut,
    _nest,
)


def mutated(body: bytes, chance: random.Random) -> bytes:
    """Changed values (five in eight), one to three changes of the structure, or changed bytes."""
    how = chance.randrange(8)
    if how == 0:
        return _mutated_bytes(body, chance)
    tree = cbor2.loads(body)
    if how <= 2:
        for _ in range(chance.choice((1, 1, 2, 3))):
            mutate(tree, chance)
    else:
        _change_values(tree, chance)
    return cbor2.dumps(tree)


def _change_values(tree: Any, chance: random.Random) -> None:
    """Fields of rows that are others of the same kind: most of these can be restored, and then run on."""
    groups = tree[-1]
    for _ in range(chance.choice((1, 1, 2, 4))):
        index = chance.randrange(len(groups)) if groups else None
        if index is None:
            tree[-4] = chance.choice(STRANGE)
            return
        value = groups[index]
        alike = [other for other in groups if type(other) is type(value)]
        if type(value) is int:
            alike += [0, 1, -1, value + 1, value - 1, 2**31 - 1, -(2**31), 2**63 - 1]
        elif type(value) is float:
            alike += [0.0, -1e308, float("inf"), float("nan")]
        elif type(value) is str:
            alike += ["", value[::-1], value * 100, "1", "\0"]
        elif type(value) is list and value:
            inner = chance.randrange(len(value))
            value[inner] = chance.choice([*value, *STRANGE])
        elif type(value) is bytes or value is None or type(value) is bool:
            alike += [None, True, False, 7, "text", b"r0", b"r1", b"l5", b"d1", b"f-2:print"]
        groups[index] = chance.choice(alike)


def _mutated_bytes(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    at = chance.randrange(len(changed))
    how = chance.randrange(4)
    if how == 0:
        changed[at] ^= 1 << chance.randrange(8)
    elif how == 1:
        changed[at] = chance.randrange(256)
    elif how == 2:
        del changed[at : at + chance.randint(1, 8)]
    else:
        changed[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(changed)


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
    "print",
    "eval",
    "__class__",
    b"",
    b"\0",
    b"\5",
    b"\4\4",
    b"r0",
    b"r1",
    b"r-1",
    b"r99999",
    b"d1",
    b"dNaN",
    b"l5",
    b"x" + b"f" * 5_000,
    b"t\xff",
    b"sUNSET",
    b"c0:X",
    b"f-1:x",
    b"f0:closure",
    b"f-2:print",
    b"y0::int",
    b"gsleep",
    b"z",
    [],
    [0],
    {"a": 1},
    cbor2.undefined,
    cbor2.CBORSimpleValue(99),
]
