"""The operators of the language on boxed values, for operands whose types are not known at compile time.

Each is in the module of its kind; compiled code and built-ins import them from here.
"""

from __future__ import annotations

from .arithmetic import (
    add,
    add_assign,
    append_all,
    concat,
    decrement,
    divide,
    increment,
    int_modulo,
    long_modulo,
    modulo,
    multiply,
    negate,
    remainder,
    repeat,
    subtract,
    subtract_assign,
)
from .bits import (
    bit_and,
    bit_not,
    bit_or,
    bit_xor,
    shift_left,
    shift_left_assign,
    shift_right,
    shift_right_unsigned,
)
from .comparison import (
    compare,
    contains,
    equal,
    greater,
    greater_equal,
    identical,
    less,
    less_equal,
    not_contains,
    not_equal,
    not_identical,
)
from .truth import truthy

__all__ = [
    "add",
    "add_assign",
    "append_all",
    "bit_and",
    "bit_not",
    "bit_or",
    "bit_xor",
    "compare",
    "concat",
    "contains",
    "decrement",
    "divide",
    "equal",
    "greater",
    "greater_equal",
    "identical",
    "increment",
    "int_modulo",
    "less",
    "less_equal",
    "long_modulo",
    "modulo",
    "multiply",
    "negate",
    "not_contains",
    "not_equal",
    "not_identical",
    "remainder",
    "repeat",
    "shift_left",
    "shift_left_assign",
    "shift_right",
    "shift_right_unsigned",
    "subtract",
    "subtract_assign",
    "truthy",
]
