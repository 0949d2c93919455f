"""Loops and choices: while, for, ranges, switch, patterns."""

from __future__ import annotations

from .pair import TYPED, UNTYPED, Pair


def _while_loop() -> int:
    i = total = 0
    while i < 300_000:
        total += i & 7
        i += 1
    return total


def _for_loop() -> int:
    total = 0
    for i in range(300_000):
        total += i & 7
    return total


def _nested_loops() -> int:
    total = 0
    for i in range(400):
        for j in range(400):
            if (i ^ j) % 3 == 0:
                total += 1
    return total


def _sieve() -> int:
    limit = 60_000
    composite = [False] * limit
    count = 0
    for i in range(2, limit):
        if not composite[i]:
            count += 1
            for j in range(i + i, limit, i):
                composite[j] = True
    return count


def _switch_on_int() -> int:
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


_KINDS = ("new", "paid", "sent", "done", "lost")


def _switch_on_string() -> int:
    total = 0
    for i in range(100_000):
        match _KINDS[i % 5]:
            case "new":
                total += 1
            case "paid" | "sent":
                total += 2
            case "done":
                total += 3
            case _:
                total += 4
    return total


_SHAPES = ([1, 2], [0, 5], [1, 2, 3], 7, "seven")


def _switch_on_structure() -> int:
    total = 0
    for i in range(60_000):
        match _SHAPES[i % 5]:
            case [0, b]:
                total += b
            case [a, b]:
                total += a + b
            case int():
                total += 7
            case _:
                total += 1
    return total


PAIRS = (
    Pair("while loop, typed", "int i = 0; int t = 0; while (i < 300000) { t += i & 7; i++ }; t", _while_loop, TYPED),
    Pair(
        "while loop, untyped", "def i = 0; def t = 0; while (i < 300000) { t += i & 7; i++ }; t", _while_loop, UNTYPED
    ),
    Pair("for loop, typed", "int t = 0; for (int i = 0; i < 300000; i++) { t += i & 7 }; t", _for_loop, TYPED),
    Pair(
        "nested loops, typed",
        "int t = 0; for (int i = 0; i < 400; i++) { for (int j = 0; j < 400; j++) { t++ if (i ^ j) % 3 == 0 } }; t",
        _nested_loops,
        TYPED,
    ),
    Pair(
        "nested loops, untyped",
        "def t = 0; for (def i = 0; i < 400; i++) { for (def j = 0; j < 400; j++) { t++ if (i ^ j) % 3 == 0 } }; t",
        _nested_loops,
        UNTYPED,
    ),
    Pair(
        "sieve in an array",
        "int limit = 60000; boolean[] composite = new boolean[limit]; int count = 0\n"
        "for (int i = 2; i < limit; i++) {\n"
        "  if (!composite[i]) { count++; for (int j = i + i; j < limit; j += i) { composite[j] = true } }\n"
        "}\n"
        "count",
        _sieve,
        TYPED,
    ),
    Pair(
        "switch on an int",
        "int t = 0; for (int i = 0; i < 100000; i++) { t += switch (i % 5) { 0 -> 1; 1, 2 -> 2; 3 -> 3; _ -> 4 } }; t",
        _switch_on_int,
        TYPED,
    ),
    Pair(
        "switch on a string",
        "def kinds = ['new', 'paid', 'sent', 'done', 'lost']; int t = 0; for (int i = 0; i < 100000; i++) {\n"
        "  t += switch (kinds[i % 5]) { 'new' -> 1; 'paid', 'sent' -> 2; 'done' -> 3; _ -> 4 }\n"
        "}\n"
        "t",
        _switch_on_string,
        UNTYPED,
    ),
    Pair(
        "switch on structure",
        "def shapes = [[1, 2], [0, 5], [1, 2, 3], 7, 'seven']; int t = 0; for (int i = 0; i < 60000; i++) {\n"
        "  t += switch (shapes[i % 5]) { [0,b] -> b; [a,b] -> a + b; int -> 7; _ -> 1 }\n"
        "}\n"
        "t",
        _switch_on_structure,
        UNTYPED,
    ),
)
