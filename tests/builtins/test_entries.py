"""The dynamic entries: counts, conversions, defaults, lists for several parameters, named arguments."""

from __future__ import annotations

from typing import Any

import pytest

from jactl_trio.builtins.dispatch import find_method, registry_now
from jactl_trio.errors import NullError, RuntimeError
from jactl_trio.values.arguments import NamedArgs
from jactl_trio.values.numbers import Long
from jactl_trio.values.types import DECIMAL, INT, LIST, LONG, STRING

from .driving import drive


def fails(message: str) -> Any:
    return pytest.raises(RuntimeError, match=message)


def test_counts() -> None:
    with fails(r"^Too many arguments \(passed 2 but expected only 1\)$"):
        find_method([], "add")(1, 2)
    with fails(r"^Missing mandatory arguments \(arg count of 1 but expected 2\)$"):
        find_method([], "addAt")(1)
    with fails(r"^Missing mandatory arguments \(arg count of 0 but expected at least 1\)$"):
        find_method("a", "substring")()
    with fails("Too many arguments"):
        find_method([], "size")(1)


def test_conversions() -> None:
    assert find_method("abc", "substring")(Long(1)) == "bc"
    assert find_method("abc", "substring")(1.9) == "bc"
    assert find_method([1, 2], "addAt")("\x01", 7) == [1, 7, 2]
    with fails("String with multiple chars cannot be cast to int"):
        find_method([], "addAt")("ab", 1)
    with fails("Object of type int cannot be cast to Function"):
        find_method([], "map")(3)
    with pytest.raises(NullError, match=r"Null value for Function"):
        find_method([], "map")(None)


def test_a_list_stands_for_several_mandatory_arguments() -> None:
    assert find_method([1, 2], "addAt")([1, 7]) == [1, 7, 2]
    assert find_method([1], "add")([2, 3]) == [1, [2, 3]]


def test_named_arguments() -> None:
    assert find_method([1], "addAt")(NamedArgs(element=5, index=0)) == [5, 1]
    with fails("^Missing value for mandatory parameter 'index'$"):
        find_method([1], "addAt")(NamedArgs(indx=1, element=2))
    with fails("^No such parameter: xx$"):
        find_method([1], "addAt")(NamedArgs(index=1, element=2, xx=3))
    with fails("^No such parameters: x, y$"):
        find_method("a", "substring")(NamedArgs(start=0, x=1, y=2))


def test_varargs() -> None:
    entry = registry_now().functions["sprintf"].entry
    assert entry is not None
    assert entry((), "%s-%s", 1, [2]) == "1-[2]"
    assert entry((), "x") == "x"
    assert entry((), NamedArgs(format="%s", args=[1])) == "1"


def test_functions() -> None:
    sleep = registry_now().functions["sleep"].entry
    assert sleep is not None
    assert drive(sleep, (), 0, "data") == ("data", 1)
    assert drive(sleep, (), 1) == (None, 1)
    assert drive(sleep, (), -1, "data") == ("data", 0)


def test_static_lookup_follows_the_receiver_types() -> None:
    registry = registry_now()
    assert registry.method(LIST, "size").return_type is INT  # type: ignore[union-attr]
    assert registry.method(INT, "size").return_type is LONG  # type: ignore[union-attr]
    assert registry.method(INT.array(), "size").return_type is INT  # type: ignore[union-attr]
    assert registry.method(INT.array().array(), "size").return_type is INT  # type: ignore[union-attr]
    assert registry.method(STRING, "map") is registry.method(LIST, "map")
    assert registry.method(DECIMAL, "pow") is registry.method(INT, "pow")
    assert registry.method(DECIMAL, "toBase") is None
    assert registry.method(STRING, "className") is not None
    assert registry.function("map") is None


def test_every_entry_is_known_by_its_key() -> None:
    registry = registry_now()
    for signatures in registry._methods.values():
        for signature in signatures.values():
            assert registry.signature_of(signature.entry) is registry.by_key(signature.key) is signature
