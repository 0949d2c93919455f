"""Lazy methods, alone and chained, with closures that suspend in every call."""

from __future__ import annotations

from typing import Any

import pytest

from jactl_trio.builtins.iterators import Numbers, iterator_over
from jactl_trio.errors import NullError, RuntimeError
from jactl_trio.values.arrays import Array
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.types import BYTE, INT, LONG

from .driving import chain, closure, drive, run


def double(x: Any) -> Any:
    return x * 2


def even(x: Any) -> Any:
    return x % 2 == 0


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("map", double), [2, 4, 6, 8, 10]),
        (("map",), [1, 2, 3, 4, 5]),
        (("filter", even), [2, 4]),
        (("filter", lambda x: x - 1), [2, 3, 4, 5]),
        (("mapi", lambda p: p[0] * p[1]), [0, 2, 6, 12, 20]),
        (("mapWithIndex",), [[1, 0], [2, 1], [3, 2], [4, 3], [5, 4]]),
        (("flatMap", lambda x: None if x == 2 else [x] * (x % 3)), [1, 4, 5, 5]),
        (("fmap", double), [2, 4, 6, 8, 10]),
        (("limit", 2), [1, 2]),
        (("limit", 0), []),
        (("limit", -2), [1, 2, 3]),
        (("limit", -9), []),
        (("skip", 3), [4, 5]),
        (("skip", 9), []),
        (("skip", -2), [4, 5]),
        (("skip", -9), [1, 2, 3, 4, 5]),
        (("grouped", 2), [[1, 2], [3, 4], [5]]),
        (("grouped", 0), [1, 2, 3, 4, 5]),
        (("windowSliding", 3), [[1, 2, 3], [2, 3, 4], [3, 4, 5]]),
        (("windowSliding", 9), [[1, 2, 3, 4, 5]]),
        (("windowed", 1), [[1], [2], [3], [4], [5]]),
        (("map", double, "filter", lambda x: x > 2, "map", lambda x: x + 1, "filter", even), []),
        (("map", double) * 5 + ("filter", even), [32, 64, 96, 128, 160]),
        (("map", double, "limit", 2, "map", double), [4, 8]),
        (("filter", even, "skip", 1, "map", double), [8]),
        (("map", double, "grouped", 2, "map", sum), [6, 14, 10]),
        (("map", double, "flatMap", lambda x: [x, x], "unique", "map", double), [4, 8, 12, 16, 20]),
        (("map", double, "skip", -2, "map", double), [16, 20]),
        (("map", double, "limit", -4), [2]),
        (("mapi", sum, "filter", even), []),
        (("map", double, "mapi", sum), [2, 5, 8, 11, 14]),
    ],
)  # fmt: skip
def test_over_a_list(calls: Any, expected: Any) -> None:
    assert run([1, 2, 3, 4, 5], *calls) == expected


def test_over_other_things() -> None:
    assert run({"a": 1, 2: 3}, "map", lambda e: e) == [["a", 1], [2, 3]]
    assert run("abc", "map", double) == ["aa", "bb", "cc"]
    assert run(3, "map", double) == [0, 2, 4]
    assert run(2.9, "map", double) == [0, 2]
    assert run(-1, "map", double) == []
    assert run(Array(INT, [1, 2]), "map", double) == [2, 4]
    elements = run(Array(LONG, [1]), "map") + run(Array(BYTE, [2]), "map")
    assert [type(x) for x in elements] == [Long, Byte]


def test_unique_compares_neighbours_only() -> None:
    assert run([1, 1.0, 2, 1], "unique") == [1, 2, 1]


def test_transpose() -> None:
    assert run([[1, 2], [3]], "transpose") == [[1, 3], [2, None]]
    assert run([[1, 2], [3]], "map", lambda x: x, "transpose") == [[1, 3], [2, None]]
    assert run([], "transpose") == []
    with pytest.raises(RuntimeError, match=r"2nd input to transpose"):
        run([[1], 2], "transpose")


def test_only_what_is_asked_for_is_computed() -> None:
    seen = []

    def note(x: Any) -> Any:
        seen.append(x)
        return x

    drive(chain, 1_000_000_000, [("map", [closure(note)]), ("limit", [3])])
    assert seen == [0, 1, 2]


def test_elements_go_through_all_stages_one_by_one() -> None:
    seen = []

    def note(name: str) -> Any:
        def noted(x: Any) -> Any:
            seen.append((name, x))
            return x

        return noted

    drive(
        chain, [1, 2], [("map", [closure(note("a"))]), ("flatMap", [closure(note("b"))]), ("map", [closure(note("c"))])]
    )
    assert seen == [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("c", 2)]


def test_a_closure_is_suspended_in_each_call() -> None:
    assert drive(chain, [1, 2, 3], [("map", [closure(double)]), ("filter", [closure(even)])]) == ([2, 4, 6], 6)


def test_stream_ends_at_null_and_at_a_null_error() -> None:
    from jactl_trio.builtins.pipelines import stream

    values = iter([1, 2, None, 3])
    assert drive(chain, stream(closure(lambda: next(values))), []) == ([1, 2], 3)

    def failing() -> None:
        raise NullError("null")

    assert drive(chain, stream(closure(failing)), [("map", [])])[0] == []


def test_a_list_may_grow_while_it_is_gone_through() -> None:
    items = [1, 2]

    def grow(x: Any) -> Any:
        if len(items) < 5:
            items.append(x * 10)
        return x

    assert drive(chain, items, [("map", [closure(grow)])])[0] == [1, 2, 10, 20, 100]


def test_numbers_are_not_all_made_at_once() -> None:
    numbers = iterator_over(Long(5000))
    assert isinstance(numbers, Numbers)
    out: list[Any] = []
    assert numbers.fill(out)
    while numbers.fill(out):
        pass
    assert out == list(range(5000))


def test_wrong_counts() -> None:
    with pytest.raises(RuntimeError, match=r"grouped"):
        run([1], "grouped", -1)
    with pytest.raises(RuntimeError, match=r"windowSliding"):
        run([1], "windowSliding", -1)
    with pytest.raises(NullError, match=r"null value to int"):
        run([1], "skip", None)
    with pytest.raises(NullError):
        iterator_over(None)
