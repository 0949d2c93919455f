"""How arguments travel in dynamic calls, where the function called is not known at compile time."""

from __future__ import annotations

from typing import Any, Final


class NamedArgs(dict[str, Any]):
    """The one argument of a call with named arguments `f(a: 1, b: 2)`: name -> boxed value, in source order."""

    __slots__ = ()


class _Unset:
    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Final = _Unset()  # a parameter that the caller left out
