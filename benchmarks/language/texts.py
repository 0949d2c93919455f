"""Strings, interpolation, and regular expressions."""

from __future__ import annotations

import re

from .pair import IN_C, TYPED, Pair


def _strings() -> int:
    text = ""
    for i in range(20_000):
        text += f"{i % 10}-{i % 7};"
    return len(text)


def _interpolation() -> int:
    size = 0
    for i in range(60_000):
        size += len(f"order {i} of {i & 7}")
    return size


_LINE = "alpha,beta,gamma,delta"


def _split_and_join() -> int:
    size = 0
    for _ in range(6_000):
        size += len("-".join(part.upper() for part in _LINE.split(",")))
    return size


def _characters() -> int:
    vowels = 0
    for _ in range(500):
        for c in "the quick brown fox jumps over the lazy dog":
            if c in "aeiou":
                vowels += 1
    return vowels


def _searched() -> int:
    pattern = re.compile(r"(\w+)=(\d+)")
    total = 0
    for i in range(20_000):
        match = pattern.search(f"key{i}={i}")
        assert match is not None
        total += int(match[2]) % 10
    return total


def _all_found() -> int:
    pattern = re.compile(r"(\d+)")
    total = 0
    for _ in range(300):
        for match in pattern.finditer("1 and 22 and 333 and 4444 and 55555"):
            total += int(match[1])
    return total


def _replaced() -> int:
    pattern = re.compile(r"\d")
    size = 0
    for i in range(10_000):
        size += len(pattern.sub("#", f"card 4000{i}"))
    return size


PAIRS = (
    Pair(
        "string, appended to",
        'String s = ""; for (int i = 0; i < 20000; i++) { s += "${i % 10}-${i % 7};" }; s.size()',
        _strings,
        TYPED,
    ),
    Pair(
        "string interpolation",
        'int n = 0; for (int i = 0; i < 60000; i++) { n += "order $i of ${i & 7}".size() }; n',
        _interpolation,
        TYPED,
    ),
    Pair(
        "split, map and join",
        "def line = 'alpha,beta,gamma,delta'; int n = 0; for (int i = 0; i < 6000; i++) {\n"
        "  n += line.split(/,/).map{ it.toUpperCase() }.join('-').size()\n"
        "}\n"
        "n",
        _split_and_join,
        IN_C,
    ),
    Pair(
        "characters of a string",
        "def text = 'the quick brown fox jumps over the lazy dog'; int n = 0; for (int i = 0; i < 500; i++) {\n"
        "  text.each{ c -> n++ if c in 'aeiou' }\n"
        "}\n"
        "n",
        _characters,
        TYPED,
    ),
    Pair(
        "regex, with groups",
        'int t = 0; for (int i = 0; i < 20000; i++) { "key$i=$i" =~ /(\\w+)=(\\d+)/n; t += $2 % 10 }; t',
        _searched,
        IN_C,
    ),
    Pair(
        "regex, all matches",
        "def text = '1 and 22 and 333 and 4444 and 55555'; int t = 0; for (int i = 0; i < 300; i++) {\n"
        "  while (text =~ /(\\d+)/ng) { t += $1 }\n"
        "}\n"
        "t",
        _all_found,
        IN_C,
    ),
    Pair(
        "regex, replaced",
        'int n = 0; for (int i = 0; i < 10000; i++) { def s = "card 4000$i"; s =~ s/\\d/#/g; n += s.size() }; n',
        _replaced,
        IN_C,
    ),
)
