"""The private builtins of compiled code: the only names that it sees besides its own unit's.

HELPERS maps each helper's name to the runtime function. BUILTINS is the dict that stands as `__builtins__` in the
namespace of every unit; continuation.slices owns it, for it sets TICK there.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from ..continuation import slices
from ..values import casts, numbers, operators
from ..values.arguments import UNSET, NamedArgs
from ..values.arrays import Array
from ..values.cells import Cell
from ..values.numbers import Byte, Long

HELPERS: dict[str, Any] = {
    "Array": Array,
    "Byte": Byte,
    "Cell": Cell,
    "Long": Long,
    "MethodType": MethodType,
    "NamedArgs": NamedArgs,
    "UNSET": UNSET,
    "bool": bool,
    "dict": dict,
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "str": str,
    "type": type,
    "wrap_int": numbers.wrap_int,
    "wrap_long": numbers.wrap_long,
}
HELPERS.update({name: getattr(operators, name) for name in operators.__all__})
HELPERS.update({name: getattr(casts, name) for name in casts.__all__})

BUILTINS: dict[str, Any] = slices.BUILTINS
BUILTINS.update(HELPERS)
