"""Keys of maps: what Java tells apart stays apart."""

from decimal import Decimal as D
from types import MethodType

from jactl_trio.values.keys import Key, from_key, same_value, to_key
from jactl_trio.values.numbers import Byte, Long


def test_numbers_of_different_types_are_different_keys() -> None:
    values = [1, Long(1), Byte(1), 1.0, D("1.0"), D("1.00"), True]
    table = {to_key(value): index for index, value in enumerate(values)}
    assert len(table) == len(values)
    assert [table[to_key(value)] for value in values] == list(range(len(values)))
    assert [from_key(key) for key in table] == values


def test_strings_ints_null_and_functions_stand_for_themselves() -> None:
    function = MethodType(lambda env: None, ())
    for value in ("a", 5, None, function):
        assert to_key(value) is value and from_key(value) is value


def test_lists_and_maps_are_found_by_content() -> None:
    table = {to_key([1, {"a": [2]}]): "x"}
    assert table[to_key([1, {"a": [2]}])] == "x"
    assert to_key([1, {"a": [Long(2)]}]) not in table


def test_same_value_is_strict() -> None:
    assert same_value([1, "a", None], [1, "a", None])
    assert not same_value([1], [Long(1)])
    assert not same_value({"a": 1}, {"a": 1.0})
    assert same_value(float("nan"), float("nan")) and not same_value(0.0, -0.0)
    assert not same_value([1], [1, 2])


def test_a_cyclic_list_can_be_a_key() -> None:
    cyclic: list[object] = []
    cyclic.append(cyclic)
    assert {Key(cyclic): 1}[Key(cyclic)] == 1
