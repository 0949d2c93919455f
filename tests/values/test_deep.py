"""Data nested far deeper than any stack: every walk over it is a loop."""

from typing import Any

import pytest

from jactl_trio.values import comparison, convert, display, json, keys, text
from jactl_trio.values.java_text import java_text

DEPTH = 100_000


def nested_lists() -> Any:
    value: list[Any] = []
    for _ in range(DEPTH):
        value = [value]
    return value


def nested_maps() -> Any:
    value: dict[str, Any] = {}
    for _ in range(DEPTH):
        value = {"a": value}
    return value


@pytest.mark.parametrize("make", [nested_lists, nested_maps])
def test_equality_and_hash(make: Any) -> None:
    a, b = make(), make()
    assert comparison.equal(a, b)
    assert keys.same_value(a, b)
    assert keys.Key(a) == keys.Key(b) and hash(keys.Key(a)) == hash(keys.Key(b))


def test_order() -> None:
    assert comparison.compare(nested_lists(), nested_lists()) == 0


def test_texts() -> None:
    assert len(text.to_text(nested_lists())) == 2 * (DEPTH + 1)
    assert text.to_text(nested_maps()).endswith("[a:[:]" + "]" * DEPTH)
    assert len(display.plain_text(nested_lists())) == len(java_text(nested_lists())) == 2 * (DEPTH + 1)


@pytest.mark.parametrize("make", [nested_lists, nested_maps])
def test_json_both_ways(make: Any) -> None:
    value = make()
    assert comparison.equal(json.decode(json.encode(value)), value)


def test_host_values() -> None:
    value = nested_lists()
    assert convert.from_host(value) is value
    assert convert.to_host(value) is value


def cyclic() -> Any:
    value: list[Any] = [1]
    value.append(value)
    return value


def test_cyclic_data_ends() -> None:
    assert comparison.equal(cyclic(), cyclic()) and comparison.compare(cyclic(), cyclic()) == 0
    assert keys.same_value(cyclic(), cyclic())
    a: dict[str, Any] = {}
    b: dict[str, Any] = {"a": a}
    a["a"] = b
    assert comparison.equal(a, b)


def test_shared_data_is_walked_once() -> None:
    a: list[Any] = [1]
    b: list[Any] = [1]
    for _ in range(200):
        a, b = [a, a], [b, b]
    assert comparison.equal(a, b) and comparison.compare(a, b) == 0
    assert keys.same_value(a, b) and keys.Key(a) == keys.Key(b)
