"""Calls: of functions, methods, closures and constructors."""

from __future__ import annotations

from collections.abc import Callable

from .pair import TYPED, UNTYPED, Pair


def _fib(n: int) -> int:
    return n if n < 2 else _fib(n - 1) + _fib(n - 2)


def _gcd(a: int, b: int) -> int:
    return a if b == 0 else _gcd(b, a % b)


def _gcds() -> int:
    return sum(_gcd(i, 360) for i in range(8_000))


def _scaled(x: int, by: int = 3) -> int:
    return x * by


def _default_arguments() -> int:
    total = 0
    for i in range(60_000):
        total = (total + _scaled(i)) & 0xFFFFF
    return total


class _Point:
    __slots__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    def moved(self, d: int) -> _Point:
        return _Point(self.x + d, self.y - d)


def _new_objects() -> int:
    point = _Point(0, 0)
    for _ in range(60_000):
        point = point.moved(1)
    return point.x - point.y


class _Shape:
    def area(self, n: int) -> int:
        raise NotImplementedError


class _Square(_Shape):
    def area(self, n: int) -> int:
        return n * n


class _Strip(_Shape):
    def area(self, n: int) -> int:
        return n * 2


def _polymorphism() -> int:
    shapes = [_Square(), _Strip()]
    total = 0
    for i in range(60_000):
        total = (total + shapes[i & 1].area(i)) & 0xFFFFF
    return total


class _Counter:
    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def add(self, n: int) -> None:
        self.count += n


def _fields() -> int:
    counter = _Counter()
    for i in range(100_000):
        counter.add(i & 3)
    return counter.count


def _closures() -> int:
    def adder(n: int) -> Callable[[int], int]:
        return lambda x: x + n

    total = 0
    for i in range(60_000):
        total = adder(i & 3)(total)
    return total


def _captured() -> int:
    count = 0

    def add(n: int) -> None:
        nonlocal count
        count += n

    for i in range(100_000):
        add(i & 3)
    return count


PAIRS = (
    Pair("fib, typed", "int fib(int n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(22)", lambda: _fib(22), TYPED),
    Pair("fib, untyped", "def fib(n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(22)", lambda: _fib(22), UNTYPED),
    Pair(
        "gcd by recursion, typed",
        "int gcd(int a, int b) { b == 0 ? a : gcd(b, a % b) }; int t = 0\n"
        "for (int i = 0; i < 8000; i++) { t += gcd(i, 360) }; t",
        _gcds,
        TYPED,
    ),
    Pair(
        "default arguments",
        "int scaled(int x, int by = 3) { x * by }; int t = 0\n"
        "for (int i = 0; i < 60000; i++) { t = (t + scaled(i)) & 0xFFFFF }; t",
        _default_arguments,
        TYPED,
    ),
    Pair(
        "class: new objects",
        "class P { int x; int y; P moved(int d) { new P(x + d, y - d) } }\n"
        "P p = new P(0, 0); for (int i = 0; i < 60000; i++) { p = p.moved(1) }; p.x - p.y",
        _new_objects,
        TYPED,
    ),
    Pair(
        "class: fields",
        "class C { int count = 0; def add(int n) { count += n } }\n"
        "C c = new C(); for (int i = 0; i < 100000; i++) { c.add(i & 3) }; c.count",
        _fields,
        TYPED,
    ),
    Pair(
        "class: overridden methods",
        "class Shape { int area(int n) { 0 } }; class Square extends Shape { int area(int n) { n * n } }\n"
        "class Strip extends Shape { int area(int n) { n * 2 } }; Shape a = new Square(); Shape b = new Strip()\n"
        "int t = 0; for (int i = 0; i < 60000; i++) {\n"
        "  Shape s = (i & 1) == 0 ? a : b; t = (t + s.area(i)) & 0xFFFFF\n"
        "}\n"
        "t",
        _polymorphism,
        TYPED,
    ),
    Pair(
        "closures, made and called",
        "def adder(n) { return { x -> x + n } }; def t = 0; for (int i = 0; i < 60000; i++) { t = adder(i & 3)(t) }; t",
        _closures,
        UNTYPED,
    ),
    Pair(
        "closure that counts",
        "int count = 0; def add = { int n -> count += n }; for (int i = 0; i < 100000; i++) { add(i & 3) }; count",
        _captured,
        UNTYPED,
    ),
)
