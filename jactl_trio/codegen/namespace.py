"""The private builtins of compiled code: the only names that it sees besides those of its own unit.

HELPERS maps each helper's name to the runtime function or class. All of them stand in continuation.slices.BUILTINS,
the dict that is `__builtins__` in the namespace of every unit (it also holds TICK, tick and count_loop).
"""

from __future__ import annotations

from decimal import Decimal
from types import MethodType
from typing import Any

from ..builtins import (
    access,
    argument_checks,
    classes,
    collecting,
    creation,
    evaluation,
    globals,
    iterators,
    looping,
    null_checks,
    reducing,
    stages,
    standard,
    statements,
    updating,
)
from ..builtins.dispatch import find_method
from ..continuation import slices, stressing
from ..continuation.current import current
from ..errors import NullError, RuntimeError
from ..values import argument_lists, array_casts, bare, casts, decimals, joining, numbers, operators, typetests
from ..values.arguments import UNSET, NamedArgs
from ..values.arrays import Array, new_array
from ..values.cells import Cell
from ..values.keys import from_key, to_key
from ..values.numbers import Byte, Long
from ..values.regex import Matcher
from ..values.text import to_text


def order(a: int, b: int) -> int:
    """a <=> b of two ints."""
    return (a > b) - (a < b)


def literal_key(key: Any) -> Any:
    """A key of a map literal as it stands in the dict."""
    if key is None:
        raise NullError("Map key must not be null")
    return to_key(key)


def no_match(value: Any) -> None:
    """An element that a strict `for (pattern : items)` does not allow."""
    raise RuntimeError("Element of collection did not match expected pattern")


def current_globals() -> dict[str, Any]:
    """The globals of the running script, for methods of classes that may use them."""
    return current.run.globals


def iterator_classes() -> frozenset[type]:
    """The classes of all pipelines: what a call gave of such a class is collected into a list."""
    found: set[type] = set()
    todo: list[type] = [iterators.Source, iterators.Pulled, stages.Stages]
    while todo:
        kind = todo.pop()
        found.add(kind)
        todo += kind.__subclasses__()
    return frozenset(found)


def _module(module: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(module, name) for name in names}


HELPERS: dict[str, Any] = {
    **_module(operators, *operators.__all__),
    **_module(casts, *casts.__all__),
    **_module(numbers, "wrap_int", "wrap_long", "wrap_byte", "float_to_int", "float_to_long", "double_text"),
    **_module(numbers, "float_divide", "float_modulo", "float_remainder"),
    **_module(decimals, "exact_add", "exact_subtract", "exact_multiply"),
    **_module(bare, "divide_ints", "divide_longs", "divide_bytes", "modulo_ints", "modulo_longs", "remainder_ints"),
    **_module(argument_lists, "arguments", "no_arguments"),
    **_module(joining, "join_texts", "concat_texts"),
    **_module(typetests, "is_list", "is_of_type", "switch_equal", "pattern_items"),
    **_module(access, "get_field", "get_field_safe", "get_index", "get_index_safe", "set_field", "set_index"),
    **_module(access, "host_static", "in_text_or_array"),
    **_module(access, "store_field", "store_index"),
    **_module(argument_checks, "at_least", "null_function", "null_iterable"),
    **_module(classes, "to_instance", "check_field_names", "field_value"),
    **_module(creation, "field_or_create", "field_or_create_safe", "index_or_create", "index_or_create_safe"),
    **_module(creation, "new_instance"),
    **_module(null_checks, "null_parent", "null_object", "null_receiver", "null_method", "null_array"),
    **_module(null_checks, "null_global"),
    **_module(null_checks, "null_on_path", "null_assigned", "null_changed", "null_changed_safely"),
    **_module(looping, "loop_items", "loop_array", "count_up", "indices"),
    **_module(updating, "load_field", "load_index", "set_array_element"),
    **_module(globals, "save_checkpoint"),
    **_module(iterators, "materialise", "iterator_over", "END", "Numbers", "check_size"),
    **_module(collecting, "add_to_group", "joined_too_long"),
    **_module(statements, "print_text", "print_line", "die"),
    **_module(stressing, "stress_suspend", "stress_checkpoint"),
    **_module(slices, "tick", "count_loop"),
    "add_decimals": decimals.add,
    "decoded_bytes": array_casts.decoded_bytes,
    "add_element": operators.add_assign,
    "add_to_number": operators.add,
    "list_element": access.get_index,
    "Array": Array,
    "AttributeError": AttributeError,
    "Byte": Byte,
    "Cell": Cell,
    "Decimal": Decimal,
    "ITERATORS": iterator_classes(),
    "IndexError": IndexError,
    "Long": Long,
    "Matcher": Matcher,
    "MethodType": MethodType,
    "NamedArgs": NamedArgs,
    "NullError": NullError,
    "TEXT_AND_ARRAYS": access.TEXT_AND_ARRAYS,
    "TypeError": TypeError,
    "UNSET": UNSET,
    "bool": bool,
    "current_globals": current_globals,
    "dict": dict,
    "eval_script": evaluation.eval_script,
    "find_method": find_method,
    "float": float,
    "from_key": from_key,
    "int": int,
    "iter": iter,
    "len": len,
    "list": list,
    "literal_key": literal_key,
    "multiply_decimals": decimals.multiply,
    "new_array": new_array,
    "no_match": no_match,
    "order": order,
    "range": range,
    "str": str,
    "subtract_decimals": decimals.subtract,
    "sum_added": reducing.added,
    "to_key": to_key,
    "to_text": to_text,
    "type": type,
}

assert standard.LANGUAGE  # every module that defines an iterator is imported by now
BUILTINS: dict[str, Any] = slices.BUILTINS
BUILTINS.update(HELPERS)
