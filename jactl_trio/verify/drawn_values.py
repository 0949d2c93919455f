"""Strategies for the values that a host gives a script: scalars of every type, lists and maps, also shared ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ..values.numbers import Byte, Long


def scalars() -> st.SearchStrategy[Any]:
    """null, boolean, byte, int, long, double, Decimal and String; no NaN, which equals nothing."""
    return (
        st.none()
        | st.booleans()
        | st.integers(-(2**31), 2**31 - 1)
        | st.integers(-(2**63), 2**63 - 1).map(Long)
        | st.integers(0, 255).map(Byte)
        | st.floats(allow_nan=False)
        | st.decimals(allow_nan=False, allow_infinity=False).map(_plain)
        | st.text(max_size=5)
    )


def values(max_leaves: int = 10) -> st.SearchStrategy[Any]:
    """Scalars, lists, maps with String keys, of those; now and then one object stands in two places."""
    return st.recursive(
        scalars(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("abc", max_size=2), inner, max_size=4)
            | inner.map(lambda value: [value, value])
        ),
        max_leaves=max_leaves,
    )


def globals_of(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """A map of globals with those names."""
    return st.fixed_dictionaries({name: values() for name in names})


def _plain(number: Decimal) -> Decimal:
    """No negative zero: java.math.BigDecimal has none."""
    return number if number else abs(number)
