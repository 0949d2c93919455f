"""Lists that scripts may only read."""

from __future__ import annotations

from typing import Any

import pytest

from jactl_trio.builtins.iterators import iterator_over
from jactl_trio.builtins.looping import loop_items
from jactl_trio.errors import RuntimeError
from jactl_trio.values.arithmetic import add
from jactl_trio.values.comparison import compare, equal
from jactl_trio.values.convert import to_host
from jactl_trio.values.fixed_lists import declare_fixed_list, fixed_list
from jactl_trio.values.keys import same_value, structural_hash
from jactl_trio.values.text import to_text
from jactl_trio.values.typenames import type_name

declare_fixed_list("test.fixed", lambda: ["a", "b"])


@pytest.fixture
def fixed() -> list[Any]:
    return fixed_list("test.fixed")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("append", (1,)),
        ("extend", ([1],)),
        ("insert", (0, 1)),
        ("pop", (0,)),
        ("remove", ("a",)),
        ("clear", ()),
        ("sort", ()),
        ("reverse", ()),
        ("__setitem__", (0, 1)),
        ("__delitem__", (0,)),
        ("__iadd__", ([1],)),
        ("__imul__", (2,)),
    ],
)
def test_every_change_is_refused(fixed: list[Any], name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(RuntimeError, match="unmodifiable list"):
        getattr(fixed, name)(*args)
    assert list(fixed) == ["a", "b"]


def test_it_is_itself_each_time(fixed: list[Any]) -> None:
    assert fixed_list("test.fixed") is fixed


def test_it_reads_as_a_list(fixed: list[Any]) -> None:
    assert type_name(fixed) == "List"
    assert to_text(fixed) == "['a', 'b']"
    assert equal(fixed, ["a", "b"])
    assert compare(fixed, ["a", "c"]) == -1
    assert same_value(fixed, ["a", "b"])
    assert structural_hash(fixed) == structural_hash(["a", "b"])
    assert to_host(fixed) == ["a", "b"]


@pytest.mark.parametrize("reading", [lambda x: iterator_over(x).rest.__reduce__()[1][0], loop_items])
def test_what_walks_it_holds_a_plain_list_that_a_checkpoint_can_save(fixed: list[Any], reading: Any) -> None:
    assert type(reading(fixed)) is list


def test_what_is_made_of_it_may_be_changed(fixed: list[Any]) -> None:
    grown = add(fixed, "c")
    grown.append("d")
    assert grown == ["a", "b", "c", "d"]
