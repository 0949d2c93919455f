"""instanceof and the patterns of switch."""

from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.values import types as t
from jactl_trio.values.arrays import Array
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.typetests import is_of_type, switch_equal

INTS = Array(t.INT, [1, 2])


@pytest.mark.parametrize(
    ("value", "type", "result"),
    [
        (1, t.INT, True),
        (Long(1), t.INT, False),
        (True, t.INT, False),
        (Byte(1), t.BYTE, True),
        (None, t.ANY, False),
        ([], t.LIST, True),
        (INTS, t.LIST, False),
        ({}, t.MAP, True),
        (INTS, t.INT.array(), True),
        (INTS, t.LONG.array(), False),
        (INTS, t.ANY.array(), False),
        (Array(t.STRING, []), t.ANY.array(), True),
    ],
)
def test_is_of_type(value: Any, type: t.Type, result: bool) -> None:
    assert is_of_type(value, type) is result


def test_switch_equal() -> None:
    assert switch_equal(INTS, [1, 2]) and not switch_equal(Array(t.LONG, [1, 2]), [1, 2])
    assert switch_equal(Array(t.LONG, [1]), [Long(1)])
    assert not switch_equal(D("1.0"), D("1.00")) and switch_equal({"a": [1]}, {"a": [1]})
