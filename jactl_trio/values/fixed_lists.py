"""Lists that no script may change: what the language itself hands out, such as the ids of all time zones.

`declare_fixed_list(name, items)` names one, `fixed_list(name)` gives it.  To scripts it is a List in all they read;
whatever would change it raises.  It is a singleton: a checkpoint names it, and a restored script has that of its host.
So what tests for a list by `type(x) is list` means one that it may fill in place, and `isinstance(x, list)` one that it
reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from ..errors import RuntimeError
from .plain_data import made_when_needed, singleton_named


def _refuse(*_: Any) -> NoReturn:
    raise RuntimeError("Attempt to modify an unmodifiable list")


class FixedList(list[Any]):
    """A list that refuses every change."""

    __slots__ = ()

    append = extend = insert = pop = remove = clear = reverse = _refuse
    sort: Any = _refuse
    __setitem__: Any = _refuse
    __delitem__: Any = _refuse
    __iadd__: Any = _refuse
    __imul__: Any = _refuse


def declare_fixed_list(name: str, items: Callable[[], Iterable[Any]]) -> None:
    """A list of the language's own, known by `name` in checkpoints for ever; filled where it is asked for first."""
    made_when_needed(name, lambda: FixedList(items()))


def fixed_list(name: str) -> FixedList:
    """The list that was declared under that name, always the same one."""
    items: FixedList = singleton_named(name)
    return items
