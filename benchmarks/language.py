"""Language benchmarks: a script, the same by hand in Python, and the answer that both must give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from jactl_trio import Context
from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Machine, Waiting
from jactl_trio.continuation.unit import Unit

from .measure import paired
from .rows import Row


@dataclass(frozen=True)
class Pair:
    name: str
    script: str
    python: Callable[[], Any]
    target: float  # at most so many times the time of Python


def _fib(n: int) -> int:
    return n if n < 2 else _fib(n - 1) + _fib(n - 2)


def _while_loop() -> int:
    i = total = 0
    while i < 300_000:
        total += i & 7
        i += 1
    return total


def _nested_loops() -> int:
    total = 0
    for i in range(400):
        for j in range(400):
            if (i ^ j) % 3 == 0:
                total += 1
    return total


def _long_arithmetic() -> int:
    x, mask = 1, 2**63 - 1
    for i in range(100_000):
        x = (x * 31 + i) & mask
    return x


def _double_arithmetic() -> float:
    x = 0.0
    for i in range(200_000):
        x = x * 0.5 + i
    return x


def _decimal_arithmetic() -> Decimal:
    x = Decimal("0.00")
    for _ in range(50_000):
        x += Decimal("1.25")
    return x


def _strings() -> int:
    text = ""
    for i in range(20_000):
        text += f"{i % 10}-{i % 7};"
    return len(text)


_WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "and", "the", "cat"]


def _word_count() -> int:
    counts: dict[str, int] = {}
    for i in range(100_000):
        word = _WORDS[i % 12]
        counts[word] = counts.get(word, 0) + 1
    return counts["the"]


class _Point:
    __slots__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    def moved(self, d: int) -> _Point:
        return _Point(self.x + d, self.y - d)


def _classes() -> int:
    point = _Point(0, 0)
    for _ in range(60_000):
        point = point.moved(1)
    return point.x - point.y


def _closures() -> int:
    def adder(n: int) -> Callable[[int], int]:
        return lambda x: x + n

    total = 0
    for i in range(60_000):
        total = adder(i & 3)(total)
    return total


def _pipeline() -> int:
    return sum(y for y in (x * 3 for x in range(20_000)) if y % 2 == 0)


def _sort() -> int:
    items = [(i * 7919) % 100_003 for i in range(30_000)]
    return sorted(items, key=cmp_to_key(lambda a, b: (b > a) - (b < a)))[0]


def _switch() -> int:
    total = 0
    for i in range(100_000):
        match i % 5:
            case 0:
                total += 1
            case 1 | 2:
                total += 2
            case 3:
                total += 3
            case _:
                total += 4
    return total


def _regex() -> int:
    pattern = re.compile(r"(\w+)=(\d+)")
    total = 0
    for i in range(20_000):
        match = pattern.search(f"key{i}={i}")
        assert match is not None
        total += int(match[2]) % 10
    return total


PAIRS = (
    Pair("fib, typed", "int fib(int n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(22)", lambda: _fib(22), 1.5),
    Pair("fib, untyped", "def fib(n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(22)", lambda: _fib(22), 2.5),
    Pair("while loop, typed", "int i = 0; int t = 0; while (i < 300000) { t += i & 7; i++ }; t", _while_loop, 1.5),
    Pair("while loop, untyped", "def i = 0; def t = 0; while (i < 300000) { t += i & 7; i++ }; t", _while_loop, 2.5),
    Pair(
        "nested loops",
        "int t = 0; for (int i = 0; i < 400; i++) { for (int j = 0; j < 400; j++) { t++ if (i ^ j) % 3 == 0 } }; t",
        _nested_loops,
        1.5,
    ),
    Pair(
        "long arithmetic",
        "long x = 1; for (int i = 0; i < 100000; i++) { x = (x * 31 + i) & 9223372036854775807L }; x",
        _long_arithmetic,
        1.5,
    ),
    Pair(
        "double arithmetic",
        "double x = 0D; for (int i = 0; i < 200000; i++) { x = x * 0.5D + i }; x",
        _double_arithmetic,
        1.5,
    ),
    Pair(
        "Decimal arithmetic",
        "Decimal x = 0.00; for (int i = 0; i < 50000; i++) { x += 1.25 }; x",
        _decimal_arithmetic,
        2.5,
    ),
    Pair(
        "strings",
        'String s = ""; for (int i = 0; i < 20000; i++) { s += "${i % 10}-${i % 7};" }; s.size()',
        _strings,
        1.5,
    ),
    Pair(
        "word count in a map",
        "def words = 'the quick brown fox jumps over the lazy dog and the cat'.split(/ /)\n"
        "def counts = [:]; for (int i = 0; i < 100000; i++) { counts[words[i % 12]] += 1 }; counts.the",
        _word_count,
        1.5,
    ),
    Pair(
        "classes",
        "class P { int x; int y; P moved(int d) { new P(x + d, y - d) } }\n"
        "P p = new P(0, 0); for (int i = 0; i < 60000; i++) { p = p.moved(1) }; p.x - p.y",
        _classes,
        1.5,
    ),
    Pair(
        "closures",
        "def adder(n) { return { x -> x + n } }; def t = 0; for (int i = 0; i < 60000; i++) { t = adder(i & 3)(t) }; t",
        _closures,
        2.5,
    ),
    Pair("pipeline", "20000.map{ it * 3 }.filter{ it % 2 == 0 }.sum()", _pipeline, 1.5),
    Pair("sort by comparator", "30000.map{ (it * 7919) % 100003 }.sort{ a, b -> b <=> a }[0]", _sort, 1.5),
    Pair(
        "switch",
        "int t = 0; for (int i = 0; i < 100000; i++) { t += switch (i % 5) { 0 -> 1; 1, 2 -> 2; 3 -> 3; _ -> 4 } }; t",
        _switch,
        1.5,
    ),
    Pair(
        "regex",
        'int t = 0; for (int i = 0; i < 20000; i++) { "key$i=$i" =~ /(\\w+)=(\\d+)/n; t += $2 % 10 }; t',
        _regex,
        2.0,
    ),
)


def rows(rounds: int) -> Iterator[Row]:
    """Each script beside its Python: seconds for one run, and the ratio."""
    context = Context()
    for pair in PAIRS:
        unit = context.compile(pair.script).unit

        def ours(unit: Unit = unit) -> Any:
            machine = Machine(RunState(context, {}))
            step = machine.start(unit.main, {})
            while isinstance(step, Waiting):  # its time slice is used up
                step = machine.resume(None)
            return step.value

        assert ours() == pair.python(), pair.name
        measured = paired(ours, pair.python, rounds)
        yield Row(pair.name, "ms", measured.ours_s * 1e3, measured.other_s * 1e3, measured.ratio, pair.target, "Python")
