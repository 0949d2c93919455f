"""Arithmetic on each type of number."""

from __future__ import annotations

from decimal import Decimal

from .pair import IN_C, TYPED, UNTYPED, Pair


def _bytes() -> int:
    x = 1
    for i in range(100_000):
        x = (x * 31 + i) & 0xFF
    return x


def _ints() -> int:
    x = 1
    for i in range(150_000):
        x = ((x << 5) - x + i) & 0xFFFFF
    return x


def _int_division() -> int:
    total = 0
    for i in range(1, 100_000):
        total += 1_000_000 // i + i % 7
    return total


def _longs() -> int:
    x, mask = 1, 2**63 - 1
    for i in range(100_000):
        x = (x * 31 + i) & mask
    return x


def _doubles() -> float:
    x = 0.0
    for i in range(200_000):
        x = x * 0.5 + i
    return x


def _decimal_sum() -> Decimal:
    x, step = Decimal("0.00"), Decimal("1.25")
    for _ in range(50_000):
        x += step
    return x


def _decimal_prices() -> Decimal:
    prices = [Decimal("19.99"), Decimal("4.50"), Decimal("0.99")]
    total = Decimal("0.00")
    for i in range(20_000):
        total += prices[i % 3] * (i % 10)
        if total > 1_000:
            total -= 1_000
    return total


PAIRS = (
    Pair("byte arithmetic", "byte x = 1; for (int i = 0; i < 100000; i++) { x = x * 31 + i }; x", _bytes, TYPED),
    Pair(
        "int arithmetic, typed",
        "int x = 1; for (int i = 0; i < 150000; i++) { x = ((x << 5) - x + i) & 0xFFFFF }; x",
        _ints,
        TYPED,
    ),
    Pair(
        "int arithmetic, untyped",
        "def x = 1; for (def i = 0; i < 150000; i++) { x = ((x << 5) - x + i) & 0xFFFFF }; x",
        _ints,
        UNTYPED,
    ),
    Pair(
        "int division",
        "int t = 0; for (int i = 1; i < 100000; i++) { t += 1000000 / i + i % 7 }; t",
        _int_division,
        TYPED,
    ),
    Pair(
        "long arithmetic",
        "long x = 1; for (int i = 0; i < 100000; i++) { x = (x * 31 + i) & 9223372036854775807L }; x",
        _longs,
        TYPED,
    ),
    Pair(
        "double arithmetic, typed",
        "double x = 0D; for (int i = 0; i < 200000; i++) { x = x * 0.5D + i }; x",
        _doubles,
        TYPED,
    ),
    Pair(
        "double arithmetic, untyped",
        "def x = 0D; for (def i = 0; i < 200000; i++) { x = x * 0.5D + i }; x",
        _doubles,
        UNTYPED,
    ),
    Pair(
        "Decimal sum",
        "Decimal x = 0.00; for (int i = 0; i < 50000; i++) { x += 1.25 }; x",
        _decimal_sum,
        IN_C,
    ),
    Pair(
        "Decimal prices, untyped",
        "def prices = [19.99, 4.50, 0.99]; def total = 0.00; for (int i = 0; i < 20000; i++) {\n"
        "  total += prices[i % 3] * (i % 10); if (total > 1000) { total -= 1000 }\n"
        "}\n"
        "total",
        _decimal_prices,
        UNTYPED,
    ),
)
