"""Methods that consume an iterable, with closures that suspend in every call."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from jactl_trio.errors import RuntimeError
from jactl_trio.values.keys import Key
from jactl_trio.values.numbers import Byte, Long

from .driving import Text, chain, closure, drive, quick, run


def same(x: Any) -> Any:
    return x


def test_each_gives_null_and_calls_in_order() -> None:
    seen: list[Any] = []
    assert drive(chain, [1, 2], [("each", [closure(seen.append)])])[0] is None
    assert drive(chain, [1, 2], [("map", []), ("each", [closure(seen.append)])])[0] is None
    assert drive(chain, [1, 2], [("each", [])])[0] is None
    assert seen == [1, 2, 1, 2]


def test_collect() -> None:
    assert run([1, 2], "collect") == [1, 2]
    assert run([1, 2], "map", same, "collect", lambda x: -x) == [-1, -2]
    assert run("ab", "collect", same) == ["a", "b"]


def test_collect_entries() -> None:
    assert run([1, 2], "collectEntries", lambda x: [x, -x]) == {1: -1, 2: -2}
    assert run({"a": 1}, "collectEntries") == {"a": 1}
    assert run([[Long(1), 2]], "collectEntries") == {Key(Long(1)): 2}
    with pytest.raises(RuntimeError, match=r"Expected Map entry"):
        run([1], "collectEntries", same)
    with pytest.raises(RuntimeError, match=r"list of 1 entry"):
        run([[1]], "collectEntries", same)


@pytest.mark.parametrize("before", [(), ("map", same)])
def test_group_by(before: Any) -> None:
    assert run([1, 2, 3], *before, "groupBy", lambda x: x % 2) == {1: [1, 3], 0: [2]}


@pytest.mark.parametrize("before", [(), ("map", same)])
def test_reduce(before: Any) -> None:
    assert run([1, 2, 3], *before, "reduce", Text("x"), lambda p: f"{p[0]}{p[1]}") == "x123"
    assert run([], *before, "reduce", 7, same) == 7


def test_size_of_a_pipeline_is_long() -> None:
    assert type(run([1, 2], "size")) is int
    assert type(run([1, 2], "map", same, "size")) is Long
    assert run(5000, "size") == 5000


def test_join() -> None:
    assert run(["a", None, Decimal("1.50"), ["x"]], "join", Text(",")) == "a,null,1.50,['x']"
    assert run([1, 2], "map", same, "join") == "12"
    assert run(["", "a"], "join", Text(",")) == ",a"
    assert run([], "join", Text(",")) == ""


def test_reverse_and_sub_list() -> None:
    assert run([1, 2, 3], "reverse") == [3, 2, 1]
    assert run("abc", "reverse") == ["c", "b", "a"]
    assert run([1, 2, 3, 4], "subList", 1) == [2, 3, 4]
    assert run([1, 2, 3, 4], "subList", -3, -1) == [2, 3]
    assert run("abcd", "subList", 1, 2) == ["b"]
    with pytest.raises(RuntimeError, match=r"toIndex = 7"):
        run([1], "subList", 0, 7)
    with pytest.raises(RuntimeError, match=r"fromIndex\(2\) > toIndex\(1\)"):
        run([1, 2, 3], "subList", 2, 1)


@pytest.mark.parametrize("before", [(), ("map", same)])
def test_sums(before: Any) -> None:
    def total(items: list[Any]) -> Any:
        return run(items, *before, "sum")

    assert total([]) == 0
    assert total([2147483647, 1]) == -2147483648
    assert type(total([1, Long(2)])) is Long
    assert type(total([Byte(200), Byte(100)])) is int
    assert total([1, 2.5]) == 3.5
    assert total([1, Decimal("2.50")]) == Decimal("3.50")
    with pytest.raises(RuntimeError, match=r"Non-numeric element in list \(type is null\)"):
        total([None])
    assert run([1, 2, 4], *before, "avg") == Decimal("2.3333333333")
    with pytest.raises(RuntimeError, match=r"Empty list"):
        run([], *before, "avg")


@pytest.mark.parametrize("before", [(), ("map", same)])
def test_extremes_are_the_first_of_equals(before: Any) -> None:
    items = [[2, "a"], [1, "b"], [1, "c"], [2, "d"]]
    assert run(items, *before, "min", lambda x: x[0]) == [1, "b"]
    assert run(items, *before, "max", lambda x: x[0]) == [2, "a"]
    assert run([3, 1, 2], *before, "min") == 1
    assert run([3.0, 1, Long(7)], *before, "max") == 7
    assert run([], *before, "max") is None
    assert run([], *before, "max", same) is None
    with pytest.raises(RuntimeError, match=r"Cannot compare"):
        run([1, "a"], *before, "max")


@pytest.mark.parametrize("before", [(), ("map", same)])
def test_matches(before: Any) -> None:
    def big(x: Any) -> Any:
        return x > 2

    assert run([1, 3], *before, "anyMatch", big) is True
    assert run([1, 3], *before, "allMatch", big) is False
    assert run([1, 2], *before, "noneMatch", big) is True
    assert run([], *before, "anyMatch", big) is False
    assert run([], *before, "allMatch", big) is True
    assert run([0, ""], *before, "noneMatch") is True
    assert run([0, "x"], *before, "anyMatch") is True


def test_matches_stop_early() -> None:
    seen: list[Any] = []

    def note(x: Any) -> bool:
        seen.append(x)
        return x == 2

    assert drive(chain, 1_000_000_000, [("anyMatch", [quick(note)])])[0] is True
    assert seen == [0, 1, 2]


def test_natural_order() -> None:
    assert run([3, 1, 2], "sort") == [1, 2, 3]
    assert run([3, None, 1.5], "sort") == [None, 1.5, 3]
    assert run(["b", "a"], "map", same, "sort") == ["a", "b"]
    with pytest.raises(RuntimeError, match=r"Unexpected error: Cannot compare"):
        run([1, "a"], "sort")
    items = [2, 1]
    assert run(items, "sort") == [1, 2]
    assert items == [2, 1]


def test_sort_with_a_comparator_that_suspends_is_stable() -> None:
    numbers = [[random.Random(7).randrange(5), n] for n in range(40)]
    random.Random(8).shuffle(numbers)

    def by_first(pair: Any) -> int:
        return (pair[0][0] > pair[1][0]) - (pair[0][0] < pair[1][0])

    for size in (0, 1, 2, 3, 7, 8, 40):
        assert run(numbers[:size], "sort", by_first) == sorted(numbers[:size], key=lambda x: x[0])
    with pytest.raises(RuntimeError, match=r"must return integer value not long"):
        run([1, 2], "sort", lambda p: Long(1))
