"""A value -> true or false, as conditions see it."""

from __future__ import annotations

from typing import Any

from .arrays import Array

_BY_CONTENT = frozenset((bool, int, float, str, list, dict))
_PRIMITIVES = frozenset(("boolean", "byte", "int", "long", "double"))


def truthy(value: Any) -> bool:
    """null, false, zero, the empty string, list and map are false; so is an empty array of references."""
    kind = type(value)
    if kind is bool:
        return value  # type: ignore[no-any-return]
    if kind is Array:
        return bool(value.items) or value.element.kind in _PRIMITIVES
    if value is None:
        return False
    return bool(value) if kind in _BY_CONTENT or isinstance(value, _SIZED_OR_NUMERIC) else True


def _types() -> tuple[type, ...]:
    from decimal import Decimal

    return (int, Decimal, dict)


_SIZED_OR_NUMERIC = _types()
